"""How the intent of a sale is found by our own id alone, at any time and without the chance of a charge.

A sale is two messages. The first *creates* an intent without a means of payment; it moves nothing, and everything in
it follows from the sale's id, amount and currency. The second *confirms* it with the customer's token. So after a
silence the first message can be sent again: under its idempotency key it returns the intent that it made at first, or
makes an empty one that no money can ever reach unless it is confirmed. That is our inquiry. A search by metadata would
lag behind, and a repeat of a message that charges would charge where the first one was lost.

Keys are forgotten after 24 hours. For older sales the list of intents of the minutes around the sale is read and
matched by the metadata that carries our ids; lists do not lag.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from counterfoil.links.acquirers.stripe import words
from counterfoil.links.acquirers.stripe.amounts import to_stripe
from counterfoil.links.acquirers.stripe.client import Said, StripeClient, things_in
from counterfoil.links.acquirers.stripe.reading import Wanted, text_of
from counterfoil.links.acquirers.wire import Silence

#: Until when a repeat is trusted to be recognised: well within the 24 hours that Stripe promises.
KEY_LIFE = timedelta(hours=20)
#: How long before and after the sale its intent may have been made: clocks differ, queues wait.
BEFORE, AFTER = timedelta(minutes=10), timedelta(minutes=30)
PAGES_MAX = 50
_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """There is no such intent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intents:
    """Finds and makes intents."""

    client: StripeClient
    now: Callable[[], datetime]

    def made(self, wanted: Wanted) -> Said | Silence:
        """Create the intent of a sale, or return the one that was created before."""
        params = {
            "amount": to_stripe(wanted.amount_minor, wanted.currency),
            "currency": wanted.currency.lower(),
            "capture_method": "automatic",
            "payment_method_types": list(self.client.credentials.payment_method_types),
            "metadata": {
                words.OUR_MERCHANT: wanted.merchant_id,
                words.OUR_PAYMENT: wanted.payment_id,
                words.OUR_KIND: "sale",
            },
        }
        return self.client.create_intent(params, key=key_of(wanted, "create"))

    def found(
        self, wanted: Wanted, *, since: datetime, reference: str | None
    ) -> Mapping[str, Any] | Missing | Said | Silence:
        """Return the intent of a sale as it is now, with its latest charge; else what stood in the way."""
        intent_id = reference
        if intent_id is None and self.now() - since < KEY_LIFE:
            made = self.made(wanted)
            if isinstance(made, Silence):
                return made
            # A refusal for other parameters says that the key is known: then the list knows the intent.
            if not made.is_yes and made.error.get("type") != "idempotency_error":
                return made
            intent_id = text_of(made.data, "id")
            if made.is_yes and intent_id is None:
                return Silence(sent=True, note="the answer is no intent")
        if intent_id is None:
            listed = self._listed(wanted, since)
            if not isinstance(listed, str):
                return listed
            intent_id = listed
        said = self.client.retrieve_intent(intent_id)
        return said.data if isinstance(said, Said) and said.is_yes else said

    def _listed(self, wanted: Wanted, since: datetime) -> str | Missing | Said | Silence:
        window = {"gte": int((since - BEFORE).timestamp()), "lte": int((since + AFTER).timestamp())}
        params: dict[str, Any] = {"created": window, "limit": _PAGE}
        for _ in range(PAGES_MAX):
            said = self.client.list_intents(params)
            if isinstance(said, Silence) or not said.is_yes:
                return said
            page = things_in(said)
            if page is None:
                return Silence(sent=True, note="the answer is no list")
            for intent in page:
                if wanted.is_named_in(intent) and (intent_id := text_of(intent, "id")):
                    return intent_id
            if not said.data.get("has_more") or not page:
                return Missing()
            params["starting_after"] = page[-1].get("id")
        return Silence(sent=True, note="too many intents of that hour to look through")


def key_of(wanted: Wanted, step: str) -> str:
    """Return the idempotency key of one step of a sale, or of its reversal."""
    return f"{wanted.merchant_id}:{wanted.payment_id}:{step}"
