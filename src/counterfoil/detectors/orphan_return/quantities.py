"""More pieces came back than were sold: counted by order line where the return names one, else by sku.

A return is judged as a whole, after all its lines were added. What is at risk is the worth of the pieces too
many: their share of the amount of the lines that brought them.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground

#: Quantities have four decimal places; they are counted in ten-thousandths, so that no float comes near the money.
_PARTS = 10_000

_ORDER = ("merchant_id", "order_id")
_RETURN = (*_ORDER, "return_id", "ran_at")


def returned_beyond_sold(ground: Ground, returns: ir.Table) -> ir.Table:
    """Return (merchant_id, return_id, excess_minor) of the done returns that pass what was sold.

    `returns` has merchant_id, order_id, return_id and ran_at, the moment by which they are put in order.
    """
    sold = ground.bench.keep("sold_lines", _sold(ground, returns))
    back = ground.bench.keep("returned_lines", _named_lines(ground, _of_known_orders(ground, returns, sold), sold))
    over = ibis.union(_over_line(back, sold), _over_sku(back, sold))
    return over.group_by(["merchant_id", "return_id"]).agg(excess_minor=ibis._.worth_minor.sum())


def _sold(ground: Ground, returns: ir.Table) -> ir.Table:
    lines = ground.books["order_lines"].filter(ibis._.voided_at.isnull()).semi_join(returns, list(_ORDER))
    return lines.select(*_ORDER, "sku", order_line_no="line_no", sold_parts=in_parts(lines.quantity))


def _of_known_orders(ground: Ground, returns: ir.Table, sold: ir.Table) -> ir.Table:
    """Returns of orders that are in the book; without the book, of orders of which lines are there."""
    known = ground.books["orders"] if ground.books.carries("orders") else sold
    return returns.semi_join(known, list(_ORDER))


def _named_lines(ground: Ground, returns: ir.Table, sold: ir.Table) -> ir.Table:
    """Lines of the returns; `named_no` is the order line that they name, if it holds the same sku."""
    lines = ground.books["return_lines"]
    counted = lines.select(
        "merchant_id",
        "return_id",
        "sku",
        "order_line_no",
        parts=in_parts(lines.quantity),
        line_minor="amount_minor",
    )
    back = returns.select(*_RETURN).inner_join(counted, ["merchant_id", "return_id"])
    named = sold.select(*_ORDER, "sku", "order_line_no", named_no="order_line_no")
    joined = back.left_join(named, [*_ORDER, "sku", "order_line_no"])
    return joined.select(*back.columns, "named_no")


def _over_line(back: ir.Table, sold: ir.Table) -> ir.Table:
    named = back.filter(back.named_no.notnull())
    each = named.group_by([*_RETURN, "named_no"]).agg(
        parts=ibis._.parts.sum(),
        asked_n=ibis._.count(),
        asked_parts=ibis._.parts.sum(),
        asked_minor=ibis._.line_minor.sum(),
    )
    limits = sold.select(*_ORDER, "sold_parts", named_no="order_line_no")
    return _over(each, limits, "named_no")


def _over_sku(back: ir.Table, sold: ir.Table) -> ir.Table:
    """By sku all lines of it count, and those that name no order line are asked."""
    is_asked = back.named_no.isnull()
    each = back.group_by([*_RETURN, "sku"]).agg(
        parts=back.parts.sum(),
        asked_n=is_asked.ifelse(1, 0).sum(),
        asked_parts=is_asked.ifelse(back.parts, 0).sum(),
        asked_minor=is_asked.ifelse(back.line_minor, 0).sum(),
    )
    limits = sold.group_by([*_ORDER, "sku"]).agg(sold_parts=ibis._.sold_parts.sum())
    return _over(each, limits, "sku")


def _over(each: ir.Table, limits: ir.Table, key: str) -> ir.Table:
    """Add up return by return, and keep what passes the limit, with the worth of the pieces too many."""
    through = each.parts.sum().over(group_by=[*_ORDER, key], order_by=["ran_at", "return_id"], rows=(None, 0))
    running = each.mutate(through_parts=through)
    joined = running.filter(running.asked_n > 0).left_join(limits, [*_ORDER, key])
    excess = joined.through_parts - joined.sold_parts.fill_null(0)
    passing = joined.mutate(excess_parts=excess).filter(ibis._.excess_parts > 0)
    many = ibis.least(passing.excess_parts, passing.asked_parts)
    return passing.select(
        "merchant_id", "return_id", worth_minor=_share(passing.asked_minor, many, passing.asked_parts)
    )


def in_parts(quantity: ir.DecimalValue) -> ir.IntegerValue:
    """Return a quantity in ten-thousandths; widened first, for DuckDB multiplies within the digits of the column."""
    return (quantity.cast("decimal(24, 4)") * _PARTS).cast("int64")


def _share(amount: ir.IntegerValue, parts: ir.IntegerValue, of_parts: ir.IntegerValue) -> ir.IntegerValue:
    """Return amount x parts / of_parts, half a unit upwards, in whole numbers only."""
    whole = of_parts.nullif(0)
    twice = amount * parts * 2 + whole
    even = twice - twice % (whole * 2)
    # Some engines divide as floats, some as decimals: of a division without a rest the nearest whole number is exact.
    return (even / (whole * 2)).round().cast("int64").fill_null(0)
