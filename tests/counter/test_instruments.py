"""What is kept of a card or a code: its last four digits, or nothing at all."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from counterfoil.books.payments.ports import Entry, Presented
from tests.counter.till import Counter, sold


@pytest.mark.parametrize(
    ("entry", "number", "tail"),
    [
        (Entry.CHIP, "4242424242424242", "4242"),
        (Entry.KEYED, " 424242424242 ", "4242"),
        (Entry.KEYED, "", None),
        (Entry.KEYED, "  ", None),
        (Entry.KEYED, "424242", None),
        (Entry.TOKEN, "pm_4242424242424242", None),
        (Entry.CODE, "134567890123456789", None),
    ],
)
def test_a_tail_is_four_digits_of_a_card_or_nothing(entry: Entry, number: str, tail: str | None) -> None:
    assert Presented(entry=entry, number=number).tail == tail


@pytest.mark.parametrize("table", ["payments", "acquirer_records"])
def test_no_tail_in_the_books_is_empty(counter: Counter, table: str) -> None:
    """An export would write it, and an import would refuse what was exported."""
    sold(counter.sell(counter.sale(counter.tender("card"))))
    columns = {
        "payments": "payment_id, kind, tender, amount_minor, currency, state, occurred_at",
        "acquirer_records": "record_id, kind, acquirer, amount_minor, currency, state, occurred_at",
    }[table]
    values = {
        "payments": "'p', 'sale', 'cash', 1, 'CNY', 'declined', now()",
        "acquirer_records": "'r', 'sale', 'bank', 1, 'CNY', 'succeeded', now()",
    }[table]
    written = sa.text(f"INSERT INTO {table} (merchant_id, {columns}, instrument_tail) VALUES (:merchant, {values}, '')")
    with (
        pytest.raises(IntegrityError, match=f"{table}_instrument_tail_is_not_empty"),
        counter.database.transaction(counter.merchant_id) as connection,
    ):
        connection.execute(written, {"merchant": counter.merchant_id})
