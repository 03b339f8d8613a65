"""What tills tell of the slips that they owed, on the real database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from counterfoil.books.slips.model import Slip, Told
from counterfoil.books.slips.refusals import SlipRefusal
from counterfoil.books.slips.states import Event, State
from counterfoil.db.tables import METADATA
from counterfoil.ids import OrderId, TerminalId
from counterfoil.journal import store as journal
from counterfoil.journal.store import Noted
from counterfoil.refusals import Refused
from tests.counter.shop import OPENING, T1
from tests.counter.till import Counter, sold

JOURNAL = METADATA.tables["journal"]


def paid_sale(counter: Counter) -> OrderId:
    sale = counter.sale(counter.tender())
    sold(counter.sell(sale))
    return sale.order_id


def tell(counter: Counter, slip_id: str, event: Event, fault: str | None = None) -> Slip | Refused:
    word = Told(slip_id=slip_id, event=event, told_at=counter.clock.now, fault=fault)
    (answer,) = counter.house.slips.tell(counter.merchant_id, [word])
    return answer


def tags(counter: Counter, slip_id: str) -> list[str]:
    query = sa.select(JOURNAL.c.tag).where(JOURNAL.c.subject == f"slip:{slip_id}").order_by(JOURNAL.c.recorded_at)
    with counter.database.transaction(counter.merchant_id) as connection:
        return list(connection.execute(query).scalars())


def test_a_slip_that_failed_is_printed_after_all_and_each_word_is_one_fact(counter: Counter) -> None:
    order_id = paid_sale(counter)
    failed = tell(counter, order_id, Event.FAILED, "paper_out")
    assert isinstance(failed, Slip)
    assert (failed.state, failed.fault) == (State.FAILED, "paper_out")
    tell(counter, order_id, Event.FAILED, "paper_out")
    printed = tell(counter, order_id, Event.PRINTED)
    assert isinstance(printed, Slip)
    assert (printed.state, printed.fault) == (State.PRINTED, None)
    assert tell(counter, order_id, Event.PRINTED) == printed
    assert tags(counter, order_id) == ["slip:sale:failed", "slip:sale:printed"]
    assert counter.house.slips.of_order(counter.merchant_id, order_id) == [printed]


def test_words_about_one_slip_in_one_list_are_taken_in_their_order(counter: Counter) -> None:
    order_id = paid_sale(counter)
    now = counter.clock.now
    answers = counter.house.slips.tell(
        counter.merchant_id,
        [
            Told(slip_id=order_id, event=Event.PRINTED, told_at=now),
            Told(slip_id=order_id, event=Event.FAILED, told_at=now, fault="paper_out"),
            Told(slip_id="nobody", event=Event.PRINTED, told_at=now),
        ],
    )
    first, second, third = answers
    assert isinstance(first, Slip)
    assert isinstance(second, Refused)
    assert isinstance(third, Refused)
    assert (first.state, second.code, third.code) == (
        State.PRINTED,
        SlipRefusal.SLIP_CAME_OUT,
        SlipRefusal.NO_SUCH_SLIP,
    )


def test_another_terminals_slip_is_not_there(counter: Counter) -> None:
    order_id = paid_sale(counter)
    word = Told(slip_id=order_id, event=Event.PRINTED, told_at=counter.clock.now)
    (own,) = counter.house.slips.tell(counter.merchant_id, [word], terminal_id=T1)
    (other,) = counter.house.slips.tell(counter.merchant_id, [word], terminal_id=TerminalId("t9"))
    assert isinstance(own, Slip)
    assert isinstance(other, Refused)
    assert other.code is SlipRefusal.NO_SUCH_SLIP


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ({"told_at": datetime.fromisoformat("0001-01-01T00:00:00+14:00")}, SlipRefusal.SLIP_TIME_BEHIND),
        ({"told_at": datetime.fromisoformat("1970-01-01T00:00:00Z")}, SlipRefusal.SLIP_TIME_BEHIND),
        ({"told_at": OPENING - timedelta(days=401)}, SlipRefusal.SLIP_TIME_BEHIND),
        ({"told_at": datetime.fromisoformat("9999-12-31T23:59:59-14:00")}, SlipRefusal.SLIP_TIME_AHEAD),
        ({"operator_id": "a\0b"}, SlipRefusal.SLIP_OPERATOR_UNUSABLE),
        ({"operator_id": "x" * 100_000}, SlipRefusal.SLIP_OPERATOR_UNUSABLE),
    ],
)
def test_a_word_that_no_journal_could_keep_is_refused_by_name_and_its_neighbours_are_taken(
    counter: Counter, word: dict[str, Any], code: SlipRefusal
) -> None:
    order_id, other = paid_sale(counter), paid_sale(counter)
    good = Told(slip_id=other, event=Event.PRINTED, told_at=counter.clock.now)
    odd = Told(**{"slip_id": order_id, "event": Event.PRINTED, "told_at": counter.clock.now} | word)
    answers = counter.house.slips.tell(counter.merchant_id, [odd, good])
    assert isinstance(answers[0], Refused)
    assert answers[0].code is code
    assert isinstance(answers[1], Slip)
    assert answers[1].state is State.PRINTED


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "1999-12-31T23:59:59Z", "2101-01-01T00:00:00Z"])
def test_a_fact_of_a_moment_that_is_no_shops_is_kept_out_by_the_database_itself(counter: Counter, text: str) -> None:
    moment = datetime.fromisoformat(text)
    with (
        pytest.raises(IntegrityError, match="occurred_in_a_shop_s_time"),
        counter.database.transaction(counter.merchant_id) as connection,
    ):
        journal.note_all(
            connection,
            counter.merchant_id,
            [Noted(tag="slip:sale:printed", subject="slip:x", occurred_at=moment, body={})],
        )
