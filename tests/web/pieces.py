"""Sends a request piece by piece, and tells how much of it was taken before the answer came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.web.shop import Visitor

if TYPE_CHECKING:
    from litestar.types import Message

URL_ENCODED = "application/x-www-form-urlencoded"
PIECE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was answered, and how many bytes were asked for before."""

    status: int
    taken_bytes: int


def in_pieces(visitor: Visitor, method: str, address: str, pieces: Iterable[bytes], **headers: str) -> Taken:
    """Ask the application itself: a client in between would send everything, whether or not it is taken."""
    coming, taken, statuses = iter(pieces), [0], []

    async def receive() -> dict[str, Any]:
        piece = next(coming, b"")
        taken[0] += len(piece)
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    client = visitor.client
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    told = {"host": client.base_url.netloc.decode(), "cookie": cookies, **headers}
    parts = urlsplit(address)
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "root_path": "",
        "query_string": parts.query.encode(),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in told.items() if value],
        "client": ("testclient", 1),
        "server": ("testserver.local", 80),
        "state": {},
    }
    with client.portal() as portal:
        portal.call(client.app, scope, receive, send)
    return Taken(status=statuses[0], taken_bytes=taken[0])


def many(content: bytes, total_bytes: int) -> Iterator[bytes]:
    """Yield so many bytes of the same."""
    piece = content * (PIECE_BYTES // len(content))
    for _ in range(total_bytes // len(piece)):
        yield piece
