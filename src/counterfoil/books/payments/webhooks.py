"""What a channel may tell us unasked, and what must hold before it is believed. Pure; no I/O.

A webhook is a stranger at the door until its signature is verified, so a verifier answers with an event that it has
verified, or with the name of the reason why not; it never raises for what a stranger sent. A verified event is
evidence and no order: the same event comes more than once, late and in any order, and the store, which knows
`event_id` and the payment's state, decides what it moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Answer
from counterfoil.ids import PaymentId

#: A longer body is refused unread.
BODY_BYTES_MAX = 1 << 20


class NotTaken(StrEnum):
    """Why a webhook says nothing to us, in order of precedence."""

    TOO_LARGE = "too_large"  #: longer than any true one
    UNSIGNED = "unsigned"  #: no signature, or one of another scheme
    BAD_SIGNATURE = "bad_signature"  #: signed by nobody whose key we hold, or changed on its way
    TOO_OLD = "too_old"  #: signed longer ago than the channel repeats itself: a copy that somebody kept
    TOO_NEW = "too_new"  #: signed in the future: one of the two clocks is wrong
    UNREADABLE = "unreadable"  #: genuine, and not in the format that the channel documents
    NOT_OURS = "not_ours"  #: genuine, and meant for another merchant
    IGNORED = "ignored"  #: genuine, and about something that moves no payment

    @property
    def is_genuine(self) -> bool:
        """Whether the channel itself sent it; then it is to be acknowledged, or it is sent for hours."""
        return self in {NotTaken.NOT_OURS, NotTaken.IGNORED}

    @property
    def is_transient(self) -> bool:
        """Whether the same event may yet be taken: signed afresh, or after a clock or a key has been put right."""
        return not self.is_genuine


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent:
    """What a channel said, verified."""

    #: The name of the acquirer, as `payments.acquirer` has it.
    acquirer: str
    #: The channel's own id of what it says; a repeat has the same one.
    event_id: str
    #: Our id; None where the channel's number cannot be read back (see `reference`).
    payment_id: PaymentId | None
    #: The number that the channel knows the payment by.
    reference: str
    kind: Kind
    #: What it means, in the words of an answer.
    answer: Answer
    #: What the channel says moved; None where it does not say.
    amount_minor: int | None
    currency: str | None
    #: When it happened, as the channel says.
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookNotTaken:
    """A webhook that says nothing to us, and why."""

    acquirer: str
    reason: NotTaken
    #: One sentence for the log, without personal data and without anything that a stranger wrote.
    note: str


Verdict: TypeAlias = WebhookEvent | WebhookNotTaken


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What the channel wants to hear."""

    status: int
    content_type: str
    body: bytes


class WebhookVerifier(Protocol):
    """One channel's rules for what it says unasked, with one merchant's keys."""

    #: The name of the acquirer.
    acquirer: str

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Verdict:
        """Verify one request; the names of headers may be written in any case."""

    def acknowledge(self, *, taken: bool) -> Acknowledgement:
        """Return what to answer: taken for events and for what is genuine, else what makes the channel try again."""
