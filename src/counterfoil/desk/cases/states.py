"""The states of a case, and everything that moves it. Pure, and alone in this file.

Theory. Two hands move a case. People take it, ask about it and close it; the books bring it, change what they say of
it, and end it when they agree again. A case is in hand (`open`, `in_progress`, `waiting`) as long as somebody should do
something about it. Who works on it is its owner, and there is one exactly while it is in progress or waiting; asking
for something does not give a case away. A step of the playbook that reaches outside the case is written down before it
is tried (`begun`), and takes the case; what it came to is written down wherever the case is by then, for the books may
have closed it on the way.

`closed` is no grave. A person closes with a reason, the books with what made them agree; what stands in the books
afterwards decides whether that holds. The finding that goes away after a person's closure bears it out and leaves it
closed. The finding that comes back, grows worse, or is still there when the closure said that it would be gone,
contradicts the closure, and the case is open again, in nobody's hand, so that nobody waits for somebody who thinks that
it is done. `merged` is the only state in which nothing happens: whatever is said of the matter is said of the case
that it went into, until somebody parts the two again.

A person's event says who was pressing the button; one of the books has nobody. Only `joined` may be either's.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where a case is."""

    OPEN = "open"  #: nobody works on it; whoever may can take it
    IN_PROGRESS = "in_progress"  #: its owner works on it
    WAITING = "waiting"  #: its owner has asked for something, and nothing can be done before the answer
    CLOSED = "closed"  #: ended by a person with a reason, or by the books, which agree again
    MERGED = "merged"  #: it is one matter with another case, and is worked on there


class Event(StrEnum):
    """What moves a case; the last word of its tag in the journal where a person did it."""

    CAME = "came"  #: a finding opened the case
    JOINED = "joined"  #: one more finding, or another case, is the same matter
    CHANGED = "changed"  #: the books say something else: another diagnosis, severity or amount
    GONE = "gone"  #: the books agree again about everything that the case is about
    RETURNED = "returned"  #: a finding that was gone is back
    CONTRADICTED = "contradicted"  #: the books deny a closure: worse than it was, or not put right in time
    TAKEN = "taken"  #: somebody has taken it
    ASSIGNED = "assigned"  #: somebody was given it
    RELEASED = "released"  #: its owner has put it back
    ESCALATED = "escalated"  #: it needs somebody of another role
    ASKED = "asked"  #: something is missing, and somebody was asked for it
    ANSWERED = "answered"  #: what was asked for is there
    NOTED = "noted"  #: somebody wrote something down
    BEGUN = "begun"  #: somebody began a step of the playbook: its intent is durable, and nothing of it was sent before
    ENDED = "ended"  #: what that step came to
    CLOSED = "closed"  #: a person ended it, with a reason
    REOPENED = "reopened"  #: a person took a closure back
    MERGED = "merged"  #: a person put it together with another case
    PARTED = "parted"  #: a person took a finding out of a matter again


#: A case comes into being with this event, in this state.
FIRST = (Event.CAME, State.OPEN)

_IN_HAND: Mapping[tuple[State, Event], State] = {
    (state, event): to
    for state in (State.OPEN, State.IN_PROGRESS, State.WAITING)
    for event, to in {
        Event.JOINED: state,
        Event.CHANGED: state,
        Event.GONE: State.CLOSED,
        Event.RETURNED: state,
        Event.ESCALATED: State.OPEN,
        Event.ASKED: State.WAITING,
        Event.NOTED: state,
        Event.BEGUN: State.IN_PROGRESS if state is State.OPEN else state,
        Event.ENDED: state,
        Event.CLOSED: State.CLOSED,
        Event.MERGED: State.MERGED,
        Event.PARTED: state,
    }.items()
}

TRANSITIONS: Mapping[tuple[State, Event], State] = MappingProxyType(
    {
        **_IN_HAND,
        (State.OPEN, Event.TAKEN): State.IN_PROGRESS,
        (State.OPEN, Event.ASSIGNED): State.IN_PROGRESS,
        (State.IN_PROGRESS, Event.ASSIGNED): State.IN_PROGRESS,
        (State.IN_PROGRESS, Event.RELEASED): State.OPEN,
        (State.WAITING, Event.ASSIGNED): State.WAITING,
        (State.WAITING, Event.RELEASED): State.OPEN,
        (State.WAITING, Event.ANSWERED): State.IN_PROGRESS,
        (State.CLOSED, Event.CHANGED): State.CLOSED,
        (State.CLOSED, Event.GONE): State.CLOSED,
        (State.CLOSED, Event.RETURNED): State.OPEN,
        (State.CLOSED, Event.CONTRADICTED): State.OPEN,
        (State.CLOSED, Event.NOTED): State.CLOSED,
        (State.CLOSED, Event.ENDED): State.CLOSED,
        (State.CLOSED, Event.REOPENED): State.OPEN,
        (State.MERGED, Event.PARTED): State.OPEN,
    }
)

#: Somebody should do something.
IN_HAND = frozenset({State.OPEN, State.IN_PROGRESS, State.WAITING})
#: Somebody does.
OWNED = frozenset({State.IN_PROGRESS, State.WAITING})
#: What the books say; all other events are people's, and `joined` may be.
OF_THE_BOOKS = frozenset({Event.CAME, Event.JOINED, Event.CHANGED, Event.GONE, Event.RETURNED, Event.CONTRADICTED})


class IllegalEvent(ValueError):
    """An event that cannot happen to a case in this state; nothing was changed."""

    def __init__(self, state: State, event: Event) -> None:
        self.state = state
        self.event = event
        super().__init__(f"a case that is {state} cannot be {event}")


def advance(state: State, event: Event) -> State:
    """Return the state after an event; IllegalEvent where the table has none."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalEvent(state, event) from None
