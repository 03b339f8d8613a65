"""Rebuilds the order that an acquirer's record proves: a new order with its payment, and nothing is edited.

The record itself is the proof, as a bill is: the payment is written as intended and approved by the record's word, so
the order is paid, its slip is due and everything else follows as from any other answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Kind, Payment, Tender
from counterfoil.books.payments.ports import Answer, Outcome
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.books.payments.states import State
from counterfoil.counter.acquiring import Acquirers
from counterfoil.counter.closing.store import open_date
from counterfoil.counter.rebuilding import store
from counterfoil.counter.rebuilding.store import Record
from counterfoil.counter.taking_answers import Source, Taken, take_answer
from counterfoil.ids import ID_LENGTH_MAX, MerchantId, OrderId, PaymentId, StaffId, StoreId, TerminalId, is_id
from counterfoil.journal import store as journal
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    import sqlalchemy as sa

#: Behind the id of a rebuilt order, in the id of its payment where the record names none.
_PAYMENT = ".p"


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildWish:
    """What somebody wants to rebuild."""

    merchant_id: MerchantId
    record_id: str
    #: Made by whoever asks, before they ask.
    order_id: OrderId
    store_id: StoreId
    operator_id: StaffId
    #: The date on which the store traded when it was charged; a closed one moves it on.
    business_date: date
    #: What was sold, in words: nobody scanned it. None: nothing was, and the money is to go back.
    goods: str | None


def rebuild(connection: sa.Connection, acquirers: Acquirers, wish: RebuildWish, *, now: datetime) -> Taken | Refused:
    """Make the order and the payment that a record proves; a refusal where it is no such record, or has a payment."""
    store.keep_others_out(connection, wish.merchant_id, wish.record_id)
    record = store.charge(connection, wish.merchant_id, wish.record_id)
    if record is None:
        return refused(PaymentRefusal.NO_SUCH_PAYMENT, payment_id=wish.record_id)
    on = open_date(connection, wish.merchant_id, wish.store_id, wish.business_date)
    made = store.write_order(
        connection,
        wish.merchant_id,
        wish.order_id,
        record,
        store_id=wish.store_id,
        operator_id=wish.operator_id,
        business_date=on,
        goods=wish.goods,
    )
    payment = _payment(wish, record, on, _tender(acquirers, wish, record))
    if not made or not payments.intend(connection, payment, resolve_at=None):
        return refused(PaymentRefusal.ID_TAKEN, payment_id=payment.payment_id)
    journal.note(
        connection,
        wish.merchant_id,
        "order:sale:open",
        f"order:{wish.order_id}",
        occurred_at=now,
        body={"rebuilt_from": f"acquirer_record:{record.record_id}", "payments": {payment.payment_id: payment.state}},
        actor_id=wish.operator_id,
        terminal_id=record.terminal_id,
    )
    answer = Answer(
        outcome=Outcome.APPROVED,
        note=f"rebuilt from acquirer record {record.record_id}",
        amount_minor=record.amount_minor,
        acquirer_reference=record.acquirer_reference,
        rrn=record.rrn,
        approval_code=record.approval_code,
    )
    return take_answer(connection, wish.merchant_id, payment.payment_id, answer, source=Source.BILL, now=now)


def _payment(wish: RebuildWish, record: Record, on: date, tender: Tender) -> Payment:
    """Return the payment of a record: by the id that the acquirer echoes, where it is one of ours to be."""
    own = record.our_reference
    name = own if own is not None and is_id(own) else f"{wish.order_id[: ID_LENGTH_MAX - len(_PAYMENT)]}{_PAYMENT}"
    return Payment(
        merchant_id=wish.merchant_id,
        payment_id=PaymentId(name),
        kind=Kind.SALE,
        tender=tender,
        amount_minor=record.amount_minor,
        currency=record.currency,
        state=State.INTENDED,
        occurred_at=record.occurred_at,
        order_id=wish.order_id,
        store_id=wish.store_id,
        terminal_id=record.terminal_id,
        operator_id=wish.operator_id,
        acquirer=record.acquirer,
        business_date=on,
        request_id=None if name == own else own,
        stan=record.stan,
        instrument_key=record.instrument_key,
        instrument_tail=record.instrument_tail,
    )


def _tender(acquirers: Acquirers, wish: RebuildWish, record: Record) -> Tender:
    """Return the tender whose money goes to the record's acquirer."""
    terminal_id = record.terminal_id or TerminalId("")
    for tender in Tender:
        lane = acquirers.lane(wish.merchant_id, terminal_id, tender)
        if lane is not None and lane.acquirer.name == record.acquirer:
            return tender
    return Tender(record.acquirer) if record.acquirer in {*Tender} else Tender.OTHER
