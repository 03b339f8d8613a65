"""Notices that say "charged" while nothing was: whether what a notice names resolves to money."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground import Ground
from counterfoil.detectors.ground.core import core

#: The columns by which a notice can say what it is about.
REFERENCES = ("payment_id", "order_id", "our_reference")

#: So many of the ways below lead to the payment itself; the rest only to its order.
WAYS_TO_A_PAYMENT = 3


def notified_not_paid(ground: Ground, exception: str) -> ir.Table:
    """Return the notices that resolve to no payment taken, open or undone, and to no succeeded record."""
    notices, calendar = ground.books["notices"], ground.calendar
    carried = [name for name in REFERENCES if ground.books.carries(f"notices.{name}")]
    told = notices.filter(
        (notices.says == "charged")
        & notices.state.isin(["accepted", "delivered"])
        & calendar.past(notices.occurred_at, calendar.policy.unknown_settle)
        & ibis.or_(*(notices[name].notnull() for name in carried))
    )
    told = ground.bench.keep("charge_notices", told)
    links = ground.bench.keep("notice_payments", _resolved(ground, told))
    backed = ibis.union(_with_money(ground, links), _with_record(ground, told))
    empty = ground.bench.keep("empty_notices", told.anti_join(backed, ["merchant_id", "notice_id"]))
    return _subjects(ground, empty, links, exception)


def _resolved(ground: Ground, told: ir.Table) -> ir.Table:
    """Return (merchant_id, notice_id, payment_id, kind, paid_at, how): what a notice can mean, `how` 0 is the best way.

    By its own id any payment is meant, else sale payments.
    """
    payments = ground.bench.keep("payments_told_of", _told_of(ground, told))
    sales = payments.filter(payments.kind == "sale")
    ways = (
        ("payment_id", payments, "payment_id"),
        ("our_reference", payments, "payment_id"),
        ("our_reference", sales, "request_id"),
        ("order_id", sales, "order_id"),
        ("our_reference", sales, "order_id"),
    )
    links = []
    for rank, (said, book, column) in enumerate(ways):
        named = told.filter(told[said].notnull()).select("merchant_id", "notice_id", said_id=said)
        known = book.filter(book[column].notnull()).select(
            "merchant_id", "kind", said_id=book[column], found_id="payment_id", paid_at="occurred_at"
        )
        links.append(
            named.inner_join(known, ["merchant_id", "said_id"]).select(
                "merchant_id", "notice_id", "kind", "paid_at", payment_id="found_id", how=ibis.literal(rank)
            )
        )
    return ibis.union(*links)


def _told_of(ground: Ground, told: ir.Table) -> ir.Table:
    """Return the payments that a notice could mean: by id, by request, by order."""
    book = ground.whole["payments"].select("merchant_id", "payment_id", "order_id", "request_id", "kind", "occurred_at")
    said = ibis.union(
        *(told.filter(told[name].notnull()).select("merchant_id", said_id=name) for name in REFERENCES), distinct=True
    )
    said = ground.bench.keep("said_in_notices", said)
    by = [book.semi_join(said, ["merchant_id", (name, "said_id")]) for name in ("payment_id", "request_id", "order_id")]
    return ibis.union(*by, distinct=True)


def _with_money(ground: Ground, links: ir.Table) -> ir.Table:
    """Notices that mean a payment that is taken, still open, or undone."""
    backs = ground.backs
    undone = backs.filter((backs.side == "undo") & (backs.state == "approved") & backs.original_known).select(
        "merchant_id", payment_id="original_payment_id"
    )
    odd = ground.odd_sales
    empty = odd.filter(
        (odd.taken_minor <= 0)
        & ~odd.state.isin(["intended", "unknown"])
        & ~(odd.record_state == "succeeded").fill_null(False)
    )
    # A sale that is not odd is plain, and of a plain one its amount was taken.
    good = links.filter(links.kind == "sale").anti_join(empty, ["merchant_id", "payment_id"])
    payments = ibis.union(good.select("merchant_id", "payment_id"), undone)
    return links.semi_join(payments, ["merchant_id", "payment_id"]).select("merchant_id", "notice_id")


def _with_record(ground: Ground, told: ir.Table) -> ir.Table:
    """Notices whose reference a succeeded record of the acquirer carries too, be it a charge or what undoes one."""
    events = ground.events.filter((ground.events.state == "succeeded") & ground.events.our_reference.notnull()).select(
        "merchant_id", "our_reference"
    )
    named = told.filter(told.our_reference.notnull()).select("merchant_id", "notice_id", "our_reference")
    return named.semi_join(events, ["merchant_id", "our_reference"]).select("merchant_id", "notice_id")


def _subjects(ground: Ground, empty: ir.Table, links: ir.Table, exception: str) -> ir.Table:
    """Report each under its payment, else its order, else itself."""
    best = links.mutate(
        place=ibis.row_number().over(group_by=["merchant_id", "notice_id"], order_by=["how", "paid_at", "payment_id"])
    )
    meant = best.filter((best.place == 0) & (best.how < WAYS_TO_A_PAYMENT)).select(
        "merchant_id", "notice_id", meant_id="payment_id"
    )
    orders = ground.whole["orders"].select("merchant_id", known_order_id="order_id")
    orders = orders.semi_join(
        ibis.union(
            empty.select("merchant_id", known_order_id="order_id"),
            empty.select("merchant_id", known_order_id="our_reference"),
        ),
        ["merchant_id", "known_order_id"],
    )
    joined = empty.left_join(meant, ["merchant_id", "notice_id"]).drop("merchant_id_right", "notice_id_right")
    by_reference = orders.select("merchant_id", referred_id="known_order_id")
    joined = joined.left_join(orders, ["merchant_id", ("order_id", "known_order_id")]).drop("merchant_id_right")
    joined = joined.left_join(by_reference, ["merchant_id", ("our_reference", "referred_id")])
    joined = joined.drop("merchant_id_right")
    home = joined.known_order_id.coalesce(joined.referred_id)
    named = joined.mutate(
        # A notice about a payment is about the order of that; one about nothing known still says its order.
        home_id=joined.meant_id.isnull().ifelse(home.coalesce(joined.order_id), ibis.null("string")),
        about=ibis.cases(
            (joined.meant_id.notnull(), ibis.literal("payment:") + joined.meant_id),
            (home.notnull(), ibis.literal("order:") + home),
            else_=ibis.literal("notice:") + joined.notice_id,
        ),
        risk_minor=joined.amount_minor.fill_null(0),
    )
    return core(
        named,
        exception,
        "notified_not_paid",
        subject="about",
        occurred_at="occurred_at",
        amount_at_risk_minor="risk_minor",
        currency="currency",
        order_id="home_id",
        payment_id="meant_id",
        notice_id="notice_id",
    )
