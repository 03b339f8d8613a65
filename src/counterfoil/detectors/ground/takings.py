"""What was taken and what was given back: by payment, and by order (conventions 10 and 11).

A sale payment is taken when a succeeded record claims it, or when it is approved and has no acquirer or cannot
be decided yet. An undo gives back no more than its original took. Net = taken - given back.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.calendar import Calendar
from counterfoil.detectors.ground.coverage import decidable
from counterfoil.detectors.ground.workbench import Workbench

_LEDGER = (
    "merchant_id",
    "payment_id",
    "order_id",
    "return_id",
    "kind",
    "original_payment_id",
    "amount_minor",
    "currency",
    "state",
    "occurred_at",
    "decided_at",
    "acquirer",
)

_ACCOUNT = ("merchant_id", "order_id", "state", "placed_at", "closed_at", "total_minor", "currency", "fulfilment")


def judged_payments(payments: ir.Table, claims: ir.Table, days: ir.Table, calendar: Calendar) -> ir.Table:
    """Return some payments with their claim and what their acquirer's book says of them.

    Adds `record_id?`, `record_state?`, `record_minor?`, `step?`, `decidable` (false where the payment has no
    acquirer or a succeeded record, or is a sale with a pending one), `missing_there`, `undecided`, and
    `moved_minor`: the money that the payment itself moved, in either direction, before the cap on undos.
    """
    key = ["merchant_id", "payment_id"]
    own = claims.select(*key, "record_id", "record_state", "record_minor", "step")
    claimed = payments.select(*_LEDGER).left_join(own, key).drop(*(f"{name}_right" for name in key))
    succeeded = (claimed.record_state == "succeeded").fill_null(False)
    open_ones = claimed.filter(claimed.acquirer.notnull() & ~succeeded)
    judged = decidable(
        open_ones.select(*key, "acquirer", "occurred_at", claimed=open_ones.record_id.notnull()), days, calendar
    )
    decided = judged.filter(judged.decidable).select(*key, "decidable")
    known = claimed.left_join(decided, key).drop(*(f"{name}_right" for name in key))
    # Their book itself says of a pending sale that it is not decided, however late it is.
    waiting = ((known.kind == "sale") & (known.record_state == "pending")).fill_null(False)
    known = known.mutate(decidable=known.decidable.fill_null(False) & ~waiting)
    succeeded = (known.record_state == "succeeded").fill_null(False)
    moved = succeeded | ((known.state == "approved") & (known.acquirer.isnull() | ~known.decidable))
    return known.mutate(
        missing_there=known.acquirer.notnull() & known.record_id.isnull() & known.decidable,
        undecided=known.acquirer.notnull() & ~succeeded & ~known.decidable,
        moved_minor=moved.ifelse(known.amount_minor, 0),
    )


def odd_payments(payments: ir.Table, asking: ir.Table, claims: ir.Table, unclaimed: ir.Table) -> ir.Table:
    """Return the sale payments that are not plain.

    A plain one is approved, names an order, and has no acquirer or a succeeded record of its own amount. Nearly
    all are; nothing is to be said of them but that their amount was taken. `asking` are the payments that `claims`
    speak of, and `unclaimed` those of them that claim no record.
    """
    sales = payments.filter(payments.kind == "sale")
    unlike = (claims.step == "reference") & (claims.record_minor != claims.amount_minor)
    troubled = claims.filter((claims.side == "sale") & ((claims.record_state != "succeeded") | unlike))
    is_odd = (sales.state != "approved") | sales.order_id.isnull()
    names = ibis.union(
        troubled.select("merchant_id", "payment_id"),
        unclaimed.filter(unclaimed.kind == "sale").select("merchant_id", "payment_id"),
    )
    asked = asking.filter((asking.kind == "sale") & (asking.state == "approved") & asking.order_id.notnull())
    return ibis.union(
        sales.filter(is_odd).select(*_LEDGER),
        asked.select(*_LEDGER).semi_join(names, ["merchant_id", "payment_id"]),
    )


def as_sales(judged: ir.Table) -> ir.Table:
    """Return judged sale payments, with `taken_minor` for what they moved."""
    return judged.drop("return_id", "original_payment_id", "kind").rename(taken_minor="moved_minor")


def given_back(bench: Workbench, backs: ir.Table, sales: ir.Table, returns: ir.Table) -> ir.Table:
    """Return undo and refund payments with `given_minor`, their original's facts and `home_order_id`.

    `backs` are the judged payments that are no sales, `sales` the judged originals of these. Columns: theirs, plus
    `side` (undo, refund), `original_known`, `original_order_id?`, `original_minor?`, `original_state?`,
    `original_missing`, `original_undecided`, `home_order_id?` and `given_minor`. All undos of
    one original together give back no more than it took, in the order of their decision; an approved undo counts as
    long as its original cannot be decided. What undoes a refund or an undo gives nothing back, and what it undid
    neither.
    """
    backs = _told_apart(bench, backs)
    originals = sales.select(
        "merchant_id",
        original_payment_id="payment_id",
        original_order_id="order_id",
        original_minor="amount_minor",
        original_currency="currency",
        original_taken="taken_minor",
        original_state="state",
        original_at="occurred_at",
        original_missing="missing_there",
        original_undecided="undecided",
        original_record_id="record_id",
        original_record_state="record_state",
    )
    of_returns = returns.select("merchant_id", "return_id", return_order_id="order_id")
    joined = (
        backs.left_join(originals, ["merchant_id", "original_payment_id"])
        .drop("merchant_id_right", "original_payment_id_right")
        .left_join(of_returns, ["merchant_id", "return_id"])
        .drop("merchant_id_right", "return_id_right")
    )
    counts = ~joined.is_still & (
        (joined.moved_minor > 0)
        | ((joined.kind != "refund") & (joined.state == "approved") & joined.original_undecided.fill_null(False))
    )
    ready = joined.mutate(
        side=(joined.kind == "refund").ifelse("refund", "undo"),
        original_known=joined.original_state.notnull(),
        original_missing=joined.original_missing.fill_null(False),
        original_undecided=joined.original_undecided.fill_null(False),
        home_order_id=joined.order_id.coalesce(joined.original_order_id, joined.return_order_id),
        counts_minor=counts.ifelse(joined.amount_minor, 0),
        ran_at=joined.decided_at.coalesce(joined.occurred_at),
    )
    so_far = ready.counts_minor.sum().over(
        group_by=["merchant_id", "original_payment_id", "side", "currency"],
        order_by=["ran_at", "payment_id"],
        rows=(None, 0),
    )
    run = ready.mutate(through_minor=so_far)
    capped = ibis.least(run.through_minor, run.original_taken) - ibis.least(
        run.through_minor - run.counts_minor, run.original_taken
    )
    is_capped = (run.side == "undo") & (run.currency == run.original_currency).fill_null(False)
    return bench.keep(
        "given_back",
        run.mutate(given_minor=is_capped.ifelse(capped, run.counts_minor)).drop("through_minor", "is_still"),
    )


def _told_apart(bench: Workbench, backs: ir.Table) -> ir.Table:
    """Say of undos and refunds which give nothing back: an undo of one of them, and what such an undo undid."""
    key = ["merchant_id", "payment_id"]
    theirs = backs.select("merchant_id", original_payment_id="payment_id")
    nested = backs.filter(backs.kind != "refund").semi_join(theirs, ["merchant_id", "original_payment_id"])
    nested = bench.keep("undos_of_backs", nested.select(*key, "original_payment_id", "moved_minor"))
    if bench.is_empty(nested):
        return backs.mutate(is_still=ibis.literal(False))
    undone = nested.filter(nested.moved_minor > 0).select("merchant_id", payment_id="original_payment_id")
    still = ibis.union(nested.select(*key), undone, distinct=True).mutate(is_still=True)
    marked = backs.left_join(still, key).drop("merchant_id_right", "payment_id_right")
    return marked.mutate(is_still=marked.is_still.fill_null(False))


def standing_sales(sales: ir.Table, backs: ir.Table) -> ir.Table:
    """Keep the judged sale payments that stand: taken, and not given back in full by undos and refunds of their own.

    Adds `own_given_minor`, what these gave back.
    """
    own = backs.filter(backs.original_known)
    given = (
        own.group_by(["merchant_id", "original_payment_id", "currency"])
        .agg(own_given_minor=ibis._.given_minor.sum())
        .rename(payment_id="original_payment_id")
    )
    joined = sales.filter(sales.taken_minor > 0).left_join(given, ["merchant_id", "payment_id", "currency"])
    known = joined.select(*sales.columns, own_given_minor=joined.own_given_minor.fill_null(0))
    return known.filter(known.own_given_minor < known.taken_minor)


def order_accounts(orders: ir.Table, taken: ir.Table, backs: ir.Table) -> ir.Table:
    """Return some orders with their money, in their own currency only.

    `taken` are their sale payments (order_id, currency, state, occurred_at, decided_at, taken_minor). Adds
    `taken_minor`, `undone_minor`, `refunded_minor`, `net_minor` and `paid_at?`, the earliest decision of an
    approved sale payment.
    """
    decided = taken.decided_at.coalesce(taken.occurred_at)
    sums = (
        taken.mutate(approved_at=(taken.state == "approved").ifelse(decided, ibis.null("timestamp(6)")))
        .group_by(["merchant_id", "order_id", "currency"])
        .agg(taken_minor=ibis._.taken_minor.sum(), paid_at=ibis._.approved_at.min())
    )
    given = (
        backs.filter(backs.home_order_id.notnull())
        .group_by(["merchant_id", "home_order_id", "currency"])
        .agg(
            undone_minor=(ibis._.side == "undo").ifelse(ibis._.given_minor, 0).sum(),
            refunded_minor=(ibis._.side == "refund").ifelse(ibis._.given_minor, 0).sum(),
        )
        .rename(order_id="home_order_id")
    )
    key = ["merchant_id", "order_id", "currency"]
    joined = orders.select(*_ACCOUNT).left_join(sums, key).drop(*(f"{name}_right" for name in key))
    joined = joined.left_join(given, key).drop(*(f"{name}_right" for name in key))
    money = {name: joined[name].fill_null(0) for name in ("taken_minor", "undone_minor", "refunded_minor")}
    filled = joined.mutate(**money)
    return filled.mutate(net_minor=filled.taken_minor - filled.undone_minor - filled.refunded_minor)
