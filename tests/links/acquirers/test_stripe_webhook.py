"""What Stripe says unasked: believed where it is signed with our secret and fresh, and about a payment of ours."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from queue import Queue
from typing import Any

import pytest

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Decline, Outcome
from counterfoil.books.payments.webhooks import BODY_BYTES_MAX, NotTaken, Verdict, WebhookEvent, WebhookNotTaken
from counterfoil.clock import now
from counterfoil.errors import BadOption
from counterfoil.ids import PaymentId
from counterfoil.links.acquirers.stripe.webhook import StripeWebhook
from tests.links.acquirers.messages import fresh
from tests.links.acquirers.peers.http import Asked, Peer, Told
from tests.links.acquirers.peers.stripe import localstripe, localstripe_port
from tests.links.acquirers.stage import Fault
from tests.links.acquirers.stages.stripe import SECRET, credentials

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def an_event(kind: str, thing: Mapping[str, Any]) -> bytes:
    event = {"id": "evt_1", "type": kind, "created": int(NOW.timestamp()) - 90, "data": {"object": thing}}
    return json.dumps(event).encode()


def an_intent(payment_id: PaymentId, **changed: object) -> dict[str, Any]:
    return {
        "id": "pi_1",
        "amount": 1230,
        "amount_received": 1230,
        "currency": "eur",
        "metadata": {"counterfoil_payment_id": payment_id, "counterfoil_kind": "sale"},
    } | changed


def a_refund(payment_id: PaymentId, status: str, **changed: object) -> dict[str, Any]:
    named = {"counterfoil_payment_id": payment_id, "counterfoil_kind": "refund"}
    return {"id": "re_1", "amount": 300, "currency": "eur", "status": status, "metadata": named} | changed


def signature(body: bytes, *, at: datetime = NOW, key: str = SECRET) -> str:
    stamp = int(at.timestamp())
    return f"t={stamp},v1={hmac.new(key.encode(), f'{stamp}.'.encode() + body, hashlib.sha256).hexdigest()}"


def verdict_on(body: bytes, header: str | None = None, *, at: datetime = NOW, key: str = SECRET) -> Verdict:
    headers = {"Stripe-Signature": signature(body, at=at, key=key) if header is None else header}
    return StripeWebhook(credentials("https://api.example.com")).verify(headers, body, now=NOW)


def reason_of(verdict: Verdict) -> NotTaken:
    assert isinstance(verdict, WebhookNotTaken), verdict
    return verdict.reason


@pytest.mark.parametrize(
    ("kind", "changed", "outcome", "decline"),
    [
        ("payment_intent.succeeded", {}, Outcome.APPROVED, None),
        ("payment_intent.canceled", {"amount_received": 0}, Outcome.DECLINED, Decline.ALREADY_UNDONE),
        (
            "payment_intent.payment_failed",
            {"last_payment_error": {"code": "card_declined", "decline_code": "insufficient_funds"}},
            Outcome.DECLINED,
            Decline.INSUFFICIENT_FUNDS,
        ),
    ],
)
def test_an_intent_is_told_as_our_payment(
    kind: str, changed: dict[str, Any], outcome: Outcome, decline: Decline | None
) -> None:
    payment_id = fresh()
    event = verdict_on(an_event(kind, an_intent(payment_id, **changed)))
    assert isinstance(event, WebhookEvent)
    assert (event.event_id, event.payment_id, event.kind) == ("evt_1", payment_id, Kind.SALE)
    assert (event.answer.outcome, event.answer.decline) == (outcome, decline)
    assert (event.amount_minor, event.currency) == (1230, "EUR")
    assert event.occurred_at == NOW - timedelta(seconds=90)


@pytest.mark.parametrize(
    ("kind", "status", "outcome"),
    [
        ("refund.created", "succeeded", Outcome.APPROVED),
        ("refund.created", "pending", Outcome.PENDING),
        ("refund.updated", "succeeded", Outcome.APPROVED),
        ("refund.failed", "failed", Outcome.DECLINED),
    ],
)
def test_a_refund_is_told_by_its_own_id(kind: str, status: str, outcome: Outcome) -> None:
    payment_id = fresh()
    event = verdict_on(an_event(kind, a_refund(payment_id, status)))
    assert isinstance(event, WebhookEvent)
    assert (event.payment_id, event.kind, event.answer.outcome) == (payment_id, Kind.REFUND, outcome)


def test_a_reversal_by_refund_is_told_as_a_reversal() -> None:
    named = {"counterfoil_payment_id": fresh(), "counterfoil_kind": "reversal"}
    event = verdict_on(an_event("refund.created", a_refund(fresh(), "succeeded", metadata=named)))
    assert isinstance(event, WebhookEvent)
    assert event.kind is Kind.REVERSAL


def test_an_amount_is_told_in_our_minor_units() -> None:
    thing = an_intent(fresh(), amount=500, amount_received=500, currency="isk")
    event = verdict_on(an_event("payment_intent.succeeded", thing))
    assert isinstance(event, WebhookEvent)
    assert (event.amount_minor, event.currency) == (5, "ISK")


def test_the_same_event_again_has_the_same_id() -> None:
    body = an_event("payment_intent.succeeded", an_intent(fresh()))
    assert verdict_on(body) == verdict_on(body, at=NOW - timedelta(seconds=20))


def test_a_forged_or_changed_event_is_refused() -> None:
    body = an_event("payment_intent.succeeded", an_intent(fresh()))
    good = signature(body)
    assert reason_of(verdict_on(body, key="whsec_stranger")) is NotTaken.BAD_SIGNATURE
    assert reason_of(verdict_on(body.replace(b"1230", b"1231"), good)) is NotTaken.BAD_SIGNATURE
    # The time is signed too: a fresh one cannot be put on an old signature.
    assert reason_of(verdict_on(body, good.replace("t=1", "t=2"))) is NotTaken.BAD_SIGNATURE
    # The scheme that Stripe signs its tests with does not count.
    assert reason_of(verdict_on(body, good.replace("v1=", "v0="))) is NotTaken.UNSIGNED


@pytest.mark.parametrize(
    "header",
    ["", "t=", "t=soon,v1=aa", "v1=aa", "t=1,t=2,v1=aa", "t=99999999999999999,v1=aa", "t=1", ",,,", "t=١,v1=aa"],
)
def test_a_header_that_is_no_signature_is_refused(header: str) -> None:
    assert reason_of(verdict_on(b"{}", header)) is NotTaken.UNSIGNED


def test_a_secret_that_is_being_replaced_still_counts() -> None:
    body = an_event("payment_intent.succeeded", an_intent(fresh()))
    both = f"{signature(body, key='whsec_new')},v1={signature(body).rpartition('=')[2]}"
    assert isinstance(verdict_on(body, both), WebhookEvent)


def test_a_copy_that_somebody_kept_is_too_old_and_a_wrong_clock_is_named() -> None:
    body = an_event("payment_intent.succeeded", an_intent(fresh()))
    assert isinstance(verdict_on(body, at=NOW - timedelta(minutes=5)), WebhookEvent)
    assert reason_of(verdict_on(body, at=NOW - timedelta(minutes=5, seconds=1))) is NotTaken.TOO_OLD
    assert reason_of(verdict_on(body, at=NOW + timedelta(minutes=6))) is NotTaken.TOO_NEW


@pytest.mark.parametrize(
    "body",
    [
        b"no json",
        b"[]",
        b"{}",
        b"\xff",
        an_event("payment_intent.succeeded", an_intent(fresh(), amount_received="1230")),
        an_event("payment_intent.succeeded", an_intent(fresh(), amount_received=550, currency="isk")),
        b'{"type":"refund.created","data":7}',
    ],
    ids=["no json", "no object", "empty", "no text", "no number", "half a krona", "no data"],
)
def test_a_genuine_event_that_cannot_be_read_is_refused_by_name(body: bytes) -> None:
    assert reason_of(verdict_on(body)) is NotTaken.UNREADABLE


def test_what_is_not_for_us_or_decides_nothing_is_acknowledged_and_left() -> None:
    not_ours = reason_of(verdict_on(an_event("payment_intent.succeeded", an_intent(fresh(), metadata={}))))
    customer = reason_of(verdict_on(an_event("customer.created", {"id": "cus_1"})))
    assert (not_ours, customer) == (NotTaken.NOT_OURS, NotTaken.IGNORED)
    webhook = StripeWebhook(credentials("https://api.example.com"))
    assert webhook.acknowledge(taken=customer.is_genuine).status == 200
    assert webhook.acknowledge(taken=NotTaken.TOO_OLD.is_genuine).status == 400


def test_a_body_that_is_too_long_is_refused_unread() -> None:
    assert reason_of(verdict_on(b"x" * (BODY_BYTES_MAX + 1))) is NotTaken.TOO_LARGE


def test_without_a_secret_no_webhook_can_be_configured() -> None:
    with pytest.raises(BadOption, match="webhook_secrets"):
        StripeWebhook(replace(credentials("https://api.example.com"), webhook_secrets=()))


class _Ear(Peer):
    """Where localstripe delivers to."""

    def __init__(self) -> None:
        self.delivered: Queue[Asked] = Queue()
        super().__init__()

    def answer(self, asked: Asked, fault: Fault | None) -> Told:
        self.delivered.put(asked)
        return Told()

    def trouble(self) -> Told:
        return Told(status=500)

    def garbled(self, told: Told) -> Told:
        return told


def test_what_a_stripe_that_we_did_not_write_signs_is_verified() -> None:
    ear = _Ear()
    try:
        hook = {"url": ear.url, "secret": SECRET}
        assert _configured(hook) == 200
        localstripe("POST", "/v1/customers", {"description": "a customer of the tests"})
        asked = ear.delivered.get(timeout=20)
    finally:
        ear.close()
    webhook = StripeWebhook(credentials("https://api.example.com"))
    assert reason_of(webhook.verify(asked.headers, asked.body, now=now())) is NotTaken.IGNORED
    assert reason_of(webhook.verify(asked.headers, asked.body + b" ", now=now())) is NotTaken.BAD_SIGNATURE


def _configured(hook: dict[str, str]) -> int:
    """Tell localstripe where to deliver to; its answer has no body."""
    connection = http.client.HTTPConnection("127.0.0.1", localstripe_port(), timeout=20)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/_config/webhooks/counterfoil", body=json.dumps(hook), headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()
