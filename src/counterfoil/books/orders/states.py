"""The states of an order, and everything that moves it. Pure, and alone in this file.

Theory. An order is open until its tenders are approved for its total; then it is paid, which is the moment that its
slip becomes due and its goods leave the stock. A paid order that is undone in full is voided; an open one that nobody
pays is cancelled. A refund does not change an order: it is a payment of its own. Parked is no state but a time: a
parked order is an open one that nobody stands in front of.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where an order is; the words of book format 1."""

    OPEN = "open"  #: rung up, not yet paid in full
    PAID = "paid"  #: approved tenders reach the total
    VOIDED = "voided"  #: was paid, and every payment of it was undone
    CANCELLED = "cancelled"  #: given up before it was paid


class Event(StrEnum):
    """What moves an order."""

    PAID = "paid"  #: the last approval that was missing has come
    VOIDED = "voided"  #: the last undo that was missing is proven
    CANCELLED = "cancelled"  #: a person gave it up, and nothing of it is paid or unknown
    REOPENED = "reopened"  #: a payment of it turned out not to have happened


TRANSITIONS: Mapping[tuple[State, Event], State] = MappingProxyType(
    {
        (State.OPEN, Event.PAID): State.PAID,
        (State.OPEN, Event.CANCELLED): State.CANCELLED,
        (State.PAID, Event.VOIDED): State.VOIDED,
        (State.PAID, Event.REOPENED): State.OPEN,
    }
)


class IllegalEvent(ValueError):
    """An event that cannot happen to an order in this state; nothing was changed."""

    def __init__(self, state: State, event: Event) -> None:
        self.state = state
        self.event = event
        super().__init__(f"an order that is {state} cannot be {event}")


def advance(state: State, event: Event) -> State:
    """Return the state after an event; IllegalEvent where the table has none."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalEvent(state, event) from None
