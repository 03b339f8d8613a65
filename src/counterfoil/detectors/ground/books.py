"""The five books as the rules see them: eleven Ibis tables, and which of them were really given.

An absent table is here as an empty one of the right schema, so that every expression can be written; whether a
diagnosis may be examined at all is asked of `carries` and `meets` (convention 4 of the law).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir

from counterfoil.books.format import TABLES

#: What a paid order still tells when it stands in for a payment, because there is no payments book.
STAND_IN_COLUMNS = frozenset({"order_id", "acquirer"})

#: A need that is met where orders stand for payments: such a sale has no undo, so none has to be looked for.
STAND_INS = "stand_ins"


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Eleven tables, with what was given of them."""

    #: Every table of the format, in its full schema; an absent one has no rows.
    tables: Mapping[str, ir.Table]
    #: Tables that were given -> the optional columns that some file of theirs carries.
    carried: Mapping[str, frozenset[str]]

    def __getitem__(self, name: str) -> ir.Table:
        return self.tables[name]

    def carries(self, need: str) -> bool:
        """Say whether `table` or `table.column` was given, or whether orders are `stand_ins` for payments."""
        table, _, column = need.partition(".")
        if table not in self.carried:
            return False
        return not column or column in self.carried[table] or TABLES[table].column(column).required

    def meets(self, needs: Sequence[Sequence[str]]) -> bool:
        """Say whether of every group of alternatives at least one was given."""
        return all(any(self.carries(need) for need in group) for group in needs)

    def with_table(self, name: str, table: ir.Table) -> Books:
        """Return the books with one table exchanged."""
        return replace(self, tables={**self.tables, name: table})


def with_payments(books: Books) -> Books:
    """Let each paid order stand for one approved sale payment where there is no payments book (convention 4)."""
    if books.carries("payments") or not books.carries("orders"):
        return books
    orders = books["orders"].filter(ibis._.state == "paid")
    sole = (
        books["acquirer_records"]
        .group_by("merchant_id")
        .agg(acquirers_n=ibis._.acquirer.nunique(), sole_acquirer=ibis._.acquirer.min())
        .filter(ibis._.acquirers_n == 1)
        .select("merchant_id", "sole_acquirer")
    )
    known = {
        "payment_id": ibis._.order_id,
        "order_id": ibis._.order_id,
        "kind": ibis.literal("sale"),
        "tender": ibis.literal("other"),
        "amount_minor": ibis._.total_minor,
        "state": ibis.literal("approved"),
        "occurred_at": ibis._.closed_at.coalesce(ibis._.placed_at),
        "currency": ibis._.currency,
        "acquirer": ibis._.sole_acquirer,
    }
    schema = books["payments"].schema()
    columns = {
        name: known.get(name, ibis._[name] if name in {"merchant_id", "source_file", "source_line"} else None)
        for name in schema.names
    }
    standing = orders.left_join(sole, "merchant_id").select(
        **{name: ibis.null(schema[name]) if value is None else value for name, value in columns.items()}
    )
    return replace(
        books,
        tables={**books.tables, "payments": standing},
        carried={**books.carried, "payments": STAND_IN_COLUMNS, STAND_INS: frozenset()},
    )
