"""Where two findings of one subject weigh the same, every order of the rows tells the same one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb

from counterfoil.books.format import TABLES
from counterfoil.detectors.ground import Calendar
from counterfoil.detectors.run import detect
from counterfoil.policy import policy_from

from .laid import lay_books

AS_OF = datetime(2026, 3, 8, 12, tzinfo=UTC)


def a_return(currency: str) -> dict[str, object]:
    return {
        "merchant_id": "M1",
        "return_id": f"R-{currency}",
        "kind": "refund",
        "state": "closed",
        "requested_at": AS_OF - timedelta(days=1),
        "amount_minor": 500,
        "currency": currency,
        "customer_key": "K",
    }


def test_of_two_currencies_that_weigh_the_same_the_first_by_name_is_told() -> None:
    books = {"returns": [a_return(currency) for currency in ("JPY", "CNY")], "orders": []}
    policy = policy_from({"serial_returner": {"count": 1, "days": 90, "share": 0.3}})
    connection = duckdb.connect(config={"threads": 1})
    engine = lay_books(connection, books, {name: frozenset(TABLES[name].optional) for name in books})
    calendar = Calendar.over(as_of=AS_OF, policy=policy, earliest=AS_OF - timedelta(days=365))
    found = engine.fetch(detect(engine, engine.books(), calendar).findings).to_pylist()
    assert [row["currency"] for row in found if row["diagnosis"] == "serial_returner"] == ["CNY"]
