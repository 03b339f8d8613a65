"""Was money taken or announced without slip, order or charge behind it?

The acquirer's records, the orders, the slips and the notices are laid beside each other in both directions.
"""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.core import core, subject
from counterfoil.detectors.ground.given_there import not_given_back_there
from counterfoil.detectors.ground.slips import handed_out, slip_orders
from counterfoil.detectors.missing_slip.bare_payments import payments_without_slip
from counterfoil.detectors.missing_slip.notices import notified_not_paid
from counterfoil.detectors.missing_slip.slip_amounts import slip_amount_differs

EXCEPTION = "missing_slip"


def findings(ground: Ground) -> list[ir.Table]:
    """Return the core findings, a table a diagnosis, in order of precedence."""
    charged = _charged_without_order(ground)
    rules: tuple[tuple[str, Callable[[], ir.Table]], ...] = (
        ("offline_not_synced", lambda: _offline_not_synced(ground, charged)),
        ("charged_no_order", lambda: _charge_findings(charged, "charged_no_order")),
        ("payment_unknown", lambda: _payment_unknown(ground)),
        ("paid_not_charged", lambda: _paid_not_charged(ground)),
        ("charged_amount_differs", lambda: _charged_amount_differs(ground)),
        ("notified_not_paid", lambda: notified_not_paid(ground, EXCEPTION)),
        ("slip_failed", lambda: _without_slip(ground, "slip_failed")),
        ("paid_no_slip", lambda: _paid_no_slip(ground)),
        ("slip_amount_differs", lambda: slip_amount_differs(ground, EXCEPTION)),
    )
    return [rule() for diagnosis, rule in rules if ground.examined(EXCEPTION, diagnosis)]


def _charged_without_order(ground: Ground) -> ir.Table:
    """Charges of the acquirer that no order of ours answers for: leftovers, and those claimed in vain."""
    calendar = ground.calendar
    days = ground.payment_days
    book_span = days.group_by(["merchant_id", "acquirer"]).agg(
        first_at=ibis._.first_at.min(), last_at=ibis._.last_at.max()
    )
    columns = (
        *("merchant_id", "record_id", "acquirer", "our_reference", "occurred_at", "amount_minor", "currency"),
        *("store_id", "terminal_id", "operator_id"),
    )
    left = ground.leftovers.filter((ground.leftovers.kind == "sale") & (ground.leftovers.state == "succeeded"))
    vain = ground.bench.keep("claimed_in_vain", _claimed_in_vain(ground))
    in_vain = ground.events.filter(ground.events.state == "succeeded").inner_join(vain, ["merchant_id", "record_id"])
    both = ibis.union(
        left.select(*columns, payment_id=ibis.null("string")), in_vain.select(*columns, payment_id="payment_id")
    )
    inside = both.inner_join(book_span, ["merchant_id", "acquirer"])
    due = inside.filter(
        calendar.past(inside.occurred_at, calendar.policy.unknown_settle)
        & (inside.occurred_at >= inside.first_at)
        & (inside.occurred_at <= inside.last_at)
    )
    return ground.bench.keep("charged_without_order", not_given_back_there(ground, "charges_in_question", due))


def _claimed_in_vain(ground: Ground) -> ir.Table:
    """Records claimed by a payment that was declined or cancelled, or whose order is not in our book."""
    odd = ground.odd_sales
    odd = odd.filter((odd.record_state == "succeeded").fill_null(False))
    columns = ("merchant_id", "record_id", "payment_id")
    vain = odd.filter(odd.state.isin(["declined", "cancelled"])).select(*columns)
    if ground.books.carries("payments.order_id") and ground.books.carries("orders"):
        # An absent book proves no order missing.
        nowhere = odd.filter(odd.order_id.isnull()).select(*columns)
        vain = ibis.union(vain, nowhere, _of_unknown_orders(ground).select(*columns), distinct=True)
    return vain


def _of_unknown_orders(ground: Ground) -> ir.Table:
    """Succeeded records claimed by a payment whose order is not in our book."""
    payments, orders = ground.books["payments"], ground.books["orders"]
    paid = payments.filter((payments.kind == "sale") & payments.order_id.notnull() & payments.acquirer.notnull())
    homeless = paid.select("merchant_id", "payment_id", "order_id").anti_join(orders, ["merchant_id", "order_id"])
    homeless = ground.bench.keep("payments_of_unknown_orders", homeless)
    claims = ground.claims.filter(ground.claims.record_state == "succeeded")
    return claims.semi_join(homeless, ["merchant_id", "payment_id"])


def _charge_findings(charged: ir.Table, diagnosis: str, **columns: str) -> ir.Table:
    return core(
        charged,
        EXCEPTION,
        diagnosis,
        subject=subject("acquirer_record", charged.record_id),
        occurred_at="occurred_at",
        amount_at_risk_minor="amount_minor",
        currency="currency",
        record_id="record_id",
        payment_id="payment_id",
        store_id="store_id",
        terminal_id="terminal_id",
        operator_id="operator_id",
        **columns,
    )


def _offline_not_synced(ground: Ground, charged: ir.Table) -> ir.Table:
    """A leftover charge at a till whose line was down: the sale waits in the till."""
    events = ground.books["terminal_events"]
    network = events.filter(events.kind == "network").select(
        "merchant_id", "terminal_id", network_at="occurred_at", network="value"
    )
    left = charged.filter(charged.payment_id.isnull())
    seen = left.inner_join(network, ["merchant_id", "terminal_id"])
    before = seen.filter(seen.network_at < seen.occurred_at)
    ranked = before.mutate(
        place=ibis.row_number().over(group_by=["merchant_id", "record_id"], order_by=[ibis.desc("network_at")])
    )
    offline = ranked.filter((ranked.place == 0) & (ranked.network == "offline"))
    return _charge_findings(offline, "offline_not_synced", since="network_at", fault="network")


def _payment_findings(sales: ir.Table, diagnosis: str, amount: str, **columns: str) -> ir.Table:
    return core(
        sales,
        EXCEPTION,
        diagnosis,
        subject=subject("payment", sales.payment_id),
        occurred_at="occurred_at",
        since="occurred_at",
        amount_at_risk_minor=amount,
        currency="currency",
        order_id="order_id",
        payment_id="payment_id",
        record_id="record_id",
        **columns,
    )


def _undone(ground: Ground, states: list[str]) -> ir.Table:
    """Return (merchant_id, payment_id) of the payments with an undo in one of the states."""
    backs = ground.backs
    return backs.filter((backs.side == "undo") & backs.state.isin(states) & backs.original_payment_id.notnull()).select(
        "merchant_id", payment_id="original_payment_id"
    )


def _payment_unknown(ground: Ground) -> ir.Table:
    """Nobody knows whether the customer paid."""
    sales, calendar = ground.odd_sales, ground.calendar
    open_ones = sales.filter(
        sales.state.isin(["intended", "unknown"]) & calendar.past(sales.occurred_at, calendar.policy.unknown_settle)
    )
    backs = ground.backs.filter(ground.backs.currency == ground.backs.original_currency)
    counted = (
        backs.group_by(["merchant_id", "original_payment_id"])
        .agg(counts_minor=ibis._.counts_minor.sum(), given_minor=ibis._.given_minor.sum())
        .rename(payment_id="original_payment_id")
    )
    joined = open_ones.left_join(counted, ["merchant_id", "payment_id"]).drop("merchant_id_right", "payment_id_right")
    # An approved undo counts as given back as long as its original cannot be decided, whatever the cap says.
    given = ibis.greatest(joined.given_minor.fill_null(0), joined.undecided.ifelse(joined.counts_minor.fill_null(0), 0))
    still = joined.filter(given < joined.amount_minor)
    undone = _undone(ground, ["approved"]).mutate(undone=ibis.literal(True)).distinct()
    marked = still.left_join(undone, ["merchant_id", "payment_id"]).drop("merchant_id_right", "payment_id_right")
    settled = marked.missing_there & marked.undone.fill_null(False)
    return _payment_findings(marked.filter(~settled), "payment_unknown", "amount_minor")


def _paid_not_charged(ground: Ground) -> ir.Table:
    """We say approved, the acquirer's book of that day does not have it."""
    sales = ground.odd_sales
    failed = (sales.record_state == "failed").fill_null(False) & sales.decidable
    lacking = sales.filter((sales.state == "approved") & (sales.missing_there | failed))
    undone = _undone(ground, ["approved", "intended", "unknown"])
    return _payment_findings(
        lacking.anti_join(undone, ["merchant_id", "payment_id"]), "paid_not_charged", "amount_minor"
    )


def _charged_amount_differs(ground: Ground) -> ir.Table:
    """Their row names our payment, with another amount."""
    sales = ground.odd_sales
    sales = sales.filter((sales.step == "reference").fill_null(False) & (sales.record_minor != sales.amount_minor))
    differing = sales.mutate(difference_minor=(sales.record_minor - sales.amount_minor).abs())
    return _payment_findings(differing, "charged_amount_differs", "difference_minor", other_minor="record_minor")


def _without_slip(ground: Ground, diagnosis: str) -> ir.Table:
    """Paid, and no slip came out: because it failed, or nobody knows why."""
    slips = ground.books["slips"].filter(ibis._.kind == "sale")
    payments = ground.books["payments"].filter(ibis._.kind == "sale")
    bare = ground.once("paid_without_slip", lambda: _bare_orders(ground, slips, payments))
    failed = slips.filter(slips.state == "failed")
    if diagnosis == "paid_no_slip":
        return _order_findings(bare.anti_join(slip_orders(failed, payments), ["merchant_id", "order_id"]), diagnosis)
    owners = payments.select("merchant_id", "payment_id", owner_id="order_id")
    homes = failed.left_join(owners.semi_join(failed, ["merchant_id", "payment_id"]), ["merchant_id", "payment_id"])
    named = homes.mutate(order_id=homes.order_id.coalesce(homes.owner_id)).select(
        "merchant_id", "order_id", "slip_id", "fault", failed_at="occurred_at"
    )
    tried = bare.inner_join(named, ["merchant_id", "order_id"])
    ranked = tried.mutate(
        place=ibis.row_number().over(
            group_by=["merchant_id", "order_id"], order_by=[ibis.desc("failed_at"), ibis.desc("slip_id")]
        )
    )
    return _order_findings(ranked.filter(ranked.place == 0), diagnosis, slip_id="slip_id", fault="fault")


def _paid_no_slip(ground: Ground) -> ir.Table:
    """No slip came out, and nobody knows why; where there is no orders book, the payments answer for themselves."""
    if ground.books.carries("orders"):
        return _without_slip(ground, "paid_no_slip")
    return payments_without_slip(ground, EXCEPTION, "paid_no_slip")


def _bare_orders(ground: Ground, slips: ir.Table, payments: ir.Table) -> ir.Table:
    """Paid orders with money left in them of which no slip was ever handed out."""
    calendar = ground.calendar
    paid = ground.books["orders"].filter(ibis._.state == "paid").select("merchant_id", "order_id")
    shown = slip_orders(handed_out(slips, ["sale"]), payments)
    accounts = ground.accounts_of(
        ground.bench.keep("orders_without_slip", paid.anti_join(shown, ["merchant_id", "order_id"]))
    )
    return accounts.filter((accounts.net_minor > 0) & calendar.past(accounts.paid_at, calendar.policy.slip_within))


def _order_findings(orders: ir.Table, diagnosis: str, **columns: str) -> ir.Table:
    return core(
        orders,
        EXCEPTION,
        diagnosis,
        subject=subject("order", orders.order_id),
        occurred_at="paid_at",
        since="paid_at",
        amount_at_risk_minor="net_minor",
        currency="currency",
        order_id="order_id",
        **columns,
    )
