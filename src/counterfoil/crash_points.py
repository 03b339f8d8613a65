"""Named moments between two steps at which a power cut would hurt most; tests let the process die exactly there.

Without `COUNTERFOIL_CRASH_AT` nothing happens. With it (`payment:sent=3,sale:committed=1`), the process kills itself,
as a power cut would, when it passes a named moment for the n-th time. There is no other effect, and no clean-up.

A process that is started again would die there again, and come to nothing. With `COUNTERFOIL_CRASH_MARKS`, which names
a folder, each of these deaths is died once, by whoever comes first: it leaves a mark, an empty file of that name.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

_VARIABLE = "COUNTERFOIL_CRASH_AT"
_MARKS_VARIABLE = "COUNTERFOIL_CRASH_MARKS"

#: Every moment there is, with what is committed and what is not.
CRASH_POINTS = {
    "sale:committed": "the sale is durable, and nobody was answered",
    "payment:intended": "the intent is durable, and nothing was sent",
    "payment:sent": "the acquirer may have moved money, and its answer is not recorded",
    "payment:recorded": "the answer is durable, and nobody was told",
    "reversal:intended": "the reversal is durable, and was not sent",
    "reversal:sent": "the reversal may have arrived, and its answer is not recorded",
    "seal:written": "facts are sealed, and the checkpoint is not written",
}

_plan = frozenset(
    (name, int(count))
    for name, _, count in (part.partition("=") for part in os.environ.get(_VARIABLE, "").split(",") if part)
)
_marks = os.environ.get(_MARKS_VARIABLE)
_passed: Counter[str] = Counter()


def passing(name: str) -> None:
    """Say that the process passes a named moment; it may not survive that."""
    assert name in CRASH_POINTS
    if not _plan:
        return
    _passed[name] += 1
    if (name, _passed[name]) in _plan and _is_first(f"{name}={_passed[name]}"):
        os.kill(os.getpid(), signal.SIGKILL)


def _is_first(death: str) -> bool:
    """Leave the mark of a death; False where somebody has died it before."""
    if _marks is None:
        return True
    try:
        os.close(os.open(Path(_marks) / death, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True
