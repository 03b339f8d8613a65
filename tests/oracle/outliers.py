"""Operators and terminals that void far more often than their store's others; a pattern, so `info`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from scipy.stats import binomtest, false_discovery_control

from .finding import Draft
from .ground import Ground
from .shelf import Fact


@dataclass(slots=True)
class Tally:
    """What one operator or terminal did in one store."""

    sales: int = 0
    voids: list[Fact] = field(default_factory=list)


def drafts(ground: Ground) -> Iterator[Draft]:
    """Yield `operator_outlier` and `terminal_outlier`; each is a family of tests of its own."""
    for column in ("operator_id", "terminal_id"):
        if ground.has("orders", "store_id", column) and ground.has("payments", column, "order_id"):
            yield from _outliers(ground, column)


def _outliers(ground: Ground, column: str) -> Iterator[Draft]:
    tallies = _tallies(ground, column)
    tested = []
    for (store, name), own in sorted(tallies.items()):
        peers = [tally for (place, other), tally in tallies.items() if place == store and other != name]
        if len(peers) >= ground.policy.outliers.peers_min:
            tested.append((name, own, sum(len(p.voids) for p in peers), sum(p.sales for p in peers)))
    if not tested:
        return
    values = [_p_value(len(own.voids), own.sales, voids, sales) for _, own, voids, sales in tested]
    worst: dict[str, tuple[float, Tally]] = {}
    for (name, own, voids, sales), p_value, adjusted in zip(
        tested, values, false_discovery_control(values), strict=True
    ):
        limits = ground.policy.outliers
        # k/n >= ratio x (K + 1/2)/N, without a division.
        often = 2 * len(own.voids) * sales >= limits.ratio * own.sales * (2 * voids + 1)
        if adjusted <= limits.q and len(own.voids) >= limits.voids_min and often:
            worst[name] = min(worst.get(name, (p_value, own)), (p_value, own), key=lambda found: found[0])
    for name, (_, own) in worst.items():
        what = column.removesuffix("_id")
        at_risk, currency = _most_money(own.voids)
        yield Draft(
            diagnosis=f"{what}_outlier",
            severity="info",
            subject=f"{what}:{name}",
            at_risk=at_risk,
            currency=currency,
        )


def _tallies(ground: Ground, column: str) -> dict[tuple[str, str], Tally]:
    """Count by store and operator (or terminal) the sales that they closed and the voids that they made.

    A sale is an order that is not open any more; who voids without ever selling in a store is no peer there.
    """
    tallies: dict[tuple[str, str], Tally] = {}
    for order in ground.orders.values():
        name = getattr(order, column)
        if order.state != "open" and order.store_id is not None and name is not None:
            tallies.setdefault((order.store_id, name), Tally()).sales += 1
    for payment in ground.takings.payments:
        order = ground.orders.get(ground.takings.order_id_of(payment) or "")
        if payment.kind == "void" and payment.state == "approved" and order is not None:
            tally = tallies.get((order.store_id, getattr(payment, column)))
            if tally is not None:
                tally.voids.append(payment)
    return tallies


def _most_money(voids: list[Fact]) -> tuple[int, str]:
    """Return the sum of the voids in the currency that has the largest one; currencies are never added up."""
    sums: Counter[str] = Counter()
    for void in voids:
        sums[void.currency] += void.amount_minor
    return max((amount, currency) for currency, amount in sums.items())


def _p_value(voids: int, sales: int, their_voids: int, their_sales: int) -> float:
    """One-sided exact binomial on (k + K, n / (n + N)); no voids at all say nothing."""
    if voids + their_voids == 0:
        return 1.0
    test = binomtest(voids, voids + their_voids, sales / (sales + their_sales), alternative="greater")
    return float(test.pvalue)
