"""The table that every rule yields: core findings, before ids, exact tests, sentences and evidence.

A rule says *what* and *which rows*; everything that is not portable SQL is added once, in Python, for all
engines. This module must never know a diagnosis by name.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

#: The columns of a core finding, with their types. `…_id` columns point at rows of the books.
CORE: Mapping[str, str] = {
    "merchant_id": "string",
    "exception": "string",
    "diagnosis": "string",
    "subject": "string",
    "other_subject": "string",
    "occurred_at": "timestamp(6)",
    "amount_at_risk_minor": "int64",
    "currency": "string",
    "is_info": "boolean",  # lowered to info by a condition of the law, not by the diagnosis itself
    "order_id": "string",
    "other_order_id": "string",
    "payment_id": "string",
    "other_payment_id": "string",
    "record_id": "string",
    "other_record_id": "string",
    "slip_id": "string",
    "notice_id": "string",
    "parcel_id": "string",
    "return_id": "string",
    "store_id": "string",
    "terminal_id": "string",
    "operator_id": "string",
    "fault": "string",  # a word of a book that names the cause, such as the printer's fault
    "since": "timestamp(6)",  # the moment from which the waiting is counted, or the twin's moment
    "other_minor": "int64",  # the amount that was expected, where two amounts differ
    "k": "int64",  # counts of an exact test: k of n against peers_k of peers_n, among peers
    "n": "int64",
    "peers_k": "int64",
    "peers_n": "int64",
    "peers": "int64",
    "branch": "string",  # which way of a diagnosis that has several, as its `detector.toml` names them
    "mutes_order_id": "string",  # the order on which other exceptions are silenced by this finding
}


def core(
    table: ir.Table, exception: str, diagnosis: str, *, branch: str | None = None, **columns: ir.Value | str
) -> ir.Table:
    """Project a table to core findings; what is not given is null.

    `branch` names the way of a diagnosis that has several. `columns` give the value of a core column, as an
    expression over `table` or the name of one of its columns.
    """
    unknown = set(columns) - set(CORE)
    assert not unknown, unknown
    given: dict[str, ir.Value | str] = {
        "merchant_id": "merchant_id",
        "exception": ibis.literal(exception),
        "diagnosis": ibis.literal(diagnosis),
        "is_info": ibis.literal(False),
        "branch": ibis.null("string") if branch is None else ibis.literal(branch),
        **columns,
    }
    return table.select(**{name: _typed(table, given.get(name), kind) for name, kind in CORE.items()})


def _typed(table: ir.Table, value: ir.Value | str | None, kind: str) -> ir.Value:
    if value is None:
        return ibis.null(kind)
    column = table[value] if isinstance(value, str) else value
    return column if column.type() == ibis.dtype(kind) else column.cast(kind)


def subject(kind: str, identity: ir.StringValue) -> ir.StringValue:
    """Write a subject: `order:…`, `payment:…`."""
    return ibis.literal(f"{kind}:") + identity
