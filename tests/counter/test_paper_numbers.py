"""The short number of an order: derived, typed as people type, and found without a list of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.counter.paper.numbers import number_of, number_typed
from counterfoil.counter.paper.store import orders_meant, orders_numbered
from counterfoil.ids import ID_PATTERN, OrderId, StoreId, new_id
from tests.counter.shop import OTHER_STORE, STORE
from tests.counter.till import Counter, sold

AT = datetime(2026, 3, 3, 9, 30, 0, 250_000, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 — bounds


def test_it_is_short_and_without_letters_that_are_misread() -> None:
    assert number_of(OrderId("01KJSGGVE0ABCDEFGHJKMNPQRS"), AT) == "MTDAGR-PQRS"
    assert number_of(OrderId("till-1-oil"), AT) == "MTDAGR-1011"


@given(order_id=st.from_regex(ID_PATTERN, fullmatch=True).filter(lambda text: text == text.strip()), placed_at=MOMENTS)
def test_what_stands_on_a_slip_leads_to_the_second_of_its_order(order_id: str, placed_at: datetime) -> None:
    number = number_of(OrderId(order_id), placed_at)
    typed = number_typed(f" {number.replace('-', ' ').lower().replace('0', 'o').replace('1', 'l')} ")
    assert typed is not None
    assert typed.text == number
    assert placed_at.replace(microsecond=0) in typed.seconds


@pytest.mark.parametrize("text", ["", "bread", "12345", "ABCDEF", "ABCDEF-12345", "UUUUUU-1234", "单号单号单号单号"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number_typed(text) is None


def meant(counter: Counter, typed: str, store_id: StoreId | None = None) -> list[OrderId]:
    with counter.database.transaction(counter.merchant_id) as connection:
        return orders_meant(connection, counter.merchant_id, typed, store_id=store_id)


def test_an_order_is_found_by_its_number_and_by_its_id(counter: Counter) -> None:
    counter.clock.passes(milliseconds=250)
    order_id = OrderId(new_id(counter.clock.now))
    sold(counter.sell(counter.sale(counter.tender(), order_id=order_id)))
    counter.clock.passes(seconds=1)
    sold(counter.sell(counter.sale(counter.tender())))
    number = number_of(order_id, counter.clock.now - timedelta(seconds=1))
    assert meant(counter, number) == [order_id]
    assert meant(counter, number.lower().replace("-", "")) == [order_id]
    assert meant(counter, order_id) == [order_id]
    assert meant(counter, number, STORE) == [order_id]
    assert meant(counter, number, OTHER_STORE) == []
    assert meant(counter, number[:-1]) == []


def test_two_orders_of_one_number_are_both_found(counter: Counter) -> None:
    for order_id in ("till-1-ABCD", "till-2-ABCD"):
        sold(counter.sell(counter.sale(counter.tender(), order_id=OrderId(order_id))))
    assert sorted(meant(counter, number_of(OrderId("till-1-ABCD"), counter.clock.now))) == [
        "till-1-ABCD",
        "till-2-ABCD",
    ]


def test_looking_for_a_number_reads_no_more_than_its_seconds(counter: Counter) -> None:
    """No list of numbers is kept, so that no sale waits for one; the index by time has to lead to them."""
    sold(counter.sell(counter.sale(counter.tender())))
    asked: list[tuple[str, Any]] = []
    note = lambda *call: asked.append((call[2], call[3]))  # noqa: E731 — what is listened with is taken away again
    sa.event.listen(counter.database.engine, "before_cursor_execute", note)
    with counter.database.transaction(counter.merchant_id) as connection:
        orders_numbered(connection, counter.merchant_id, "MTDAGR-0001")
    sa.event.remove(counter.database.engine, "before_cursor_execute", note)
    statement, parameters = asked[-1]
    with counter.database.transaction(counter.merchant_id) as connection:
        # Of a handful of orders all are read at once.
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        lines = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
    said = "\n".join(lines)
    assert "orders_by_time" in said, said
