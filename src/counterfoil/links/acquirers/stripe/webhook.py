"""What Stripe tells us unasked: JSON, signed with the endpoint's secret over time and body (scheme `v1`).

A repeat is signed afresh, so an old signature is a copy. Several signatures stand side by side while a secret is being
replaced. It must never read a body before its signature is verified.
Source: docs.stripe.com/webhooks, "verify webhook signatures manually".
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Answer, Decline
from counterfoil.books.payments.webhooks import (
    BODY_BYTES_MAX,
    Acknowledgement,
    NotTaken,
    Verdict,
    WebhookEvent,
    WebhookNotTaken,
)
from counterfoil.errors import BadOption
from counterfoil.ids import PaymentId, is_id
from counterfoil.links.acquirers.answers import approved, declined, pending
from counterfoil.links.acquirers.stripe import words
from counterfoil.links.acquirers.stripe.amounts import from_stripe
from counterfoil.links.acquirers.stripe.credentials import StripeCredentials
from counterfoil.links.acquirers.stripe.reading import of_failure, text_of

#: The tolerance that Stripe's own libraries have.
SKEW_MAX = timedelta(minutes=5)
_SCHEME = "v1"
_SIGNATURES_MAX = 16
_TAKEN = Acknowledgement(status=200, content_type="application/json", body=b"{}")
_AGAIN = Acknowledgement(status=400, content_type="application/json", body=b'{"error":"not verified"}')
_OF_INTENTS = frozenset({"payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled"})
_OF_REFUNDS = frozenset({"refund.created", "refund.updated", "refund.failed"})


class StripeWebhook:
    """Verifies with one endpoint's secrets."""

    def __init__(self, credentials: StripeCredentials, *, acquirer: str = "stripe") -> None:
        if not credentials.webhook_secrets:
            raise BadOption(
                "stripe: webhook_secrets is empty: without the endpoint's secret no webhook can be believed"
            )
        self.acquirer = acquirer
        self._secrets = tuple(secret.encode() for secret in credentials.webhook_secrets)

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Verdict:
        """Verify signature and time, in this order, and read the event."""
        if len(body) > BODY_BYTES_MAX:
            return self._no(NotTaken.TOO_LARGE, "longer than any event")
        named = {name.lower(): value for name, value in headers.items()}
        stamp, signatures = _parts(named.get("stripe-signature", ""))
        if stamp is None or not signatures:
            return self._no(NotTaken.UNSIGNED, "no signature of the documented scheme")
        if not self._is_signed(f"{stamp}.".encode() + body, signatures):
            return self._no(NotTaken.BAD_SIGNATURE, "signed with no secret that we hold, or changed")
        age = now - datetime.fromtimestamp(stamp, UTC)
        if age > SKEW_MAX:
            return self._no(NotTaken.TOO_OLD, "signed more than five minutes ago")
        if age < -SKEW_MAX:
            return self._no(NotTaken.TOO_NEW, "signed more than five minutes ahead of our clock")
        try:
            return self._read(json.loads(body))
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            return self._no(NotTaken.UNREADABLE, "not in the documented format")

    def acknowledge(self, *, taken: bool) -> Acknowledgement:
        """Answer 200, or 400 so that it comes again."""
        return _TAKEN if taken else _AGAIN

    def _is_signed(self, message: bytes, signatures: list[str]) -> bool:
        expected = [hmac.new(secret, message, hashlib.sha256).hexdigest() for secret in self._secrets]
        # Every pair is compared, so that the time tells nothing of which one was right.
        return sum(hmac.compare_digest(one, other) for one in expected for other in signatures) > 0

    def _read(self, event: Mapping[str, Any]) -> Verdict:
        kind, thing = str(event["type"]), event["data"]["object"]
        if kind not in _OF_INTENTS | _OF_REFUNDS:
            return self._no(NotTaken.IGNORED, "about something that decides no payment")
        metadata = thing.get("metadata") or {}
        whole = metadata.get(words.OUR_PAYMENT)
        if not isinstance(whole, str) or not is_id(whole):
            return self._no(NotTaken.NOT_OURS, "about a payment that we did not make")
        currency = str(thing["currency"]).upper()
        amount = thing["amount_received"] if kind == "payment_intent.succeeded" else thing["amount"]
        amount_minor = from_stripe(amount, currency) if type(amount) is int else None
        if amount_minor is None:
            raise ValueError("no amount")
        answer = self._intent(kind, thing, amount_minor) if kind in _OF_INTENTS else self._refund(thing, amount_minor)
        return WebhookEvent(
            acquirer=self.acquirer,
            event_id=str(event["id"]),
            payment_id=PaymentId(whole),
            reference=str(thing["id"]),
            kind=Kind(metadata.get(words.OUR_KIND, "sale" if kind in _OF_INTENTS else "refund")),
            answer=answer,
            amount_minor=amount_minor,
            currency=currency,
            occurred_at=datetime.fromtimestamp(int(event["created"]), UTC),
        )

    @staticmethod
    def _intent(kind: str, thing: Mapping[str, Any], amount_minor: int) -> Answer:
        reference = text_of(thing, "id")
        match kind:
            case "payment_intent.succeeded":
                return approved("paid", amount_minor=amount_minor, code="succeeded", reference=reference)
            case "payment_intent.canceled":
                return declined(Decline.ALREADY_UNDONE, "cancelled", code="canceled", reference=reference)
            case _:
                return of_failure(thing.get("last_payment_error") or {}, reference=reference)

    @staticmethod
    def _refund(thing: Mapping[str, Any], amount_minor: int) -> Answer:
        status, reference = text_of(thing, "status"), text_of(thing, "id")
        match status:
            case "succeeded":
                return approved("given back", amount_minor=amount_minor, code=status, reference=reference)
            case "failed" | "canceled":
                # It may come days after it succeeded: then the money lies at the channel again.
                code = text_of(thing, "failure_reason") or status
                return declined(Decline.UNRECOGNISED, "the refund came back", code=code, reference=reference)
            case _:
                return pending("not given back yet", code=status, reference=reference)

    def _no(self, reason: NotTaken, note: str) -> WebhookNotTaken:
        return WebhookNotTaken(acquirer=self.acquirer, reason=reason, note=note)


def _parts(header: str) -> tuple[int | None, list[str]]:
    """Read `t=…,v1=…,v1=…`: the time, and the signatures of the one scheme that counts."""
    pairs = [part.strip().partition("=") for part in header.split(",", _SIGNATURES_MAX)]
    stamps = [value for name, _, value in pairs if name == "t" and value.isascii() and value.isdigit()]
    signatures = [value for name, _, value in pairs if name == _SCHEME and value.isascii()]
    if len(stamps) != 1:
        return None, []
    try:
        datetime.fromtimestamp(int(stamps[0]), UTC)
    except (ValueError, OverflowError, OSError):
        return None, []
    return int(stamps[0]), signatures
