"""Which acquirer a tender's money goes to, and the message that carries a payment there.

`bootstrap` fills in the acquirers; everybody else asks by merchant, terminal and tender.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from counterfoil.books.payments.model import Kind, Payment, Tender
from counterfoil.books.payments.ports import Acquirer, Answer, Original, Presented, Request
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.ids import MerchantId, TerminalId
from counterfoil.refusals import Refused

#: How long the first answer may take before the resolver looks at the payment by itself.
PATIENCE = timedelta(seconds=45)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The way of one tender of one merchant to its acquirer."""

    acquirer: Acquirer
    #: Whether messages carry a trace number of the terminal's lane.
    is_traced: bool
    patience: timedelta = PATIENCE


class Acquirers(Protocol):
    """The acquirers of all merchants."""

    def lane(self, merchant_id: MerchantId, terminal_id: TerminalId, tender: Tender) -> Lane | None:
        """Return the lane of a tender; None where it is not taken there, or needs nobody (cash)."""

    def named(self, merchant_id: MerchantId, acquirer: str) -> Acquirer:
        """Return an acquirer by the name in `payments.acquirer`; KeyError where it is not configured any more."""


def why_no_channel(
    acquirers: Acquirers, merchant_id: MerchantId, acquirer: str | None, payment_id: str
) -> Refused | None:
    """Return why nobody can be asked about a payment; None where its acquirer is configured, or nobody has to be."""
    if acquirer is None:
        return None
    try:
        acquirers.named(merchant_id, acquirer)
    except KeyError:
        return refused(PaymentRefusal.NO_CHANNEL, payment_id=payment_id, acquirer=acquirer)
    return None


def patience_with(acquirers: Acquirers, payment: Payment) -> timedelta:
    """Return how long the answer to a payment's own message may take before the resolver looks at it by itself."""
    if payment.terminal_id is None:
        return PATIENCE
    lane = acquirers.lane(payment.merchant_id, payment.terminal_id, payment.tender)
    return lane.patience if lane is not None and lane.acquirer.name == payment.acquirer else PATIENCE


#: Tenders that are money in our own hands: nobody has to be asked.
IN_HAND: Mapping[Tender, str] = {Tender.CASH: "the drawer", Tender.OTHER: "a terminal that is not connected to us"}


def request_for(
    payment: Payment, original: Payment | None, *, presented: Presented | None = None, attempt: int = 1
) -> Request:
    """Make the message of a payment; every try has the same id, trace number and amount."""
    assert (payment.kind is Kind.SALE) == (original is None)
    return Request(
        merchant_id=payment.merchant_id,
        payment_id=payment.payment_id,
        kind=payment.kind,
        tender=payment.tender,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        occurred_at=payment.occurred_at,
        store_id=payment.store_id,
        terminal_id=payment.terminal_id,
        attempt=attempt,
        stan=payment.stan,
        presented=presented,
        original=None if original is None else original_of(original),
        reason=payment.reason,
    )


def original_of(payment: Payment) -> Original:
    """Return what a later message says of the one that it points at."""
    return Original(
        payment_id=payment.payment_id,
        kind=payment.kind,
        amount_minor=payment.amount_minor,
        occurred_at=payment.occurred_at,
        stan=payment.stan,
        rrn=payment.rrn,
        approval_code=payment.approval_code,
        acquirer_reference=payment.acquirer_reference,
    )


def send(acquirer: Acquirer, request: Request) -> Answer:
    """Send a payment's own message by the verb of its kind."""
    match request.kind:
        case Kind.SALE:
            return acquirer.charge(request)
        case Kind.VOID:
            return acquirer.void(request)
        case Kind.REVERSAL:
            return acquirer.reverse(request)
        case Kind.REFUND:
            return acquirer.refund(request)
