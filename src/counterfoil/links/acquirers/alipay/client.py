"""Messages to Alipay's gateway and its answers: signed, sent, verified, read as JSON. Knows no payment.

The package `alipay-sdk-python` builds and signs the messages; the sending is ours (`wire.py`), because the package
ignores the port of an address, raises the same error for a refused connection and for a lost answer, stamps messages
with the machine's local time, and takes the weaker SHA-1 for a signature of an answer too. The signature of an answer
covers its text as it came, so that text is cut out and never written anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from counterfoil import clock
from counterfoil.links.acquirers.alipay.amounts import beijing_text
from counterfoil.links.acquirers.alipay.credentials import AlipayCredentials
from counterfoil.links.acquirers.alipay.words import AT_THE_DOOR
from counterfoil.links.acquirers.keys import is_signed_by, private_key_of, public_key_of
from counterfoil.links.acquirers.packages import need
from counterfoil.links.acquirers.wire import Silence, Wire

_CHARSET = "utf-8"
_OK = 200
#: The message and the model that fills it, by method, as the package calls them.
_MESSAGES = {
    "alipay.trade.pay": ("AlipayTradePayRequest", "AlipayTradePayModel"),
    "alipay.trade.query": ("AlipayTradeQueryRequest", "AlipayTradeQueryModel"),
    "alipay.trade.cancel": ("AlipayTradeCancelRequest", "AlipayTradeCancelModel"),
    "alipay.trade.refund": ("AlipayTradeRefundRequest", "AlipayTradeRefundModel"),
    "alipay.trade.fastpay.refund.query": ("AlipayTradeFastpayRefundQueryRequest", "AlipayTradeFastpayRefundQueryModel"),
    "alipay.data.dataservice.bill.downloadurl.query": (
        "AlipayDataDataserviceBillDownloadurlQueryRequest",
        "AlipayDataDataserviceBillDownloadurlQueryModel",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer that was verified and read."""

    code: str
    sub_code: str | None
    data: Mapping[str, Any] = field(repr=False)

    @property
    def raw_code(self) -> str:
        """The code that says most."""
        return self.sub_code or self.code


class AlipayClient:
    """One app's line to the gateway."""

    def __init__(self, credentials: AlipayCredentials, *, now: Callable[[], datetime] = clock.now) -> None:
        self.credentials = credentials
        self.wire = Wire(base_url=credentials.base_url, patience=credentials.patience)
        self._signing = _part("util.SignatureUtils")
        self._classes = {
            method: (getattr(_part(f"request.{message}"), message), getattr(_part(f"domain.{model}"), model))
            for method, (message, model) in _MESSAGES.items()
        }
        key = private_key_of(credentials.private_key, option="alipay: private_key")
        # The package reads PKCS #1 only; the platform's key tool also hands out PKCS #8.
        self._key = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode().strip()
        self._alipay_key = public_key_of(credentials.alipay_public_key, option="alipay: alipay_public_key")
        self._now = now

    def say(self, method: str, content: Mapping[str, Any], *, notify: bool = False) -> Said | Silence:
        """Send one message and return what was answered, where it can be believed."""
        common, content_text = self._signed(method, content, notify=notify)
        heard = self.wire.exchange(
            "POST",
            f"{self.wire.path or '/'}?{urlencode(common)}",
            headers={"Content-Type": f"application/x-www-form-urlencoded;charset={_CHARSET}"},
            body=urlencode({"biz_content": content_text}).encode(),
        )
        if isinstance(heard, Silence):
            return heard
        if heard.status != _OK:
            return Silence(sent=True, note=f"HTTP {heard.status} instead of an answer")
        return self._believed(heard.body, method)

    def _signed(self, method: str, content: Mapping[str, Any], *, notify: bool) -> tuple[dict[str, str], str]:
        """Return the common parameters with their signature, and the content that it covers."""
        message_class, model_class = self._classes[method]
        model = model_class()
        for name, value in content.items():
            setattr(model, name, value)
        message = message_class(biz_model=model)
        if notify and self.credentials.notify_url:
            message.notify_url = self.credentials.notify_url
        params: dict[str, str] = message.get_params() | {
            "app_id": self.credentials.app_id,
            "charset": _CHARSET,
            "format": "JSON",
            "sign_type": "RSA2",
            "timestamp": beijing_text(self._now()),
        }
        signature = self._signing.sign_with_rsa2(self._key, self._signing.get_sign_content(params), _CHARSET)
        content_text = params.pop("biz_content")
        return params | {"sign": signature}, content_text

    def _believed(self, body: bytes, method: str) -> Said | Silence:
        for name in (f"{method.replace('.', '_')}_response", "error_response"):
            signed = _text_of(body, name)
            if signed is None:
                continue
            data, signature = json.loads(signed), _signature_of(body)
            code, sub_code = data.get("code"), data.get("sub_code")
            said = Said(code=str(code), sub_code=str(sub_code) if sub_code else None, data=data)
            if signature is None:
                # A message that was stopped at the door, for its own signature, is answered without one.
                stopped = said.code in AT_THE_DOOR and said.raw_code.startswith("isv.")
                return said if stopped else Silence(sent=True, note="the answer is not signed")
            if not is_signed_by(self._alipay_key, signed.encode(), signature):
                return Silence(sent=True, note="the signature of the answer is wrong")
            return said
        return Silence(sent=True, note="the answer is not in the documented format")


def _part(path: str) -> Any:  # noqa: ANN401 — the package has no types
    return need(f"alipay.aop.api.{path}", extra="alipay", channel="Alipay")


def _text_of(body: bytes, name: str) -> str | None:
    """Cut the text of one object out of an answer, as it came."""
    try:
        _, found, rest = body.decode(_CHARSET).partition(f'"{name}"')
        after = rest.lstrip().removeprefix(":").lstrip()
        content, length = json.JSONDecoder().raw_decode(after)
    except ValueError:
        return None
    return after[:length] if found and isinstance(content, dict) else None


def _signature_of(body: bytes) -> str | None:
    try:
        whole = json.loads(body)
    except ValueError:
        return None
    signature = whole.get("sign") if isinstance(whole, dict) else None
    return signature if isinstance(signature, str) and signature else None
