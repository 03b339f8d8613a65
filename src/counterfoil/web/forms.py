"""Tells our own forms from those of other sites (CSRF): a token in each, which only this browser's pages can know.

A token is a keyed digest of what the browser keeps in a cookie that no script reads. It is masked anew on each page, so
that a packed page says nothing about it (BREACH). Besides, a browser says itself where a request comes from; where it
says "from another site", nothing else is asked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

from litestar import Request

#: The field of a form, and the header of what scripts send.
FIELD = "form_token"
HEADER = "x-csrf-token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})
_URL_ENCODED = "application/x-www-form-urlencoded"


def form_token(key: bytes, kept: str) -> str:
    """Make a token for a browser that keeps this text in its cookie."""
    digest = _digest(key, kept)
    mask = secrets.token_bytes(len(digest))
    return base64.urlsafe_b64encode(mask + _masked(digest, mask)).decode()


def fits(key: bytes, kept: str, token: str) -> bool:
    """Say whether a token is of this browser."""
    expected = _digest(key, kept)
    try:
        sent = base64.urlsafe_b64decode(token.encode("ascii"))
    except (binascii.Error, ValueError):
        return False
    if len(sent) != 2 * len(expected):
        return False
    mask, masked = sent[: len(expected)], sent[len(expected) :]
    return hmac.compare_digest(_masked(masked, mask), expected)


def changes_something(request: Request[Any, Any, Any]) -> bool:
    """Say whether a request is one that a token must come with."""
    return request.method not in _SAFE


def comes_from_elsewhere(request: Request[Any, Any, Any], address: str | None) -> bool:
    """Say whether the browser itself tells of another site; `address` is our own, where the settings name it."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in _OURS:
        return True
    origin = request.headers.get("origin")
    if origin is None:
        return False
    if address is not None:
        return origin != address
    try:
        return urlsplit(origin).netloc != request.headers.get("host", "")
    except ValueError:
        # No page of ours has an address that cannot be read.
        return True


def token_in_head(request: Request[Any, Any, Any]) -> bool:
    """Say whether a token came along in the head, whatever it is worth."""
    return HEADER in request.headers


async def token_sent(request: Request[Any, Any, Any]) -> str:
    """Return the token that came along, in the head or in a plain form; files are sent with the head's."""
    in_head = request.headers.get(HEADER)
    if in_head is not None:
        return in_head
    if request.content_type[0] != _URL_ENCODED:
        return ""
    field = (await request.form()).get(FIELD, "")
    return field if isinstance(field, str) else ""


def _digest(key: bytes, kept: str) -> bytes:
    return hmac.digest(key, kept.encode(), hashlib.sha256)


def _masked(text: bytes, mask: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(text, mask, strict=True))
