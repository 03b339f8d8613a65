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
from counterfoil.detectors.orphan_return.subjects import DONE, EXCEPTION, refund_findings, return_findings

_STEP = (
    "merchant_id order_id currency subject occurred_at ran_at step_id amount_minor payment_id return_id".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capped:
    """What passed the cap, split by whether it repeats an earlier one."""

    doubles: ir.Table
    excesses: ir.Table


def beyond_cap(ground: Ground) -> Capped:
    """Find every refund or return that passes what was captured or sold."""
    money = ground.bench.keep("beyond_money", _beyond_money(ground))
    passed = money
    if ground.examined(EXCEPTION, "refund_exceeds_order", "quantity"):
        passed = ibis.union(money, ground.bench.keep("beyond_goods", _beyond_goods(ground)))
    return Capped(
        doubles=_report(passed.filter(passed.is_double), "double_refund", "amount_minor", branch="a"),
        excesses=_report(passed, "refund_exceeds_order", "excess_minor"),
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


def _steps(ground: Ground) -> ir.Table:
    """What went back, step by step: refunds that are given back; of orders without one, done returns."""
    backs, returns = ground.backs, ground.books["returns"]
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
    done = returns.filter(returns.state.isin(list(DONE)) & returns.order_id.notnull())
    by_return = done.select(
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
    ).anti_join(by_refund, ["merchant_id", "order_id"])
    if not ground.examined(EXCEPTION, "refund_exceeds_order", "refunds"):
        return by_return.select(*_STEP)
    if not ground.examined(EXCEPTION, "refund_exceeds_order", "returns"):
        return by_refund.select(*_STEP)
    return ibis.union(by_refund.select(*_STEP), by_return.select(*_STEP))


def _beyond_money(ground: Ground) -> ir.Table:
    steps = ground.bench.keep("steps_back", _steps(ground))
    accounts = ground.accounts.semi_join(steps, ["merchant_id", "order_id"]).select(
        "merchant_id",
        "order_id",
        "currency",
        captured_minor=ground.accounts.taken_minor - ground.accounts.undone_minor,
    )
    through = steps.amount_minor.sum().over(
        group_by=["merchant_id", "order_id", "currency"], order_by=["ran_at", "step_id"], rows=(None, 0)
    )
    running = steps.mutate(through_minor=through).inner_join(accounts, ["merchant_id", "order_id", "currency"])
    passing = running.filter(running.through_minor > running.captured_minor).mutate(
        excess_minor=ibis.least(running.amount_minor, running.through_minor - running.captured_minor)
    )
    return _marked(ground, passing, steps).select(*_STEP, "captured_minor", "excess_minor", "is_double")


def _marked(ground: Ground, passing: ir.Table, steps: ir.Table) -> ir.Table:
    """Add `is_double`: an earlier step of the order has the same amount and, where both are known, the same lines."""
    late = ground.bench.keep("passing_steps", passing)
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
    pairs = both.filter(earlier).select("merchant_id", "step_id", "return_id", "early_return_id")
    differing = _differing_lines(ground, pairs)
    equal = pairs.anti_join(differing, ["merchant_id", "return_id", "early_return_id"])
    marks = equal.select("merchant_id", "step_id", repeats=ibis.literal(True)).distinct()
    joined = late.left_join(marks, ["merchant_id", "step_id"]).drop("merchant_id_right", "step_id_right")
    return joined.mutate(is_double=joined.repeats.fill_null(False)).drop("repeats")


def _differing_lines(ground: Ground, pairs: ir.Table) -> ir.Table:
    """Return pairs of different returns (merchant_id, return_id, early_return_id) whose lines are known and differ."""
    kept = ground.bench.keep("paired_returns", pairs.filter(pairs.return_id != pairs.early_return_id).distinct())
    lines = ground.books["return_lines"]
    counted = lines.group_by(["merchant_id", "return_id", "sku", "quantity"]).agg(times_n=ibis._.count())
    counted = counted.semi_join(
        ibis.union(
            kept.select("merchant_id", "return_id"), kept.select("merchant_id", return_id="early_return_id")
        ),
        ["merchant_id", "return_id"],
    )
    counted = ground.bench.keep("paired_return_lines", counted)
    sizes = counted.group_by(["merchant_id", "return_id"]).agg(kinds_n=ibis._.count())
    own = kept.select("merchant_id", "return_id", "early_return_id").distinct()
    sized = own.inner_join(sizes, ["merchant_id", "return_id"]).inner_join(
        sizes.select("merchant_id", early_return_id="return_id", early_n="kinds_n"), ["merchant_id", "early_return_id"]
    )
    common = (
        own.inner_join(counted, ["merchant_id", "return_id"])
        .inner_join(
            counted.rename(early_return_id="return_id"),
            ["merchant_id", "early_return_id", "sku", "quantity", "times_n"],
        )
        .group_by(["merchant_id", "return_id", "early_return_id"])
        .agg(common_n=ibis._.count())
    )
    joined = sized.left_join(common, ["merchant_id", "return_id", "early_return_id"])
    common_n = joined.common_n.fill_null(0)
    return joined.filter((joined.kinds_n != joined.early_n) | (common_n != joined.kinds_n)).select(
        "merchant_id", "return_id", "early_return_id"
    )


def _beyond_goods(ground: Ground) -> ir.Table:
    """Done returns by which more pieces came back than were sold: per order line, else per sku."""
    returns = ground.books["returns"]
    orders = ground.books["orders"].select("merchant_id", "order_id")
    done = returns.filter(returns.state.isin(list(DONE)) & returns.order_id.notnull()).semi_join(
        orders, ["merchant_id", "order_id"]
    )
    steps = ground.bench.keep(
        "returned_goods",
        done.select(
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
        ),
    )
    lines = ground.books["return_lines"].select(
        "merchant_id", "return_id", "line_no", "sku", "quantity", "order_line_no", line_minor="amount_minor"
    )
    back = steps.select("merchant_id", "return_id", "order_id", "ran_at").inner_join(lines, ["merchant_id", "return_id"])
    sold = (
        ground.books["order_lines"]
        .filter(ibis._.voided_at.isnull())
        .semi_join(steps, ["merchant_id", "order_id"])
        .select("merchant_id", "order_id", "sku", order_line_no="line_no", sold="quantity")
    )
    sold = ground.bench.keep("sold_lines", sold)
    over = ibis.union(_over_line(back, sold), _over_sku(back, sold))
    passed = over.group_by(["merchant_id", "return_id"]).agg(excess_minor=ibis._.line_minor.sum())
    passing = steps.inner_join(passed, ["merchant_id", "return_id"]).mutate(captured_minor=ibis.null("int64"))
    return _marked(ground, passing, steps).select(*_STEP, "captured_minor", "excess_minor", "is_double")


_OVER = ("merchant_id", "return_id", "line_minor")


def _over_line(back: ir.Table, sold: ir.Table) -> ir.Table:
    named = back.filter(back.order_line_no.notnull()).inner_join(
        sold.drop("sku"), ["merchant_id", "order_id", "order_line_no"]
    )
    through = named.quantity.sum().over(
        group_by=["merchant_id", "order_id", "order_line_no"], order_by=["ran_at", "return_id", "line_no"], rows=(None, 0)
    )
    return named.mutate(through=through).filter(ibis._.through > named.sold).select(*_OVER)


def _over_sku(back: ir.Table, sold: ir.Table) -> ir.Table:
    whole = sold.group_by(["merchant_id", "order_id", "sku"]).agg(sold=ibis._.sold.sum())
    through = back.quantity.sum().over(
        group_by=["merchant_id", "order_id", "sku"], order_by=["ran_at", "return_id", "line_no"], rows=(None, 0)
    )
    running = back.mutate(through=through).filter(back.order_line_no.isnull())
    joined = running.left_join(whole, ["merchant_id", "order_id", "sku"])
    return joined.filter(joined.through > joined.sold.fill_null(0)).select(*_OVER)


def doubled_in_return(ground: Ground) -> ir.Table:
    """The refunds of one return exceed its amount."""
    refunds = ground.backs.filter(
        (ground.backs.side == "refund") & (ground.backs.given_minor > 0) & ground.backs.return_id.notnull()
    )
    sums = refunds.group_by(["merchant_id", "return_id", "currency"]).agg(
        refunded_minor=ibis._.given_minor.sum(), refunds_n=ibis._.count()
    )
    joined = ground.books["returns"].inner_join(
        sums.filter(sums.refunds_n > 1), ["merchant_id", "return_id", "currency"]
    )
    return return_findings(
        joined.filter(joined.refunded_minor > joined.amount_minor),
        "double_refund",
        branch="b",
        other_minor="refunded_minor",
    )


def doubled_at_acquirer(ground: Ground) -> ir.Table:
    """A leftover refund of the acquirer's that equals a claimed one in original and amount."""
    sale = ground.originals.rename(sale_record_id="original_record_id", sale_payment_id="original_payment_id")
    refunds = ground.events.filter(
        (ground.events.kind == "refund") & (ground.events.state == "succeeded")
    ).select("merchant_id", "record_id", "acquirer", "amount_minor", "currency", "original_reference")
    known = refunds.left_join(sale, ["merchant_id", "record_id"]).drop("merchant_id_right", "record_id_right")
    original = ibis.coalesce(
        ibis.literal("p") + known.sale_payment_id,
        ibis.literal("r") + known.sale_record_id,
        ibis.literal("n") + known.original_reference,
    )
    named = ground.bench.keep("named_refunds", known.mutate(original=original))
    left = named.semi_join(ground.leftovers, ["merchant_id", "record_id"]).select(
        "merchant_id", "acquirer", "amount_minor", "currency", "original", left_id="record_id"
    )
    owners = ground.backs.filter(ground.backs.side == "refund").select(
        "merchant_id", "record_id", claimant_id="payment_id", own_id="original_payment_id"
    )
    claimed = named.inner_join(owners, ["merchant_id", "record_id"])
    claimed = claimed.mutate(original=(ibis.literal("p") + claimed.own_id).coalesce(claimed.original))
    pairs = left.inner_join(claimed, ["merchant_id", "acquirer", "amount_minor", "currency", "original"])
    claimants = pairs.select("merchant_id", "left_id", payment_id="claimant_id")
    found = ground.backs.inner_join(claimants, ["merchant_id", "payment_id"])
    return refund_findings(found, "double_refund", branch="c", other_record_id="left_id")
