"""Run the five rules over the books of one engine, and judge what they find."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.catalogue import diagnosis_of
from counterfoil.detectors.duplicate_order import rule as duplicate_order
from counterfoil.detectors.ground import Books, Calendar, Ground, Workbench, lay_ground
from counterfoil.detectors.ground.quiet import ORDERS_MIN
from counterfoil.detectors.missing_slip import rule as missing_slip
from counterfoil.detectors.orphan_return import rule as orphan_return
from counterfoil.detectors.suppression import judge
from counterfoil.detectors.unconfirmed_delivery import rule as unconfirmed_delivery
from counterfoil.detectors.void_mismatch import rule as void_mismatch

_RULES = (unconfirmed_delivery, duplicate_order, void_mismatch, missing_slip, orphan_return)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the rules say, and the ground that they stood on."""

    #: Core findings after precedence and suppression.
    findings: ir.Table
    #: Who might be an outlier among peers: core findings that still lack their exact test; None: not examined.
    suspects: ir.Table | None
    ground: Ground


def detect(bench: Workbench, books: Books, calendar: Calendar, *, narrow: bool | None = None) -> Verdict:
    """Lay the ground, run the five rules, and keep of each fault one finding.

    `narrow` says whether quiet sales leave the books first; None: where there are so many that it pays.
    """
    if narrow is None:
        narrow = books.carries("orders") and _are_many(bench, books["orders"])
    ground = lay_ground(bench, books, calendar, _is_examined, narrow=narrow)
    found = [
        bench.keep(f"{rule.EXCEPTION}_{number}", table)
        for rule in _RULES
        for number, table in enumerate(rule.findings(ground))
    ]
    suspects = void_mismatch.suspects(ground)
    return Verdict(
        findings=judge(ground, found),
        suspects=bench.keep("suspects", ibis.union(*suspects)) if suspects else None,
        ground=ground,
    )


def _are_many(bench: Workbench, orders: ir.Table) -> bool:
    (orders_n,) = bench.fetch(orders.aggregate(orders_n=orders.count()))["orders_n"].to_pylist()
    return int(orders_n) >= ORDERS_MIN


def _is_examined(books: Books, exception: str, diagnosis: str, branch: str | None) -> bool:
    return diagnosis_of(exception, diagnosis).is_examined(books, branch)
