"""What WeChat Pay tells us unasked: signed like its answers, with the content sealed by the merchant's API v3 key.

A repeat is signed afresh, so an old signature is a copy. It must never read a body before its signature is verified.
Source: WeChat Pay, API v3, "notifications" and "signature verification".
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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
from counterfoil.ids import PaymentId, is_id
from counterfoil.links.acquirers.answers import approved, declined, unknown
from counterfoil.links.acquirers.keys import is_signed_by, public_key_of
from counterfoil.links.acquirers.numbers import WECHAT_REFUND, WECHAT_SALE
from counterfoil.links.acquirers.wechat.client import SIGNATURE_TYPE, SKEW_MAX, moment_of, signed_text
from counterfoil.links.acquirers.wechat.credentials import WechatCredentials

_TAKEN = Acknowledgement(status=204, content_type="application/json", body=b"")
_AGAIN = Acknowledgement(
    status=400, content_type="application/json", body=b'{"code":"FAIL","message":"the notification was not verified"}'
)


class WechatWebhook:
    """Verifies with one merchant's keys."""

    def __init__(self, credentials: WechatCredentials, *, acquirer: str = "wechat") -> None:
        self.acquirer = acquirer
        self._mchid = credentials.mchid
        self._seal = AESGCM(credentials.api_v3_key.encode())
        self._keys = {
            serial: public_key_of(pem, option=f"wechat: platform_keys[{serial}]")
            for serial, pem in credentials.platform_keys.items()
        }

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Verdict:
        """Verify signature, time and seal, in this order, and read the event."""
        if len(body) > BODY_BYTES_MAX:
            return self._no(NotTaken.TOO_LARGE, "longer than any notification")
        named = {name.lower(): value for name, value in headers.items()}
        key = self._keys.get(named.get("wechatpay-serial", ""))
        signature = named.get("wechatpay-signature", "")
        if not signature or named.get("wechatpay-signature-type", SIGNATURE_TYPE) != SIGNATURE_TYPE:
            return self._no(NotTaken.UNSIGNED, "no signature of the documented scheme")
        stamp = named.get("wechatpay-timestamp", "")
        message = signed_text(stamp, named.get("wechatpay-nonce", ""), body)
        if key is None or not is_signed_by(key, message, signature):
            return self._no(NotTaken.BAD_SIGNATURE, "signed with no key that we hold, or changed")
        age = now - moment_of(stamp)
        if age > SKEW_MAX:
            return self._no(NotTaken.TOO_OLD, "signed more than five minutes ago")
        if age < -SKEW_MAX:
            return self._no(NotTaken.TOO_NEW, "signed more than five minutes ahead of our clock")
        return self._read(body)

    def acknowledge(self, *, taken: bool) -> Acknowledgement:
        """Answer 204, or 400 so that it comes again."""
        return _TAKEN if taken else _AGAIN

    def _read(self, body: bytes) -> Verdict:
        try:
            envelope = json.loads(body)
            return self._event(envelope, self._open(envelope["resource"]))
        except (KeyError, TypeError, ValueError, InvalidTag, binascii.Error):
            return self._no(NotTaken.UNREADABLE, "not in the documented format, or sealed with another API v3 key")

    def _open(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        if resource["algorithm"] != "AEAD_AES_256_GCM":
            raise ValueError("another seal than the documented one")
        sealed = base64.b64decode(resource["ciphertext"], validate=True)
        extra = str(resource.get("associated_data") or "").encode()
        content = json.loads(self._seal.decrypt(str(resource["nonce"]).encode(), sealed, extra))
        if not isinstance(content, dict):
            raise TypeError("no object")
        return content

    def _event(self, envelope: Mapping[str, Any], content: dict[str, Any]) -> Verdict:
        kind = str(envelope["event_type"])
        if kind == "TRANSACTION.SUCCESS" or kind.startswith("REFUND."):
            if content["mchid"] != self._mchid:
                return self._no(NotTaken.NOT_OURS, "for another merchant number")
            read = self._sale if kind == "TRANSACTION.SUCCESS" else self._refund
            return read(envelope, content)
        return self._no(NotTaken.IGNORED, "about something that moves no payment")

    def _sale(self, envelope: Mapping[str, Any], content: dict[str, Any]) -> WebhookEvent:
        number, amount = str(content["out_trade_no"]), content["amount"]
        minor = _minor(amount["total"])
        # The full id travels in `attach`; it is believed where it makes the number.
        whole = str(content.get("attach") or "")
        fits = is_id(whole) and WECHAT_SALE.number_of(PaymentId(whole)) == number
        answer = (
            approved("paid", amount_minor=minor, code="SUCCESS", reference=str(content["transaction_id"]))
            if content["trade_state"] == "SUCCESS"
            else unknown("a paid order in another state", code=str(content["trade_state"])[:32])
        )
        return WebhookEvent(
            acquirer=self.acquirer,
            event_id=str(envelope["id"]),
            payment_id=PaymentId(whole) if fits else WECHAT_SALE.our_reference_of(number),
            reference=number,
            kind=Kind.SALE,
            answer=answer,
            amount_minor=minor,
            currency=str(amount.get("currency", "CNY")),
            occurred_at=_moment(content["success_time"]),
        )

    def _refund(self, envelope: Mapping[str, Any], content: dict[str, Any]) -> WebhookEvent:
        number, minor = str(content["out_refund_no"]), _minor(content["amount"]["refund"])
        answer: Answer
        match content["refund_status"]:
            case "SUCCESS":
                reference = str(content["refund_id"])
                answer = approved("given back", amount_minor=minor, code="SUCCESS", reference=reference)
            case "CLOSED":
                answer = declined(Decline.UNRECOGNISED, "the refund was closed", code="CLOSED")
            case other:
                answer = unknown("the refund needs a person at the merchant platform", code=str(other)[:32])
        return WebhookEvent(
            acquirer=self.acquirer,
            event_id=str(envelope["id"]),
            payment_id=WECHAT_REFUND.our_reference_of(number),
            reference=number,
            kind=Kind.REFUND,
            answer=answer,
            amount_minor=minor,
            currency="CNY",
            occurred_at=_moment(content.get("success_time") or envelope["create_time"]),
        )

    def _no(self, reason: NotTaken, note: str) -> WebhookNotTaken:
        return WebhookNotTaken(acquirer=self.acquirer, reason=reason, note=note)


def _minor(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("no amount")
    return value


def _moment(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment.astimezone(UTC)
