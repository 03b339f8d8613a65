"""An acquirer of ours before a door that can be shut for one call, so that it meets a refused connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from counterfoil.books.payments.ports import Acquirer, Answer, Request, Settlement, Totals
from counterfoil.ids import TerminalId


class BeforeTheDoor:
    """Hands every call on to the acquirer; while `shut_next` is set, with the peer's door shut."""

    def __init__(self, acquirer: Acquirer, door_shut: Callable[[], AbstractContextManager[None]]) -> None:
        self.name, self.channel, self.can_void = acquirer.name, acquirer.channel, acquirer.can_void
        self.shut_next = False
        self._acquirer = acquirer
        self._door_shut = door_shut

    def charge(self, request: Request) -> Answer:
        return self._call(self._acquirer.charge, request)

    def void(self, request: Request) -> Answer:
        return self._call(self._acquirer.void, request)

    def refund(self, request: Request) -> Answer:
        return self._call(self._acquirer.refund, request)

    def reverse(self, request: Request) -> Answer:
        return self._call(self._acquirer.reverse, request)

    def ask(self, request: Request) -> Answer:
        return self._call(self._acquirer.ask, request)

    def settle(self, terminal_id: TerminalId, totals: Totals, batch: Sequence[Request], *, now: datetime) -> Settlement:
        return self._acquirer.settle(terminal_id, totals, batch, now=now)

    def close(self) -> None:
        self._acquirer.close()

    def _call(self, call: Callable[[Request], Answer], request: Request) -> Answer:
        if not self.shut_next:
            return call(request)
        self.shut_next = False
        with self._door_shut():
            return call(request)
