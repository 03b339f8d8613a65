"""What happens to a message on its way: drawn from the seed, the payment, the message class and the arrival alone.

So the same seed tells the same story, whatever the threads, the speed and the order in which messages come. Rates are
parts of ten thousand; docs/reference/fault-model.md tells each fault in words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_WHOLE = 10_000


class Path(StrEnum):
    """What the network, or the host's tongue, does to one message; at most one at a time."""

    LOST_REQUEST = "lost_request"  #: it never arrives
    LATE_REQUEST = "late_request"  #: it arrives after everybody's patience has ended
    LOST_ANSWER = "lost_answer"  #: it is done, and the answer is lost
    LATE_ANSWER = "late_answer"  #: it is done, and the answer comes after everybody's patience has ended
    SLOW = "slow"  #: it is done, and the answer takes its time
    DUPLICATE_ANSWER = "duplicate_answer"  #: the answer comes twice
    REORDERED = "reordered"  #: the answer is overtaken by the next one
    WRONG_AMOUNT = "wrong_amount"  #: it is done, and the answer names one minor unit more
    WRONG_TERMINAL = "wrong_terminal"  #: it is done, and the answer names another terminal
    GARBLED = "garbled"  #: it is done, and the answer is noise
    DROPPED = "dropped"  #: it is done, and the connection ends in the middle of the answer
    SERVER_ERROR = "server_error"  #: code 96, with nothing done
    FALSE_ERROR = "false_error"  #: code 96, although it is done


class Whim(StrEnum):
    """What the host itself decides, beside the way of the message."""

    DECLINE = "decline"  #: a sale, void or refund is refused, with a code out of `DECLINE_CODES`
    LATE_APPROVAL = "late_approval"  #: a sale that comes after its reversal is approved all the same
    UNEQUAL_TOTALS = "unequal_totals"  #: the host says that totals differ, whatever they are
    BILL_MISSING = "bill_missing"  #: a day's bill is never written
    BILL_LATE = "bill_late"  #: a day's bill is not there when it is first asked for
    BILL_TWICE = "bill_twice"  #: a day's bill comes in two files that say the same


#: Codes that a refused message may get, one for each reason of the port that a card host has.
DECLINE_CODES = ("51", "54", "55", "75", "57", "61", "14", "13", "01", "59", "17", "03", "92", "21")

_PRESETS: Mapping[str, Mapping[str, int]] = {
    "none": {},
    "calm": {"lost_answer": 10, "lost_request": 10, "slow": 100, "decline": 200},
    "storm": {
        "lost_request": 150,
        "late_request": 50,
        "lost_answer": 200,
        "late_answer": 100,
        "slow": 200,
        "duplicate_answer": 100,
        "reordered": 100,
        "wrong_amount": 30,
        "wrong_terminal": 30,
        "garbled": 50,
        "dropped": 30,
        "server_error": 50,
        "false_error": 50,
        "decline": 300,
        "late_approval": 2_000,
        "unequal_totals": 500,
        "bill_missing": 300,
        "bill_late": 1_000,
        "bill_twice": 500,
    },
}
_NUMBERS = {"late_ms": 30_000, "slow_ms": 500, "skew_s": 0}


class BadFaults(ValueError):
    """Faults that cannot be understood; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often what happens, and how long late is."""

    seed: int
    #: Parts of ten thousand, by the names of `Path` and `Whim`.
    rates: Mapping[str, int] = field(default_factory=dict)
    late_ms: int = 30_000
    slow_ms: int = 500
    #: How many seconds the host's clock is wrong, at most; which way and how far is drawn once.
    skew_s: int = 0

    @classmethod
    def parse(cls, text: str, seed: int) -> Faults:
        """Read `storm,late_ms=800,decline=0`: presets and single settings, the later ones winning."""
        rates: dict[str, int] = {}
        numbers = dict(_NUMBERS)
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            name, has_value, value = part.partition("=")
            if not has_value and name in _PRESETS:
                rates.update(_PRESETS[name])
            elif not value.isascii() or not value.isdigit():
                raise BadFaults(f"{part!r}: expected one of {', '.join(_PRESETS)} or NAME=WHOLE NUMBER")
            elif name in numbers:
                numbers[name] = int(value)
            elif name in {*Path, *Whim} and int(value) <= _WHOLE:
                rates[name] = int(value)
            else:
                raise BadFaults(f"{part!r}: no such fault, or more than {_WHOLE} parts of {_WHOLE}")
        if sum(rates.get(path, 0) for path in Path) > _WHOLE:
            raise BadFaults(f"the faults of one message come to more than {_WHOLE} parts of {_WHOLE}")
        return cls(seed=seed, rates=rates, **numbers)

    def path(self, payment_id: str, message_class: str, arrival: int) -> Path | None:
        """Draw what happens to a message on its way."""
        drawn = self._draw("path", payment_id, message_class, arrival)
        for path in Path:
            drawn -= self.rates.get(path, 0)
            if drawn < 0:
                return path
        return None

    def happens(self, whim: Whim, *of: object) -> bool:
        """Draw whether the host does something."""
        return self._draw(whim, *of) < self.rates.get(whim, 0)

    def decline_code(self, payment_id: str, message_class: str) -> str | None:
        """Draw whether a message is refused, and why."""
        if not self.happens(Whim.DECLINE, payment_id, message_class):
            return None
        return DECLINE_CODES[self._draw("code", payment_id, message_class) % len(DECLINE_CODES)]

    def noise(self, length: int, *of: object) -> bytes:
        """Return bytes that are no message, whatever they are taken for."""
        hashed = hashlib.shake_128(repr((self.seed, "noise", *of)).encode()).digest(length)
        return b"\xff" + hashed[1:]

    @property
    def skewed_by_s(self) -> int:
        """How many seconds the host's clock is ahead, or behind."""
        return self._draw("skew") % (2 * self.skew_s + 1) - self.skew_s

    def _draw(self, *of: object) -> int:
        """Return a number below ten thousand, the same for the same things."""
        hashed = hashlib.blake2b(repr((self.seed, *(str(one) for one in of))).encode(), digest_size=8).digest()
        return int.from_bytes(hashed, "big") % _WHOLE
