"""A return without its sale is linked to it by a fact: the rules believe it, and it can be taken back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from counterfoil.db.tables import METADATA
from counterfoil.desk.cases import closing
from counterfoil.desk.cases.model import CaseId, Moved
from counterfoil.desk.cases.states import State
from counterfoil.desk.cross_checking import cross_check
from counterfoil.desk.steps.linking import link_return, unlink_return
from counterfoil.desk.steps.model import Asked, Came, Stepped
from counterfoil.desk.steps.store import offered
from counterfoil.desk.timeline import words
from counterfoil.desk.timeline.reading import timeline
from counterfoil.desk.watching import Watcher
from counterfoil.refusals import Refused
from tests.counter.shop import ANN
from tests.counter.till import Counter, no, sold
from tests.desk.steps.shop import FAY, OLA, TOM, file_of, found, press, who
from tests.desk.steps.test_doctor import broken


@pytest.fixture
def watcher(counter: Counter) -> Iterator[Watcher]:
    """Watch the counter's books."""
    with Watcher.over(counter.database.address) as opened:
        yield opened


def came_back(counter: Counter, *pieces: tuple[str, int, int], amount_minor: int = 500, **said: object) -> str:
    """Take in a return from elsewhere, with its lines (sku, quantity, line of the order); returns its id."""
    return_id = counter.number("b")
    row = {
        "merchant_id": counter.merchant_id,
        "return_id": return_id,
        "state": "received",
        "requested_at": counter.clock.now,
        "received_at": counter.clock.now,
        "restocked_at": counter.clock.now,
        "amount_minor": amount_minor,
        "currency": "CNY",
        "entered_by": "import",
    } | said
    lines = [
        {"merchant_id": counter.merchant_id, "return_id": return_id, "line_no": place, "sku": sku}
        | {"quantity": quantity, "amount_minor": amount_minor, "order_line_no": line_no or None}
        for place, (sku, quantity, line_no) in enumerate(pieces or (("bread", 1, 0),), 1)
    ]
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(METADATA.tables["returns"].insert(), row)
        connection.execute(METADATA.tables["return_lines"].insert(), lines)
    return return_id


def homeless(counter: Counter, return_id: str) -> CaseId:
    """Let the rules find a return without its order."""
    return found(
        counter,
        counter.number("F"),
        exception="orphan_return",
        diagnosis="refund_without_order",
        severity="high",
        next_step="find_the_original",
        subject=f"return:{return_id}",
        amount_at_risk_minor=500,
        evidence=[{"table": "returns", "id": return_id}],
    )


def original(counter: Counter) -> str:
    """Sell something, and let some minutes pass; returns its order."""
    sale = counter.sale(counter.tender("cash"))
    sold(counter.sell(sale))
    counter.clock.passes(minutes=5)
    return sale.order_id


def linked(counter: Counter, asked: Asked, order_id: str) -> Stepped | Refused:
    return link_return(counter.house, asked, order_id=order_id)


def ties(counter: Counter) -> list[tuple[str, int, bool]]:
    rows = counter.rows("SELECT order_id, tie_no, stands FROM ties ORDER BY row_id, tie_no")
    return [(row["order_id"], row["tie_no"], row["stands"]) for row in rows]


def steps(counter: Counter, case_id: CaseId) -> list[str]:
    with counter.database.transaction(counter.merchant_id) as connection:
        return [offer.step.value for offer in offered(connection, counter.merchant_id, case_id)]


def look(counter: Counter, watcher: Watcher) -> None:
    # The watch reads up to the horizon of the database's own clock.
    time.sleep(0.05)
    watcher.look_until_done(counter.merchant_id, now=counter.clock.now)


def case_about(counter: Counter, return_id: str) -> CaseId:
    return CaseId(counter.value("SELECT case_id FROM cases WHERE subject = :subject", subject=f"return:{return_id}"))


def test_the_link_is_a_fact_and_the_return_stays_as_it_came_in(counter: Counter) -> None:
    order_id = original(counter)
    return_id = came_back(counter)
    (before,) = counter.rows("SELECT * FROM returns")
    case_id = homeless(counter, return_id)
    assert steps(counter, case_id) == ["link_return"]
    answer = linked(counter, press(counter, case_id, return_id), f" order:{order_id} ")
    assert isinstance(answer, Stepped)
    assert answer.came is Came.DONE
    assert counter.rows("SELECT * FROM returns") == [before]
    (fact,) = counter.rows("SELECT * FROM journal WHERE tag = 'return:original:tied'")
    assert (fact["subject"], fact["actor_id"]) == (f"return:{return_id}", FAY)
    assert fact["body"] == {"order_id": order_id, "tie_no": 1, "case_id": case_id}
    assert [str(event.kind) for event in file_of(counter, case_id).events] == ["came", "begun", "ended"]
    assert broken(counter).keys() <= {"stock_is_its_movements"}


def test_the_rules_believe_it_at_the_next_look_and_find_it_again_when_it_is_taken_back(
    counter: Counter, watcher: Watcher
) -> None:
    order_id = original(counter)
    return_id = came_back(counter)
    look(counter, watcher)
    case_id = case_about(counter, return_id)
    assert file_of(counter, case_id).case.diagnosis == "refund_without_order"
    assert isinstance(linked(counter, press(counter, case_id, return_id), order_id), Stepped)
    look(counter, watcher)
    assert file_of(counter, case_id).case.state is State.CLOSED
    checked = cross_check(watcher, counter.merchant_id, now=counter.clock.now)
    assert checked is not None
    assert checked.disagreed_n == 0
    with counter.database.transaction(counter.merchant_id) as connection:
        taken_back = closing.reopen(
            *(connection, counter.merchant_id, case_id),
            text="another slip turned up",
            seen=file_of(counter, case_id).case.version,
            action_id="reopened",
            actor=who(counter, FAY),
            now=counter.clock.now,
        )
    assert isinstance(taken_back, Moved)
    assert steps(counter, case_id) == ["unlink_return"]
    asked = press(counter, case_id, return_id)
    assert isinstance(unlink_return(counter.house, asked), Stepped)
    again = unlink_return(counter.house, asked)
    assert isinstance(again, Stepped)
    assert again.repeated
    assert ties(counter) == [(order_id, 1, True), (order_id, 2, False)]
    look(counter, watcher)
    file = file_of(counter, case_id)
    assert [(one.diagnosis, one.gone_at) for one in file.findings] == [("refund_without_order", None)]
    assert steps(counter, case_id) == ["link_return"]


def test_what_is_linked_counts_against_the_next_return_of_its_order(counter: Counter, watcher: Watcher) -> None:
    order_id = original(counter)
    first, second = came_back(counter), came_back(counter)
    look(counter, watcher)
    one, other = case_about(counter, first), case_about(counter, second)
    linked(counter, press(counter, one, first), order_id)
    assert no(linked(counter, press(counter, other, second), order_id)) == "beyond_sold"
    look(counter, watcher)
    assert file_of(counter, one).case.state is State.CLOSED
    assert file_of(counter, other).case.state is State.OPEN


def test_the_same_press_twice_is_one_link_and_another_order_by_it_is_refused(counter: Counter) -> None:
    order_id, other = original(counter), original(counter)
    return_id = came_back(counter)
    asked = press(counter, homeless(counter, return_id), return_id)
    linked(counter, asked, order_id)
    again = linked(counter, asked, order_id)
    assert isinstance(again, Stepped)
    assert again.repeated
    assert no(linked(counter, asked, other)) == "action_id_taken"
    assert ties(counter) == [(order_id, 1, True)]


@pytest.mark.parametrize(
    ("pieces", "said", "code"),
    [
        ((("caviar", 1, 0),), {}, "not_sold_there"),
        ((("bread", 2, 0),), {}, "beyond_sold"),
        ((("bread", 1, 0), ("bread", 1, 0)), {}, "beyond_sold"),
        ((), {"amount_minor": 501}, "beyond_taken"),
        ((), {"currency": "EUR"}, "original_in_other_currency"),
    ],
)
def test_what_does_not_fit_the_order_is_refused_by_name_and_leaves_nothing(
    counter: Counter, pieces: tuple[tuple[str, int, int], ...], said: dict[str, Any], code: str
) -> None:
    order_id = original(counter)
    return_id = came_back(counter, *pieces, **said)
    case_id = homeless(counter, return_id)
    assert no(linked(counter, press(counter, case_id, return_id), order_id)) == code
    assert ties(counter) == []
    assert [str(event.kind) for event in file_of(counter, case_id).events] == ["came"]


def test_an_order_that_is_later_or_not_there_is_refused(counter: Counter) -> None:
    early = came_back(counter, requested_at=counter.clock.now - timedelta(days=1))
    order_id = original(counter)
    case_id = homeless(counter, early)
    assert no(linked(counter, press(counter, case_id, early), order_id)) == "original_is_later"
    assert no(linked(counter, press(counter, case_id, early), "nowhere")) == "no_such_original"
    assert ties(counter) == []


def test_a_return_that_names_its_order_or_is_linked_is_not_offered(counter: Counter) -> None:
    order_id = original(counter)
    named = came_back(counter, order_id=order_id)
    case_id = homeless(counter, named)
    assert steps(counter, case_id) == []
    assert no(linked(counter, press(counter, case_id, named), order_id)) == "not_offered"


def test_a_refund_of_the_order_and_its_return_are_one_thing(counter: Counter) -> None:
    order_id = original(counter)
    return_id = came_back(counter)
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(
            METADATA.tables["payments"].insert(),
            {
                "merchant_id": counter.merchant_id,
                "payment_id": counter.number("p"),
                "return_id": return_id,
                "kind": "refund",
                "tender": "cash",
                "amount_minor": 500,
                "currency": "CNY",
                "state": "approved",
                "occurred_at": counter.clock.now,
                "entered_by": "import",
            },
        )
    case_id = homeless(counter, return_id)
    assert isinstance(linked(counter, press(counter, case_id, return_id), order_id), Stepped)


def test_who_may_not_work_on_the_case_links_nothing(counter: Counter) -> None:
    order_id = original(counter)
    return_id = came_back(counter)
    case_id = homeless(counter, return_id)
    for by in (ANN, TOM):
        assert no(linked(counter, press(counter, case_id, return_id, by), order_id)) == "may_not"
    assert ties(counter) == []


def test_of_two_people_at_once_one_is_told_who_was_first(counter: Counter) -> None:
    order_id = original(counter)
    return_id = came_back(counter)
    case_id = homeless(counter, return_id)
    one, other = press(counter, case_id, return_id), press(counter, case_id, return_id, OLA)
    linked(counter, one, order_id)
    assert no(linked(counter, other, order_id)) in {"changed_meanwhile", "not_offered"}
    assert no(unlink_return(counter.house, replace(other, action_id="late"))) == "changed_meanwhile"
    assert ties(counter) == [(order_id, 1, True)]


def test_the_timeline_shows_the_sale_and_who_said_so(counter: Counter) -> None:
    order_id = original(counter)
    return_id = came_back(counter)
    case_id = homeless(counter, return_id)
    linked(counter, press(counter, case_id, return_id), order_id)
    with counter.database.transaction(counter.merchant_id) as connection:
        shown = timeline(connection, counter.merchant_id, file_of(counter, case_id).findings, [])
    assert f"order:{order_id}" in {moment.subject for moment in shown.moments}
    (said,) = [moment for moment in shown.moments if moment.what == words.TIES["return:original:tied"]]
    assert [detail.value.en for detail in said.details] == [order_id, FAY]
