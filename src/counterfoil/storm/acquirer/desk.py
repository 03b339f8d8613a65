"""Where messages wait to be ruled on: whatever waits is ruled on and committed at once, and only then answered.

Natural batching, no timer: a lone message is committed at once, and under load one commit carries many. Plans of a
test come before what is drawn, one message each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from counterfoil.storm.acquirer.fates import Path
from counterfoil.storm.acquirer.rulings import MALFUNCTION, Host, Ruling, names_of
from counterfoil.storm.acquirer.store import Book
from counterfoil.storm.acquirer.wire import Message

#: How many plans may wait.
PLANS_MAX = 10_000
_ECHOED = (3, 4, 7, 11, 41, 42, 48, 49, 70, 90)
#: Nothing was done, so nothing may be written down but the arrival.
_NOTHING_DONE = frozenset({Path.LOST_REQUEST, Path.LATE_REQUEST, Path.SERVER_ERROR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a test orders for the next message of some classes."""

    path: Path | None = None
    decline: str | None = None
    classes: str = "235"


@dataclass(slots=True, kw_only=True, eq=False)
class Waiting:
    """A message that has arrived; the ruling fills in the rest."""

    message: Message
    #: The connection that it came on; only the server knows what it is.
    line: object
    plan: Plan | None = None
    #: Whether what happens on its way has happened already: a late request that has arrived at last.
    is_resumed: bool = False
    path: Path | None = None
    answer: Message | None = None


@dataclass(slots=True, kw_only=True)
class Counts:
    """What has gone through the desk, for whoever watches."""

    arrived: Counter[str] = field(default_factory=Counter)
    paths: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    commits: int = 0


class Desk:
    """Rules on batches; used from one thread at a time, except for the plans, which only the server's loop touches."""

    def __init__(self, book: Book, host: Host, *, now: Callable[[], datetime]) -> None:
        self._book, self._host, self._now = book, host, now
        self.plans: list[Plan] = []
        self.counts = Counts()

    def take_plan(self, message: Message) -> Plan | None:
        """Return, and use up, the first plan for a message's class."""
        for place, plan in enumerate(self.plans):
            if message.mti[1] in plan.classes:
                return self.plans.pop(place)
        return None

    def rule(self, batch: Sequence[Waiting]) -> None:
        """Rule on messages, write the rulings down, and only then return."""
        with self._book.committed():
            for waiting in batch:
                self._rule_one(waiting)
        self.counts.commits += 1

    def _rule_one(self, waiting: Waiting) -> None:
        message = waiting.message
        payment_id, _ = names_of(message)
        if not waiting.is_resumed:
            arrival = self._book.arrived(message.get(42), payment_id, message.mti[1])
            faults = self._host.faults
            waiting.path = waiting.plan.path if waiting.plan else faults.path(payment_id, message.mti[1], arrival)
            self.counts.arrived[message.mti] += 1
            self.counts.paths[waiting.path or "straight"] += 1
        # What the host's clock says is the time, whether it is right or not.
        now = self._now() + timedelta(seconds=self._host.faults.skewed_by_s)
        if waiting.path in _NOTHING_DONE and not waiting.is_resumed:
            waiting.answer = self._answer(message, Ruling(code=MALFUNCTION), now)
            return
        ruling = self._host.rule(message, now=now, decline=waiting.plan.decline if waiting.plan else None)
        if waiting.path is Path.FALSE_ERROR:
            ruling = Ruling(code=MALFUNCTION)
        self.counts.codes[ruling.code] += 1
        waiting.answer = self._answer(message, ruling, now)

    def _answer(self, message: Message, ruling: Ruling, now: datetime) -> Message:
        elements = {number: message.elements[number] for number in _ECHOED if number in message.elements}
        elements |= {12: f"{now:%H%M%S}", 13: f"{now:%m%d}", 15: f"{now:%m%d}", 39: ruling.code}
        if ruling.rrn:
            elements[37] = ruling.rrn
        if ruling.approval_code is not None:
            elements[38] = ruling.approval_code
        if ruling.settlement_code is not None:
            elements[66] = ruling.settlement_code
        return Message(mti=f"{int(message.mti[:3]) + 1:03d}0", elements=elements)
