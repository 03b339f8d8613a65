"""The reversal of a payment: a payment of its own, intended before it is sent; an original has at most one that counts.

One whose proof was contradicted is given up for a new one, with a message of its own.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Kind, Payment
from counterfoil.books.payments.states import Event, State, advance
from counterfoil.ids import ID_LENGTH_MAX, PaymentId
from counterfoil.journal import store as journal

if TYPE_CHECKING:
    import sqlalchemy as sa


def reversal_of(
    connection: sa.Connection, original: Payment, *, reason: str, now: datetime, resolve_at: datetime | None
) -> Payment:
    """Return the undo of a payment that is under way or proven, or intend one; the original must be locked.

    `resolve_at`: when it is to be sent by itself; None where the original's own ladder drives it.
    """
    there = payments.open_undo(connection, original.merchant_id, original.payment_id)
    if there is not None:
        return there
    turn = payments.undos_n(connection, original.merchant_id, original.payment_id) + 1
    reversal = Payment(
        merchant_id=original.merchant_id,
        payment_id=reversal_id(original.payment_id, turn),
        kind=Kind.REVERSAL,
        tender=original.tender,
        amount_minor=original.amount_minor,
        currency=original.currency,
        state=State.INTENDED,
        occurred_at=now,
        order_id=original.order_id,
        store_id=original.store_id,
        terminal_id=original.terminal_id,
        operator_id=original.operator_id,
        original_payment_id=original.payment_id,
        acquirer=original.acquirer,
        business_date=original.business_date,
        reason=reason,
        # A reversal shares its trace number with its original (ISO 8583): the class of the message tells them apart.
        stan=original.stan,
        instrument_key=original.instrument_key,
        instrument_tail=original.instrument_tail,
    )
    made = payments.intend(connection, reversal, resolve_at=resolve_at)
    assert made
    journal.note(
        connection,
        original.merchant_id,
        "payment:reversal:intended",
        f"payment:{reversal.payment_id}",
        occurred_at=now,
        body={"of": original.payment_id, "reason": reason, "amount_minor": original.amount_minor},
        terminal_id=original.terminal_id,
    )
    return reversal


def give_up(connection: sa.Connection, reversal: Payment, *, now: datetime) -> None:
    """End a reversal whose proof is contradicted, so that another one can take its place; it must be locked."""
    state = reversal.state
    for event, because in (
        (Event.CONTRADICTED, "what it reversed has happened after all"),
        (Event.DECLINED, "a new reversal takes its place"),
    ):
        before, state = state, advance(state, event)
        journal.note(
            connection,
            reversal.merchant_id,
            f"payment:reversal:{event}",
            f"payment:{reversal.payment_id}",
            occurred_at=now,
            body={"because": because},
            terminal_id=reversal.terminal_id,
        )
        payments.move(connection, replace(reversal, state=before), state, None, now=now, resolve_at=None)


def overtake_proven(connection: sa.Connection, payment: Payment, *, now: datetime) -> None:
    """Give up a reversal that was believed proven, of what has arrived since, so that the next one is a new message.

    A card host answers the old message as it did before, without undoing anything.
    """
    proven = payments.open_undo(connection, payment.merchant_id, payment.payment_id)
    if proven is not None and proven.kind is Kind.REVERSAL and proven.state is State.APPROVED:
        give_up(connection, proven, now=now)


def reversal_id(original: PaymentId, turn: int) -> PaymentId:
    """Return the id of the n-th reversal of a payment: the same for everybody who might make it, after any crash."""
    readable = f"{original}.r{turn}"
    if len(readable) <= ID_LENGTH_MAX:
        return PaymentId(readable)
    digest = hashlib.sha256(readable.encode()).digest()
    return PaymentId("r." + base64.b32encode(digest).decode("ascii").rstrip("=").lower())
