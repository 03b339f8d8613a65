"""Every fault of a request by its name: what a till, a token or a person is told, and that nothing was done."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from counterfoil.books.orders.model import Line
from tests.api.asking import Asking, problem
from tests.counter.shop import OPENING, PINS, SUE, token_of
from tests.counter.till import Counter, counter_over, sale_line, with_other

#: How far a till's clock is off.
OFF = timedelta(days=3)


def _line(sku: str, quantity: int) -> Line:
    return Line(sku=sku, quantity=Decimal(quantity), amount_minor=500)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lines": (_line("ghost", 1),)}, "unknown_item"),
        (
            {"lines": (_line("bread", -1),)},
            "quantity_out_of_range",
        ),
        (
            {"lines": (_line("bread", 10**9),)},
            "quantity_out_of_range",
        ),
        ({"lines": ()}, "no_lines"),
        ({"lines": (sale_line(),) * 501, "total_minor": 501 * 500}, "too_many_lines"),
        ({"total_minor": 499}, "lines_do_not_add_up"),
        ({"total_minor": -500}, "amount_out_of_range"),
        ({"total_minor": 10**13}, "amount_out_of_range"),
        ({"currency": "EUR"}, "other_currency"),
        ({"store_id": "nowhere"}, "unknown_store"),
        ({"terminal_id": "t9"}, "unknown_terminal"),
        ({"store_id": "s2"}, "unknown_terminal"),
        ({"operator_id": "nobody"}, "unknown_operator"),
        ({"operator_id": "old"}, "unknown_operator"),
        ({"placed_at": OPENING + OFF}, "clock_ahead"),
        ({"placed_at": OPENING - OFF}, "clock_behind"),
        ({"placed_at": OPENING.replace(tzinfo=None)}, "time_without_zone"),
        ({"promised_at": OPENING.replace(tzinfo=None)}, "time_without_zone"),
        ({"order_id": "no id"}, "bad_id"),
    ],
)
def test_a_sale_that_is_wrong_is_refused_by_name(asking: Asking, changes: dict[str, Any], code: str) -> None:
    before = asking.counter.counts()
    sale = with_other(asking.counter.sale(asking.counter.tender()), **changes)
    answer = asking.ask("POST", "/api/v1/sales", {"sale": msgspec.to_builtins(sale)})
    assert (answer.status_code, problem(answer)) == (409, code)
    assert asking.counter.counts() == before
    batch = asking.ask("POST", "/api/v1/sales/batch", {"sales": [msgspec.to_builtins(sale)]})
    if code != "clock_behind":
        assert [one["code"] for one in batch.json()["answers"]] == [code]


def test_tenders_that_come_to_more_than_the_total_are_refused(asking: Asking) -> None:
    sale = asking.counter.sale(asking.counter.tender("cash", 501))
    assert problem(asking.offer(sale)) == "tenders_exceed_total"


def test_a_key_that_is_used_again_with_another_body_is_told_what_differs(asking: Asking) -> None:
    sale = asking.counter.sale(asking.counter.tender())
    assert asking.offer(sale).status_code == 201
    assert asking.offer(sale).status_code == 200
    before = asking.counter.counts()
    other = with_other(sale, lines=(sale_line(quantity=2),), total_minor=1000)
    answer = asking.offer(other)
    assert (answer.status_code, problem(answer)) == (409, "exists_with_different_total_minor")
    assert answer.json()["facts"]["order_id"] == sale.order_id
    batch = asking.ask("POST", "/api/v1/sales/batch", {"sales": [msgspec.to_builtins(other)]}).json()["answers"][0]
    assert batch["code"] == "exists_with_different_total_minor"
    assert asking.counter.counts() == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sequence_no": "7"}, "exists_with_different_sequence_no"),
        ({"channel": "phone"}, "exists_with_different_channel"),
        ({"promised_at": OPENING + timedelta(hours=1)}, "exists_with_different_promised_at"),
        ({"repeat_of": "o0"}, "exists_with_different_repeat_of"),
        ({"training": True}, "exists_with_different_training"),
    ],
)
def test_a_repeat_that_differs_in_anything_is_no_repeat(asking: Asking, changes: dict[str, Any], code: str) -> None:
    sale = asking.counter.sale(asking.counter.tender())
    asking.offer(sale)
    assert problem(asking.offer(with_other(sale, **changes))) == code


def test_another_merchants_ids_are_nobodys_here(asking: Asking, counter: Counter) -> None:
    theirs = counter_over(counter.database, counter.merchant_id + ".other")  # type: ignore[arg-type]  # a new merchant's id
    sale = theirs.sale(theirs.tender())
    theirs.sell(sale)
    before = theirs.counts(), counter.counts()
    payment = sale.tenders[0].payment_id
    for method, path, body in (
        ("GET", f"/api/v1/sales/{sale.order_id}", None),
        ("GET", f"/api/v1/payments/{payment}", None),
        ("POST", f"/api/v1/payments/{payment}/refunds", asking.undo_body(1)),
        ("POST", f"/api/v1/sales/{sale.order_id}/cancellation", {"operator_id": "ann", "reason": "r"}),
        ("POST", f"/api/v1/payments/{payment}/inquiries", None),
    ):
        assert asking.ask(method, path, body).status_code == 404
    assert (theirs.counts(), counter.counts()) == before
    theirs.close()


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic eHg6eQ==",
        "Bearer cft_m.k1.wrong",
        "Bearer cft_..",
        "Bearer cft_\u00e9.k.s",
    ],
)
def test_a_token_that_is_nobodys_opens_nothing(asking: Asking, header: str) -> None:
    sale = asking.counter.sale(asking.counter.tender())
    answer = asking.ask("POST", "/api/v1/sales", asking.sale_body(sale), headers={"Authorization": header.encode()})
    assert (answer.status_code, problem(answer)) == (401, "no_such_token")


def test_another_merchants_secret_opens_nothing(asking: Asking, counter: Counter) -> None:
    answer = asking.ask(
        "GET", "/api/v1/sales/x", headers={"Authorization": f"Bearer {token_of(counter.merchant_id)[:-1]}"}
    )
    assert problem(answer) == "no_such_token"


def test_money_goes_back_only_for_somebody_who_works_here(asking: Asking, town_of: dict[str, str]) -> None:
    """One person alone must not be two by making a name up."""
    before = asking.counter.counts()
    for made_up in ("nobody", "old", ""):
        body = asking.undo_body(100, operator_id=made_up)
        assert problem(asking.ask("POST", f"/api/v1/payments/{town_of['payment']}/undo", body)) == "no_such_staff"
    assert asking.counter.counts() == before


@pytest.mark.parametrize("verb", ["tenders", "parking", "cancellation"])
def test_an_open_sale_is_touched_only_by_somebody_who_works_here(
    asking: Asking, town_of: dict[str, str], verb: str
) -> None:
    path = f"/api/v1/sales/{town_of['order']}/{verb}"
    tender = msgspec.to_builtins(asking.counter.tender("cash", 500))
    body = {"tenders": {"tender": tender}, "cancellation": {"reason": "left"}}.get(verb, {})
    body |= {"operator_id": "nobody"}
    before = asking.counter.counts()
    assert problem(asking.ask("POST", path, body)) == "no_such_staff"
    assert asking.counter.counts() == before


def test_a_wrong_pin_is_refused_and_counted(asking: Asking, town_of: dict[str, str]) -> None:
    body = asking.undo_body(100, consent={"staff_id": SUE, "pin": "00000"})
    assert problem(asking.ask("POST", f"/api/v1/payments/{town_of['payment']}/undo", body)) == "pin_refused"
    failures = asking.counter.value("SELECT pin_failures FROM staff WHERE staff_id = 'sue'")
    assert failures == 1


def test_nobody_allows_their_own_refund(asking: Asking, town_of: dict[str, str]) -> None:
    body = asking.undo_body(100, operator_id=SUE, consent={"staff_id": SUE, "pin": PINS[SUE]})
    assert problem(asking.ask("POST", f"/api/v1/payments/{town_of['payment']}/undo", body)) == "authoriser_is_operator"


def test_all_that_is_left_may_be_asked_for_twice_under_one_id(asking: Asking, town_of: dict[str, str]) -> None:
    body = asking.undo_body(None)
    path = f"/api/v1/payments/{town_of['payment']}/undo"
    first, again = asking.ask("POST", path, body), asking.ask("POST", path, body)
    assert first.status_code == again.status_code == 200
    assert first.json()["payment"]["payment_id"] == again.json()["payment"]["payment_id"]
    assert len(asking.counter.wechat.movements) == 2
