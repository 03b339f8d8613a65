"""PINs: what one must look like, what becomes of a wrong one, and how one is hashed. Never logged, shown or stored.

A PIN has few digits, so the hash alone would not keep it: it is keyed with a secret that is not in the database, and
wrong tries lock the person out for longer and longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

import argon2

from counterfoil.ids import StaffId
from counterfoil.languages import Text
from counterfoil.shop.staff.keyed_hashes import Compared, KeyedHashes
from counterfoil.shop.staff.lock_out import Tries, Verdict, judged

DIGITS_MIN, DIGITS_MAX = 4, 12
#: A few digits are tried in a moment at any cost of a hash: key and lock-out keep a PIN. What the cost decides is how
#: long a till waits for consent, eight times less with the least that OWASP's Password Storage Cheat Sheet recommends.
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What somebody typed; hidden from `repr`, and gone with the call."""

    digits: str = field(repr=False)


class PinFlaw(StrEnum):
    """Why a new PIN cannot be used, in the order in which it is looked at."""

    NOT_DIGITS = "pin_not_digits"
    TOO_SHORT = "pin_too_short"
    TOO_LONG = "pin_too_long"
    TOO_SIMPLE = "pin_too_simple"

    def is_transient(self) -> bool:
        """Whether the same PIN could pass later: never."""
        return False


class PinRefusal(StrEnum):
    """Why somebody is not let in, in the order in which it is looked at."""

    LOCKED = "pin_locked"
    #: Also for somebody who is not known, has no PIN or has left: who asks must not learn which.
    WRONG = "pin_wrong"

    def is_transient(self) -> bool:
        """Whether waiting helps."""
        return self is PinRefusal.LOCKED


PIN_WORDS: Mapping[PinFlaw | PinRefusal, Text] = MappingProxyType(
    {
        PinFlaw.NOT_DIGITS: Text(en="A PIN has only digits.", zh="PIN 只能是数字。"),
        PinFlaw.TOO_SHORT: Text(en=f"A PIN has at least {DIGITS_MIN} digits.", zh=f"PIN 至少 {DIGITS_MIN} 位。"),
        PinFlaw.TOO_LONG: Text(en=f"A PIN has at most {DIGITS_MAX} digits.", zh=f"PIN 最多 {DIGITS_MAX} 位。"),
        PinFlaw.TOO_SIMPLE: Text(
            en="Everybody tries this PIN first: take one that is no row and no repeat.",
            zh="这个 PIN 太容易被猜到：不要用连续或重复的数字。",
        ),
        PinRefusal.LOCKED: Text(
            en="Too many wrong PINs: wait a while, or ask the manager to set a new one.",
            zh="PIN 错误次数过多：请稍后再试，或请店长重设。",
        ),
        PinRefusal.WRONG: Text(en="The PIN or the name is wrong.", zh="员工号或 PIN 有误。"),
    }
)


def flaw_of(pin: Pin) -> PinFlaw | None:
    """Say why a PIN cannot be set; None: it can."""
    digits = pin.digits
    if not (digits.isascii() and digits.isdigit()):
        return PinFlaw.NOT_DIGITS
    if len(digits) < DIGITS_MIN:
        return PinFlaw.TOO_SHORT
    if len(digits) > DIGITS_MAX:
        return PinFlaw.TOO_LONG
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    return PinFlaw.TOO_SIMPLE if len(steps) == 1 and steps <= {0, 1, 9} else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PinState:
    """What is kept of somebody's PIN."""

    pin_hash: str | None = field(repr=False)
    failures: int
    locked_until: datetime | None
    retired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PinOutcome:
    """What one try came to, and what must be kept of it."""

    refusal: PinRefusal | None
    failures: int
    locked_until: datetime | None


def judge(state: PinState, *, fits: bool, now: datetime) -> PinOutcome:
    """Decide about one try, whose comparison was made already; while it is locked, the right PIN does not help."""
    tries = Tries(failures=state.failures, locked_until=state.locked_until)
    verdict, kept = judged(tries, fits=fits and not state.retired, now=now)
    return PinOutcome(refusal=_REFUSALS[verdict], failures=kept.failures, locked_until=kept.locked_until)


_REFUSALS: Mapping[Verdict, PinRefusal | None] = MappingProxyType(
    {Verdict.LET_IN: None, Verdict.WRONG: PinRefusal.WRONG, Verdict.LOCKED: PinRefusal.LOCKED}
)


class Pins:
    """Hashes and compares the PINs of one merchant."""

    def __init__(self, key: bytes, hasher: argon2.PasswordHasher | None = None) -> None:
        """Take the merchant's key for PINs."""
        self._hashes = KeyedHashes(key, hasher or _HASHER)

    def hash(self, staff_id: StaffId, pin: Pin) -> str:
        """Hash a PIN for one person; the same PIN of another is another hash."""
        return self._hashes.hash(staff_id, pin.digits)

    def compared(self, pin_hash: str | None, staff_id: StaffId, pin: Pin) -> Compared:
        """Compare; it takes as long where there is no hash."""
        return self._hashes.compared(pin_hash, staff_id, pin.digits)
