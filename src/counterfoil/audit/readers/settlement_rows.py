"""What the settlement reports of payment companies share: the checks of a row and the record that it becomes.

A reader gives every row these columns: `source_line`, `platform` (the company's number of the row), `word` (what the
row says it is), `kind` (ours, or `other` for money that moved without a sale or refund), `amount_minor` (null where
the value is no amount or moves the wrong way), `amount_text`, `currency`, `occurred_at` and `time_text`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.drafting import carried, constant
from counterfoil.audit.readers.sieve import Check, bad_amount, bad_time, missing_value, unknown_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions


def settlement_checks(*, number: str, word: str, amount: str, time: str, currency: str) -> tuple[Check, ...]:
    """Return the checks of a row, the plainest first, with the labels of the file's columns."""
    return (
        missing_value(number, "platform IS NULL"),
        missing_value(word, "word IS NULL"),
        unknown_word(word, "kind IS NULL", "word"),
        no_sale(word),
        missing_value(currency, "currency IS NULL"),
        bad_amount(amount, "amount_minor IS NULL OR amount_minor < 0", "amount_text"),
        bad_time(time, "occurred_at IS NULL", "time_text"),
    )


def no_sale(column: str) -> Check:
    """Return the rule that keeps payouts, transfers and the like out of the records."""
    return Check(
        reason="no_sale",
        column=column,
        fails="kind = 'other'",
        found="word",
        text_en="The money moved without a sale or a refund to a customer.",
        text_zh="该资金变动不是销售收款，也不是对顾客的退款。",
        why="by_rule",
    )


def record_columns(acquirer: str, options: ReadOptions, columns: Mapping[str, str]) -> Mapping[str, str]:
    """Return the columns of an acquirer record: those that are the same everywhere, then the format's own."""
    return {
        "merchant_id": constant(options.merchant_id),
        "acquirer": constant(acquirer),
        "source": constant("settlement"),
        "kind": "kind",
        "state": constant("succeeded"),
        "amount_minor": "amount_minor",
        "currency": "currency",
        "occurred_at": "occurred_at",
        **columns,
    }


def record_gives(*columns: str) -> Mapping[str, frozenset[str]]:
    """Return what a settlement reader gives, with these optional columns beside `source`."""
    return {"acquirer_records": carried("acquirer_records", frozenset(("source", *columns)))}


def kind_counts(connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
    """Count the records of each kind."""
    counted = connection.execute(f"SELECT kind, count(*) FROM {rows} GROUP BY 1 ORDER BY 1").fetchall()
    return {f"{kind}s": number for kind, number in counted}
