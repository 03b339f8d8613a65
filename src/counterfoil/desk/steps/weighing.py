"""SQL by which a return is held against the order that somebody says it is of. It never writes, and never decides."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from counterfoil.books.orders.tables import ORDER_LINES, ORDERS
from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.states import State
from counterfoil.books.payments.tables import PAYMENTS
from counterfoil.books.returns.tables import RETURN_LINES, RETURNS
from counterfoil.desk.ties.model import Noun
from counterfoil.desk.ties.rules import Original, Piece, Return
from counterfoil.desk.ties.store import standing, standing_now
from counterfoil.desk.ties.tables import TIES
from counterfoil.ids import MerchantId, OrderId

#: A return whose goods or money came back, one way or another, as the rules have it.
_DONE = ("received", "refunded", "exchanged", "reshipped", "closed")


def return_in(connection: sa.Connection, merchant_id: MerchantId, return_id: str) -> Return | None:
    """Return a return as its sale has to fit it; None where it is not in the live books."""
    known = ORDERS.alias("known")
    query = (
        sa.select(RETURNS, known.c.order_id.label("known_order_id"))
        .join(
            known,
            sa.and_(known.c.merchant_id == RETURNS.c.merchant_id, known.c.order_id == RETURNS.c.order_id),
            isouter=True,
        )
        .where(RETURNS.c.merchant_id == merchant_id, RETURNS.c.return_id == return_id)
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    tie = standing(connection, merchant_id, [f"{Noun.RETURN}:{return_id}"]).get(f"{Noun.RETURN}:{return_id}")
    known_id = row["known_order_id"]
    return Return(
        return_id=return_id,
        known_order_id=None if known_id is None else OrderId(known_id),
        tied_to=None if tie is None else tie.order_id,
        requested_at=row["requested_at"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        pieces=_pieces_back(connection, merchant_id, RETURN_LINES.c.return_id == return_id),
    )


def original_in(connection: sa.Connection, merchant_id: MerchantId, order_id: str, return_id: str) -> Original | None:
    """Return an order as a return has to fit it, what came back by that return aside; None where there is none."""
    query = sa.select(ORDERS).where(ORDERS.c.merchant_id == merchant_id, ORDERS.c.order_id == order_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    sold = sa.select(ORDER_LINES.c.sku, ORDER_LINES.c.quantity, ORDER_LINES.c.line_no).where(
        ORDER_LINES.c.merchant_id == merchant_id,
        ORDER_LINES.c.order_id == order_id,
        ORDER_LINES.c.voided_at.is_(None),
    )
    others = _others_of(merchant_id, order_id, return_id)
    returned = sa.select(sa.func.coalesce(sa.func.sum(RETURNS.c.amount_minor), 0)).where(
        RETURNS.c.merchant_id == merchant_id, RETURNS.c.return_id.in_(others)
    )
    taken, refunded = _money_of(connection, merchant_id, order_id, return_id)
    return Original(
        order_id=OrderId(order_id),
        placed_at=row["placed_at"],
        currency=row["currency"],
        is_practice=bool(row["training"]),
        sold=[Piece(**piece) for piece in connection.execute(sold).mappings()],
        back=_pieces_back(connection, merchant_id, RETURN_LINES.c.return_id.in_(others)),
        taken_minor=taken,
        returned_minor=int(connection.execute(returned).scalar_one()),
        refunded_minor=refunded,
    )


def _pieces_back(connection: sa.Connection, merchant_id: MerchantId, chosen: sa.ColumnElement[bool]) -> Sequence[Piece]:
    query = sa.select(RETURN_LINES.c.sku, RETURN_LINES.c.quantity, RETURN_LINES.c.order_line_no.label("line_no")).where(
        RETURN_LINES.c.merchant_id == merchant_id, chosen
    )
    return [Piece(**piece) for piece in connection.execute(query).mappings()]


def _others_of(merchant_id: MerchantId, order_id: str, return_id: str) -> sa.Select[tuple[str]]:
    """Return the other done returns of an order: those that name it, and those that are tied to it."""
    tied = sa.select(TIES.c.row_id).where(
        TIES.c.merchant_id == merchant_id,
        TIES.c.noun == Noun.RETURN.value,
        TIES.c.order_id == order_id,
        sa.text(standing_now("ties")),
    )
    return sa.select(RETURNS.c.return_id).where(
        RETURNS.c.merchant_id == merchant_id,
        RETURNS.c.return_id != return_id,
        RETURNS.c.state.in_(_DONE),
        sa.or_(RETURNS.c.order_id == order_id, RETURNS.c.return_id.in_(tied)),
    )


def _money_of(connection: sa.Connection, merchant_id: MerchantId, order_id: str, return_id: str) -> tuple[int, int]:
    """Return what was taken for an order less its undos, and what was refunded of it or by the return."""
    of_order = sa.select(PAYMENTS.c.payment_id).where(
        PAYMENTS.c.merchant_id == merchant_id, PAYMENTS.c.order_id == order_id, PAYMENTS.c.kind == Kind.SALE.value
    )
    of_returns = _others_of(merchant_id, order_id, return_id)
    undo = (Kind.VOID.value, Kind.REVERSAL.value)
    signed = sa.case(
        (PAYMENTS.c.kind == Kind.SALE.value, PAYMENTS.c.amount_minor),
        (PAYMENTS.c.kind.in_(undo), -PAYMENTS.c.amount_minor),
        else_=0,
    )
    back = sa.case((PAYMENTS.c.kind == Kind.REFUND.value, PAYMENTS.c.amount_minor), else_=0)
    query = sa.select(sa.func.coalesce(sa.func.sum(signed), 0), sa.func.coalesce(sa.func.sum(back), 0)).where(
        PAYMENTS.c.merchant_id == merchant_id,
        PAYMENTS.c.state == State.APPROVED.value,
        sa.or_(
            PAYMENTS.c.order_id == order_id,
            PAYMENTS.c.original_payment_id.in_(of_order),
            PAYMENTS.c.return_id == return_id,
            PAYMENTS.c.return_id.in_(of_returns),
        ),
    )
    taken, refunded = connection.execute(query).one()
    return int(taken), int(refunded)
