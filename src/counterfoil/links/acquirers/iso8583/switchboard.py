"""Who waits for which answer, and what was sent that nobody waits for any more. No sockets; safe between threads.

An answer goes to the one waiter whose terminal, trace number, message class and payment id it has, so answers may come
in any order, and a late one is never taken for the next one's.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from counterfoil.links.acquirers.iso8583.asked import Asked, Key, echoed_id, key_of
from counterfoil.links.acquirers.iso8583.packing import Document
from counterfoil.links.acquirers.iso8583.profile import Profile


@dataclass(slots=True, kw_only=True, eq=False)
class Waiter:
    """One thread that waits for one answer."""

    asked: Asked
    #: The connection that the question went out on; its end ends the waiting.
    line: object
    done: threading.Event = field(default_factory=threading.Event)
    heard: Document | None = None
    #: What was noticed while it waited, for the note of its answer.
    remarks: list[str] = field(default_factory=list)


class _Memory(OrderedDict[tuple[Key, str | None], tuple[Asked, datetime]]):
    """Messages by key and payment id, the oldest first."""


#: Told of an answer that nobody waits for, with what it answers where that is known, and whether it came before.
OnStray = Callable[[Document, Asked | None, bool], None]


class Switchboard:
    """The waiters of one link and its memory."""

    def __init__(self, profile: Profile, *, on_stray: OnStray, now: Callable[[], datetime]) -> None:
        self._profile = profile
        self._on_stray = on_stray
        self._now = now
        self._lock = threading.Lock()
        self._waiting: dict[Key, list[Waiter]] = {}
        self._silent = _Memory()
        self._answered = _Memory()

    def expect(self, asked: Asked, line: object) -> Waiter:
        """Take note of a question, before it is sent."""
        waiter = Waiter(asked=asked, line=line)
        with self._lock:
            self._waiting.setdefault(asked.key, []).append(waiter)
        return waiter

    def forget(self, waiter: Waiter) -> None:
        """Forget a question of which not one byte was sent."""
        with self._lock:
            self._leave(waiter)

    def wait(self, waiter: Waiter, patience_ms: int) -> Document | None:
        """Wait for the answer; None on silence, after which the answer counts as late."""
        waiter.done.wait(patience_ms / 1000)
        with self._lock:
            if waiter.heard is None:
                self._leave(waiter)
                self._remember(self._silent, waiter.asked)
        return waiter.heard

    def arrived(self, document: Document) -> None:
        """Hand an answer to whom it belongs."""
        key, payment_id = key_of(document), echoed_id(document, self._profile.private_element)
        with self._lock:
            waiter = self._waiter_for(key, payment_id)
            if waiter is not None:
                self._leave(waiter)
                self._remember(self._answered, waiter.asked)
                waiter.heard = document
                waiter.done.set()
                return
            self._remark(payment_id, "an answer named this payment with another terminal, trace number or class")
            asked, came_before = self._recall(key, payment_id)
        self._on_stray(document, asked, came_before)

    def unreadable(self, note: str) -> None:
        """Tell those who wait that something came that cannot be read: it may have been theirs."""
        with self._lock:
            for waiters in self._waiting.values():
                for waiter in waiters:
                    waiter.remarks.append(note)

    def hung_up(self, line: object, note: str) -> None:
        """End the waiting for everything that went out on a connection which has ended."""
        with self._lock:
            for waiters in self._waiting.values():
                for waiter in waiters:
                    if waiter.line is line:
                        waiter.remarks.append(note)
                        waiter.done.set()

    def _waiter_for(self, key: Key, payment_id: str | None) -> Waiter | None:
        for waiter in self._waiting.get(key, ()):
            if payment_id is None or waiter.asked.payment_id in {None, payment_id}:
                return waiter
        return None

    def _leave(self, waiter: Waiter) -> None:
        waiters = self._waiting.get(waiter.asked.key, [])
        if waiter in waiters:
            waiters.remove(waiter)
        if not waiters:
            self._waiting.pop(waiter.asked.key, None)

    def _remark(self, payment_id: str | None, note: str) -> None:
        if payment_id is None:
            return
        for waiters in self._waiting.values():
            for waiter in waiters:
                if waiter.asked.payment_id == payment_id:
                    waiter.remarks.append(note)

    def _remember(self, memory: _Memory, asked: Asked) -> None:
        if asked.payment_id is None:
            return
        now = self._now()
        place = (asked.key, asked.payment_id)
        self._silent.pop(place, None)
        self._answered.pop(place, None)
        memory[place] = (asked, now)
        oldest = now - timedelta(milliseconds=self._profile.remember_ms)
        while memory and (len(memory) > self._profile.remembered_max or next(iter(memory.values()))[1] < oldest):
            memory.popitem(last=False)

    def _recall(self, key: Key, payment_id: str | None) -> tuple[Asked | None, bool]:
        """Return what a stray answer answers, and whether its answer came before; without an id, the latest."""
        for memory, came_before in ((self._silent, False), (self._answered, True)):
            if payment_id is not None and (key, payment_id) in memory:
                return memory[key, payment_id][0], came_before
        if payment_id is None:
            for memory, came_before in ((self._silent, False), (self._answered, True)):
                for place in reversed(memory):
                    if place[0] == key:
                        return memory[place][0], came_before
        return None, False
