"""The states of a payment, and everything that moves it. Pure, and alone in this file.

Theory. A payment is committed as `intended` before a byte of it leaves the house, so a crash at any moment leaves
something to ask about. It ends as `approved` or `declined` on the acquirer's own word, or as `cancelled` on the proof
that it does not exist there any more. Silence is neither of these: it is `unknown`, which never decays into a decline,
however long it lasts, and which only evidence ends. Every payment, whether sale, void, reversal or refund, runs on this
one machine; what a void does to its sale is the sale's `Standing`, a projection, and no state of its own.

An end can be contradicted: a terminal that showed "declined" while the host approved (field case 35), an approval that
arrives after its cancellation. Evidence against an end makes the payment `unknown` again, so that the ladder runs and
no end stands that the acquirer's book denies. An approval is contradicted only by the acquirer's own "never happened".
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where a payment is; the words of book format 1."""

    INTENDED = "intended"  #: committed by us; it may or may not have been sent
    APPROVED = "approved"  #: the acquirer said yes, or the cash is in the drawer
    DECLINED = "declined"  #: the acquirer said no, or it is proven that it never got there
    UNKNOWN = "unknown"  #: sent, and nobody here knows whether money moved
    CANCELLED = "cancelled"  #: proven not to exist there any more: reversed, or withdrawn before it was sent


class Event(StrEnum):
    """What moves a payment; the last word of its tag in the journal."""

    APPROVED = "approved"  #: an answer, an inquiry, a webhook or a bill says that it happened
    DECLINED = "declined"  #: an answer or an inquiry says that it was refused, or is not there and cannot come any more
    SILENT = "silent"  #: no answer, or one that cannot be believed
    WITHDRAWN = "withdrawn"  #: taken back by us before anything was sent
    REVERSED = "reversed"  #: a reversal or cancellation of it is proven
    CONTRADICTED = "contradicted"  #: evidence denies the end that stands here


TRANSITIONS: Mapping[tuple[State, Event], State] = MappingProxyType(
    {
        (State.INTENDED, Event.APPROVED): State.APPROVED,
        (State.INTENDED, Event.DECLINED): State.DECLINED,
        (State.INTENDED, Event.SILENT): State.UNKNOWN,
        (State.INTENDED, Event.WITHDRAWN): State.CANCELLED,
        (State.UNKNOWN, Event.APPROVED): State.APPROVED,
        (State.UNKNOWN, Event.DECLINED): State.DECLINED,
        (State.UNKNOWN, Event.SILENT): State.UNKNOWN,
        (State.UNKNOWN, Event.REVERSED): State.CANCELLED,
        (State.APPROVED, Event.CONTRADICTED): State.UNKNOWN,
        (State.DECLINED, Event.CONTRADICTED): State.UNKNOWN,
        (State.CANCELLED, Event.CONTRADICTED): State.UNKNOWN,
    }
)

#: States that nothing but a contradiction leaves.
ENDS = frozenset({State.APPROVED, State.DECLINED, State.CANCELLED})
#: States in which somebody must still ask.
OPEN = frozenset({State.INTENDED, State.UNKNOWN})


class IllegalEvent(ValueError):
    """An event that cannot happen to a payment in this state; nothing was changed."""

    def __init__(self, state: State, event: Event) -> None:
        self.state = state
        self.event = event
        super().__init__(f"a payment that is {state} cannot be {event}")


def advance(state: State, event: Event) -> State:
    """Return the state after an event; IllegalEvent where the table has none."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalEvent(state, event) from None
