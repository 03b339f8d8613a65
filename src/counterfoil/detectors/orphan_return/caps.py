"""What may go back at most: no more money than was captured, no more goods than were sold.

Of one order either its refunds that are given back make the running sum, or, where it has none, its done
returns do. Whatever passes the cap is an excess; what passes it and equals an earlier one is a double.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.core import core
from counterfoil.detectors.orphan_return.quantities import returned_beyond_sold
from counterfoil.detectors.orphan_return.subjects import DONE, EXCEPTION

_STEP = "merchant_id order_id currency subject occurred_at ran_at step_id amount_minor payment_id return_id".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capped:
    """What passed the cap, split by whether it repeats an earlier one."""

    doubles: ir.Table
    excesses: ir.Table


def beyond_cap(ground: Ground) -> Capped:
    """Find every refund or return that passes what was captured or sold."""
    returns = ground.bench.keep("done_returns", _done_returns(ground))
    passed = []
    if ground.examined(EXCEPTION, "refund_exceeds_order", "refunds"):
        steps = ground.bench.keep("steps_back", _steps(ground, returns))
        passed.append(_marked(ground, _beyond_money(ground, steps), steps))
    if ground.examined(EXCEPTION, "refund_exceeds_order", "quantity"):
        passed.append(_marked(ground, _beyond_goods(ground, returns), returns))
    both = ibis.union(*passed) if len(passed) > 1 else passed[0]
    return Capped(
        doubles=_report(both.filter(both.is_double), "double_refund", "amount_minor", branch="a"),
        excesses=_report(both, "refund_exceeds_order", "excess_minor"),
    )


def _report(passed: ir.Table, diagnosis: str, amount: str, branch: str | None = None) -> ir.Table:
    return core(
        passed,
        EXCEPTION,
        diagnosis,
        branch=branch,
        subject="subject",
        occurred_at="occurred_at",
        amount_at_risk_minor=amount,
        currency="currency",
        order_id="order_id",
        payment_id="payment_id",
        return_id="return_id",
        other_minor="captured_minor",
    )


def _done_returns(ground: Ground) -> ir.Table:
    """Done returns of an order, as steps that give something back."""
    returns = ground.books["returns"]
    done = returns.filter(returns.state.isin(list(DONE)) & returns.order_id.notnull())
    return done.select(
        "merchant_id",
        "order_id",
        "currency",
        subject=ibis.literal("return:") + done.return_id,
        occurred_at="requested_at",
        ran_at=done.decided_at.coalesce(done.requested_at),
        step_id="return_id",
        amount_minor="amount_minor",
        payment_id=ibis.null("string"),
        return_id="return_id",
    )


def _steps(ground: Ground, returns: ir.Table) -> ir.Table:
    """What money went back, step by step: refunds that are given back; of orders without one, done returns."""
    backs = ground.backs
    refunds = backs.filter((backs.side == "refund") & (backs.given_minor > 0) & backs.home_order_id.notnull())
    by_refund = refunds.select(
        "merchant_id",
        order_id="home_order_id",
        currency="currency",
        subject=refunds.return_id.notnull().ifelse(
            ibis.literal("return:") + refunds.return_id, ibis.literal("payment:") + refunds.payment_id
        ),
        occurred_at="occurred_at",
        ran_at="ran_at",
        step_id="payment_id",
        amount_minor="given_minor",
        payment_id="payment_id",
        return_id="return_id",
    )
    by_return = returns.anti_join(by_refund, ["merchant_id", "order_id", "currency"])
    return ibis.union(by_refund.select(*_STEP), by_return.select(*_STEP))


def _captured(ground: Ground, steps: ir.Table) -> ir.Table:
    """What was taken for the orders of some steps, less what undos gave back."""
    key = ["merchant_id", "order_id", "currency"]
    if ground.books.carries("orders"):
        accounts = ground.accounts_of(steps)
        return accounts.select(*key, captured_minor=accounts.taken_minor - accounts.undone_minor)
    # Without the orders book an order is known by its sale payments.
    taken = ground.sales_of(steps, "order_id").group_by(key).agg(taken_minor=ibis._.taken_minor.sum())
    undos = ground.backs.filter(ground.backs.side == "undo").drop("order_id").rename(order_id="home_order_id")
    undone = undos.semi_join(steps, key).group_by(key).agg(undone_minor=ibis._.given_minor.sum())
    joined = taken.left_join(undone, key)
    return joined.select(*key, captured_minor=joined.taken_minor - joined.undone_minor.fill_null(0))


def _beyond_money(ground: Ground, steps: ir.Table) -> ir.Table:
    through = steps.amount_minor.sum().over(
        group_by=["merchant_id", "order_id", "currency"], order_by=["ran_at", "step_id"], rows=(None, 0)
    )
    running = steps.mutate(through_minor=through).inner_join(
        _captured(ground, steps), ["merchant_id", "order_id", "currency"]
    )
    return running.filter(running.through_minor > running.captured_minor).mutate(
        excess_minor=ibis.least(running.amount_minor, running.through_minor - running.captured_minor)
    )


def _beyond_goods(ground: Ground, returns: ir.Table) -> ir.Table:
    passed = returned_beyond_sold(ground, returns)
    return returns.inner_join(passed, ["merchant_id", "return_id"]).mutate(captured_minor=ibis.null("int64"))


def _marked(ground: Ground, passing: ir.Table, steps: ir.Table) -> ir.Table:
    """Add `is_double`: an earlier step of the order has the same amount and, where both are known, the same lines."""
    late = ground.bench.keep("passing_steps", passing.select(*_STEP, "captured_minor", "excess_minor"))
    early = steps.select(
        "merchant_id",
        "order_id",
        "currency",
        "amount_minor",
        early_at="ran_at",
        early_id="step_id",
        early_return_id="return_id",
    )
    both = late.inner_join(early, ["merchant_id", "order_id", "currency", "amount_minor"])
    earlier = (both.early_at < both.ran_at) | ((both.early_at == both.ran_at) & (both.early_id < both.step_id))
    pairs = ground.bench.keep(
        "equal_steps", both.filter(earlier).select("merchant_id", "step_id", "return_id", "early_return_id")
    )
    if ground.bench.is_empty(pairs):
        return late.mutate(is_double=ibis.literal(False))
    equal = pairs.anti_join(_differing_lines(ground, pairs), ["merchant_id", "return_id", "early_return_id"])
    marks = equal.select("merchant_id", "step_id", repeats=ibis.literal(True)).distinct()
    joined = late.left_join(marks, ["merchant_id", "step_id"]).drop("merchant_id_right", "step_id_right")
    return joined.mutate(is_double=joined.repeats.fill_null(False)).drop("repeats")


def _differing_lines(ground: Ground, pairs: ir.Table) -> ir.Table:
    """Return pairs of different returns (merchant_id, return_id, early_return_id) whose lines are known and differ."""
    kept = ground.bench.keep("paired_returns", pairs.filter(pairs.return_id != pairs.early_return_id).distinct())
    line = ["sku", "quantity", "amount_minor"]
    own = kept.select("merchant_id", "return_id", "early_return_id").distinct()
    lines = ground.books["return_lines"].semi_join(
        ibis.union(own.select("merchant_id", "return_id"), own.select("merchant_id", return_id="early_return_id")),
        ["merchant_id", "return_id"],
    )
    counted = ground.bench.keep(
        "paired_return_lines", lines.group_by(["merchant_id", "return_id", *line]).agg(times_n=ibis._.count())
    )
    sizes = counted.group_by(["merchant_id", "return_id"]).agg(kinds_n=ibis._.count())
    sized = own.inner_join(sizes, ["merchant_id", "return_id"]).inner_join(
        sizes.select("merchant_id", early_return_id="return_id", early_n="kinds_n"), ["merchant_id", "early_return_id"]
    )
    common = (
        own.inner_join(counted, ["merchant_id", "return_id"])
        .inner_join(counted.rename(early_return_id="return_id"), ["merchant_id", "early_return_id", *line, "times_n"])
        .group_by(["merchant_id", "return_id", "early_return_id"])
        .agg(common_n=ibis._.count())
    )
    joined = sized.left_join(common, ["merchant_id", "return_id", "early_return_id"])
    common_n = joined.common_n.fill_null(0)
    return joined.filter((joined.kinds_n != joined.early_n) | (common_n != joined.kinds_n)).select(
        "merchant_id", "return_id", "early_return_id"
    )
