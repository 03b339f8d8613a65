"""Keeping both of two orders is said to the rules, as a cashier says it at the till, and unsaid by reopening."""

from __future__ import annotations

import csv
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from counterfoil.books.format import TABLES
from counterfoil.desk.cases.closing import Wish
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.many import close_many
from counterfoil.desk.cases.model import Moved, MovedMany
from counterfoil.desk.cases.states import State
from counterfoil.desk.cross_checking import cross_check
from counterfoil.desk.watching import Watcher
from counterfoil.exchange.store import unload
from tests.desk.cases.shop import NOON, Desk, finding
from tests.desk.live_books import record


def double(name: str, earlier: str, **more: object) -> dict[str, Any]:
    """Return what the rules say of an order that looks like an earlier one."""
    said = {"exception": "duplicate_order", "diagnosis": "double_charge", "other_subject": f"order:{earlier}"}
    return finding(name, **said | more)


def ties(desk: Desk) -> list[tuple[str, str, bool]]:
    return [tuple(row) for row in desk.rows("SELECT row_id, order_id, stands FROM ties ORDER BY row_id, tie_no")]


def facts(desk: Desk) -> list[tuple[str, str, str]]:
    query = "SELECT tag, subject, actor_id FROM journal WHERE tag LIKE 'order:repeat:%' ORDER BY recorded_at, fact_id"
    return [tuple(row) for row in desk.rows(query)]


def sold_twice(desk: Desk) -> None:
    """Take in two sales of one basket to one customer, a minute apart."""
    at = {"A": NOON - timedelta(hours=3), "B": NOON - timedelta(hours=3) + timedelta(minutes=1)}
    money = {"amount_minor": 500, "currency": "CNY", "merchant_id": desk.merchant_id}
    record(
        desk.database,
        desk.merchant_id,
        {
            "orders": [
                {"merchant_id": desk.merchant_id, "order_id": name, "placed_at": when, "state": "paid"}
                | {"total_minor": 500, "currency": "CNY", "fulfilment": "carry_out", "customer_key": "k1"}
                for name, when in at.items()
            ],
            "order_lines": [
                {**money, "order_id": name, "line_no": 1, "sku": "bread", "quantity": 1, "name": "bread"} for name in at
            ],
            "payments": [
                {**money, "payment_id": f"P{name}", "order_id": name, "kind": "sale", "tender": "cash"}
                | {"state": "approved", "occurred_at": when}
                for name, when in at.items()
            ],
        },
    )


def test_an_export_tells_what_was_said(desk: Desk, tmp_path: Path) -> None:
    sold_twice(desk)
    desk.look(double("B", "A"))
    desk.close("B", "fay", Reason.GENUINE_REPEAT, text=None)
    with desk.database.transaction(desk.merchant_id) as connection:
        unload(connection, TABLES["orders"], tmp_path / "orders.csv")
    names = [column.name for column in TABLES["orders"]]
    with (tmp_path / "orders.csv").open(encoding="utf-8", newline="") as file:
        rows = [dict(zip(names, row, strict=True)) for row in csv.reader(file)]
    assert [(row["order_id"], row["repeat_of"], row["placed_at"]) for row in rows] == [
        ("A", "", "2026-03-01 09:00:00"),
        ("B", "A", "2026-03-01 09:01:00"),
    ]


def test_the_rules_hear_it_and_find_it_again_when_the_case_is_reopened(desk: Desk) -> None:
    sold_twice(desk)
    of_doubles = "SELECT case_id, state FROM cases WHERE exception = 'duplicate_order'"
    with Watcher.over(desk.database.address) as watcher:
        watcher.look_until_done(desk.merchant_id, now=desk.now)
        ((case_id, state),) = desk.rows(of_doubles)
        assert state == "open"
        assert isinstance(desk.close(case_id, "fay", Reason.GENUINE_REPEAT, text=None), Moved)
        assert ties(desk) == [("B", "A", True)]
        assert desk.rows("SELECT repeat_of FROM orders ORDER BY order_id") == [(None,), (None,)]
        # The watch reads up to the horizon of the database's own clock.
        time.sleep(0.05)
        watcher.look_until_done(desk.merchant_id, now=desk.now)
        assert desk.rows("SELECT gone_at IS NULL FROM findings WHERE exception = 'duplicate_order'") == [(False,)]
        assert desk.case(case_id).state is State.CLOSED
        checked = cross_check(watcher, desk.merchant_id, now=desk.now)
        assert checked is not None
        assert checked.disagreed_n == 0
        assert isinstance(desk.reopen(case_id, "fay"), Moved)
        time.sleep(0.05)
        watcher.look_until_done(desk.merchant_id, now=desk.now)
    assert desk.rows("SELECT gone_at IS NULL FROM findings WHERE exception = 'duplicate_order'") == [(True,)]
    assert ties(desk) == [("B", "A", True), ("B", "A", False)]
    assert facts(desk) == [("order:repeat:tied", "order:B", "fay"), ("order:repeat:untied", "order:B", "fay")]


def test_every_pair_of_the_case_is_said_and_the_same_press_says_it_once(desk: Desk) -> None:
    desk.look(double("B", "A"), double("C", "B"))
    desk.merge("C", "fay", "B")
    seen = desk.case("B").version
    for repeated in (False, True):
        kept = desk.close("B", "fay", Reason.GENUINE_REPEAT, text=None, seen=seen, action_id="keep")
        assert isinstance(kept, Moved)
        assert kept.repeated is repeated
    assert ties(desk) == [("B", "A", True), ("C", "B", True)]


def test_another_closure_says_nothing(desk: Desk) -> None:
    desk.look(double("B", "A"))
    desk.close("B", "fay", Reason.HARMLESS)
    desk.reopen("B", "fay")
    assert ties(desk) == []


def test_payments_too_many_and_orders_of_files_are_not_said_to_repeat(desk: Desk) -> None:
    desk.look(double("P", "Q", subject="payment:P", other_subject="payment:Q", diagnosis="one_order_two_payments"))
    desk.look(double("X", "Y"), by="audit")
    for name in "PX":
        assert isinstance(desk.close(name, "fay", Reason.GENUINE_REPEAT, text=None), Moved)
    assert ties(desk) == []


def test_many_kept_at_once_are_each_said(desk: Desk) -> None:
    harmless = {"diagnosis": "paid_and_unpaid", "next_step": "cancel_the_unpaid_one"}
    desk.look(double("B", "A", **harmless), double("D", "C", **harmless))
    wish = Wish(reason=Reason.GENUINE_REPEAT)
    answer = desk.in_bulk(close_many, "BD", "fay", wish=wish)
    assert isinstance(answer, MovedMany)
    assert ties(desk) == [("B", "A", True), ("D", "C", True)]
