"""Practice sales are left out with all their rows (convention 6).

Payments stay in sight, marked `in_training`, until they have claimed their records; then they leave as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.books import Books
from counterfoil.detectors.ground.workbench import Workbench

#: Which column of a table names which practice row.
_BY_ORDER = ("order_lines", "slips", "notices", "parcels", "returns")
_BY_PAYMENT = ("slips", "notices")
_BY_RETURN = ("slips", "return_lines")


def without_training(bench: Workbench, books: Books) -> Books:
    """Return the books without practice sales; payments only marked, in a new column `in_training`."""
    payments = books["payments"]
    if not books.carries("orders.training"):
        return books.with_table("payments", payments.mutate(in_training=ibis.literal(False)))
    orders = books["orders"]
    practice = bench.keep("practice_orders", orders.filter(orders.training).select("merchant_id", "order_id"))
    if bench.is_empty(practice):
        return books.with_table("payments", payments.mutate(in_training=ibis.literal(False)))
    returns = bench.keep(
        "practice_returns",
        books["returns"].semi_join(practice, ["merchant_id", "order_id"]).select("merchant_id", "return_id"),
    )
    paid = bench.keep("practice_payments", _practice_payments(payments, practice, returns))
    parcels = bench.keep(
        "practice_parcels",
        books["parcels"].semi_join(practice, ["merchant_id", "order_id"]).select("merchant_id", "parcel_id"),
    )
    clean = books.with_table("orders", orders.filter(~orders.training.fill_null(False)))
    clean = _leave_out(clean, _BY_ORDER, practice, "order_id")
    clean = _leave_out(clean, _BY_PAYMENT, paid, "payment_id")
    clean = _leave_out(clean, _BY_RETURN, returns, "return_id")
    clean = _leave_out(clean, ("tracking_events",), parcels, "parcel_id")
    marks = paid.mutate(in_training=ibis.literal(True))
    marked = payments.left_join(marks, ["merchant_id", "payment_id"]).select(
        *payments.columns, in_training=ibis._.in_training.fill_null(False)
    )
    return clean.with_table("payments", marked)


def _practice_payments(payments: ir.Table, practice: ir.Table, returns: ir.Table) -> ir.Table:
    """Payments of a practice sale: by its order, by its return, or because they undo one of these."""
    of_orders = payments.semi_join(practice, ["merchant_id", "order_id"])
    of_returns = payments.semi_join(returns, ["merchant_id", "return_id"])
    named = ibis.union(
        of_orders.select("merchant_id", "payment_id"), of_returns.select("merchant_id", "payment_id"), distinct=True
    )
    undone = payments.semi_join(
        named.rename(original_payment_id="payment_id"), ["merchant_id", "original_payment_id"]
    ).select("merchant_id", "payment_id")
    return ibis.union(named, undone, distinct=True)


def _leave_out(books: Books, tables: Sequence[str], practice: ir.Table, column: str) -> Books:
    for name in tables:
        books = books.with_table(name, books[name].anti_join(practice, ["merchant_id", column]))
    return books
