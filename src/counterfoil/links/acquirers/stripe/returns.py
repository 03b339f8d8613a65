"""Money that goes back at Stripe: reversals and refunds, each done once whatever is repeated.

A refund is found by the metadata that carries our ids, in the list of its intent's refunds, so a repeat after a day
does not give back twice though its key is forgotten. An answer of 500 is repeated by Stripe under the same key for a
day, so a repeat looks into the list first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Answer, Decline, Original, Outcome, Request
from counterfoil.links.acquirers.answers import declined, not_found, pending, unheard, unknown
from counterfoil.links.acquirers.stripe import reading, words
from counterfoil.links.acquirers.stripe.amounts import to_stripe
from counterfoil.links.acquirers.stripe.client import Said, StripeClient, things_in
from counterfoil.links.acquirers.stripe.intents import Intents, Missing, key_of
from counterfoil.links.acquirers.stripe.reading import Wanted
from counterfoil.links.acquirers.wire import Silence

PAGES_MAX = 20
_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """Gives back, and asks what was given back."""

    client: StripeClient
    intents: Intents

    def reverse(self, request: Request) -> Answer:
        """Cancel the original's intent, or refund it where it is paid."""
        found = self._found(request)
        if isinstance(found, Answer):
            return found
        wanted, intent_id = Wanted.of(request), reading.text_of(found, "id")
        undone = reading.of_undone_intent(found, wanted)
        if undone.outcome is not Outcome.NOT_FOUND or intent_id is None:
            return undone
        if found.get("status") in words.CANCELLABLE:
            said = self.client.cancel_intent(intent_id)
            if isinstance(said, Silence):
                return unheard(said)
            if said.is_yes:
                return reading.of_undone_intent(said.data, wanted)
            # It was paid, or is being paid, between our question and our cancellation: the next try sees it.
            return unknown("it could not be cancelled", code=said.code)
        if found.get("status") != "succeeded":
            return unknown("it is being decided and cannot be undone yet", code=undone.response_code)
        return self._give_back_all(request, wanted, intent_id)

    def ask_undone(self, request: Request) -> Answer:
        """Ask whether the original's intent is cancelled or given back in full."""
        found = self._found(request)
        if isinstance(found, Answer):
            return found if not found.is_definite else unknown(found.note, code=found.response_code)
        return reading.of_undone_intent(found, Wanted.of(request))

    def refund(self, request: Request) -> Answer:
        """Give back some or all of the original."""
        amount = to_stripe(request.amount_minor, request.currency)
        if amount is None:
            return declined(Decline.INVALID_AMOUNT, "an amount that the channel cannot carry; nothing was sent")
        intent_id = self._intent_of(request)
        if isinstance(intent_id, Answer):
            return intent_id
        if request.attempt > 1:
            before = self._ask_refund_of(intent_id, request)
            if before.outcome is not Outcome.NOT_FOUND:
                return before
        params = {"payment_intent": intent_id, "amount": amount, "metadata": _names(request)}
        said = self.client.create_refund(params, key=f"{request.merchant_id}:{request.payment_id}:refund")
        if isinstance(said, Silence):
            return unheard(said)
        if said.is_yes:
            return reading.of_refund(said.data, intent_id=intent_id, request=request)
        if said.error.get("param") == "amount":
            return declined(Decline.REFUND_TOO_LARGE, "more than is left to give back", code=said.code)
        return reading.of_refusal(said)

    def ask_refund(self, request: Request) -> Answer:
        """Look for a refund among those of its original."""
        intent_id = self._intent_of(request)
        if isinstance(intent_id, Answer):
            if intent_id.decline is Decline.ORIGINAL_NOT_FOUND:
                return not_found("no such intent now")
            return intent_id if not intent_id.is_definite else unknown(intent_id.note, code=intent_id.response_code)
        return self._ask_refund_of(intent_id, request)

    def was_reversed(self, intent: Mapping[str, Any]) -> bool:
        """Say whether a reversal of ours is among the refunds of an intent."""
        refunds = self._refunds_of(reading.text_of(intent, "id") or "")
        if not isinstance(refunds, list):
            return False
        named = [refund["metadata"] for refund in refunds if isinstance(refund.get("metadata"), Mapping)]
        return any(metadata.get(words.OUR_KIND) == Kind.REVERSAL for metadata in named)

    def _give_back_all(self, request: Request, wanted: Wanted, intent_id: str) -> Answer:
        params = {
            "payment_intent": intent_id,
            "amount": to_stripe(wanted.amount_minor, wanted.currency),
            "metadata": _names(request),
        }
        # A key for each try, so that an old refusal is not repeated. That two tries give back once is Stripe's cap: of
        # a sale that was given back in full, nothing is left.
        said = self.client.create_refund(params, key=key_of(wanted, f"reversal:{request.payment_id}:{request.attempt}"))
        if isinstance(said, Silence):
            return unheard(said)
        if not said.is_yes:
            return unknown("it could not be given back", code=said.code)
        match said.data.get("status"):
            case "succeeded" if wanted.is_the_sum_of(said.data, "amount"):
                return self.ask_undone(request)
            case "pending":
                return pending("it is being given back", code="pending")
            case _:
                return unknown("a refund of another amount, or one that failed")

    def _ask_refund_of(self, intent_id: str, request: Request) -> Answer:
        refunds = self._refunds_of(intent_id)
        if isinstance(refunds, Answer):
            return refunds
        for refund in refunds:
            if reading.is_ours(refund, request):
                return reading.of_refund(refund, intent_id=intent_id, request=request)
        return not_found("no such refund now")

    def _refunds_of(self, intent_id: str) -> list[Mapping[str, Any]] | Answer:
        refunds: list[Mapping[str, Any]] = []
        params: dict[str, Any] = {"payment_intent": intent_id, "limit": _PAGE}
        for _ in range(PAGES_MAX):
            said = self.client.list_refunds(params)
            if isinstance(said, Silence) or not said.is_yes:
                return unknown(said.note if isinstance(said, Silence) else "the list of refunds was refused")
            page = things_in(said)
            if page is None:
                return unknown("the answer is no list")
            refunds += page
            if not said.data.get("has_more") or not page:
                return refunds
            params["starting_after"] = page[-1].get("id")
        return unknown("too many refunds of one intent to look through")

    def _intent_of(self, request: Request) -> str | Answer:
        """Return the id of the original's intent: as it was kept, or found by our own id."""
        original = request.original
        if original is not None and original.acquirer_reference:
            return original.acquirer_reference
        found = self._found(request)
        if isinstance(found, Answer):
            missing = found.outcome is Outcome.NOT_FOUND
            return declined(Decline.ORIGINAL_NOT_FOUND, found.note) if missing else found
        if found.get("status") != "succeeded":
            return declined(Decline.ORIGINAL_NOT_FOUND, "nothing was paid that could be given back")
        return reading.text_of(found, "id") or unknown("an intent without an id")

    def _found(self, request: Request) -> Mapping[str, Any] | Answer:
        """Return the original's intent, or what is to be answered instead."""
        original: Original | None = request.original
        if original is None:
            return declined(Decline.ORIGINAL_NOT_FOUND, "an undo or a refund without an original; nothing was sent")
        wanted = Wanted.of(request)
        found = self.intents.found(wanted, since=original.occurred_at, reference=original.acquirer_reference)
        match found:
            case Missing():
                return not_found("no such intent now")
            case Silence():
                return unheard(found)
            case Said():
                return reading.of_refusal(found)
            case _:
                return found


def _names(request: Request) -> dict[str, str]:
    return {
        words.OUR_MERCHANT: request.merchant_id,
        words.OUR_PAYMENT: request.payment_id,
        words.OUR_KIND: request.kind.value,
    }
