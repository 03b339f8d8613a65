"""Whatever is wrong with a request: never a fault of ours, always a name and a sentence, and nothing half-done."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.api.asking import Asking, problem
from tests.counter.shop import OPENING, PINS, SUE, token_of
from tests.counter.till import Counter, counter_over, sale_line, with_other

#: What a careless or hostile caller puts where something else belongs.
ODD: list[object] = [
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    10**30,
    0.5,
    1e308,
    "",
    "x",
    "\x00",
    "a\x00b",
    "../..",
    "é" * 40,
    "长" * 400,
    "x" * 70_000,
    "2026-03-03T09:30:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "NaN",
    "1e999999",
    [],
    [None],
    {},
    {"a": 1},
]
ODD_PATHS = ["%00", "a%00b", "x" * 3_000, "%E9%95%BF", "%FF", "..%2F..", "%20", "nobody"]

ENDPOINTS = [
    "POST /api/v1/sales",
    "POST /api/v1/sales/batch",
    "POST /api/v1/sales/resemblances",
    "POST /api/v1/sales/{order}/tenders",
    "POST /api/v1/sales/{order}/parking",
    "DELETE /api/v1/sales/{order}/parking",
    "POST /api/v1/sales/{order}/cancellation",
    "POST /api/v1/payments/{payment}/undo",
    "POST /api/v1/payments/{payment}/voids",
    "POST /api/v1/payments/{payment}/refunds",
    "POST /api/v1/stores/s1/days/2026-03-03/closing",
]


@pytest.fixture
def town_of(asking: Asking) -> dict[str, str]:
    """One open and one paid sale to ask about."""
    open_sale = asking.counter.sale()
    paid = asking.counter.sale(asking.counter.tender("wechat"))
    for sale in (open_sale, paid):
        assert asking.offer(sale).status_code == 201
    return {"order": open_sale.order_id, "payment": paid.tenders[0].payment_id}


def _body(asking: Asking, endpoint: str) -> dict[str, Any]:
    """Return a body that the endpoint would take."""
    counter = asking.counter
    match endpoint.rpartition("/")[2]:
        case "sales" | "resemblances":
            line = sale_line(name="bread", unit_price_minor=500, list_price_minor=500, tax_minor=1, reason="r")
            return asking.sale_body(counter.sale(counter.tender("wechat"), lines=[line], customer_key="c1"))
        case "batch":
            return {"sales": [msgspec.to_builtins(counter.sale(counter.tender()))]}
        case "tenders":
            return {"operator_id": "ann", "tender": msgspec.to_builtins(counter.tender("cash", 500))}
        case "parking":
            return {"operator_id": "ann"}
        case "cancellation":
            return {"operator_id": "ann", "reason": "left"}
        case "closing":
            return {"operator_id": SUE}
        case _:
            return asking.undo_body(100, lines=[{"line_no": 1, "quantity": "1"}])


def _places(body: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every value of a body."""
    if path:
        yield path
    inside = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, value in inside:
        yield from _places(value, (*path, name))


def _changed(body: dict[str, Any], path: tuple[str | int, ...], odd: object) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    at: Any = changed
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = odd
    return changed


def _without(body: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    at: Any = changed
    for name in path[:-1]:
        at = at[name]
    del at[path[-1]]
    return changed


def _nothing_half_done(asking: Asking, method: str, path: str, bodies: list[dict[str, Any]]) -> None:
    """Send bodies; a "no" is a proper one, never a fault of ours, and between two that are taken no row is written."""
    before = asking.counter.counts()
    for body in bodies:
        answer = asking.ask(method, path, body)
        if answer.status_code < 400:
            before = asking.counter.counts()
            continue
        assert problem(answer) != "fault", (body, answer.text)
        assert answer.status_code < 500, (body, answer.text)
    assert asking.counter.counts() == before, bodies


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_body_with_something_odd_in_it(asking: Asking, town_of: dict[str, str], endpoint: str) -> None:
    method, template = endpoint.split(" ")
    path = template.format(**town_of)
    for n, _ in enumerate(_places(_body(asking, endpoint))):
        # A fresh body each time: what was taken before must not make the next one a repeat.
        fresh = [_body(asking, endpoint) for _ in ODD]
        odd = [_changed(body, list(_places(body))[n], value) for body, value in zip(fresh, ODD, strict=True)]
        _nothing_half_done(asking, method, path, odd)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_body_with_something_missing(asking: Asking, town_of: dict[str, str], endpoint: str) -> None:
    method, template = endpoint.split(" ")
    fresh = [_body(asking, endpoint) for _ in _places(_body(asking, endpoint))]
    lacking = [_without(body, list(_places(body))[n]) for n, body in enumerate(fresh)]
    _nothing_half_done(asking, method, template.format(**town_of), lacking)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"null", b"[]", b'"x"', b"7", b"[" * 100_000, b'{"sale":' * 5_000]
)
def test_a_body_that_is_no_body(asking: Asking, town_of: dict[str, str], endpoint: str, content: bytes) -> None:
    method, template = endpoint.split(" ")
    before = asking.counter.counts()
    answer = asking.ask(
        method, template.format(**town_of), content=content, headers={"Content-Type": "application/json"}
    )
    assert problem(answer) == "malformed"
    assert asking.counter.counts() == before


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_body_of_ten_megabytes(asking: Asking, town_of: dict[str, str], endpoint: str) -> None:
    method, template = endpoint.split(" ")
    body = {**_body(asking, endpoint), "reason": "x" * 10_000_000}
    before = asking.counter.counts()
    answer = asking.ask(method, template.format(**town_of), body=body)
    assert (answer.status_code, problem(answer)) == (413, "too_large")
    assert asking.counter.counts() == before


@pytest.mark.parametrize("odd", ODD_PATHS)
@pytest.mark.parametrize("endpoint", [*ENDPOINTS, "GET /api/v1/sales/{order}", "GET /api/v1/payments/{payment}"])
def test_an_address_with_something_odd_in_it(asking: Asking, endpoint: str, odd: str) -> None:
    method, template = endpoint.split(" ")
    if "{" not in template:
        return
    body = None if method == "GET" else _body(asking, endpoint)
    before = asking.counter.counts()
    answer = asking.ask(method, template.format(order=odd, payment=odd), body=body)
    assert problem(answer) in {"not_found", "no_such_order", "no_such_payment", "malformed", "method_not_allowed"}
    assert answer.status_code < 500
    assert asking.counter.counts() == before


@pytest.mark.parametrize("odd", ["0001-01-01", "9999-12-31", "2026-02-30", "yesterday", "%00", "2026-03-04"])
def test_a_day_that_is_none(asking: Asking, odd: str) -> None:
    before = asking.counter.counts()
    answer = asking.ask("POST", f"/api/v1/stores/s1/days/{odd}/closing", {"operator_id": SUE})
    if answer.status_code == 200:
        assert odd == "0001-01-01"
        return
    assert problem(answer) in {"not_found", "day_not_begun", "malformed"}
    assert asking.counter.counts() == before


def test_closing_an_old_day_late_opens_no_day_again(asking: Asking) -> None:
    asking.ask("POST", "/api/v1/stores/s1/days/2026-03-03/closing", {"operator_id": SUE})
    asking.ask("POST", "/api/v1/stores/s1/days/2026-03-01/closing", {"operator_id": SUE})
    sale = asking.counter.sale(asking.counter.tender())
    assert asking.offer(sale).json()["business_date"] == "2026-03-04"


# ---------------------------------------------------------------- every fault by its name

Q = timedelta(days=3)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lines": (sale_line("bread", 1).__class__(sku="ghost", quantity=1, amount_minor=500),)}, "unknown_item"),  # type: ignore[arg-type]  # the quantity becomes JSON at once
        (
            {"lines": (sale_line("bread", 1).__class__(sku="bread", quantity=-1, amount_minor=500),)},
            "quantity_out_of_range",
        ),  # type: ignore[arg-type]  # as above
        (
            {"lines": (sale_line("bread", 1).__class__(sku="bread", quantity=10**9, amount_minor=500),)},
            "quantity_out_of_range",
        ),  # type: ignore[arg-type]  # as above
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
        ({"placed_at": OPENING + Q}, "clock_ahead"),
        ({"placed_at": OPENING - Q}, "clock_behind"),
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


# ---------------------------------------------------------------- people


def test_money_goes_back_only_for_somebody_who_works_here(asking: Asking, town_of: dict[str, str]) -> None:
    """One person alone must not be two by making a name up."""
    before = asking.counter.counts()
    for made_up in ("nobody", "old", ""):
        body = asking.undo_body(100, operator_id=made_up)
        assert problem(asking.ask("POST", f"/api/v1/payments/{town_of['payment']}/undo", body)) == "may_not"
    assert asking.counter.counts() == before


@pytest.mark.parametrize("verb", ["tenders", "parking", "cancellation"])
def test_an_open_sale_is_touched_only_by_somebody_who_works_here(
    asking: Asking, town_of: dict[str, str], verb: str
) -> None:
    path = f"/api/v1/sales/{town_of['order']}/{verb}"
    body = {**_body(asking, path), "operator_id": "nobody"}
    before = asking.counter.counts()
    assert problem(asking.ask("POST", path, body)) == "may_not"
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
