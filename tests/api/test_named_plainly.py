"""What a refusal names: the tender and not a line, the id that is nobody's, until when a PIN is locked."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from counterfoil.shop.policies.store import decide
from counterfoil.shop.staff.lock_out import FAILURES_MAX
from tests.api.asking import Asking, problem
from tests.counter.shop import ANN, OPENING, PINS, SUE


@pytest.mark.parametrize(
    ("tenders", "code", "field"),
    [
        ([{"amount_minor": -5}], "amount_out_of_range", "tenders[0].amount_minor"),
        ([{"payment_id": "no id"}], "bad_id", "tenders[0].payment_id"),
        ([{"tender": "gold"}], "tender_not_taken", "tenders[0]"),
        ([{"amount_minor": 400}, {"amount_minor": 100, "handed_minor": 99}], "cash_handed_too_little", "tenders[1]"),
        ([{"amount_minor": 400}, {"amount_minor": 100, "tender": "card"}], "nothing_presented", "tenders[1]"),
        ([{"amount_minor": 10}] * 21, "too_many_tenders", "21 tenders"),
    ],
)
def test_what_is_wrong_with_a_tender_names_the_tender(
    asking: Asking, tenders: list[dict[str, Any]], code: str, field: str
) -> None:
    before = asking.counter.counts()
    sale = msgspec.to_builtins(asking.counter.sale())
    whole = {"tender": "cash", "amount_minor": 500}
    sale["tenders"] = [{**whole, "payment_id": asking.counter.number("p"), **tender} for tender in tenders]
    answer = asking.ask("POST", "/api/v1/sales", {"sale": sale})
    assert problem(answer) == code
    assert field in answer.json()["detail_en"]
    assert "lines[" not in answer.json()["detail"]
    assert asking.counter.counts() == before


@pytest.mark.parametrize("place", ["sale", "line", "tender"])
def test_a_field_that_nobody_knows_is_not_lost_without_a_word(asking: Asking, place: str) -> None:
    """A tip that a till hangs on a tender would be charged by nobody; it is a line of its own."""
    body = asking.sale_body(asking.counter.sale(asking.counter.tender()))
    {"sale": body["sale"], "line": body["sale"]["lines"][0], "tender": body["sale"]["tenders"][0]}[place][
        "tip_minor"
    ] = 5
    before = asking.counter.counts()
    answer = asking.ask("POST", "/api/v1/sales", body)
    assert (answer.status_code, problem(answer)) == (422, "malformed")
    assert "tip_minor" in answer.json()["detail"]
    assert asking.counter.counts() == before


def test_a_card_or_a_code_with_nothing_presented_is_refused_at_once(asking: Asking) -> None:
    for tender in ("card", "wechat"):
        body = asking.sale_body(asking.counter.sale(asking.counter.tender(tender)))
        (shown,) = body["presented"].values()
        before = asking.counter.counts()
        for presented in ({}, {"p9": shown}, {name: {**shown, "number": " "} for name in body["presented"]}):
            assert problem(asking.ask("POST", "/api/v1/sales", {**body, "presented": presented})) == "nothing_presented"
        assert asking.counter.counts() == before
    assert asking.counter.host.calls == asking.counter.wechat.calls == []


def test_a_card_sale_that_is_in_the_books_is_told_so_without_the_card(asking: Asking) -> None:
    """A till keeps no card number, so after a power cut it repeats the sale without one."""
    sale = asking.counter.sale(asking.counter.tender("card"))
    assert asking.offer(sale).status_code == 201
    again = asking.ask("POST", "/api/v1/sales", {"sale": msgspec.to_builtins(sale)})
    assert (again.status_code, again.json()["recorded"]) == (200, "exists")


def test_a_pin_that_is_locked_says_until_when(asking: Asking, town_of: dict[str, str]) -> None:
    path = f"/api/v1/payments/{town_of['payment']}/undo"
    wrong = asking.undo_body(100, consent={"staff_id": SUE, "pin": "00000"})
    for _ in range(FAILURES_MAX):
        assert problem(asking.ask("POST", path, wrong)) == "pin_refused"
    answer = asking.ask("POST", path, asking.undo_body(100))
    assert problem(answer) == "pin_locked"
    until = asking.counter.value("SELECT pin_locked_until FROM staff WHERE staff_id = 'sue'").isoformat()
    assert answer.json()["facts"] == {"staff_id": SUE, "until": until}
    assert until in answer.json()["detail_en"]


def test_an_amount_that_is_not_above_zero_is_called_that(asking: Asking, town_of: dict[str, str]) -> None:
    for amount in (-5, 0):
        path = f"/api/v1/payments/{town_of['payment']}/undo"
        answer = asking.ask("POST", path, asking.undo_body(amount))
        assert (problem(answer), answer.json()["facts"]["found"]) == ("not_positive", amount)
        tender = {"payment_id": asking.counter.number("p"), "tender": "cash", "amount_minor": amount}
        body = {"operator_id": "ann", "tender": tender}
        assert problem(asking.ask("POST", f"/api/v1/sales/{town_of['order']}/tenders", body)) == "not_positive"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/v1/sales/nobody", "no_such_order"),
        ("POST", "/api/v1/sales/nobody/parking", "no_such_order"),
        ("GET", "/api/v1/payments/nobody", "no_such_payment"),
        ("POST", "/api/v1/payments/nobody/inquiries", "no_such_payment"),
        ("GET", "/api/v1/sales/parked/nobody", "no_such_store"),
    ],
)
def test_an_id_that_is_nobodys_is_named(asking: Asking, method: str, path: str, code: str) -> None:
    body = {"operator_id": "ann"} if path.endswith("parking") else None
    answer = asking.ask(method, path, body)
    assert (answer.status_code, problem(answer)) == (404, code)
    assert "nobody" in answer.json()["facts"].values()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"operator_id": SUE, "pin": "00000"}, "pin_refused"),
        ({"operator_id": SUE, "pin": PINS[ANN]}, "pin_refused"),
        ({"operator_id": ANN, "pin": PINS[ANN]}, "may_not"),
        ({"operator_id": "nobody", "pin": PINS[SUE]}, "no_such_staff"),
        ({"operator_id": SUE}, "malformed"),
    ],
)
def test_a_name_alone_closes_no_day(asking: Asking, town_of: dict[str, str], body: dict[str, str], code: str) -> None:
    path = "/api/v1/stores/s1/days/2026-03-03/closing"
    before = asking.counter.counts()
    assert problem(asking.ask("POST", path, body)) == code
    assert asking.counter.counts() == before
    closed = asking.ask("POST", path, {"operator_id": SUE, "pin": PINS[SUE]}).json()
    again = asking.ask("POST", path, {"operator_id": SUE, "pin": PINS[SUE]}).json()
    assert closed["batches"] == again["batches"] != []
    assert (closed["is_new"], again["is_new"]) == (True, False)


def test_a_refund_is_allowed_within_the_limits_of_the_shops_own_policy(asking: Asking, town_of: dict[str, str]) -> None:
    counter = asking.counter
    with counter.database.transaction(counter.merchant_id) as connection:
        text = "[limits.manager]\nrefund_minor_max = 99\n"
        decide(connection, counter.merchant_id, text, reason="thin", decided_by=None, now=OPENING)
    path = f"/api/v1/payments/{town_of['payment']}/undo"
    assert problem(asking.ask("POST", path, asking.undo_body(100))) == "over_limit"
    assert asking.ask("POST", path, asking.undo_body(99)).status_code == 200
