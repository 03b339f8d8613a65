"""SQL of what goes back: how much of a sale and of its lines is being refunded, and has been. It never commits."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from counterfoil.books.entered import COUNTER, IMPORT
from counterfoil.books.payments.model import Kind, Payment, Standing
from counterfoil.books.payments.states import OPEN, State
from counterfoil.books.payments.store import change
from counterfoil.books.payments.tables import PAYMENTS, REFUND_LINES


def reserve(connection: sa.Connection, original: Payment, amount_minor: int) -> None:
    """Set money of a sale aside for a refund that is about to be sent; the database keeps it within what was taken."""
    changes = {"refund_reserved_minor": PAYMENTS.c.refund_reserved_minor + amount_minor}
    change(connection, original, PAYMENTS.c.standing == Standing.HELD, changes)


def count_refunds(connection: sa.Connection, original: Payment) -> None:
    """Write what is being refunded of a sale and what has been, counted anew from its refunds.

    Counted and not added up: a refund may be refused and then turn out to have happened. Evidence may say that more
    went back than was taken; then the counter is full, and a finding says the rest. What was imported of an imported
    sale counts like our own: it went back as well. The payments must be locked.
    """
    imported = sa.select(sa.literal(1)).where(
        PAYMENTS.c.merchant_id == original.merchant_id,
        PAYMENTS.c.payment_id == original.payment_id,
        PAYMENTS.c.entered_by == IMPORT,
    )
    sale_is_imported = connection.execute(imported).first() is not None
    refunds = sa.select(
        _sum_where(PAYMENTS.c.state.in_(OPEN), PAYMENTS.c.amount_minor).cast(sa.BigInteger),
        _sum_where(PAYMENTS.c.state == State.APPROVED, PAYMENTS.c.amount_minor).cast(sa.BigInteger),
    ).where(
        PAYMENTS.c.merchant_id == original.merchant_id,
        PAYMENTS.c.original_payment_id == original.payment_id,
        PAYMENTS.c.kind == Kind.REFUND,
        *(() if sale_is_imported else (PAYMENTS.c.entered_by == COUNTER,)),
    )
    reserved, refunded = connection.execute(refunds).one()
    refunded = min(refunded, original.amount_minor)
    changes = {
        "refunded_minor": refunded,
        "refund_reserved_minor": min(reserved, original.amount_minor - refunded),
    }
    change(connection, original, sa.true(), changes)


def refunded_quantities(connection: sa.Connection, refund: Payment) -> dict[int, tuple[Decimal, Decimal]]:
    """Return, for each line that a refund gives back, how much all refunds of its order are giving and have given."""
    others = PAYMENTS.alias()
    its_lines = sa.select(REFUND_LINES.c.line_no).where(
        REFUND_LINES.c.merchant_id == refund.merchant_id, REFUND_LINES.c.payment_id == refund.payment_id
    )
    counted = (
        sa.select(
            REFUND_LINES.c.line_no,
            _sum_where(others.c.state.in_(OPEN), REFUND_LINES.c.quantity),
            _sum_where(others.c.state == State.APPROVED, REFUND_LINES.c.quantity),
        )
        .join(
            others,
            sa.and_(
                others.c.merchant_id == REFUND_LINES.c.merchant_id, others.c.payment_id == REFUND_LINES.c.payment_id
            ),
        )
        .where(
            REFUND_LINES.c.merchant_id == refund.merchant_id,
            others.c.order_id == refund.order_id,
            REFUND_LINES.c.line_no.in_(its_lines.scalar_subquery()),
        )
        .group_by(REFUND_LINES.c.line_no)
    )
    return {line_no: (giving, given) for line_no, giving, given in connection.execute(counted)}


def write_refund_lines(connection: sa.Connection, refund: Payment, lines: Mapping[int, Decimal]) -> None:
    """Write which lines of its order a refund gives back."""
    rows = [
        {"merchant_id": refund.merchant_id, "payment_id": refund.payment_id, "line_no": line_no, "quantity": quantity}
        for line_no, quantity in lines.items()
    ]
    if rows:
        connection.execute(REFUND_LINES.insert(), rows)


def refund_lines(connection: sa.Connection, refund: Payment) -> dict[int, Decimal]:
    """Return which lines of its order a refund gives back, and how much of each."""
    query = sa.select(REFUND_LINES.c.line_no, REFUND_LINES.c.quantity).where(
        REFUND_LINES.c.merchant_id == refund.merchant_id, REFUND_LINES.c.payment_id == refund.payment_id
    )
    # A result has `keys`, so `dict` would take the result itself for a mapping.
    return dict(connection.execute(query).all())


def _sum_where(condition: sa.ColumnElement[bool], column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, column), else_=0)), 0)
