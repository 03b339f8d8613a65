"""Hears what channels say unasked: verified, kept once, written into the acquirers' book, and taken as an answer.

The signature is the proof; nobody else is asked who calls. A repeat is acknowledged and changes nothing, whatever comes
in whatever order is judged against the payment as it stands, and of a body nothing is kept but what the row says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.dialects.postgresql import insert

from counterfoil.books.entered import IMPORT
from counterfoil.books.payments import store as payments
from counterfoil.books.payments.ports import Outcome
from counterfoil.books.payments.tables import ACQUIRER_RECORDS, WEBHOOK_EVENTS
from counterfoil.books.payments.webhooks import (
    Acknowledgement,
    NotTaken,
    WebhookEvent,
    WebhookNotTaken,
    WebhookVerifier,
)
from counterfoil.counter.taking_answers import Source, take_answer
from counterfoil.db.engine import Database

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.ids import MerchantId

log = structlog.get_logger()

#: Of a digest, in hexadecimal digits: 128 bits.
_DIGITS = 32
#: Why an event has no row in the acquirers' book, beside the words of `NotTaken`.
WITHOUT_AMOUNT = "without_amount"

_STATES = {Outcome.APPROVED: "succeeded", Outcome.DECLINED: "failed"}


class UnknownAcquirer(LookupError):
    """No channel of that name is configured to tell us anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How a call ended: what to answer, or why it is not believed."""

    acknowledgement: Acknowledgement | None
    refused: NotTaken | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """Hears the webhooks of every merchant; one for a process."""

    database: Database
    #: Whose it is, with the keys by which it is known.
    verifiers: Sequence[tuple[MerchantId, WebhookVerifier]]
    clock: Callable[[], datetime]

    def hear(self, acquirer: str, headers: Mapping[str, str], body: bytes) -> Heard:
        """Take one call; UnknownAcquirer where nobody of that name may call."""
        now = self.clock()
        ours = [(whose, verifier) for whose, verifier in self.verifiers if verifier.acquirer == acquirer]
        if not ours:
            raise UnknownAcquirer(acquirer)
        verdicts = [(whose, verifier, verifier.verify(headers, body, now=now)) for whose, verifier in ours]
        # Merchants may share a channel's name; a call is theirs whose key it is signed with.
        for merchant_id, verifier, verdict in verdicts:
            if isinstance(verdict, WebhookEvent):
                self._take(merchant_id, verdict, now=now)
                return Heard(acknowledgement=verifier.acknowledge(taken=True))
        for merchant_id, verifier, verdict in verdicts:
            if isinstance(verdict, WebhookNotTaken) and verdict.reason.is_genuine:
                self._lay_aside(merchant_id, verdict, body, now=now)
                return Heard(acknowledgement=verifier.acknowledge(taken=True))
        refused = verdicts[0][2]
        assert isinstance(refused, WebhookNotTaken)
        log.warning("webhook_refused", acquirer=acquirer, reason=refused.reason, note=refused.note)
        return Heard(acknowledgement=None, refused=refused.reason)

    def _take(self, merchant_id: MerchantId, event: WebhookEvent, *, now: datetime) -> None:
        amount_minor = event.amount_minor if event.amount_minor is not None else event.answer.amount_minor
        says_amount = amount_minor is not None and event.currency is not None
        record_id = _record_id(event)
        with self.database.transaction(merchant_id) as connection:
            is_new = _keep(
                connection,
                merchant_id,
                event.acquirer,
                event.event_id,
                now=now,
                record_id=record_id if says_amount else None,
                aside=None if says_amount else WITHOUT_AMOUNT,
            )
            if not is_new:
                log.info("webhook_repeated", merchant_id=merchant_id, acquirer=event.acquirer)
                return
            if says_amount:
                _record(connection, merchant_id, event, record_id, amount_minor)
            payment = None if event.payment_id is None else payments.payment(connection, merchant_id, event.payment_id)
            if payment is None or payment.kind is not event.kind:
                # Their book has it and ours has not: the rules say what that means.
                log.warning("webhook_of_no_payment", merchant_id=merchant_id, acquirer=event.acquirer)
                return
            taken = take_answer(
                connection, merchant_id, payment.payment_id, event.answer, source=Source.WEBHOOK, now=now
            )
        log.info("webhook_taken", merchant_id=merchant_id, acquirer=event.acquirer, state=taken.payment.state)

    def _lay_aside(self, merchant_id: MerchantId, verdict: WebhookNotTaken, body: bytes, *, now: datetime) -> None:
        """Keep that something genuine came that says nothing to us, and why; not what it said."""
        event_id = f"body:{hashlib.sha256(body).hexdigest()[:_DIGITS]}"
        with self.database.transaction(merchant_id) as connection:
            _keep(connection, merchant_id, verdict.acquirer, event_id, now=now, aside=verdict.reason, note=verdict.note)


def _record_id(event: WebhookEvent) -> str:
    parts = f"{len(event.acquirer)}:{event.acquirer}{event.event_id}"
    return f"webhook:{hashlib.sha256(parts.encode()).hexdigest()[:_DIGITS]}"


def _keep(
    connection: sa.Connection,
    merchant_id: MerchantId,
    acquirer: str,
    event_id: str,
    *,
    now: datetime,
    record_id: str | None = None,
    aside: str | None = None,
    note: str | None = None,
) -> bool:
    """Keep an event; False where it was kept before. Of two that come at once, the second waits for the first."""
    kept = connection.execute(
        insert(WEBHOOK_EVENTS)
        .values(
            merchant_id=merchant_id,
            acquirer=acquirer,
            event_id=event_id,
            received_at=now,
            record_id=record_id,
            aside=aside,
            note=note,
        )
        .on_conflict_do_nothing()
        .returning(WEBHOOK_EVENTS.c.event_id)
    )
    return kept.first() is not None


def _record(
    connection: sa.Connection, merchant_id: MerchantId, event: WebhookEvent, record_id: str, amount_minor: int | None
) -> None:
    answer = event.answer
    connection.execute(
        insert(ACQUIRER_RECORDS)
        .values(
            merchant_id=merchant_id,
            record_id=record_id,
            acquirer=event.acquirer,
            source="webhook",
            kind=event.kind,
            state=_STATES.get(answer.outcome, "pending"),
            amount_minor=amount_minor,
            currency=event.currency,
            occurred_at=event.occurred_at,
            settled_on=answer.settled_on,
            our_reference=event.payment_id or event.reference,
            acquirer_reference=answer.acquirer_reference,
            rrn=answer.rrn,
            approval_code=answer.approval_code,
            instrument_key=answer.instrument_key,
            instrument_tail=answer.instrument_tail,
            entered_by=IMPORT,
            came_with=f"webhook:{event.event_id}",
        )
        .on_conflict_do_nothing()
    )
