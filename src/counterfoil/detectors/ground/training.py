"""Practice sales are left out with all their rows (convention 6).

A row belongs to its own order, else to its payment's, else to its return's. Payments stay in sight, marked
`in_training`, until they have claimed their records; then they leave as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.books import Books
from counterfoil.detectors.ground.workbench import Workbench

#: The columns by which a row can name its order, first the one that counts most.
_NAMES = ("order_id", "payment_id", "return_id")


def has_training(bench: Workbench, books: Books) -> bool:
    """Say whether there is any practice sale at all; most shops have none."""
    if not books.carries("orders.training"):
        return False
    return not bench.is_empty(books["orders"].filter(ibis._.training))


def without_training(bench: Workbench, books: Books) -> Books:
    """Return the books without practice sales; payments only marked, in a new column `in_training`."""
    payments = books["payments"]
    if not has_training(bench, books):
        return books.with_table("payments", payments.mutate(in_training=ibis.literal(False)))
    orders = books["orders"]
    practice = bench.keep("practice_orders", orders.filter(orders.training).select("merchant_id", "order_id"))
    returns = bench.keep("practice_returns", _named(books["returns"], practice, "order_id", "return_id"))
    paid = bench.keep("practice_payments", _practice_payments(books, practice))
    parcels = bench.keep("practice_parcels", _named(books["parcels"], practice, "order_id", "parcel_id"))
    clean = books.with_table("orders", orders.filter(~orders.training.fill_null(False)))
    for name in ("order_lines", "parcels", "returns", "slips", "notices"):
        clean = _leave_out(clean, name, practice, ["order_id"])
    for name in ("slips", "notices"):
        clean = _leave_out(clean, name, paid, _NAMES[:2])
    clean = _leave_out(clean, "slips", returns, _NAMES)
    clean = _leave_out(clean, "return_lines", returns, ["return_id"])
    clean = _leave_out(clean, "tracking_events", parcels, ["parcel_id"])
    marks = paid.mutate(in_training=ibis.literal(True))
    marked = payments.left_join(marks, ["merchant_id", "payment_id"]).select(
        *payments.columns, in_training=ibis._.in_training.fill_null(False)
    )
    return clean.with_table("payments", marked)


def _named(table: ir.Table, owners: ir.Table, column: str, identity: str) -> ir.Table:
    return table.semi_join(owners, ["merchant_id", column]).select("merchant_id", identity)


def _practice_payments(books: Books, practice: ir.Table) -> ir.Table:
    """Return the payments of practice sales: by their own order, else by their original's, else by their return's."""
    payments = books["payments"]
    orderless = payments.filter(payments.order_id.isnull()).select(
        "merchant_id", "payment_id", "original_payment_id", "return_id"
    )
    originals = payments.select("merchant_id", original_payment_id="payment_id", original_order_id="order_id")
    returns = books["returns"].select("merchant_id", "return_id", return_order_id="order_id")
    joined = (
        orderless.left_join(originals, ["merchant_id", "original_payment_id"])
        .drop("merchant_id_right", "original_payment_id_right")
        .left_join(returns, ["merchant_id", "return_id"])
    )
    homes = joined.mutate(order_id=joined.original_order_id.coalesce(joined.return_order_id))
    return ibis.union(
        _named(payments, practice, "order_id", "payment_id"), _named(homes, practice, "order_id", "payment_id")
    )


def _leave_out(books: Books, name: str, practice: ir.Table, columns: Sequence[str]) -> Books:
    """Leave out the rows whose last of `columns` names a practice row, while those before it name nothing."""
    *better, column = columns
    table = books[name]
    owners = practice.mutate(**{f"no_{other}": ibis.literal(True) for other in better})
    silent = table.mutate(**{f"no_{other}": table[other].isnull() for other in better})
    left = silent.anti_join(owners, ["merchant_id", column, *(f"no_{other}" for other in better)])
    return books.with_table(name, left.drop(*(f"no_{other}" for other in better)) if better else left)
