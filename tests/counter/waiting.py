"""Waiting for what somebody else does at the same time, with a limit."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep

import pytest

#: How long a test waits for what others do, in looks of a hundredth of a second.
LOOKS_MAX = 1000
#: How many wait for a lock in the database of a test.
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; the test fails where it never is."""
    for _ in range(LOOKS_MAX):
        if is_so():
            return
        sleep(0.01)
    pytest.fail("it never came to that")
