"""Stripe as an acquirer: charge, inquiry, reversal, refund. What its answers amount to is `reading.py`.

There is no void: money that an intent has received goes back by a refund only. A reversal cancels an intent that is not
paid, which proves that it never will be, and refunds one that is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from counterfoil import clock
from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import (
    Answer,
    Decline,
    Entry,
    Outcome,
    Request,
    Settled,
    Settlement,
    Totals,
)
from counterfoil.ids import TerminalId
from counterfoil.links.acquirers.answers import declined, not_found, unheard, unknown
from counterfoil.links.acquirers.stripe import reading
from counterfoil.links.acquirers.stripe.amounts import to_stripe
from counterfoil.links.acquirers.stripe.client import Said, StripeClient
from counterfoil.links.acquirers.stripe.credentials import StripeCredentials
from counterfoil.links.acquirers.stripe.intents import Intents, Missing, key_of
from counterfoil.links.acquirers.stripe.reading import Wanted
from counterfoil.links.acquirers.stripe.returns import Returns
from counterfoil.links.acquirers.wire import Silence

_TOKEN = re.compile(r"(?:pm|card|src)_[A-Za-z0-9_]{1,200}")


class Stripe:
    """One account at Stripe."""

    channel = "stripe"
    can_void = False

    def __init__(
        self, credentials: StripeCredentials, *, name: str = "stripe", now: Callable[[], datetime] = clock.now
    ) -> None:
        self.name = name
        self._client = StripeClient(credentials)
        self._intents = Intents(client=self._client, now=now)
        self._returns = Returns(client=self._client, intents=self._intents)

    def charge(self, request: Request) -> Answer:
        """Take money by a token of the customer's card: make an intent, then confirm it."""
        token = request.presented
        if token is None or token.entry is not Entry.TOKEN or not _TOKEN.fullmatch(token.number):
            return declined(Decline.INVALID_CARD, "no token of this channel was presented; nothing was sent")
        if to_stripe(request.amount_minor, request.currency) is None:
            return declined(Decline.INVALID_AMOUNT, "an amount that the channel cannot carry; nothing was sent")
        return self._pay(request, token.number)

    def void(self, request: Request) -> Answer:
        """Say that there is none."""
        return declined(Decline.NOT_PERMITTED, "the channel has no void: refund the sale; nothing was sent")

    def refund(self, request: Request) -> Answer:
        """Give back some or all; the same id is given back once."""
        return self._returns.refund(request)

    def reverse(self, request: Request) -> Answer:
        """Make sure that nothing of a sale is held, and that nothing of it can come any more."""
        return self._returns.reverse(request)

    def ask(self, request: Request) -> Answer:
        """Ask by our own id: for a refund by its own, for an undo by the intent's status."""
        match request.kind:
            case Kind.SALE:
                return self._ask_sale(request)
            case Kind.REFUND:
                return self._returns.ask_refund(request)
            case Kind.VOID | Kind.REVERSAL:
                return self._returns.ask_undone(request)

    def settle(self, terminal_id: TerminalId, totals: Totals, batch: Sequence[Request], *, now: datetime) -> Settlement:
        """Say that the channel closes its day by itself."""
        return Settlement(outcome=Settled.NOT_NEEDED, note="the balance report of the dashboard is the bill")

    def close(self) -> None:
        """Nothing is held: each message has a connection of its own."""

    def _pay(self, request: Request, token: str) -> Answer:
        wanted = Wanted.of(request)
        made = self._intents.made(wanted)
        if isinstance(made, Silence):
            return unheard(made)
        if not made.is_yes:
            return reading.of_refusal(made)
        intent_id = reading.text_of(made.data, "id")
        if intent_id is None or not wanted.is_named_in(made.data):
            return unknown("the answer is about another payment")
        means: dict[str, Any] = {"payment_method": token}
        said = self._client.confirm_intent(intent_id, means, key=key_of(wanted, "confirm"))
        if isinstance(said, Silence):
            return unheard(said)
        if said.is_yes:
            return reading.of_intent(said.data, wanted)
        if said.code == "payment_intent_unexpected_state":
            # It was confirmed or cancelled before: what it is now decides.
            return self.ask(request)
        return reading.of_refusal(said)

    def _ask_sale(self, request: Request) -> Answer:
        wanted = Wanted.of(request)
        if to_stripe(request.amount_minor, request.currency) is None:
            return not_found("such an amount was never sent")
        found = self._intents.found(wanted, since=request.occurred_at, reference=None)
        match found:
            case Missing():
                return not_found("no such intent now")
            case Silence():
                return unknown(found.note)
            case Said():
                answer = reading.of_refusal(found)
                return answer if not answer.is_definite else unknown("the inquiry was refused", code=found.code)
        answer = reading.of_intent(found, wanted)
        if answer.outcome is Outcome.APPROVED and reading.is_given_back(found) and self._returns.was_reversed(found):
            return declined(Decline.ALREADY_UNDONE, "given back by a reversal", reference=answer.acquirer_reference)
        return answer
