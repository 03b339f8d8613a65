"""Goods or money that went back with no sale to be found: the three ways of `refund_without_order`."""

from __future__ import annotations

from datetime import timedelta

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.calendar import span
from counterfoil.detectors.ground.core import core, subject
from counterfoil.detectors.orphan_return.subjects import DONE, EXCEPTION, refund_findings, return_findings

_DIAGNOSIS = "refund_without_order"

#: So long after a merchant's first sale, the original may lie before the books begin.
_FIRST_DAYS = timedelta(days=30)


def with_first_days(ground: Ground, table: ir.Table, at: str) -> ir.Table:
    """Add `is_early`: whether the row lies in the first 30 days of its merchant's orders and payments.

    A merchant of whom there are neither has no later days: nothing says that an original is missing.
    """
    first = ground.once("first_sales", lambda: _first_sales(ground))
    joined = table.left_join(first, "merchant_id").drop("merchant_id_right")
    early = (joined[at] <= joined.first_at + span(_FIRST_DAYS)).fill_null(True)
    return joined.mutate(is_early=early).drop("first_at")


def _first_sales(ground: Ground) -> ir.Table:
    starts = [
        book.group_by("merchant_id").agg(start_at=book[at].min())
        for book, at in ((ground.whole["orders"], "placed_at"), (ground.whole["payments"], "occurred_at"))
    ]
    return ibis.union(*starts).group_by("merchant_id").agg(first_at=ibis._.start_at.min())


def originless_returns(ground: Ground) -> ir.Table:
    """(a) A done return without an order, with goods that this customer never bought before."""
    books = ground.books
    returns = books["returns"].filter(ibis._.state.isin(list(DONE)))
    orders = books["orders"]
    known = orders.select("merchant_id", "order_id")
    homeless = returns.anti_join(known, ["merchant_id", "order_id"])
    limit = ground.calendar.policy.blind_return_limit_minor
    ungraded = homeless.amount_minor > limit
    if books.carries("returns.authoriser_id"):
        ungraded |= homeless.authoriser_id.isnull()
    blind = ground.bench.keep("blind_returns", homeless.filter(ungraded))
    unmatched = ground.once("never_bought_lines", lambda: _never_bought(ground, blind))
    sums = unmatched.group_by(["merchant_id", "return_id"]).agg(
        unmatched_minor=ibis._.amount_minor.sum(), unmatched_n=ibis._.count()
    )
    found = with_first_days(ground, blind.inner_join(sums, ["merchant_id", "return_id"]), "requested_at")
    nameless = found.customer_key.isnull() & found.instrument_key.isnull()
    return return_findings(
        found.mutate(lowered=found.is_early | nameless),
        _DIAGNOSIS,
        branch="a",
        amount="unmatched_minor",
        is_info="lowered",
        n="unmatched_n",
    )


def _never_bought(ground: Ground, blind: ir.Table) -> ir.Table:
    """Lines of goods of returns without an order that this person never bought before."""
    lines = _goods(ground).inner_join(
        blind.select("merchant_id", "return_id", "requested_at", "customer_key", "instrument_key"),
        ["merchant_id", "return_id"],
    )
    lines = ground.bench.keep("blind_return_lines", lines)
    return lines.anti_join(_bought_before(ground, lines), ["merchant_id", "return_id", "line_no"])


def _goods(ground: Ground) -> ir.Table:
    """Return lines of goods; with a pattern, what does not match it is no goods."""
    lines = ground.books["return_lines"]
    goods = lines.filter(lines.line_kind.isnull() | (lines.line_kind == "goods"))
    pattern = ground.calendar.policy.goods_sku_pattern
    return goods if pattern is None else goods.filter(goods.sku.re_search(pattern))


def _bought_before(ground: Ground, lines: ir.Table) -> ir.Table:
    """Return the lines (merchant_id, return_id, line_no) whose sku the same person bought earlier or at that time."""
    orders, payments = ground.whole["orders"], ground.whole["payments"]
    live = orders.filter(orders.state.isin(["open", "paid"])).select(
        "merchant_id", "order_id", "placed_at", "customer_key"
    )
    sold = ground.books["order_lines"].filter(ibis._.voided_at.isnull()).select("merchant_id", "order_id", "sku")
    person = (ibis.literal("c") + lines.customer_key).coalesce(ibis.literal("i") + lines.instrument_key)
    asked = lines.mutate(key=person).filter(ibis._.key.notnull())
    # Who asks is few: their orders and payments are found first, and only then laid together.
    named = live.semi_join(asked, ["merchant_id", "customer_key"])
    paid = payments.filter(payments.kind == "sale").semi_join(asked, ["merchant_id", "instrument_key"])
    paid = ground.bench.keep("paid_by_askers", paid.select("merchant_id", "order_id", "instrument_key"))
    asked = asked.select("merchant_id", "return_id", "line_no", "sku", "requested_at", "key")
    by_instrument = paid.inner_join(live.drop("customer_key"), ["merchant_id", "order_id"])
    owners = ibis.union(
        named.select("merchant_id", "order_id", "placed_at", key=ibis.literal("c") + named.customer_key),
        by_instrument.select(
            "merchant_id", "order_id", "placed_at", key=ibis.literal("i") + by_instrument.instrument_key
        ),
    )
    owners = ground.bench.keep("orders_of_askers", owners.semi_join(asked, ["merchant_id", "key"]))
    purchases = (
        owners.inner_join(sold, ["merchant_id", "order_id"])
        .group_by(["merchant_id", "key", "sku"])
        .agg(first_bought_at=ibis._.placed_at.min())
    )
    bought = asked.inner_join(purchases, ["merchant_id", "key", "sku"])
    return bought.filter(bought.first_bought_at <= bought.requested_at).select("merchant_id", "return_id", "line_no")


def originless_refunds(ground: Ground) -> ir.Table:
    """(b) An approved refund of which neither return, nor original, nor order is in the books that are there."""
    backs = ground.backs.filter(
        (ground.backs.side == "refund") & (ground.backs.state == "approved") & ~ground.backs.original_known
    )
    nowhere = backs
    for book, name in (("returns", "return_id"), ("orders", "order_id")):
        if ground.books.carries(book):
            nowhere = nowhere.anti_join(ground.books[book], ["merchant_id", name])
        else:
            # An absent book proves nothing missing: what is named may well be in it.
            nowhere = nowhere.filter(nowhere[name].isnull())
    found = with_first_days(ground, nowhere, "occurred_at")
    return refund_findings(found, _DIAGNOSIS, branch="b", is_info="is_early")


def originless_records(ground: Ground) -> ir.Table:
    """(c) The bank gave money back, and what it was for is nowhere."""
    left = ground.leftovers.filter((ground.leftovers.kind != "sale") & (ground.leftovers.state == "succeeded"))
    found = with_first_days(ground, left.anti_join(ground.originals, ["merchant_id", "record_id"]), "occurred_at")
    return core(
        found,
        EXCEPTION,
        _DIAGNOSIS,
        branch="c",
        subject=subject("acquirer_record", found.record_id),
        occurred_at="occurred_at",
        amount_at_risk_minor="amount_minor",
        currency="currency",
        record_id="record_id",
        is_info="is_early",
        store_id="store_id",
        terminal_id="terminal_id",
        operator_id="operator_id",
    )
