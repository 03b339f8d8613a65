"""Which moments are a shop's. Pure: it reads no clock."""

from __future__ import annotations

from datetime import UTC, datetime

#: What happened before this, or will after that, is no moment of a shop: a clock that was never set, or a slip of the
#: hand. Between them every time zone's calendar has it, too.
_FIRST, _LAST = datetime(1970, 1, 2, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def is_of_a_shop(moment: datetime) -> bool:
    """Say whether a moment, with its offset, is one that books keep and every calendar shows."""
    try:
        return _FIRST <= moment.astimezone(UTC) < _LAST
    except OverflowError:
        return False
