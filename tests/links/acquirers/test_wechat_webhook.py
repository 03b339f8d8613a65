"""What WeChat Pay says unasked: believed where it is signed, fresh, sealed with our key and about our merchant."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Outcome
from counterfoil.books.payments.webhooks import BODY_BYTES_MAX, NotTaken, Verdict, WebhookEvent, WebhookNotTaken
from counterfoil.ids import PaymentId
from counterfoil.links.acquirers.numbers import WECHAT_SALE
from counterfoil.links.acquirers.wechat.webhook import WechatWebhook
from tests.links.acquirers.messages import fresh
from tests.links.acquirers.peers.wechat import MCHID, WechatPeer
from tests.links.acquirers.stages.wechat import API_KEY, credentials

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def sealed(content: dict[str, Any], event_type: str, *, key: str = API_KEY) -> bytes:
    """Wrap an event's content as the channel does."""
    nonce, extra = "0123456789ab", "transaction"
    secret = AESGCM(key.encode()).encrypt(nonce.encode(), json.dumps(content).encode(), extra.encode())
    resource = {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(secret).decode(),
        "nonce": nonce,
        "associated_data": extra,
        "original_type": extra,
    }
    envelope = {
        "id": "EV-1",
        "create_time": "2026-03-01T19:59:00+08:00",
        "resource_type": "encrypt-resource",
        "event_type": event_type,
        "resource": resource,
    }
    return json.dumps(envelope).encode()


def a_paid_order(payment_id: PaymentId, **changed: object) -> dict[str, Any]:
    return {
        "mchid": MCHID,
        "out_trade_no": WECHAT_SALE.number_of(payment_id),
        "transaction_id": "42000",
        "trade_state": "SUCCESS",
        "success_time": "2026-03-01T19:58:30+08:00",
        "attach": payment_id,
        "payer": {"openid": "oUpF8uMuAJO"},
        "amount": {"total": 1230, "payer_total": 1230, "currency": "CNY"},
    } | changed


def a_refund(payment_id: PaymentId, status: str, **changed: object) -> dict[str, Any]:
    return {
        "mchid": MCHID,
        "out_trade_no": "SALE-1",
        "out_refund_no": payment_id,
        "refund_id": "503",
        "refund_status": status,
        "amount": {"total": 1230, "refund": 300, "payer_total": 1230, "payer_refund": 300},
    } | changed


def verdict_on(
    body: bytes, *, signed_at: datetime = NOW, key: str = "wechat", headers: dict[str, str] | None = None
) -> Verdict:
    if headers is None:
        headers = WechatPeer.signature_of(body, stamp=int(signed_at.timestamp()), key=key)
    return WechatWebhook(credentials("https://api.example.com")).verify(headers, body, now=NOW)


def reason_of(verdict: Verdict) -> NotTaken:
    assert isinstance(verdict, WebhookNotTaken), verdict
    return verdict.reason


@pytest.mark.parametrize("payment_id", [fresh(), PaymentId("till.7:" + "x" * 57)], ids=["short", "long"])
def test_a_paid_order_is_an_approval_of_our_payment(payment_id: PaymentId) -> None:
    event = verdict_on(sealed(a_paid_order(payment_id), "TRANSACTION.SUCCESS"))
    assert isinstance(event, WebhookEvent)
    assert (event.event_id, event.payment_id, event.kind) == ("EV-1", payment_id, Kind.SALE)
    assert (event.answer.outcome, event.amount_minor, event.currency) == (Outcome.APPROVED, 1230, "CNY")
    assert event.occurred_at == datetime(2026, 3, 1, 11, 58, 30, tzinfo=UTC)
    assert "oUpF8uMuAJO" not in repr(event)


def test_a_full_id_that_does_not_make_the_number_is_not_believed() -> None:
    event = verdict_on(sealed(a_paid_order(fresh(), attach="somebody-elses"), "TRANSACTION.SUCCESS"))
    assert isinstance(event, WebhookEvent)
    assert event.payment_id == event.reference


@pytest.mark.parametrize(
    ("kind", "status", "outcome"),
    [
        ("REFUND.SUCCESS", "SUCCESS", Outcome.APPROVED),
        ("REFUND.CLOSED", "CLOSED", Outcome.DECLINED),
        ("REFUND.ABNORMAL", "ABNORMAL", Outcome.UNKNOWN),
    ],
)
def test_a_refund_is_what_its_state_says(kind: str, status: str, outcome: Outcome) -> None:
    payment_id = fresh()
    event = verdict_on(sealed(a_refund(payment_id, status), kind))
    assert isinstance(event, WebhookEvent)
    assert (event.payment_id, event.kind, event.answer.outcome) == (payment_id, Kind.REFUND, outcome)
    assert event.occurred_at == datetime(2026, 3, 1, 11, 59, tzinfo=UTC)


def test_the_same_event_again_has_the_same_id() -> None:
    body = sealed(a_paid_order(fresh()), "TRANSACTION.SUCCESS")
    once, again = verdict_on(body), verdict_on(body, signed_at=NOW + timedelta(seconds=15))
    assert once == again


def test_a_forged_or_changed_event_is_refused() -> None:
    body = sealed(a_paid_order(fresh()), "TRANSACTION.SUCCESS")
    headers = WechatPeer.signature_of(body, stamp=int(NOW.timestamp()))
    assert reason_of(verdict_on(body, key="stranger")) is NotTaken.BAD_SIGNATURE
    assert reason_of(verdict_on(body.replace(b"EV-1", b"EV-2"), headers=headers)) is NotTaken.BAD_SIGNATURE
    probe = headers | {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/abc"}
    assert reason_of(verdict_on(body, headers=probe)) is NotTaken.BAD_SIGNATURE
    assert reason_of(verdict_on(body, headers=headers | {"Wechatpay-Serial": "7"})) is NotTaken.BAD_SIGNATURE
    assert reason_of(verdict_on(body, headers={})) is NotTaken.UNSIGNED
    other = headers | {"Wechatpay-Signature-Type": "MD5"}
    assert reason_of(verdict_on(body, headers=other)) is NotTaken.UNSIGNED


def test_a_copy_that_somebody_kept_is_too_old_and_a_wrong_clock_is_named() -> None:
    body = sealed(a_paid_order(fresh()), "TRANSACTION.SUCCESS")
    assert isinstance(verdict_on(body, signed_at=NOW - timedelta(minutes=5)), WebhookEvent)
    assert reason_of(verdict_on(body, signed_at=NOW - timedelta(minutes=5, seconds=1))) is NotTaken.TOO_OLD
    assert reason_of(verdict_on(body, signed_at=NOW + timedelta(minutes=6))) is NotTaken.TOO_NEW


@pytest.mark.parametrize(
    "body",
    [
        b"no json",
        b"[]",
        b"{}",
        sealed(a_paid_order(fresh()), "TRANSACTION.SUCCESS", key="f" * 32),
        sealed(a_paid_order(fresh(), amount={"total": 12.3}), "TRANSACTION.SUCCESS"),
        sealed(a_paid_order(fresh(), success_time="2026-03-01T19:58:30"), "TRANSACTION.SUCCESS"),
        sealed({"mchid": MCHID}, "REFUND.SUCCESS"),
        b'{"id":"1","event_type":"REFUND.SUCCESS","resource":{"algorithm":"NONE"}}',
    ],
    ids=["no json", "no object", "empty", "another seal", "a fraction", "no zone", "no number", "another scheme"],
)
def test_a_genuine_event_that_cannot_be_read_is_refused_by_name(body: bytes) -> None:
    assert reason_of(verdict_on(body)) is NotTaken.UNREADABLE


def test_what_is_not_for_us_or_moves_no_payment_is_acknowledged_and_left() -> None:
    not_ours = verdict_on(sealed(a_paid_order(fresh(), mchid="1"), "TRANSACTION.SUCCESS"))
    coupon = verdict_on(sealed({"coupon": 1}, "COUPON.USE"))
    assert (reason_of(not_ours), reason_of(coupon)) == (NotTaken.NOT_OURS, NotTaken.IGNORED)
    webhook = WechatWebhook(credentials("https://api.example.com"))
    assert webhook.acknowledge(taken=reason_of(coupon).is_genuine).status == 204
    assert webhook.acknowledge(taken=NotTaken.BAD_SIGNATURE.is_genuine).status == 400


def test_a_body_that_is_too_long_is_refused_unread() -> None:
    assert reason_of(verdict_on(b"x" * (BODY_BYTES_MAX + 1))) is NotTaken.TOO_LARGE
