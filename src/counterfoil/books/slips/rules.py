"""What the word of a till does to a slip. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from counterfoil.books.slips.model import Slip, Told
from counterfoil.books.slips.refusals import SlipRefusal, refused
from counterfoil.books.slips.states import ENDS, Event, State
from counterfoil.ids import is_id
from counterfoil.moments import is_of_a_shop
from counterfoil.plain_numbers import holds_secret
from counterfoil.refusals import Refused

#: A till's clock may be ahead by this much, as with its sales.
AHEAD_MAX = timedelta(minutes=5)
#: A till that was put away may come back with words of last year; a moment before that is a clock that was never set.
BEHIND_MAX = timedelta(days=400)
FAULT_LENGTH_MAX = 64


def why_unusable(told: Told, *, now: datetime) -> Refused | None:
    """Return why a word cannot be taken whatever the slip; None where it can."""
    if told.told_at.tzinfo is None:
        return refused(SlipRefusal.SLIP_TIME_WITHOUT_ZONE, slip_id=told.slip_id)
    if told.told_at > now + AHEAD_MAX:
        found = told.told_at.isoformat()
        return refused(SlipRefusal.SLIP_TIME_AHEAD, slip_id=told.slip_id, found=found, now=now.isoformat())
    if not is_of_a_shop(told.told_at) or told.told_at < now - BEHIND_MAX:
        found = told.told_at.isoformat()
        return refused(SlipRefusal.SLIP_TIME_BEHIND, slip_id=told.slip_id, found=found, now=now.isoformat())
    if told.operator_id is not None and not is_id(told.operator_id):
        return refused(SlipRefusal.SLIP_OPERATOR_UNUSABLE, slip_id=told.slip_id)
    if told.event is Event.FAILED and told.fault is None:
        return refused(SlipRefusal.SLIP_FAULT_MISSING, slip_id=told.slip_id)
    if told.fault is not None and (told.event is not Event.FAILED or not _is_fault(told.fault)):
        return refused(SlipRefusal.SLIP_FAULT_UNUSABLE, slip_id=told.slip_id, allowed=FAULT_LENGTH_MAX)
    return None


def judge(slip: Slip, told: Told) -> Event | Refused | None:
    """Return what happens to a slip; None where it was told before, or another way out was the first."""
    if slip.state in ENDS:
        if told.event is Event.FAILED:
            return refused(SlipRefusal.SLIP_CAME_OUT, slip_id=slip.slip_id, state=slip.state)
        return None
    if told.event is Event.FAILED and slip.state is State.FAILED and slip.fault == told.fault:
        return None
    return told.event


def _is_fault(text: str) -> bool:
    return 0 < len(text) <= FAULT_LENGTH_MAX and text.isprintable() and not holds_secret(text)
