"""What belongs to a case is fetched from every book, in a fixed number of queries, and never from another merchant."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from counterfoil.db.tables import METADATA
from counterfoil.desk.timeline.store import books_of
from tests.desk.cases.shop import NOON, Desk

_AT = {"merchant_id": "m1", "entered_by": "import"}
_MONEY = {"amount_minor": 500, "currency": "CNY"}

ROWS: dict[str, list[dict[str, Any]]] = {
    "orders": [
        {
            "order_id": name,
            "store_id": "s1",
            "terminal_id": "t1",
            "placed_at": NOON,
            "state": "paid",
            "total_minor": 500,
            "currency": "CNY",
            "fulfilment": "delivery",
        }
        for name in ("A", "Z")
    ],
    "payments": [
        {**_MONEY, "payment_id": name, "order_id": order_id, "kind": kind, "tender": "card", "state": "approved"}
        | {"occurred_at": NOON, "original_payment_id": original}
        for name, order_id, kind, original in (
            ("P", "A", "sale", None),
            ("R", None, "refund", "P"),
            ("Y", "Z", "sale", None),
        )
    ],
    "acquirer_records": [
        {**_MONEY, "record_id": name, "acquirer": "bank", "kind": "sale", "state": "succeeded", "occurred_at": NOON}
        | {"our_reference": own}
        for name, own in (("a1", "P"), ("a9", "Y"))
    ],
    "slips": [
        {"slip_id": "S", "order_id": "A", "kind": "sale", "form": "paper", "state": "printed", "copy_no": 0}
        | {"occurred_at": NOON}
    ],
    "notices": [
        {"notice_id": "N", "origin": "bank", "channel": "sms", "says": "charged", "state": "delivered"}
        | {"payment_id": "P", "occurred_at": NOON}
    ],
    "parcels": [{"parcel_id": "B", "order_id": "A", "state": "shipped", "shipped_at": NOON}],
    "tracking_events": [{"parcel_id": "B", "occurred_at": NOON, "status": "in_transit"}],
    "returns": [{**_MONEY, "return_id": "T", "order_id": "A", "state": "requested", "requested_at": NOON}],
    "terminal_events": [
        {"terminal_id": "t1", "occurred_at": NOON + timedelta(minutes=minutes), "kind": kind, "value": "offline"}
        for minutes, kind in ((-5, "network"), (-4, "heartbeat"), (-40, "network"))
    ],
}


def filled(desk: Desk) -> None:
    """Write a sale that stands in every book, and another one beside it."""
    with desk.database.transaction(desk.merchant_id) as connection:
        for name, rows in ROWS.items():
            connection.execute(METADATA.tables[name].insert(), [_AT | row for row in rows])


def names(desk: Desk, *subjects: str) -> dict[str, int]:
    """Count what belongs to some subjects, by table."""
    with desk.database.transaction(desk.merchant_id) as connection:
        books = books_of(connection, desk.merchant_id, subjects, ())
    return {name: len(rows) for name, rows in books.tables.items() if rows}


EVERYTHING = {
    "orders": 1,
    "payments": 2,
    "acquirer_records": 1,
    "slips": 1,
    "notices": 1,
    "parcels": 1,
    "tracking_events": 1,
    "returns": 1,
    "terminal_events": 1,
}


def test_an_order_brings_everything_that_belongs_to_it_and_nothing_else(desk: Desk) -> None:
    filled(desk)
    assert names(desk, "order:A") == EVERYTHING


def test_a_payment_a_record_and_a_refund_bring_the_same(desk: Desk) -> None:
    filled(desk)
    assert names(desk, "payment:P") == EVERYTHING
    assert names(desk, "acquirer_record:a1") == EVERYTHING
    assert names(desk, "payment:R") == EVERYTHING


def test_what_is_nowhere_brings_nothing(desk: Desk) -> None:
    filled(desk)
    assert names(desk, "order:gone", "payment:gone", "operator:ann") == {}
    assert names(desk) == {}


def test_the_queries_are_as_many_for_one_subject_as_for_many(desk: Desk) -> None:
    filled(desk)
    asked: list[str] = []
    sa.event.listen(desk.database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    names(desk, "order:A")
    one = len(asked)
    names(desk, "order:A", "order:Z", "payment:P", "acquirer_record:a9", "parcel:B", "return:T")
    assert len(asked) - one == one
