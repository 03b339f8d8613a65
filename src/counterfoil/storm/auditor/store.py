"""Reads both books: the acquirer's own, and ours as a superuser sees it. It never writes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from counterfoil.storm.auditor.evidence import Books, Found, Ordered, Paid, TrueReturn, TrueSale

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)

_TRUE_SALES = """
    SELECT
        movements.payment_id,
        count(postings.seq) FILTER (WHERE by_id = movement_id AND postings.amount_minor > 0) AS taken_n,
        coalesce(sum(postings.amount_minor) FILTER (WHERE by_id = movement_id AND postings.amount_minor > 0), 0),
        coalesce(sum(postings.amount_minor), 0)
    FROM movements
    LEFT JOIN postings ON postings.merchant = movements.merchant AND postings.sale_id = movements.payment_id
    WHERE movements.merchant = ? AND movements.kind = 'sale'
    GROUP BY movements.payment_id
"""
#: What stands of refunds and voids. A refund's money bears its own id; a void's is the sale's own, moved by the void.
_TRUE_RETURNS = """
    SELECT
        movements.payment_id, movements.original_id, movements.amount_minor,
        count(postings.seq) FILTER (WHERE postings.amount_minor < 0)
    FROM movements
    LEFT JOIN postings ON postings.merchant = movements.merchant AND postings.by_id = movements.payment_id
    WHERE movements.merchant = ? AND movements.kind IN ('refund', 'void') AND movements.standing = 'stands'
    GROUP BY movements.payment_id, movements.original_id, movements.amount_minor
"""


def true_sales(file: Path, merchant_number: str) -> Mapping[str, TrueSale]:
    """Return what really happened to each sale at the acquirer."""
    return {
        name: TrueSale(payment_id=name, taken_n=taken_n, taken_minor=taken, net_minor=net)
        for name, taken_n, taken, net in _asked(file, _TRUE_SALES, merchant_number)
    }


def true_returns(file: Path, merchant_number: str) -> Sequence[TrueReturn]:
    """Return the refunds and voids that stand at the acquirer."""
    return [
        TrueReturn(payment_id=name, sale_id=sale_id or "", amount_minor=amount, given_back_n=n)
        for name, sale_id, amount, n in _asked(file, _TRUE_RETURNS, merchant_number)
    ]


def books_of(address: str, merchant_id: str, *, stock_before: int) -> Books:
    """Return our books; `stock_before` is what there was of every item at first."""
    with _connected(address) as connection:

        def rows(name: str, *more: object) -> list[dict[str, Any]]:
            return _rows(connection, name, merchant_id, *more)

        return Books(
            orders={row["order_id"]: Ordered(**row | {"lines": tuple(row["lines"])}) for row in rows("orders")},
            payments={row["payment_id"]: Paid(**row) for row in rows("payments")},
            slips={(row["kind"], row["of"]): row["n"] for row in rows("slips")},
            stock_off=[row["off"] for row in rows("stock_off", stock_before)],
            fold_off=[row["off"] for row in rows("fold_off")],
            outlived=[row["finding"] for row in rows("outlived")],
            findings=[Found(diagnosis=row["diagnosis"], names=frozenset(row["names"])) for row in rows("findings")],
        )


def unknowns_of(address: str, merchant_id: str) -> Mapping[str, Any]:
    """Return how long unknown payments took to a known end."""
    with _connected(address) as connection:
        return _rows(connection, "unknowns", merchant_id)[0]


def diagnoses_of(address: str, merchant_id: str) -> Mapping[str, int]:
    """Return how many findings are open, by diagnosis."""
    with _connected(address) as connection:
        return {row["diagnosis"]: row["n"] for row in _rows(connection, "diagnoses", merchant_id)}


def _asked(file: Path, query: str, merchant_number: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute(query, (merchant_number,)).fetchall()
    finally:
        connection.close()


def _connected(address: str) -> psycopg.Connection[dict[str, Any]]:
    # Everything is read as it stood at one moment.
    connection = psycopg.connect(
        address, row_factory=dict_row, options="-c default_transaction_isolation=repeatable\\ read"
    )
    connection.read_only = True
    return connection


def _rows(connection: psycopg.Connection[dict[str, Any]], name: str, *values: object) -> list[dict[str, Any]]:
    with psycopg.RawCursor(connection, row_factory=dict_row) as cursor:
        return cursor.execute(_QUERIES[name], values).fetchall()


def _queries() -> Mapping[str, str]:
    """Read the queries; a reader of its own, for the auditor shares no code with the counter's room."""
    text = files(__package__).joinpath("queries.sql").read_text(encoding="utf-8")
    _before, *parts = _NAME.split(text)
    return dict(zip(parts[::2], (part.strip() for part in parts[1::2]), strict=True))


_QUERIES = _queries()
