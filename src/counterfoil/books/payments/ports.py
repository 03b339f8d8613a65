"""What the payments book needs from the outside world: an acquirer, as one Protocol, and the values that pass through.

Vendor words stop at the adapter. An adapter never raises for trouble outside: every ending of a call is an `Answer`,
and what cannot be believed (another amount, another terminal, a broken signature) is `UNKNOWN`, not an approval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from counterfoil.books.payments.model import Kind, Tender
from counterfoil.ids import MerchantId, PaymentId, StoreId, TerminalId


class Entry(StrEnum):
    """How an instrument was presented (ISO 8583 DE 22)."""

    CHIP = "chip"
    CONTACTLESS = "contactless"
    SWIPED = "swiped"
    KEYED = "keyed"
    CODE = "code"  #: a payment code shown by the customer's phone
    TOKEN = "token"  # noqa: S105 — a word, no secret  #: a token of the acquirer's own


_CARD_DIGITS_MIN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What the customer presented. It lives as long as one call and is never stored, logged or shown."""

    entry: Entry
    #: A card number, a payment code or a token; hidden from `repr`.
    number: str = field(repr=False)
    #: YYMM, where it is a card.
    expiry: str | None = field(default=None, repr=False)
    #: Chip data (DE 55), hexadecimal.
    chip: str | None = field(default=None, repr=False)
    #: Encrypted PIN block (DE 52), hexadecimal.
    pin_block: str | None = field(default=None, repr=False)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was presented after all: a reader that was asked, and read nothing."""
        return not self.number.strip()

    @property
    def tail(self) -> str | None:
        """The last four digits of a card number; None of a code or token, which would tell nobody anything.

        What has fewer digits than any card (ISO/IEC 7812) has no tail: four of six would be most of it.
        """
        if self.entry in {Entry.CODE, Entry.TOKEN} or len(self.number.strip()) < _CARD_DIGITS_MIN:
            return None
        return self.number.strip()[-4:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The earlier message that an undo, a refund or an inquiry points at."""

    payment_id: PaymentId
    kind: Kind
    amount_minor: int
    occurred_at: datetime
    stan: str | None = None
    rrn: str | None = None
    approval_code: str | None = None
    acquirer_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One message to an acquirer. The same `payment_id` is sent on every try."""

    merchant_id: MerchantId
    #: Our own id, echoed back in answers, inquiries and bills.
    payment_id: PaymentId
    kind: Kind
    tender: Tender
    amount_minor: int
    currency: str
    #: When it was intended.
    occurred_at: datetime
    store_id: StoreId | None = None
    terminal_id: TerminalId | None = None
    #: 1 for the first send; a repeat says so (ISO 8583: 0401).
    attempt: int = 1
    stan: str | None = None
    presented: Presented | None = None
    original: Original | None = None
    reason: str | None = None
    #: What the customer reads on their statement.
    subject: str = ""


class Outcome(StrEnum):
    """What an acquirer's word amounts to."""

    APPROVED = "approved"
    DECLINED = "declined"
    PENDING = "pending"  #: it knows of it, and has not decided (the customer is typing a password)
    NOT_FOUND = "not_found"  #: it does not know of it now; that proves nothing while a message may still be under way
    NOT_SENT = "not_sent"  #: proven that not one byte left the house
    UNKNOWN = "unknown"  #: silence, or an answer that cannot be believed


class Decline(StrEnum):
    """Why an acquirer said no, in the shop's words; `unrecognised` keeps the raw code beside it."""

    INSUFFICIENT_FUNDS = "insufficient_funds"
    EXPIRED_CARD = "expired_card"
    WRONG_PIN = "wrong_pin"
    PIN_TRIES_EXCEEDED = "pin_tries_exceeded"
    NOT_PERMITTED = "not_permitted"
    OVER_LIMIT = "over_limit"
    INVALID_CARD = "invalid_card"
    INVALID_AMOUNT = "invalid_amount"
    INVALID_CODE = "invalid_code"  #: a payment code that is used up, expired or not one of this channel
    CUSTOMER_CANCELLED = "customer_cancelled"
    REFER_TO_ISSUER = "refer_to_issuer"
    SUSPECTED_FRAUD = "suspected_fraud"
    DUPLICATE = "duplicate"
    ORIGINAL_NOT_FOUND = "original_not_found"
    ALREADY_UNDONE = "already_undone"
    REFUND_TOO_LARGE = "refund_too_large"
    ALREADY_SETTLED = "already_settled"
    ACQUIRER_UNAVAILABLE = "acquirer_unavailable"
    MISCONFIGURED = "misconfigured"  #: our keys, our merchant number: nobody can pay until somebody mends it
    UNRECOGNISED = "unrecognised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one call to an acquirer ended with."""

    outcome: Outcome
    decline: Decline | None = None
    #: The acquirer's own code, as it came.
    response_code: str | None = None
    #: What happened in one English sentence, without personal data; for the journal and for support.
    note: str = ""
    #: What the acquirer says moved; None where it does not say.
    amount_minor: int | None = None
    acquirer_reference: str | None = None
    rrn: str | None = None
    approval_code: str | None = None
    settled_on: date | None = None
    instrument_key: str | None = None
    instrument_tail: str | None = None

    @property
    def is_definite(self) -> bool:
        """Whether it decides anything by itself."""
        return self.outcome in {Outcome.APPROVED, Outcome.DECLINED, Outcome.NOT_SENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What one lane has moved in one batch, to be compared at settlement (ISO 8583 class 05xx)."""

    currency: str
    sales_n: int
    sales_minor: int
    #: Voids and reversals of this batch.
    undone_n: int
    undone_minor: int
    refunds_n: int
    refunds_minor: int


class Settled(StrEnum):
    """How a settlement ended."""

    EQUAL = "equal"
    UNEQUAL = "unequal"  #: the totals differed and the batch was uploaded
    UNKNOWN = "unknown"  #: no answer: asked again, and no reason to keep the day open
    NOT_NEEDED = "not_needed"  #: the channel closes its day by itself; its bill comes tomorrow


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How the acquirer's batch was closed."""

    outcome: Settled
    response_code: str | None = None
    note: str = ""


class Acquirer(Protocol):
    """One channel, for one merchant. Calls block, and each has a time limit of its own."""

    #: As `payments.acquirer` names it.
    name: str
    #: Whose ladders hold: `iso8583`, `stripe`, `wechat`, `alipay`.
    channel: str
    #: Whether it has an undo of its own before settlement; where it has none, a refund is all there is.
    can_void: bool

    def charge(self, request: Request) -> Answer:
        """Take money: kind sale."""

    def void(self, request: Request) -> Answer:
        """Take a sale back before settlement, in full, because a person wants it: kind void."""

    def refund(self, request: Request) -> Answer:
        """Give money back, in full or in part: kind refund."""

    def reverse(self, request: Request) -> Answer:
        """Make sure that a message whose outcome is unknown did not happen: kind reversal; may be repeated."""

    def ask(self, request: Request) -> Answer:
        """Ask what became of a payment, by our own id. The request is the payment's own (of any kind).

        A channel without an inquiry (a card host) answers UNKNOWN; its ladder never asks.
        """

    def settle(self, terminal_id: TerminalId, totals: Totals, batch: Sequence[Request], *, now: datetime) -> Settlement:
        """Close the acquirer's batch of one lane."""

    def close(self) -> None:
        """Let go of connections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """An answer that came when nobody waited for it any more, or that came twice."""

    #: Our own id, where the adapter still knows which message it answers.
    payment_id: PaymentId | None
    kind: Kind | None
    answer: Answer


class OnLate(Protocol):
    """Who is told of late answers; called from the adapter's own thread, and must not raise."""

    def __call__(self, late: Late) -> None:
        """Take note of it."""


@runtime_checkable
class HasBill(Protocol):
    """A channel whose bill can be fetched."""

    def bill(self, day: date) -> BillFile | None:
        """Fetch the bill of a day; None where that day has none (yet)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillFile:
    """A bill as the channel gave it, for the readers of the audit."""

    name: str
    content: bytes = field(repr=False)
    #: The channel's own digest, checked by the adapter; None where it gives none.
    digest: str | None = None
