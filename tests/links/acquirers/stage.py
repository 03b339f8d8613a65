"""What the conformance suite needs of each channel: an acquirer of ours and a peer whose faults and truth it knows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from counterfoil.books.payments.ports import Acquirer, Decline, Late, Presented
from counterfoil.ids import PaymentId


class Fault(StrEnum):
    """What happens to the next message that our side sends."""

    LOST_REQUEST = "lost_request"  #: it never arrives; the peer knows nothing
    LOST_ANSWER = "lost_answer"  #: the peer does it, and its answer is lost
    LATE_ANSWER = "late_answer"  #: the peer does it, and answers after our patience has ended
    DUPLICATE_ANSWER = "duplicate_answer"  #: the peer answers twice
    WRONG_AMOUNT = "wrong_amount"  #: the answer names another amount
    WRONG_TERMINAL = "wrong_terminal"  #: the answer is somebody else's
    GARBLED = "garbled"  #: the answer cannot be read, or its signature is wrong
    PENDING = "pending"  #: the customer must do something first; the next inquiry still says so, the one after approves
    REFUSED_CONNECTION = "refused_connection"  #: nobody listens
    SERVER_ERROR = "server_error"  #: the peer says that it has trouble (HTTP 5xx, code 96), having done nothing
    # The next ones are those of a conversation with many messages in flight: a card host's.
    LATE_REQUEST = "late_request"  #: it arrives after our patience has ended
    LATE_APPROVAL = "late_approval"  #: as before, and it is done although its reversal came first
    REORDERED = "reordered"  #: its answer is overtaken by the next one
    DROPPED = "dropped"  #: the peer does it, and the connection ends in the middle of its answer
    FALSE_ERROR = "false_error"  #: the peer says that it has trouble, having done everything


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the peer's own book says of one of our payments."""

    taken_n: int  #: how often money was taken
    taken_minor: int
    given_back_minor: int  #: by voids, reversals and refunds together


class NoBook(Exception):
    """The peer keeps no book: a case is played up to the question where the money is, and no further."""


class Stage(Protocol):
    """One channel under test; made without arguments, one for each case, and closed by `close`.

    A stage may have `leaves: dict[str, str]`: cases by name that its peer cannot play, with the reason for each; and
    `has_book = False`, if its `truth` raises NoBook.
    """

    acquirer: Acquirer
    #: Faults that this channel or this peer cannot have, with the reason for each.
    cannot: dict[Fault, str]
    #: Declines that the peer can be made to give.
    declines: tuple[Decline, ...]
    #: What the adapter reported as late.
    late: list[Late]

    def plan(self, fault: Fault) -> None:
        """Let the next message meet a fault."""

    def decline_next(self, decline: Decline) -> None:
        """Let the peer decline the next sale."""

    def presented(self) -> Presented:
        """Make something that a customer can pay with."""

    def truth(self, payment_id: PaymentId) -> Truth:
        """Look into the peer's book."""

    def close(self) -> None:
        """Let go of the peer."""
