"""Was a sale undone here, and does the bank know of it?

P is the original sale payment, and the subject; where P is unknown the undo itself is.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.baskets import same_baskets
from counterfoil.detectors.ground.calendar import seconds
from counterfoil.detectors.ground.core import core, subject
from counterfoil.detectors.ground.second_refunds import second_refunds
from counterfoil.detectors.ground.takings import standing_sales
from counterfoil.detectors.void_mismatch.peers import outlier_candidates

EXCEPTION = "void_mismatch"

_SIX_HOURS = seconds(6 * 3600)

#: A sign that is no space of any width. A pattern, for Spark trims the letters f and v with Ibis's white space.
_NOT_BLANK = "[^ \\t\\n\\r\\f\\x0b\u00a0\u3000]"


def findings(ground: Ground) -> list[ir.Table]:
    """Return the core findings, a table a diagnosis, in order of precedence."""
    undos = ground.bench.keep("undos", _undos(ground))
    found: list[ir.Table] = []
    for diagnosis, rule in (
        ("void_not_honoured", _not_honoured),
        ("void_unknown", _unknown),
        ("phantom_reversal", _phantom),
        ("void_after_settlement", _after_settlement),
        ("void_without_authoriser", _without_authoriser),
        ("void_without_reason", _without_reason),
        ("void_then_cash", _then_cash),
    ):
        if ground.examined(EXCEPTION, diagnosis):
            found += rule(ground, undos)
    return found


def suspects(ground: Ground) -> list[ir.Table]:
    """Return operators and terminals with their counts, still to be tested against their peers."""
    return [
        outlier_candidates(ground, EXCEPTION, noun)
        for noun in ("operator", "terminal")
        if ground.examined(EXCEPTION, f"{noun}_outlier")
    ]


def _undos(ground: Ground) -> ir.Table:
    """Undo payments with who did them and why, and the subject that they are reported under."""
    told = ground.books["payments"].select(
        "merchant_id", "payment_id", "operator_id", "authoriser_id", "reason", "business_date", "terminal_id"
    )
    backs = ground.backs.filter(ground.backs.side == "undo")
    undos = backs.inner_join(told, ["merchant_id", "payment_id"])
    named = undos.original_known.ifelse(undos.original_payment_id, undos.payment_id)
    return undos.mutate(
        subject_id=named,
        risk_minor=undos.original_known.ifelse(undos.original_minor, undos.amount_minor),
        risk_currency=undos.original_known.ifelse(undos.original_currency, undos.currency),
        subject_order_id=undos.original_order_id.coalesce(undos.home_order_id),
    )


def _report(
    undos: ir.Table, diagnosis: str, *, mutes: bool = False, since: str = "original_at", branch: str | None = None
) -> ir.Table:
    extra = {"mutes_order_id": "subject_order_id"} if mutes else {}
    return core(
        undos,
        EXCEPTION,
        diagnosis,
        subject=subject("payment", undos.subject_id),
        occurred_at="occurred_at",
        since=since,
        branch=branch,
        amount_at_risk_minor="risk_minor",
        currency="risk_currency",
        order_id="subject_order_id",
        payment_id="subject_id",
        other_payment_id="payment_id",
        record_id="original_record_id",
        other_record_id="record_id",
        operator_id="operator_id",
        terminal_id="terminal_id",
        **extra,
    )


def _not_honoured(ground: Ground, undos: ir.Table) -> list[ir.Table]:
    """The bank kept the money of a sale that we undid (a), or that nobody undid although the order is off (b)."""
    refused = undos.record_id.notnull() & undos.record_state.isin(["failed", "pending"]) & undos.decidable
    unheard = undos.filter(
        undos.state.isin(["approved", "intended", "unknown"])
        & (undos.original_record_state == "succeeded").fill_null(False)
        & (undos.missing_there | refused)
    )
    found = []
    if ground.examined(EXCEPTION, "void_not_honoured", "a"):
        found.append(_report(unheard, "void_not_honoured", branch="a", mutes=True, since="occurred_at"))
    if ground.examined(EXCEPTION, "void_not_honoured", "b"):
        found.append(_never_undone(ground))
    return found


def _never_undone(ground: Ground) -> ir.Table:
    orders, policy = ground.books["orders"], ground.calendar.policy
    closed = orders.filter(
        orders.state.isin(["voided", "cancelled"]) & ground.calendar.past(orders.closed_at, policy.unknown_settle)
    )
    tried = ground.backs.filter(
        ground.backs.state.isin(["approved", "intended", "unknown"]) & ground.backs.home_order_id.notnull()
    ).select("merchant_id", order_id="home_order_id")
    untried = closed.select("merchant_id", "order_id").anti_join(tried, ["merchant_id", "order_id"])
    accounts = ground.accounts_of(ground.bench.keep("never_undone", untried))
    kept = accounts.filter(accounts.net_minor > 0).select("merchant_id", "order_id", "closed_at")
    standing = standing_sales(ground.sales_of(untried, "order_id"), ground.backs).inner_join(
        kept, ["merchant_id", "order_id"]
    )
    return core(
        standing,
        EXCEPTION,
        "void_not_honoured",
        branch="b",
        subject=subject("payment", standing.payment_id),
        occurred_at="closed_at",
        since="closed_at",
        amount_at_risk_minor="amount_minor",
        currency="currency",
        order_id="order_id",
        payment_id="payment_id",
        record_id="record_id",
        mutes_order_id="order_id",
    )


def _unknown(ground: Ground, undos: ir.Table) -> list[ir.Table]:
    """Nobody knows whether the undo went through."""
    pending = undos.filter(
        undos.state.isin(["intended", "unknown"])
        & ground.calendar.past(undos.occurred_at, ground.calendar.policy.unknown_settle)
        & ~(undos.record_state == "succeeded").fill_null(False)
        & ~undos.original_missing
    )
    return [_report(pending, "void_unknown", mutes=True, since="occurred_at")]


def _phantom(ground: Ground, undos: ir.Table) -> list[ir.Table]:  # one shape for all diagnoses
    """The bank gave money back that we think we have."""
    backward = ground.leftovers.filter((ground.leftovers.kind != "sale") & (ground.leftovers.state == "succeeded"))
    backward = backward.anti_join(second_refunds(ground), ["merchant_id", "record_id"])
    named = backward.select("merchant_id", "record_id", "amount_minor", "currency", "occurred_at").inner_join(
        ground.originals, ["merchant_id", "record_id"]
    )
    live = ground.books["orders"].filter(ibis._.state.isin(["open", "paid"])).select("merchant_id", "order_id")
    sales = ground.sales_of(named.select("merchant_id", payment_id="original_payment_id"), "payment_id")
    approved = (
        sales.filter(sales.state == "approved")
        .select(
            "merchant_id",
            "order_id",
            original_payment_id="payment_id",
            original_currency="currency",
            paid_record_id="record_id",
            original_at="occurred_at",
        )
        .semi_join(live, ["merchant_id", "order_id"])
    )
    given = named.inner_join(approved, ["merchant_id", "original_payment_id"])
    return [
        core(
            given,
            EXCEPTION,
            "phantom_reversal",
            subject=subject("payment", given.original_payment_id),
            occurred_at="occurred_at",
            since="original_at",
            amount_at_risk_minor="amount_minor",
            currency="currency",
            order_id="order_id",
            payment_id="original_payment_id",
            record_id="record_id",
            other_record_id="paid_record_id",
            mutes_order_id="order_id",
        )
    ]


def _after_settlement(ground: Ground, undos: ir.Table) -> list[ir.Table]:
    """A void on a later business day than its sale should have been a refund."""
    days = ground.books["payments"].select(
        "merchant_id", original_payment_id="payment_id", original_business_date="business_date"
    )
    voids = undos.filter((undos.kind == "void") & (undos.state == "approved") & undos.original_known)
    dated = voids.inner_join(days, ["merchant_id", "original_payment_id"])
    local = ground.calendar.local_date
    by_clock = (local(dated.occurred_at) > local(dated.original_at)) & (
        dated.occurred_at > dated.original_at + _SIX_HOURS
    )
    both = dated.business_date.notnull() & dated.original_business_date.notnull()
    late = both.ifelse(dated.business_date > dated.original_business_date, by_clock)
    return [_report(dated.filter(late.fill_null(False)), "void_after_settlement")]


def _meant_voids(undos: ir.Table) -> ir.Table:
    """Voids that somebody pressed; an automatic reversal needs no second person and no reason."""
    return undos.filter((undos.kind == "void") & undos.state.isin(["approved", "intended", "unknown"]))


def _without_authoriser(ground: Ground, undos: ir.Table) -> list[ir.Table]:  # one shape
    voids = _meant_voids(undos)
    alone = voids.authoriser_id.isnull() | (voids.authoriser_id == voids.operator_id).fill_null(False)
    return [_report(voids.filter(alone), "void_without_authoriser")]


def _without_reason(ground: Ground, undos: ir.Table) -> list[ir.Table]:  # one shape
    voids = _meant_voids(undos)
    said = voids.reason.re_search(_NOT_BLANK).fill_null(False)
    return [_report(voids.filter(~said), "void_without_reason")]


def _then_cash(ground: Ground, undos: ir.Table) -> list[ir.Table]:
    """A void, and within minutes the same goods for cash at the same till by the same person."""
    payments = ground.books["payments"]
    cashless = payments.filter((payments.kind == "sale") & (payments.tender != "cash")).select(
        "merchant_id", original_payment_id="payment_id"
    )
    voids = undos.filter((undos.kind == "void") & (undos.state == "approved") & undos.original_known).semi_join(
        cashless, ["merchant_id", "original_payment_id"]
    )
    about = voids.select("merchant_id", "payment_id", "subject_id")
    pairs = ground.alike.after_voids.inner_join(about, ["merchant_id", "payment_id"])
    soon = ground.bench.keep("sold_after_void", pairs)
    if ground.bench.is_empty(soon):
        return []
    paid = payments.filter((payments.kind == "sale") & (payments.state == "approved")).select(
        "merchant_id", "tender", other_order_id="order_id"
    )
    paid = paid.semi_join(soon, ["merchant_id", "other_order_id"])
    for_cash = soon.semi_join(paid, ["merchant_id", "other_order_id"]).anti_join(
        paid.filter(paid.tender != "cash"), ["merchant_id", "other_order_id"]
    )
    same = same_baskets(ground.bench, for_cash, ground.books["order_lines"])
    return [
        core(
            same,
            EXCEPTION,
            "void_then_cash",
            subject=subject("payment", same.subject_id),
            occurred_at="other_placed_at",
            since="voided_at",
            amount_at_risk_minor=ibis.literal(0),
            currency="currency",
            order_id="order_id",
            other_order_id="other_order_id",
            payment_id="subject_id",
            other_payment_id="payment_id",
            operator_id="operator_id",
            terminal_id="terminal_id",
        )
    ]
