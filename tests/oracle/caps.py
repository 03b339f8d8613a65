"""The caps of a return: no more money than was captured, no more goods than were sold, and nothing twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import floor

from .finding import Draft
from .ground import DONE_RETURN, Ground
from .shelf import Fact
from .takings import in_order


def drafts(ground: Ground) -> Iterator[Draft]:
    """Yield `double_refund` and `refund_exceeds_order` of every order, and returns that were paid out twice."""
    if ground.has("payments", "order_id"):
        for order_id, currency in sorted(_orders(ground)):
            refunds = _refunds(ground, order_id, currency)
            yield from _money(ground, refunds or _returns(ground, order_id, currency), order_id, currency)
    if ground.has("order_lines") and ground.has("return_lines") and ground.has("returns", "order_id"):
        for order_id in sorted({r.order_id for r in ground.returns.values() if _has_goods(ground, r.order_id)}):
            yield from _goods(ground, order_id)
    if ground.has("payments", "return_id"):
        for back in ground.returns.values():
            yield from _paid_out_twice(ground, back)


def _orders(ground: Ground) -> set[tuple[str, str]]:
    """Return the known orders that something was given back for, with the currency of the sums."""
    backs = [(ground.takings.order_id_of(p), p.currency) for p in ground.takings.payments if p.kind == "refund"]
    backs += [(r.order_id, r.currency) for r in ground.returns.values()]
    return {(order_id, currency) for order_id, currency in backs if _is_known(ground, order_id, currency)}


def _is_known(ground: Ground, order_id: str | None, currency: str) -> bool:
    """An order is known by its row, or, without the book, by a sale payment; and amounts are of its currency."""
    if order_id is None:
        return False
    if ground.has("orders"):
        return order_id in ground.orders and bool(ground.orders[order_id].currency == currency)
    return any(p.kind == "sale" for p in ground.takings.of_order(order_id, currency))


def _has_goods(ground: Ground, order_id: str | None) -> bool:
    """Say whether it is known what was sold: the order is in the book, or, without that book, lines of it are."""
    if order_id is None or ground.has("orders"):
        return order_id in ground.orders
    return bool(ground.baskets.sold(order_id))


def _refunds(ground: Ground, order_id: str, currency: str) -> list[Fact]:
    """Return the refunds of an order that are given back, in the order of running sums."""
    mine = ground.takings.of_order(order_id, currency)
    return sorted((p for p in mine if p.kind == "refund" and ground.takings.gave[p] > 0), key=in_order)


def _returns(ground: Ground, order_id: str, currency: str | None = None) -> list[Fact]:
    """Return the done returns of an order, in the order of running sums."""
    done = [
        back
        for back in ground.returns.values()
        if back.order_id == order_id and back.state in DONE_RETURN and currency in {None, back.currency}
    ]
    return sorted(done, key=_return_in_order)


def _return_in_order(back: Fact) -> tuple[datetime, str]:
    return back.decided_at or back.requested_at, back.return_id


def _money(ground: Ground, rows: list[Fact], order_id: str, currency: str) -> Iterator[Draft]:
    captured = ground.takings.captured(order_id, currency)
    running = 0
    for place, row in enumerate(rows):
        running += row.amount_minor
        if running > captured:
            excess = min(row.amount_minor, running - captured)
            yield from _over(ground, row, rows[:place], excess)


def _goods(ground: Ground, order_id: str) -> Iterator[Draft]:
    """Quantities go by line where the return names a line of its sku, else by sku."""
    sold = {line.line_no: line for line in ground.baskets.sold(order_id)}
    limit: dict[object, Decimal] = defaultdict(Decimal)
    for line in sold.values():
        limit[line.sku] += line.quantity
        limit[line.line_no] += line.quantity
    running: dict[object, Decimal] = defaultdict(Decimal)
    returns = _returns(ground, order_id)
    for place, back in enumerate(returns):
        lines = ground.baskets.back(back.return_id)
        asked: dict[object, list[Fact]] = {}
        for line in lines:
            named = _names_a_line(line, sold)
            running[line.sku] += line.quantity
            running[line.order_line_no] += line.quantity if named else 0
            asked.setdefault(line.order_line_no if named else line.sku, []).append(line)
        over = {key: running[key] - limit[key] for key in asked if running[key] > limit[key]}
        if over:
            excess = sum(_worth(asked[key], quantity) for key, quantity in over.items())
            yield from _over(ground, back, returns[:place], excess)


def _worth(lines: list[Fact], excess: Decimal) -> int:
    """What the pieces too many are worth: their share of the lines' amount, half a unit upwards."""
    quantity = sum((line.quantity for line in lines), Decimal(0))
    amount = sum(line.amount_minor for line in lines)
    if quantity <= 0:
        return 0
    return floor(Fraction(amount) * Fraction(min(excess, quantity)) / Fraction(quantity) + Fraction(1, 2))


def _names_a_line(line: Fact, sold: dict[int, Fact]) -> bool:
    origin = sold.get(line.order_line_no)
    return origin is not None and bool(origin.sku == line.sku)


def _over(ground: Ground, row: Fact, earlier: list[Fact], excess: int) -> Iterator[Draft]:
    """What passes a cap and equals an earlier one is a double refund; everything that passes exceeds."""
    subject = f"return:{row.return_id}" if row.return_id is not None else f"payment:{row.payment_id}"
    if any(_is_equal(ground, row, other) for other in earlier):
        yield Draft(
            diagnosis="double_refund",
            severity="critical",
            subject=subject,
            at_risk=row.amount_minor,
            currency=row.currency,
        )
    yield Draft(
        diagnosis="refund_exceeds_order", severity="high", subject=subject, at_risk=excess, currency=row.currency
    )


def _is_equal(ground: Ground, row: Fact, other: Fact) -> bool:
    """Equal in amount and, where both are known, in lines."""
    mine, theirs = ground.baskets.of_return(row.return_id), ground.baskets.of_return(other.return_id)
    alike = (row.amount_minor, row.currency) == (other.amount_minor, other.currency)
    return alike and (not mine or not theirs or mine == theirs)


def _paid_out_twice(ground: Ground, back: Fact) -> Iterator[Draft]:
    """Refunds of one return that exceed its amount; at risk is the one that passes it, from the second on."""
    running = 0
    mine = [p for p in ground.takings.payments if p.kind == "refund" and p.return_id == back.return_id]
    mine = [p for p in mine if p.currency == back.currency and ground.takings.gave[p] > 0]
    for place, refund in enumerate(sorted(mine, key=in_order)):
        running += refund.amount_minor
        if place >= 1 and running > back.amount_minor:
            yield Draft(
                diagnosis="double_refund",
                severity="critical",
                subject=f"return:{back.return_id}",
                at_risk=refund.amount_minor,
                currency=back.currency,
            )
            return
