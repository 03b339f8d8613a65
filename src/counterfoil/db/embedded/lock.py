"""Locks that the operating system lets go of, however their holder ends.

One is held by whoever starts or stops the server. The other one is handed to the server, which keeps it as long as any
of its processes lives: so nobody has to guess from a number in a file whether it is still there.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from counterfoil.errors import BadOption

#: As long as making a cluster and starting it may take together.
WAIT_SECONDS_MAX = 300
_STEP_SECONDS = 0.05


@contextmanager
def held(lock: Path, *, name: str) -> Iterator[int]:
    """Hold a lock for a block; BadOption where somebody else never lets go. `name` is what messages call the server.

    Yields the handle, for a child that shall hold the lock on.
    """
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        for _ in range(round(WAIT_SECONDS_MAX / _STEP_SECONDS)):
            if _taken(handle):
                yield handle
                return
            time.sleep(_STEP_SECONDS)
        raise BadOption(f"{name}: somebody else has been starting or stopping it for {WAIT_SECONDS_MAX} s")
    finally:
        os.close(handle)


def is_held(lock: Path) -> bool:
    """Say whether anybody holds a lock."""
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _taken(handle)
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
