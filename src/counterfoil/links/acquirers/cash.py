"""Cash: the drawer is the acquirer. Whoever holds the note knows the outcome, so every answer is definite.

It must never be asked about something that it did not do in the same breath: cash has no inquiry and no ladder.
"""

from __future__ import annotations

from collections.abc import Sequence

from counterfoil.books.payments.ports import (
    Answer,
    Decline,
    Outcome,
    Presented,
    Request,
    Settled,
    Settlement,
    Totals,
)
from counterfoil.ids import TerminalId


class Cash:
    """Takes and gives cash by saying so; the count of the drawer at the day's close is its bill."""

    channel = "cash"
    can_void = True

    def __init__(self, *, name: str = "cash") -> None:
        self.name = name

    def charge(self, request: Request) -> Answer:
        """Approve: the cashier has counted the money before the sale is entered."""
        return self._moved(request)

    def void(self, request: Request) -> Answer:
        """Approve: the money goes back over the counter."""
        return self._moved(request)

    def refund(self, request: Request) -> Answer:
        """Approve: the money goes back over the counter."""
        return self._moved(request)

    def reverse(self, request: Request) -> Answer:
        """Approve: nothing was sent anywhere, so there is nothing that could still arrive."""
        return self._moved(request)

    def ask(self, request: Request) -> Answer:
        """Say that nobody but the drawer knows."""
        return Answer(outcome=Outcome.UNKNOWN, note="cash has no inquiry: count the drawer")

    def settle(self, terminal_id: TerminalId, totals: Totals, batch: Sequence[Request], *, now: object) -> Settlement:
        """Say that cash has no batch: it is counted."""
        return Settlement(outcome=Settled.NOT_NEEDED, note="cash is counted, not settled")

    def close(self) -> None:
        """Nothing is held."""

    @staticmethod
    def _moved(request: Request) -> Answer:
        if isinstance(request.presented, Presented):
            return Answer(
                outcome=Outcome.DECLINED, decline=Decline.NOT_PERMITTED, note="a card or a code was presented for cash"
            )
        return Answer(outcome=Outcome.APPROVED, amount_minor=request.amount_minor)
