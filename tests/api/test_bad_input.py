"""Whatever is wrong with a request: never a fault of ours, always a name and a sentence, and nothing half-done."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.api.asking import Asking, problem
from tests.counter.shop import OPENING, PINS, SUE
from tests.counter.till import sale_line, with_other

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
NO_BODIES = [b"", b"{", b"\xff\xfe", b"null", b"[]", b'"x"', b"7", b"[" * 100_000, b'{"sale":' * 5_000]
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
            return {"operator_id": SUE, "pin": PINS[SUE]}
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
def test_a_body_that_is_no_body(asking: Asking, town_of: dict[str, str], endpoint: str) -> None:
    method, template = endpoint.split(" ")
    before = asking.counter.counts()
    for content in NO_BODIES:
        headers = {"Content-Type": "application/json"}
        answer = asking.ask(method, template.format(**town_of), content=content, headers=headers)
        assert problem(answer) == "malformed", content[:20]
    assert asking.counter.counts() == before


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_body_of_ten_megabytes(asking: Asking, town_of: dict[str, str], endpoint: str) -> None:
    method, template = endpoint.split(" ")
    body = {**_body(asking, endpoint), "reason": "x" * 10_000_000}
    before = asking.counter.counts()
    answer = asking.ask(method, template.format(**town_of), body=body)
    assert (answer.status_code, problem(answer)) == (413, "too_large")
    assert asking.counter.counts() == before


def test_an_address_with_something_odd_in_it(asking: Asking) -> None:
    before = asking.counter.counts()
    for endpoint in [*ENDPOINTS, "GET /api/v1/sales/{order}", "GET /api/v1/payments/{payment}"]:
        method, template = endpoint.split(" ")
        if "{" not in template:
            continue
        for odd in ODD_PATHS:
            body = None if method == "GET" else _body(asking, endpoint)
            answer = asking.ask(method, template.format(order=odd, payment=odd), body=body)
            named = {"no_such_order", "no_such_payment"} if odd == "nobody" else set()
            assert problem(answer) in {"not_found", "malformed", "method_not_allowed"} | named, (endpoint, odd)
            assert answer.status_code < 500
    assert asking.counter.counts() == before


@pytest.mark.parametrize("odd", ["0001-01-01", "9999-12-31", "2026-02-30", "yesterday", "%00", "2026-03-04"])
def test_a_day_that_is_none(asking: Asking, odd: str) -> None:
    before = asking.counter.counts()
    answer = asking.ask("POST", f"/api/v1/stores/s1/days/{odd}/closing", {"operator_id": SUE, "pin": PINS[SUE]})
    assert problem(answer) in {"not_found", "day_not_begun", "day_before_first_sale", "malformed"}
    assert asking.counter.counts() == before


def test_closing_an_old_day_late_opens_no_day_again(asking: Asking) -> None:
    early = with_other(asking.counter.sale(asking.counter.tender()), placed_at=OPENING - timedelta(days=3))
    asking.ask("POST", "/api/v1/sales/batch", {"sales": [msgspec.to_builtins(early)]})
    for day in ("2026-03-03", "2026-03-01"):
        body = {"operator_id": SUE, "pin": PINS[SUE]}
        assert asking.ask("POST", f"/api/v1/stores/s1/days/{day}/closing", body).status_code == 200
    sale = asking.counter.sale(asking.counter.tender())
    assert asking.offer(sale).json()["business_date"] == "2026-03-04"


@pytest.mark.parametrize("name", ["{", "{0}", "}{", "{why}", "{𱥎"])
def test_a_field_that_nobody_knows_is_named_whatever_it_is_called(asking: Asking, name: str) -> None:
    answer = asking.ask("POST", "/api/v1/sales/o1/cancellation", {"operator_id": "ann", "reason": "none", name: 1})
    assert answer.status_code == 422, answer.text
    assert problem(answer) == "malformed"
    assert name in answer.json()["detail"]
