"""The states of a slip, and everything that moves it. Pure, and alone in this file.

Theory. A slip is due from the moment that money moved; it ends when paper came out or a message was sent. A failure is
no end: the printer gets paper, and the same slip is printed after all. What has come out cannot be called back, so a
printed slip stays printed, whatever is told of it later.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where a slip is; the words of book format 1."""

    DUE = "due"  #: owed, and nobody has told anything of it yet
    PRINTING = "printing"  #: handed to a printer that has not said how it ended
    PRINTED = "printed"  #: it came out on paper
    SENT = "sent"  #: it went to the customer by a message
    FAILED = "failed"  #: it did not come out, and the till says why


class Event(StrEnum):
    """What moves a slip; also what a till may tell of it."""

    PRINTED = "printed"  #: it came out on paper
    SENT = "sent"  #: a message took it to the customer
    FAILED = "failed"  #: it did not come out; the fault is told with it


#: A slip in one of these has reached somebody.
ENDS = frozenset({State.PRINTED, State.SENT})

TRANSITIONS: Mapping[tuple[State, Event], State] = MappingProxyType(
    {
        (State.DUE, Event.PRINTED): State.PRINTED,
        (State.DUE, Event.SENT): State.SENT,
        (State.DUE, Event.FAILED): State.FAILED,
        (State.PRINTING, Event.PRINTED): State.PRINTED,
        (State.PRINTING, Event.SENT): State.SENT,
        (State.PRINTING, Event.FAILED): State.FAILED,
        (State.FAILED, Event.PRINTED): State.PRINTED,
        (State.FAILED, Event.SENT): State.SENT,
        (State.FAILED, Event.FAILED): State.FAILED,
    }
)


class IllegalEvent(ValueError):
    """An event that cannot happen to a slip in this state; nothing was changed."""

    def __init__(self, state: State, event: Event) -> None:
        self.state = state
        self.event = event
        super().__init__(f"a slip that is {state} cannot be {event}")


def advance(state: State, event: Event) -> State:
    """Return the state after an event; IllegalEvent where the table has none."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalEvent(state, event) from None
