"""SQL of rebuilt orders: reads the record, writes the order with its one line. It never commits, and never decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.books.orders.states import State
from counterfoil.books.orders.tables import ORDER_LINES, ORDERS
from counterfoil.books.payments.tables import ACQUIRER_RECORDS, PAYMENTS
from counterfoil.ids import MerchantId, OrderId, StaffId, StoreId, TerminalId
from counterfoil.shop.pricing.model import NO_SALE_SKU, OWN_LINES

#: What a line is sold as whose goods nobody scanned.
SKU = "unlisted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A charge in the acquirer's book."""

    record_id: str
    acquirer: str
    amount_minor: int
    currency: str
    occurred_at: datetime
    our_reference: str | None
    acquirer_reference: str | None
    rrn: str | None
    approval_code: str | None
    stan: str | None
    store_id: StoreId | None
    terminal_id: TerminalId | None
    instrument_key: str | None
    instrument_tail: str | None


def charge(connection: sa.Connection, merchant_id: MerchantId, record_id: str) -> Record | None:
    """Return a charge that succeeded and that no payment of ours has as its own; None where there is none."""
    query = (
        sa.select(*(ACQUIRER_RECORDS.c[name] for name in Record.__dataclass_fields__))
        .where(ACQUIRER_RECORDS.c.merchant_id == merchant_id, ACQUIRER_RECORDS.c.record_id == record_id)
        .where(ACQUIRER_RECORDS.c.kind == "sale", ACQUIRER_RECORDS.c.state == "succeeded", is_leftover())
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else Record(**row)


def keep_others_out(connection: sa.Connection, merchant_id: MerchantId, record_id: str) -> None:
    """Keep others from rebuilding the same record until the transaction ends."""
    name = f"{merchant_id}/acquirer_record:{record_id}"
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


def is_leftover() -> sa.ColumnElement[bool]:
    """Return the condition that a record is nobody's, and its money still here.

    No payment of ours names it as its own, by any number that both carry, and the acquirer's book gives nothing of it
    back: what is given back there already, and by us as well, has gone back twice.
    """
    same_acquirer = PAYMENTS.c.acquirer == ACQUIRER_RECORDS.c.acquirer
    ours = sa.select(PAYMENTS.c.payment_id).where(
        PAYMENTS.c.merchant_id == ACQUIRER_RECORDS.c.merchant_id,
        sa.or_(
            PAYMENTS.c.payment_id == ACQUIRER_RECORDS.c.our_reference,
            PAYMENTS.c.request_id == ACQUIRER_RECORDS.c.our_reference,
            sa.and_(same_acquirer, PAYMENTS.c.acquirer_reference == ACQUIRER_RECORDS.c.acquirer_reference),
            sa.and_(
                same_acquirer,
                PAYMENTS.c.rrn == ACQUIRER_RECORDS.c.rrn,
                PAYMENTS.c.amount_minor == ACQUIRER_RECORDS.c.amount_minor,
            ),
        ),
    )
    back = ACQUIRER_RECORDS.alias("back")
    backs = sa.select(back.c.record_id).where(
        back.c.merchant_id == ACQUIRER_RECORDS.c.merchant_id,
        back.c.acquirer == ACQUIRER_RECORDS.c.acquirer,
        back.c.kind.in_(["void", "reversal", "refund"]),
        back.c.state == "succeeded",
        back.c.original_reference.in_([ACQUIRER_RECORDS.c.our_reference, ACQUIRER_RECORDS.c.acquirer_reference]),
    )
    return ~ours.exists() & ~backs.exists()


def write_order(
    connection: sa.Connection,
    merchant_id: MerchantId,
    order_id: OrderId,
    record: Record,
    *,
    store_id: StoreId,
    operator_id: StaffId,
    business_date: date,
    goods: str | None,
) -> bool:
    """Write an open order of one line for what a record says was paid; False where its id is taken.

    `goods`: what was sold, in words; None: nothing was.
    """
    order = {
        "merchant_id": merchant_id,
        "order_id": order_id,
        "store_id": store_id,
        "terminal_id": record.terminal_id,
        "operator_id": operator_id,
        "placed_at": record.occurred_at,
        "business_date": business_date,
        "state": State.OPEN,
        "total_minor": record.amount_minor,
        "currency": record.currency,
        "request_id": order_id,
        "fulfilment": "carry_out",
        "channel": "till",
        "training": False,
    }
    written = insert(ORDERS).values(order).on_conflict_do_nothing().returning(ORDERS.c.order_id)
    if connection.execute(written).first() is None:
        return False
    line = {
        "merchant_id": merchant_id,
        "order_id": order_id,
        "line_no": 1,
        "sku": SKU if goods is not None else NO_SALE_SKU,
        "name": goods if goods is not None else OWN_LINES[NO_SALE_SKU].en,
        "quantity": Decimal(1),
        "amount_minor": record.amount_minor,
        "line_kind": "goods",
        "entry": "keyed",
    }
    connection.execute(ORDER_LINES.insert(), line)
    return True
