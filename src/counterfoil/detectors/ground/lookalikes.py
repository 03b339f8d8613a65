"""Orders that look like another one: sent twice, rung up again for the same person, or sold again after a void.

What looks alike here may well be innocent; the rules look closer. But of every order that is not here it is certain
that nothing looks like it.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.baskets import same_baskets
from counterfoil.detectors.ground.books import Books
from counterfoil.detectors.ground.calendar import near_buckets, seconds, span, within
from counterfoil.detectors.ground.workbench import Workbench
from counterfoil.policy import Policy

#: How soon after a void an order of the same goods looks like the same sale again.
SOLD_AGAIN_WITHIN = timedelta(minutes=15)

_ORDER = ("merchant_id", "order_id", "placed_at", "total_minor", "currency")
#: What two orders of one person have in common, `key` being the customer's or the instrument's.
SAME_PERSON = ("merchant_id", "key", "currency", "total_minor")
_HANDS = ("merchant_id", "terminal_id", "operator_id", "total_minor", "currency")


class Lookalikes:
    """Orders that look like another one, by the way in which they do; each way is looked for when somebody asks."""

    def __init__(self, bench: Workbench, books: Books, policy: Policy) -> None:
        self._bench = bench
        #: Without practice sales.
        self._books = books
        self._policy = policy

    @cached_property
    def requests(self) -> ir.Table:
        """The orders that share their request with another: (merchant_id, order_id, request_id)."""
        return _of_one_request(self._bench, self._books["orders"])

    @cached_property
    def twins(self) -> ir.Table:
        """Pairs of live orders of one person, total and basket within the window; A's columns begin with `other_`."""
        return _twins(self._bench, self._books, self._policy.duplicate_window)

    @cached_property
    def after_voids(self) -> ir.Table:
        """Pairs of a voided order and a live one of the same hands and total soon after, with the void's payment_id."""
        return self._bench.keep("sold_after_voids", _after_voids(self._bench, self._books))

    def orders(self) -> ir.Table:
        """Return (merchant_id, order_id) of them all."""
        return ibis.union(
            self.requests.select("merchant_id", "order_id"),
            self.twins.select("merchant_id", "order_id"),
            self.twins.select("merchant_id", order_id="other_order_id"),
            self.after_voids.select("merchant_id", "order_id"),
            self.after_voids.select("merchant_id", order_id="other_order_id"),
        )


def _of_one_request(bench: Workbench, orders: ir.Table) -> ir.Table:
    named = orders.filter(orders.request_id.notnull()).select("merchant_id", "order_id", "request_id")
    return bench.crowded("repeated_requests", named, ["merchant_id", "request_id"])


def _twins(bench: Workbench, books: Books, window: timedelta) -> ir.Table:
    """Return pairs of orders of one person, goods and total within the window, unless the cashier said: a repeat."""
    near = _of_one_person(bench, books, window).select(*_ORDER, "key").distinct()
    pairs = near.inner_join(as_other(near, *SAME_PERSON[1:]), list(SAME_PERSON))
    close = pairs.filter(is_earlier(pairs) & within(pairs.placed_at, pairs.other_placed_at, window))
    close = unsaid(books, close.drop("key").distinct())
    # Without their lines nothing can be said of two orders, neither good nor bad.
    lines = books["order_lines"]
    close = close if books.carries("order_lines") else close.filter(ibis.literal(False))
    return bench.keep("twins", same_baskets(bench, close, lines))


def as_other(orders: ir.Table, *also: str) -> ir.Table:
    """Return the same orders in the place of A; the merchant and `also` keep their names, to be joined on."""
    kept = ("merchant_id", *also)
    return orders.rename({f"other_{name}": name for name in orders.columns if name not in kept})


def is_earlier(pairs: ir.Table) -> ir.BooleanValue:
    """Say whether A lies before B, by time and then by id."""
    return (pairs.other_placed_at < pairs.placed_at) | (
        (pairs.other_placed_at == pairs.placed_at) & (pairs.other_order_id < pairs.order_id)
    )


def unsaid(books: Books, orders: ir.Table) -> ir.Table:
    """Leave out what the cashier called a genuine repeat."""
    said = books["orders"].filter(ibis._.repeat_of.notnull()).select("merchant_id", "order_id")
    return orders.anti_join(said, ["merchant_id", "order_id"])


def _of_one_person(bench: Workbench, books: Books, window: timedelta) -> ir.Table:
    orders, payments = books["orders"], books["payments"]
    live = orders.filter(orders.state.isin(["open", "paid"]))
    by_customer = live.filter(live.customer_key.notnull())
    paid = payments.filter((payments.kind == "sale") & payments.instrument_key.notnull() & payments.order_id.notnull())
    by_instrument = live.select(*_ORDER).inner_join(
        paid.select("merchant_id", "order_id", "instrument_key"), ["merchant_id", "order_id"]
    )
    keyed = ibis.union(
        by_customer.select(*_ORDER, key=ibis.literal("c") + by_customer.customer_key),
        by_instrument.select(*_ORDER, key=ibis.literal("i") + by_instrument.instrument_key),
    )
    kept = bench.keep("keyed_orders", keyed)
    near = bench.crowded("near_orders", *_in_buckets(kept, window))
    bench.forget(kept)
    return near


def _in_buckets(keyed: ir.Table, window: timedelta) -> tuple[ir.Table, *tuple[list[str], ...]]:
    """Lay orders into buckets of time; return them with the keys by which two within the window are together.

    Buckets are at least twice as long as the window and laid out twice, shifted by half, so that two orders within
    the window always share one; longer windows than half a day share one bucket.
    """
    if window > timedelta(hours=12):
        return keyed, list(SAME_PERSON)
    unit, half = ("h", 1800) if window <= timedelta(minutes=30) else ("D", 43200)
    laid = keyed.mutate(bucket=keyed.placed_at.truncate(unit), shifted=(keyed.placed_at + seconds(half)).truncate(unit))
    return laid, [*SAME_PERSON, "bucket"], [*SAME_PERSON, "shifted"]


def _after_voids(bench: Workbench, books: Books) -> ir.Table:
    """Return pairs of a voided sale's order and another live one, of the same hands and total, soon after."""
    orders, payments = books["orders"], books["payments"]
    voids = payments.filter(
        (payments.kind == "void") & (payments.state == "approved") & payments.original_payment_id.notnull()
    ).select("merchant_id", "payment_id", "original_payment_id", voided_at="occurred_at")
    voids = bench.keep("approved_voids", voids)
    sales = payments.filter(payments.kind == "sale").select(
        "merchant_id", "order_id", original_payment_id=payments.payment_id
    )
    hands = orders.select(*_HANDS, "order_id", "placed_at", "state")
    voided = voids.inner_join(
        sales.semi_join(voids, ["merchant_id", "original_payment_id"]), ["merchant_id", "original_payment_id"]
    ).inner_join(hands.drop("state", "placed_at"), ["merchant_id", "order_id"])
    voided = bench.keep("voided_orders", voided)
    other = hands.filter(hands.state.isin(["open", "paid"])).drop("state")
    other = other.rename(other_order_id="order_id", other_placed_at="placed_at")
    # The few voids are laid into every hour that their window touches; the many orders only into their own.
    _, spread = near_buckets(voided, "voided_at", SOLD_AGAIN_WITHIN)
    other, _ = near_buckets(other, "other_placed_at", SOLD_AGAIN_WITHIN)
    both = spread.inner_join(other, [*_HANDS, "bucket"])
    return both.filter(
        (both.other_order_id != both.order_id)
        & (both.other_placed_at >= both.voided_at)
        & (both.other_placed_at <= both.voided_at + span(SOLD_AGAIN_WITHIN))
    ).drop("bucket")
