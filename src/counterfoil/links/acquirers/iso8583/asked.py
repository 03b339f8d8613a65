"""What is kept of a message that was sent, so that its answer can be known and believed. No card, no PIN, ever."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.books.payments.model import Kind
from counterfoil.ids import PaymentId
from counterfoil.links.acquirers.iso8583.packing import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What an answer has in common with its question, whatever the order in which answers come.

    A trace number is used again on another day; no key is remembered for so long (`Profile.remember_ms`).
    """

    #: Second digit of the message type: a reversal has its original's trace number.
    message_class: str
    terminal: str
    stan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A message as its answer must repeat it."""

    key: Key
    #: Message type of the question.
    mti: str
    processing_code: str | None = None
    merchant: str | None = None
    #: DE 4 and DE 49 as they were written.
    amount: str | None = None
    currency: str | None = None
    #: None where the message moves no money.
    payment_id: PaymentId | None = None
    kind: Kind | None = None
    attempt: int = 1
    #: The year that the host's dates are in, near enough.
    year: int
    month: int
    instrument_key: str | None = None
    instrument_tail: str | None = None


def key_of(document: Document) -> Key:
    """Return the key of a question or an answer."""
    return Key(
        message_class=document.get("t", "")[1:2],
        terminal=document.get("41", "").rstrip(),
        stan=document.get("11", ""),
    )


def echoed_id(document: Document, private_element: int) -> str | None:
    """Return our payment id as an answer repeats it."""
    return document.get(str(private_element), "").partition("/")[0].strip() or None


def answers_to(mti: str) -> frozenset[str]:
    """Return the message types that answer a question: 0210 to 0200; 0410, or 0411 by some hosts, to 0401."""
    answer = f"{int(mti) + 10:04d}"
    return frozenset({answer, f"{answer[:3]}0"})
