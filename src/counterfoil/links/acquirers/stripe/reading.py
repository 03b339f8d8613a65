"""What an answer of Stripe amounts to. Pure: answers in, an `Answer` out.

An answer is believed only where it carries our id, our amount and our currency. An intent that no attempt has reached
is `not found`: it was made to be asked about, and the attempt may still be under way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from counterfoil.books.payments.ports import Answer, Decline, Request
from counterfoil.ids import MerchantId, PaymentId
from counterfoil.links.acquirers.answers import approved, declined, not_found, pending, unknown
from counterfoil.links.acquirers.stripe import words
from counterfoil.links.acquirers.stripe.amounts import to_stripe
from counterfoil.links.acquirers.stripe.client import Said

_CLIENT_ERRORS = range(400, 500)
_UNAUTHORISED = frozenset({401, 403})
_UNDECIDED = frozenset({409, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The sale that an intent must be."""

    merchant_id: MerchantId
    payment_id: PaymentId
    amount_minor: int
    currency: str

    @classmethod
    def of(cls, request: Request) -> Wanted:
        """Return the sale that a request is, or points at."""
        original = request.original
        return cls(
            merchant_id=request.merchant_id,
            payment_id=request.payment_id if original is None else original.payment_id,
            amount_minor=request.amount_minor if original is None else original.amount_minor,
            currency=request.currency,
        )

    def is_named_in(self, thing: Mapping[str, Any]) -> bool:
        """Say whether an intent carries our ids."""
        named = thing.get("metadata")
        return isinstance(named, Mapping) and (named.get(words.OUR_MERCHANT), named.get(words.OUR_PAYMENT)) == (
            self.merchant_id,
            self.payment_id,
        )

    def is_the_sum_of(self, thing: Mapping[str, Any], *names: str) -> bool:
        """Say whether an intent or a charge is about our amount and our currency."""
        amount = to_stripe(self.amount_minor, self.currency)
        amounts = [thing[name] for name in names if thing.get(name) is not None]
        same = all(type(found) is int and found == amount for found in amounts)
        return bool(amounts) and same and thing.get("currency") == self.currency.lower()


def of_intent(intent: Mapping[str, Any], wanted: Wanted) -> Answer:
    """Read an intent for what it means to the sale."""
    if not wanted.is_named_in(intent):
        return unknown("the answer is about another payment")
    status, reference = str(intent.get("status")), text_of(intent, "id")
    # What was received is named of paid intents, though not by every answer; where it is, it must be all.
    amounts = ("amount", "amount_received") if status == "succeeded" else ("amount",)
    if not wanted.is_the_sum_of(intent, *amounts):
        return unknown("the answer names another amount")
    if status == "succeeded":
        return approved("paid", amount_minor=wanted.amount_minor, code=status, reference=reference)
    failure = intent.get("last_payment_error")
    if status in words.UNTRIED and isinstance(failure, Mapping):
        return of_failure(failure, reference=reference)
    if status in words.UNTRIED:
        return not_found("no attempt to pay has reached it", code=status)
    if status == "canceled":
        return declined(Decline.ALREADY_UNDONE, "cancelled", code=status, reference=reference)
    if status in words.UNDER_WAY:
        return pending("not decided yet", code=status, reference=reference)
    return unknown("an intent in a status that is not documented")


def of_undone_intent(intent: Mapping[str, Any], wanted: Wanted) -> Answer:
    """Read an intent for what it means to the reversal of its sale: cancelled, or given back in full."""
    if not wanted.is_named_in(intent) or not wanted.is_the_sum_of(intent, "amount"):
        return unknown("the answer is about another payment or amount")
    status, reference = str(intent.get("status")), text_of(intent, "id")
    if status == "canceled" or is_given_back(intent):
        return approved("nothing is held", amount_minor=wanted.amount_minor, code=status, reference=reference)
    return not_found("it is not undone", code=status)


def is_given_back(intent: Mapping[str, Any]) -> bool:
    """Say whether all of a paid intent was given back."""
    charge = intent.get("latest_charge")
    if intent.get("status") != "succeeded" or not isinstance(charge, Mapping):
        return False
    return type(charge.get("amount_refunded")) is int and charge["amount_refunded"] == intent.get("amount")


def of_refund(refund: Mapping[str, Any], *, intent_id: str, request: Request) -> Answer:
    """Read a refund, as the answer to its request or to an inquiry."""
    amount = to_stripe(request.amount_minor, request.currency)
    if refund.get("payment_intent") not in {intent_id, None} or not is_ours(refund, request):
        return unknown("the answer is about another refund")
    if (refund.get("amount"), refund.get("currency")) != (amount, request.currency.lower()):
        return unknown("the answer names another amount")
    status, reference = str(refund.get("status")), text_of(refund, "id")
    match status:
        case "succeeded":
            return approved("given back", amount_minor=request.amount_minor, code=status, reference=reference)
        case "pending" | "requires_action":
            return pending("accepted, and not given back yet", code=status, reference=reference)
        case "failed" | "canceled":
            code = text_of(refund, "failure_reason") or status
            return declined(Decline.UNRECOGNISED, "the refund came back", code=code, reference=reference)
        case _:
            return unknown("a refund in a status that is not documented")


def is_ours(thing: Mapping[str, Any], request: Request) -> bool:
    """Say whether something carries the ids of a request."""
    named = thing.get("metadata")
    ids = (request.merchant_id, request.payment_id)
    return isinstance(named, Mapping) and (named.get(words.OUR_MERCHANT), named.get(words.OUR_PAYMENT)) == ids


def of_failure(failure: Mapping[str, Any], *, reference: str | None) -> Answer:
    """Read why an attempt to pay failed."""
    code = text_of(failure, "decline_code") or text_of(failure, "code")
    decline = words.DECLINES.get(code or "", Decline.UNRECOGNISED)
    return declined(decline, "the card was refused", code=code, reference=reference)


def of_refusal(said: Said) -> Answer:
    """Read an error."""
    code, note = said.code, f"refused with HTTP {said.status}"
    if said.status in _UNAUTHORISED:
        return declined(Decline.MISCONFIGURED, note, code=code or str(said.status))
    if said.status not in _CLIENT_ERRORS or said.status in _UNDECIDED or not said.error:
        return unknown(note, code=code)
    if said.error.get("type") == "idempotency_error":
        return unknown("our id was used before for something else", code=code)
    if code == "resource_missing" or said.status == 404:  # noqa: PLR2004 — HTTP's own number
        missing = said.error.get("param")
        known = Decline.INVALID_CARD if missing == "payment_method" else Decline.ORIGINAL_NOT_FOUND
        return declined(known, note, code=code)
    intent = said.error.get("payment_intent")
    reference = text_of(intent, "id") if isinstance(intent, Mapping) else None
    decline = words.DECLINES.get(code or "", Decline.UNRECOGNISED)
    return declined(decline, note, code=code, reference=reference)


def text_of(thing: Mapping[str, Any], name: str) -> str | None:
    """Return a text; None where there is none."""
    value = thing.get(name)
    return value if isinstance(value, str) and value else None
