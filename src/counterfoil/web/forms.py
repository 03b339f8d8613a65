"""Tells our own forms from those of other sites (CSRF): a token in each, which only this browser's pages can know.

A token is a keyed digest of what the browser keeps in a cookie that no script reads. It is masked anew on each page, so
that a packed page says nothing about it (BREACH). Besides, a browser says itself where a request comes from; where it
says "from another site", nothing else is asked.

A form is read before anybody knows what it is worth, and by the one loop that everybody waits for. So it has limits of
its own, below those of a route that takes files.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

if TYPE_CHECKING:
    from litestar.types import HTTPDisconnectEvent, HTTPReceiveMessage, HTTPRequestEvent

#: The field of a form, and the header of what scripts send.
FIELD = "form_token"
HEADER = "x-csrf-token"
#: A form without files; what takes files says so itself, beside its route.
FORM_BYTES_MAX = 1024 * 1024
#: A form that nobody has to sign in for: who somebody is, a password, and where to go afterwards.
ANYBODYS_FORM_BYTES_MAX = 64 * 1024
#: Twice as many as the longest list has that somebody can tick. The framework lets as many parts with files through.
FIELDS_MAX = 1000
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})
_URL_ENCODED = "application/x-www-form-urlencoded"
_READ = "form_read"


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
    field = (await form_sent(request)).get(FIELD, "")
    return field if isinstance(field, str) else ""


async def form_sent(request: Request[Any, Any, Any]) -> FormMultiDict:
    """Read the form of a request, once; 413 where a plain one is longer than any of ours, or has more fields."""
    if request.content_type[0] != _URL_ENCODED:
        return await request.form()
    state = request.scope["state"]
    if _READ not in state:
        state[_READ] = _fields(await _plain_body(request))
    fields: FormMultiDict = state[_READ]
    return fields


def _fields(body: bytes) -> FormMultiDict:
    """Read a plain form; the framework would take any number of fields, and keep a thousand forms of others, too."""
    if body.count(b"&") >= FIELDS_MAX:
        raise RequestEntityTooLarge
    return FormMultiDict(parse_qsl(body.decode("latin-1"), keep_blank_values=True))


async def _plain_body(request: Request[Any, Any, Any]) -> bytes:
    """Take the body of a plain form; what is longer is not taken to its end, whatever the route takes of files."""
    if (request.content_length or 0) > FORM_BYTES_MAX:
        raise RequestEntityTooLarge
    taken_bytes = 0

    async def receive() -> HTTPRequestEvent | HTTPDisconnectEvent:
        nonlocal taken_bytes
        message: HTTPReceiveMessage = await request.receive()  # type: ignore[assignment]  # of HTTP alone
        taken_bytes += len(message["body"]) if message["type"] == "http.request" else 0
        if taken_bytes > FORM_BYTES_MAX:
            raise RequestEntityTooLarge
        return message

    # The framework keeps it with the request, for whoever reads the body again.
    return await Request[Any, Any, Any](request.scope, receive=receive).body()


def _digest(key: bytes, kept: str) -> bytes:
    return hmac.digest(key, kept.encode(), hashlib.sha256)


def _masked(text: bytes, mask: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(text, mask, strict=True))
