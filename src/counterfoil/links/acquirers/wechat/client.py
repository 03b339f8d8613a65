"""Messages to WeChat Pay and its answers: signed, sent, verified, read as JSON. Knows no payment.

The package `wechatpayv3` signs; the sending is ours (`wire.py`), because the package sends without a limit for the
whole exchange, cannot be pointed at another address, raises the same bare error for a refused connection and for a lost
answer, and verifies only answers that say yes. WeChat Pay signs every answer to a message whose own signature was
right, except files; now and then it signs wrongly on purpose, to see whether merchants look. So an answer without a
right signature is silence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from counterfoil import clock
from counterfoil.links.acquirers.keys import is_signed_by, private_key_of, public_key_of
from counterfoil.links.acquirers.packages import need
from counterfoil.links.acquirers.wechat.credentials import WechatCredentials
from counterfoil.links.acquirers.wechat.words import UNSIGNED, plain
from counterfoil.links.acquirers.wire import BILL_BYTES_MAX, Heard, Silence, Wire

SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048"
#: How far the time of a signature may lie from ours; the channel holds our requests to the same.
SKEW_MAX = timedelta(minutes=5)
_AGENT = "counterfoil"
_UNAUTHORISED = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer that was verified and read."""

    status: int
    #: The error code as it came; None where the answer is no error.
    code: str | None
    data: Mapping[str, Any] = field(repr=False)

    @property
    def is_yes(self) -> bool:
        """Whether the channel did what it was asked to do."""
        return 200 <= self.status < 300  # noqa: PLR2004 — the classes of HTTP status are what they are

    @property
    def is_trouble(self) -> bool:
        """Whether the channel itself had trouble, so that nothing is decided."""
        return self.status >= 500  # noqa: PLR2004 — as above


class WechatClient:
    """One merchant's line to WeChat Pay."""

    def __init__(self, credentials: WechatCredentials, *, now: Callable[[], datetime] = clock.now) -> None:
        self.credentials = credentials
        self.wire = Wire(base_url=credentials.base_url, patience=credentials.patience)
        self._signing = need("wechatpayv3.utils", extra="wechat", channel="WeChat Pay")
        self._key = private_key_of(credentials.private_key, option="wechat: private_key")
        self.platform_keys = {
            serial: public_key_of(pem, option=f"wechat: platform_keys[{serial}]")
            for serial, pem in credentials.platform_keys.items()
        }
        self._now = now

    def say(self, method: str, path: str, data: Mapping[str, Any] | None = None) -> Said | Silence:
        """Send one message and return what was answered, where it can be believed."""
        text = "" if data is None else json.dumps(data, ensure_ascii=False)
        heard = self._send(method, self.wire.path + path, text)
        if isinstance(heard, Silence):
            return heard
        content = _object(heard.body)
        code = content.get("code") if content is not None else None
        said = Said(status=heard.status, code=code if isinstance(code, str) else None, data=content or {})
        if heard.status == _UNAUTHORISED and said.code is not None and plain(said.code) in UNSIGNED:
            return said
        doubt = self._doubt(heard)
        if doubt is None and content is None and heard.body:
            doubt = "it is no JSON"
        if doubt is not None:
            return Silence(sent=True, note=f"the answer (HTTP {heard.status}) cannot be believed: {doubt}")
        return said

    def fetch(self, target: str) -> Heard | Silence:
        """Fetch a file; files are not signed, the channel names their digest beforehand."""
        return self._send("GET", target, "", bytes_max=BILL_BYTES_MAX)

    def _send(self, method: str, target: str, text: str, **limits: int) -> Heard | Silence:
        authorization = self._signing.build_authorization(
            target, method, self.credentials.mchid, self.credentials.serial_no, self._key, data=text
        )
        headers = {
            "Authorization": authorization,
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": _AGENT,
            # Asks for answers that are signed with the key that we hold.
            "Wechatpay-Serial": next(iter(self.platform_keys)),
        }
        return self.wire.exchange(method, target, headers=headers, body=text.encode() or None, **limits)

    def _doubt(self, heard: Heard) -> str | None:
        """Return why an answer cannot be believed; None where it can."""
        key = self.platform_keys.get(heard.headers.get("wechatpay-serial", ""))
        if key is None:
            return "it is not signed with a key that we hold"
        stamp, nonce = heard.headers.get("wechatpay-timestamp", ""), heard.headers.get("wechatpay-nonce", "")
        if not is_signed_by(key, signed_text(stamp, nonce, heard.body), heard.headers.get("wechatpay-signature", "")):
            return "its signature is wrong"
        if not stamp.isascii() or not stamp.isdigit() or abs(self._now() - moment_of(stamp)) > SKEW_MAX:
            return "its signature is not of this time"
        return None


def signed_text(stamp: str, nonce: str, body: bytes) -> bytes:
    """Return what WeChat Pay signs: time, nonce and body, each on a line of its own."""
    return f"{stamp}\n{nonce}\n".encode() + body + b"\n"


def moment_of(stamp: str) -> datetime:
    """Return the moment of a time stamp in seconds; one that no clock can show is the beginning of time."""
    try:
        return datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.min.replace(tzinfo=UTC)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
