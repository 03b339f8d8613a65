"""The headers on every answer, of pages, files and API alike: what a browser may do with it, which is next to nothing.

What needs more than this is changed, and not the headers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar.types import Message, Scope

#: No script, style, font or answer from anywhere else, nothing inline, and nobody may put us into a frame.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TWO_YEARS = 63_072_000
#: What was made for one person is kept by no browser and no proxy, unless an answer says otherwise.
_KEPT_BY_NOBODY = (b"cache-control", b"no-store")


def headers_on_everything(*, is_https: bool) -> Callable[[Message, Scope], Awaitable[None]]:
    """Return what puts the headers on an answer; with https, browsers are told to stay there."""
    told = dict(_HEADERS)
    if is_https:
        told["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}; includeSubDomains"
    fixed = [(name.lower().encode(), value.encode()) for name, value in told.items()]

    async def add(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        headers = list(message.get("headers", ()))
        names = {name.lower() for name, _ in headers}
        headers += [pair for pair in (*fixed, _KEPT_BY_NOBODY) if pair[0] not in names]
        message["headers"] = headers

    return add
