"""Stripe's itemized reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from counterfoil.audit.readers.stripe_balance import READER
from tests.audit.readers.files import aside_of, reading_of, rows_of, written
from tests.audit.readers.foreign import STRIPE

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


def test_charges_and_refunds_are_read_and_payouts_are_counted(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    reading = reading_of(connection, READER, written(tmp_path, STRIPE.text()))

    sale, refund = rows_of(reading)
    assert sale == {
        "source_line": 2,
        "merchant_id": "default",
        "acquirer": "stripe",
        "source": "settlement",
        "kind": "sale",
        "state": "succeeded",
        "amount_minor": 3580,
        "currency": "USD",
        "occurred_at": datetime.fromisoformat("2026-03-01 23:59:30"),
        "record_id": sale["record_id"],
        "settled_on": date(2026, 3, 3),
        "our_reference": "P1",
        "original_reference": None,
        "acquirer_reference": "ch_1",
    }
    assert (refund["kind"], refund["amount_minor"], refund["original_reference"]) == ("refund", 1000, "P1")
    assert aside_of(reading)["no_sale"] == [(4, "reporting_category", "payout")]
    assert reading.counts == {"rows": 3, "sales": 1, "refunds": 1}


def test_what_the_customer_saw_counts_in_the_currency_of_the_customer(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    change = {"customer_facing_amount": "5000", "customer_facing_currency": "jpy"}

    sale, _ = rows_of(reading_of(connection, READER, written(tmp_path, STRIPE.text(change))))

    assert (sale["amount_minor"], sale["currency"]) == (5000, "JPY")


def test_a_charge_that_takes_money_away_is_set_aside(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    reading = reading_of(connection, READER, written(tmp_path, STRIPE.text({"gross": "-35.80"})))

    assert aside_of(reading)["bad_amount"] == [(2, "gross", "35.80")]
