"""SQL of steps: what the findings of a case are about, in the books of payments and orders. It never writes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

import sqlalchemy as sa

from counterfoil.books.entered import COUNTER
from counterfoil.books.orders.tables import ORDER_LINES, ORDERS
from counterfoil.books.payments.model import Kind, Payment
from counterfoil.books.payments.store import COLUMNS, payment_of
from counterfoil.books.payments.tables import ACQUIRER_RECORDS, PAYMENTS
from counterfoil.books.returns.tables import RETURNS
from counterfoil.counter.goods_back import goods_of_refunds
from counterfoil.counter.rebuilding.store import is_leftover
from counterfoil.desk.cases import store as cases
from counterfoil.desk.cases.model import CaseId
from counterfoil.desk.cases.states import Event
from counterfoil.desk.cases.tables import CASE_EVENTS, CASE_FINDINGS
from counterfoil.desk.steps.model import Offer, Step
from counterfoil.desk.steps.offers import About, Homecoming, Leftover, Unpaid, offers
from counterfoil.desk.steps.owing import slips_owed
from counterfoil.desk.tables import FINDINGS
from counterfoil.desk.ties.model import Noun
from counterfoil.desk.ties.store import standing_now
from counterfoil.desk.ties.tables import TIES
from counterfoil.ids import MerchantId, OrderId, PaymentId

#: Findings of one case whose steps are offered; the worst come first.
FINDINGS_MAX = 20
#: Payments of one case that are looked at.
PAYMENTS_MAX = 200


def offered(connection: sa.Connection, merchant_id: MerchantId, case_id: CaseId) -> tuple[Offer, ...]:
    """Return what can be done about a case now, and about what was begun in cases that are part of it by now."""
    together = cases.together(connection, merchant_id, case_id)
    return offers(
        about(connection, merchant_id, case_id),
        _linked(connection, merchant_id, together),
        _rebuilt(connection, merchant_id, together),
        slips_owed(connection, merchant_id, together),
    )


def about(connection: sa.Connection, merchant_id: MerchantId, case_id: CaseId) -> list[About]:
    """Return what the findings of a case that stand are about, the worst first; in a dozen queries, however many."""
    findings = _findings(connection, merchant_id, case_id)
    subjects = [row["subject"] for row in findings]
    own = _own_payments(connection, merchant_id, subjects)
    others = [row["other_subject"] for row in findings if row["other_subject"] is not None]
    payments = _payments(connection, merchant_id, [*subjects, *own.values(), *others])
    records = _leftovers(connection, merchant_id, subjects)
    orders = _open_orders(connection, merchant_id, [*subjects, *others])
    returns = _homeless(connection, merchant_id, subjects)
    totals = _totals(connection, merchant_id, others)
    goods = goods_of_refunds(connection, merchant_id, [each.payment_id for each in payments])
    return [
        About(
            diagnosis=row["diagnosis"],
            next_step=row["next_step"],
            at_risk_minor=row["amount_at_risk_minor"],
            seen_at=row["last_seen_at"],
            payments=(mine := _about({row["subject"], own.get(row["subject"])}, payments)),
            beside=_beside(row["other_subject"], mine, payments),
            twin_minor=totals.get(row["other_subject"]),
            goods_of=goods,
            record=records.get(row["subject"]),
            homeless=returns.get(row["subject"]),
            unpaid=[orders[name] for name in (row["subject"], row["other_subject"]) if name in orders],
        )
        for row in findings
    ]


def lines_of(connection: sa.Connection, merchant_id: MerchantId, order_id: OrderId) -> dict[int, Decimal]:
    """Return how much of each line of an order has not gone back and is not going back."""
    left = ORDER_LINES.c.quantity - ORDER_LINES.c.refunded_quantity - ORDER_LINES.c.refund_reserved_quantity
    query = sa.select(ORDER_LINES.c.line_no, left).where(
        ORDER_LINES.c.merchant_id == merchant_id,
        ORDER_LINES.c.order_id == order_id,
        ORDER_LINES.c.voided_at.is_(None),
        left > 0,
    )
    # A result has `keys`, so `dict` would take the result itself for a mapping.
    return dict(connection.execute(query).all())


def payments_by_id(connection: sa.Connection, merchant_id: MerchantId, names: Collection[str]) -> dict[str, Payment]:
    """Return payments by their id; those that are not there are left out."""
    query = sa.select(*COLUMNS).where(PAYMENTS.c.merchant_id == merchant_id, PAYMENTS.c.payment_id.in_(list(names)))
    return {row["payment_id"]: payment_of(row) for row in connection.execute(query).mappings()}


def charge_of(connection: sa.Connection, merchant_id: MerchantId, order_id: OrderId) -> PaymentId:
    """Return the one charge of an order that was rebuilt."""
    query = sa.select(PAYMENTS.c.payment_id).where(
        PAYMENTS.c.merchant_id == merchant_id, PAYMENTS.c.order_id == order_id, PAYMENTS.c.kind == Kind.SALE.value
    )
    return PaymentId(connection.execute(query).scalar_one())


def _findings(connection: sa.Connection, merchant_id: MerchantId, case_id: CaseId) -> Sequence[sa.RowMapping]:
    names = ("diagnosis", "next_step", "amount_at_risk_minor", "last_seen_at", "subject", "other_subject")
    query = (
        sa.select(*(FINDINGS.c[name] for name in names))
        .join(
            CASE_FINDINGS,
            sa.and_(
                CASE_FINDINGS.c.merchant_id == FINDINGS.c.merchant_id,
                CASE_FINDINGS.c.finding_id == FINDINGS.c.finding_id,
            ),
        )
        .where(
            CASE_FINDINGS.c.merchant_id == merchant_id,
            CASE_FINDINGS.c.case_id == case_id,
            FINDINGS.c.gone_at.is_(None),
        )
        .order_by(FINDINGS.c.amount_at_risk_minor.desc(), FINDINGS.c.finding_id)
        .limit(FINDINGS_MAX)
    )
    return connection.execute(query).mappings().all()


def _payments(connection: sa.Connection, merchant_id: MerchantId, subjects: Sequence[str]) -> list[Payment]:
    """Return the payments that subjects name or whose orders they name, and what points at those."""
    named, orders = _names(subjects, "payment"), _names(subjects, "order")
    orders += _orders_of(connection, merchant_id, named)
    # Asked for first: beside another condition, a query within the query would read every payment.
    first = sa.select(PAYMENTS.c.payment_id).where(
        PAYMENTS.c.merchant_id == merchant_id,
        sa.or_(PAYMENTS.c.payment_id.in_(named), PAYMENTS.c.order_id.in_(orders)),
    )
    these = list(connection.execute(first.order_by(PAYMENTS.c.payment_id).limit(PAYMENTS_MAX)).scalars())
    query = (
        sa.select(*COLUMNS)
        .where(
            PAYMENTS.c.merchant_id == merchant_id,
            sa.or_(PAYMENTS.c.payment_id.in_(these), PAYMENTS.c.original_payment_id.in_(these)),
        )
        .order_by(PAYMENTS.c.occurred_at, PAYMENTS.c.payment_id)
        .limit(PAYMENTS_MAX)
    )
    return [payment_of(row) for row in connection.execute(query).mappings()]


def _orders_of(connection: sa.Connection, merchant_id: MerchantId, payment_ids: Sequence[str]) -> list[str]:
    query = sa.select(PAYMENTS.c.order_id).where(
        PAYMENTS.c.merchant_id == merchant_id,
        PAYMENTS.c.payment_id.in_(payment_ids),
        PAYMENTS.c.order_id.is_not(None),
    )
    return list(connection.execute(query.distinct()).scalars())


def _totals(connection: sa.Connection, merchant_id: MerchantId, subjects: Sequence[str]) -> dict[str, int]:
    """Return what the orders cost that subjects name, where that is known, by subject."""
    query = sa.select(ORDERS.c.order_id, ORDERS.c.total_minor).where(
        ORDERS.c.merchant_id == merchant_id,
        ORDERS.c.order_id.in_(_names(subjects, "order")),
        ORDERS.c.total_minor.is_not(None),
    )
    return {f"order:{order_id}": total_minor for order_id, total_minor in connection.execute(query)}


def _own_payments(connection: sa.Connection, merchant_id: MerchantId, subjects: Sequence[str]) -> dict[str, str]:
    """Return which payment each record that is a subject says that it is, both as findings name them."""
    query = sa.select(ACQUIRER_RECORDS.c.record_id, ACQUIRER_RECORDS.c.our_reference).where(
        ACQUIRER_RECORDS.c.merchant_id == merchant_id,
        ACQUIRER_RECORDS.c.record_id.in_(_names(subjects, "acquirer_record")),
        ACQUIRER_RECORDS.c.our_reference.is_not(None),
    )
    return {f"acquirer_record:{record_id}": f"payment:{own}" for record_id, own in connection.execute(query)}


def _leftovers(connection: sa.Connection, merchant_id: MerchantId, subjects: Sequence[str]) -> dict[str, Leftover]:
    """Return the records that subjects name and that no payment of ours has as its own, by subject."""
    query = sa.select(ACQUIRER_RECORDS).where(
        ACQUIRER_RECORDS.c.merchant_id == merchant_id,
        ACQUIRER_RECORDS.c.record_id.in_(_names(subjects, "acquirer_record")),
        ACQUIRER_RECORDS.c.kind == "sale",
        ACQUIRER_RECORDS.c.state == "succeeded",
        is_leftover(),
    )
    return {
        f"acquirer_record:{row['record_id']}": Leftover(
            record_id=row["record_id"],
            acquirer=row["acquirer"],
            amount_minor=row["amount_minor"],
            currency=row["currency"],
            store_id=row["store_id"],
        )
        for row in connection.execute(query).mappings()
    }


def _open_orders(connection: sa.Connection, merchant_id: MerchantId, subjects: Sequence[str]) -> dict[str, Unpaid]:
    """Return the orders that subjects name and that are open, by subject."""
    query = sa.select(*(ORDERS.c[name] for name in Unpaid.__dataclass_fields__)).where(
        ORDERS.c.merchant_id == merchant_id,
        ORDERS.c.order_id.in_(_names(subjects, "order")),
        ORDERS.c.state == "open",
        ORDERS.c.entered_by == COUNTER,
    )
    return {f"order:{row['order_id']}": Unpaid(**row) for row in connection.execute(query).mappings()}


def _homeless(connection: sa.Connection, merchant_id: MerchantId, subjects: Sequence[str]) -> dict[str, Homecoming]:
    """Return the returns that subjects name and that have no order of ours, by subject."""
    known = sa.select(ORDERS.c.order_id).where(
        ORDERS.c.merchant_id == RETURNS.c.merchant_id, ORDERS.c.order_id == RETURNS.c.order_id
    )
    tied = sa.select(TIES.c.row_id).where(
        TIES.c.merchant_id == RETURNS.c.merchant_id,
        TIES.c.noun == Noun.RETURN.value,
        TIES.c.row_id == RETURNS.c.return_id,
        sa.text(standing_now("ties")),
    )
    query = sa.select(RETURNS.c.return_id, RETURNS.c.amount_minor, RETURNS.c.currency).where(
        RETURNS.c.merchant_id == merchant_id,
        RETURNS.c.return_id.in_(_names(subjects, "return")),
        ~known.exists(),
        ~tied.exists(),
    )
    return {f"return:{row['return_id']}": Homecoming(**row) for row in connection.execute(query).mappings()}


def _linked(connection: sa.Connection, merchant_id: MerchantId, case_ids: Sequence[CaseId]) -> list[Homecoming]:
    """Return the returns that were linked to an order in one of some cases, and are."""
    query = (
        sa.select(RETURNS.c.return_id, RETURNS.c.amount_minor, RETURNS.c.currency, TIES.c.order_id)
        .join(TIES, sa.and_(TIES.c.merchant_id == RETURNS.c.merchant_id, TIES.c.row_id == RETURNS.c.return_id))
        .where(
            TIES.c.merchant_id == merchant_id,
            TIES.c.case_id.in_(case_ids),
            TIES.c.noun == Noun.RETURN.value,
            sa.text(standing_now("ties")),
        )
        .order_by(RETURNS.c.return_id)
        .limit(FINDINGS_MAX)
    )
    return [Homecoming(**row) for row in connection.execute(query).mappings()]


def _rebuilt(connection: sa.Connection, merchant_id: MerchantId, case_ids: Sequence[CaseId]) -> list[Payment]:
    """Return the charges whose orders were rebuilt in one of some cases so that their money goes back."""
    these = sa.select(CASE_EVENTS.c.action_id).where(
        CASE_EVENTS.c.merchant_id == merchant_id,
        CASE_EVENTS.c.case_id.in_(case_ids),
        CASE_EVENTS.c.kind == Event.BEGUN.value,
        CASE_EVENTS.c.body["step"].as_string() == Step.RETURN_CHARGE.value,
    )
    # Asked for first: beside another condition, a query within the query would read every payment.
    orders = list(connection.execute(these.limit(FINDINGS_MAX)).scalars())
    if not orders:
        return []
    query = sa.select(*COLUMNS).where(
        PAYMENTS.c.merchant_id == merchant_id, PAYMENTS.c.order_id.in_(orders), PAYMENTS.c.kind == Kind.SALE.value
    )
    return [payment_of(row) for row in connection.execute(query.order_by(PAYMENTS.c.payment_id)).mappings()]


def _beside(other: str | None, mine: Sequence[Payment], every: Sequence[Payment]) -> list[Payment]:
    """Return the payments of the other one of two, and of the orders of some payments, but not these themselves."""
    names = {other, *(f"order:{payment.order_id}" for payment in mine if payment.order_id is not None)}
    return [payment for payment in _about(names, every) if payment not in mine]


def _names(subjects: Sequence[str], noun: str) -> list[str]:
    return [subject.removeprefix(f"{noun}:") for subject in subjects if subject.startswith(f"{noun}:")]


def _about(subjects: Collection[str | None], every: Sequence[Payment]) -> list[Payment]:
    """Return the payments that are, or point at, what one of some subjects names."""
    return [payment for payment in every if _is_about(subjects, payment, every)]


def _is_about(subjects: Collection[str | None], payment: Payment, every: Sequence[Payment]) -> bool:
    original = next((one for one in every if one.payment_id == payment.original_payment_id), None)
    return any(
        one is not None and (f"payment:{one.payment_id}" in subjects or f"order:{one.order_id}" in subjects)
        for one in (payment, original)
    )
