"""The port of the payments book over a card host. Every ending of a call is an `Answer`; nothing outside raises.

A sale that is silent here must be reversed: a card host knows no inquiry.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from counterfoil import clock
from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Answer, Late, OnLate, Outcome, Request, Settled, Settlement, Totals
from counterfoil.ids import PaymentId, TerminalId, is_id
from counterfoil.links.acquirers.iso8583.answers import answer_of
from counterfoil.links.acquirers.iso8583.asked import Asked, echoed_id, key_of
from counterfoil.links.acquirers.iso8583.closing import Closing
from counterfoil.links.acquirers.iso8583.link import Address, Heard, Link
from counterfoil.links.acquirers.iso8583.messages import asked_of, document_for
from counterfoil.links.acquirers.iso8583.packing import Document, Unwritable
from counterfoil.links.acquirers.iso8583.profile import Account, Profile
from counterfoil.links.acquirers.iso8583.switchboard import Switchboard

__all__ = ["Address", "Iso8583Acquirer"]

#: Second digit of the message type: financial, and reversal.
_MOVES_MONEY = frozenset({"2", "4"})


class Iso8583Acquirer:
    """One merchant's account at one card host, over one connection; its calls may come from many threads."""

    channel = "iso8583"
    can_void = True

    def __init__(
        self,
        *,
        name: str,
        address: Address,
        account: Account,
        profile: Profile,
        on_late: OnLate,
        instrument_key: Callable[[str], str] | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.name = name
        self._account, self._profile, self._on_late = account, profile, on_late
        # Turns a card's number into its keyed hash; without it, payments have no instrument key.
        self._instrument_key = instrument_key
        switchboard = Switchboard(profile, on_stray=self._stray, now=now)
        self._link = Link(address, profile, switchboard, now=now)
        self._closing = threading.Lock()

    def charge(self, request: Request) -> Answer:
        """Take money: 0200 with processing code 00."""
        assert request.kind is Kind.SALE
        return self._exchange(request)

    def void(self, request: Request) -> Answer:
        """Take a sale back before settlement: 0200 with processing code 02 and DE 90."""
        assert request.kind is Kind.VOID
        return self._exchange(request)

    def refund(self, request: Request) -> Answer:
        """Give money back: 0200 with processing code 20."""
        assert request.kind is Kind.REFUND
        return self._exchange(request)

    def reverse(self, request: Request) -> Answer:
        """Take back a message whose outcome is unknown: 0400, and 0401 for every repeat."""
        assert request.kind is Kind.REVERSAL
        return self._exchange(request)

    def ask(self, request: Request) -> Answer:
        """Say that nobody can tell: a card host has no inquiry."""
        return Answer(outcome=Outcome.UNKNOWN, note="a card host cannot be asked; reverse the message instead")

    def settle(self, terminal_id: TerminalId, totals: Totals, batch: Sequence[Request], *, now: datetime) -> Settlement:
        """Close the batch of one lane: 0500, and where totals differ 0320 for each message and 0500 again."""
        try:
            closing = Closing(
                self._link, self._account, self._profile, terminal_id=terminal_id, now=now.astimezone(UTC)
            )
            # One closing at a time: uploads of two lanes must not mix.
            with self._closing:
                return closing.close(totals, batch)
        except Unwritable as error:
            return Settlement(outcome=Settled.UNKNOWN, note=f"the batch was not closed: {error}")

    def close(self) -> None:
        """Let go of the connection; a later call opens a new one."""
        self._link.close()

    def _exchange(self, request: Request) -> Answer:
        try:
            document = document_for(request, self._account, self._profile)
        except Unwritable as error:
            return Answer(outcome=Outcome.NOT_SENT, note=f"nothing was sent: {error}")
        asked = asked_of(document, request, self._key_of(request))
        heard = self._link.exchange(document, asked)
        if isinstance(heard, Heard):
            return answer_of(asked, heard.document, self._profile)
        if heard.not_sent:
            return Answer(outcome=Outcome.NOT_SENT, note=f"nothing was sent: {heard.note}")
        return Answer(outcome=Outcome.UNKNOWN, note=f"the host is silent: {heard.note}")

    def _key_of(self, request: Request) -> str | None:
        presented = request.presented
        if self._instrument_key is None or presented is None or presented.tail is None:
            return None
        return self._instrument_key(presented.number)

    def _stray(self, document: Document, asked: Asked | None, came_before: bool) -> None:  # noqa: FBT001 — the switchboard's own callback
        """Report an answer that nobody waits for; those that move no money (an echo's) are nobody's news."""
        if key_of(document).message_class not in _MOVES_MONEY:
            return
        if asked is None:
            self._report_unknown(document)
            return
        answer = answer_of(asked, document, self._profile)
        remark = "it came a second time" if came_before else "it came too late"
        self._on_late(
            Late(
                payment_id=asked.payment_id,
                kind=asked.kind,
                answer=replace(answer, note=f"{answer.note}; {remark}"),
            )
        )

    def _report_unknown(self, document: Document) -> None:
        """Report an answer to a message that is not remembered; what it says decides nothing."""
        named = echoed_id(document, self._profile.private_element)
        payment_id = PaymentId(named) if named is not None and is_id(named) else None
        note = "an answer came to a message that was not sent from here, or too long ago"
        self._on_late(Late(payment_id=payment_id, kind=None, answer=Answer(outcome=Outcome.UNKNOWN, note=note)))
