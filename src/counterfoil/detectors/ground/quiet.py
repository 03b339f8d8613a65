"""Quiet sales: those of which every book says the same, and which nothing else speaks of. They leave before the rules.

A sale is quiet when its order is paid, approved payments of its total stand beside it and are plainly claimed, a
slip of that amount was handed out, every parcel of it was confirmed without dispute, nothing was returned, voided or
refunded, and no other order looks like it. No diagnosis can hold for such a sale, whatever stands in the other rows
of the books. Nearly all sales are quiet; the rest are the sales *in question*. When in doubt, a sale is in question.
"""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.books import Books
from counterfoil.detectors.ground.slips import handed_out
from counterfoil.detectors.ground.workbench import Workbench
from counterfoil.errors import Bug

#: Below so many orders the search for quiet sales costs more than it saves.
ORDERS_MIN = 100_000

#: How often slips of sales in question may lead to further sales; each round but the last finds new ones.
ROUNDS_MAX = 1_000

_ORDER = ["merchant_id", "order_id"]
_PAYMENT = ["merchant_id", "payment_id"]
#: What an order, its payment and its slip have in common where they agree.
_MONEY = [*_ORDER, "currency", "amount_minor"]


def orders_in_question(bench: Workbench, books: Books, odd: ir.Table, named: ir.Table, alike: ir.Table) -> ir.Table:
    """Return (merchant_id, order_id) of the orders that are not quiet; an id may be of an order that nobody knows.

    `books` has no practice sales. `odd` are the sale payments that are not plain, `named` (merchant_id, payment_id)
    those that something else speaks of, and `alike` the orders that look like another one.
    """
    parts = [alike, odd.filter(odd.order_id.notnull()), *_by_orders_and_payments(bench, books)]
    parts += [*_by_slips(bench, books), *_by_parcels(books)]
    returns = books["returns"]
    parts.append(returns.filter(returns.order_id.notnull()))
    slips = books["slips"]
    lone = slips.filter(slips.order_id.isnull() & slips.payment_id.notnull()).select(*_PAYMENT)
    spoken_of = bench.keep("payments_spoken_of", ibis.union(named, lone, distinct=True))
    parts.append(_orders_of(books, spoken_of))
    found = bench.keep("orders_in_question", ibis.union(*(part.select(*_ORDER) for part in parts)))
    return _with_neighbours(bench, books, found)


def _by_orders_and_payments(bench: Workbench, books: Books) -> Iterator[ir.Table]:
    """Orders and payments that do not say the same; orders with a payment that is no sale or was not approved."""
    orders, payments = books["orders"], books["payments"]
    own = payments.filter(payments.order_id.notnull())
    yield orders.filter(orders.state != "paid")
    yield own.filter((own.kind != "sale") | (own.state != "approved"))
    yield _unlike_their_payments(bench, orders, own)


def _unlike_their_payments(bench: Workbench, orders: ir.Table, payments: ir.Table) -> ir.Table:
    """Paid orders of which not just their total was approved, and payments of no such order."""
    approved = payments.filter((payments.kind == "sale") & (payments.state == "approved")).select(*_MONEY)
    unlike = bench.unlike("orders_unlike_payments", _paid(orders), approved)
    # Split tenders are unlike their order one by one, but may add up to its total; two of the whole total do not.
    parts = bench.crowded("tenders_in_parts", approved, _ORDER)
    sums = parts.group_by([*_ORDER, "currency"]).agg(amount_minor=ibis._.amount_minor.sum())
    agreeing = bench.keep("tenders_that_add_up", sums.semi_join(unlike, _MONEY))
    return ibis.union(unlike.select(*_ORDER), parts.select(*_ORDER)).anti_join(agreeing, _ORDER)


def _paid(orders: ir.Table) -> ir.Table:
    """Return what paid orders say: `_MONEY`, the amount being their total."""
    return orders.filter(orders.state == "paid").select(*_ORDER, "currency", amount_minor="total_minor")


def _by_slips(bench: Workbench, books: Books) -> Iterator[ir.Table]:
    """Orders without a slip, or with one that says another amount or stands for something else than the sale."""
    if not books.carries("slips"):
        return
    slips = books["slips"].filter(ibis._.order_id.notnull())
    shown = handed_out(slips, ["sale"])
    on = [*_ORDER, *(name for name in ("currency", "amount_minor") if books.carries(f"slips.{name}"))]
    told = shown.filter(ibis.and_(*(shown[name].notnull() for name in on)))
    yield shown.filter(ibis.or_(*(shown[name].isnull() for name in on)))
    yield bench.unlike("orders_unlike_slips", _paid(books["orders"]).select(*on), told.select(*on))
    yield slips.filter(~slips.kind.isin(["sale", "delivery"]))


def _by_parcels(books: Books) -> Iterator[ir.Table]:
    """Orders with a parcel that was not sent, not confirmed or disputed; orders to be delivered without any."""
    if not books.carries("parcels"):
        return
    orders, parcels = books["orders"], books["parcels"]
    arrived = (
        parcels.shipped_at.notnull()
        & parcels.confirmed_at.notnull()
        & parcels.state.isin(["delivered", "confirmed"])
        & parcels.disputed_at.isnull()
        & parcels.dispute.isnull()
    )
    yield parcels.filter(~arrived)
    yield orders.filter(orders.fulfilment == "delivery").anti_join(parcels.filter(arrived), _ORDER)


def _orders_of(books: Books, payments: ir.Table) -> ir.Table:
    """Return (merchant_id, order_id) of the payments that are named."""
    book = books["payments"]
    return book.filter(book.order_id.notnull()).semi_join(payments, _PAYMENT).select(*_ORDER)


def _with_neighbours(bench: Workbench, books: Books, found: ir.Table) -> ir.Table:
    """Add the orders of payments that slips of the found orders name, until nothing is added."""
    if not books.carries("slips.payment_id"):
        return found
    slips, fresh = books["slips"], found
    for _ in range(ROUNDS_MAX):
        told = slips.filter(slips.payment_id.notnull() & slips.order_id.notnull()).semi_join(fresh, _ORDER)
        told = bench.keep("payments_on_slips", told.select(*_PAYMENT))
        fresh = bench.keep("neighbours", _orders_of(books, told).distinct().anti_join(found, _ORDER))
        if bench.is_empty(fresh):
            return found
        found = bench.keep("orders_in_question", ibis.union(found, fresh))
    raise Bug(f"slips led to further sales more than {ROUNDS_MAX} times")


def books_in_question(bench: Workbench, books: Books, orders: ir.Table) -> Books:
    """Return the books with orders, payments, slips and parcels of some orders only; what names no order stays."""
    narrowed = books
    for name in ("orders", "payments", "slips", "parcels"):
        book = books[name]
        if not books.carries(name):
            continue
        own = bench.pick(f"{name}_in_question", book, orders, _ORDER)
        if name in {"payments", "slips"}:
            own = ibis.union(own, bench.keep(f"{name}_of_no_order", book.filter(book.order_id.isnull())))
        narrowed = narrowed.with_table(name, own)
    return narrowed
