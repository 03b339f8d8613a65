"""What a web process does with a connection that is not a till's: a head without an end, and silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from counterfoil.serving import connections
from counterfoil.serving.connections import HEAD_BYTES_MAX, BoundedConnection

Message = MutableMapping[str, Any]
_SECONDS_MAX = 20


async def _echo(
    _scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer with the length of the body."""
    length, more = 0, True
    while more:
        message = await receive()
        length, more = length + len(message["body"]), message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"8")]})
    await send({"type": "http.response.body", "body": f"{length:08d}".encode()})


@asynccontextmanager
async def _served() -> AsyncIterator[int]:
    """Serve on a port of this machine's own."""
    server = uvicorn.Server(
        uvicorn.Config(_echo, port=0, http=BoundedConnection, ws="none", lifespan="off", log_config=None)  # type: ignore[arg-type]  # its types want a TypedDict
    )
    running = asyncio.create_task(server.serve())
    for _ in range(_SECONDS_MAX * 100):
        if server.started:
            break
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


async def _said(port: int, *pieces: bytes) -> bytes:
    """Send pieces and read until the server ends the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0.01)
    answer = await asyncio.wait_for(reader.read(), _SECONDS_MAX)
    writer.close()
    return answer


def test_a_head_without_an_end_is_refused() -> None:
    async def run() -> bytes:
        async with _served() as port:
            return await _said(
                port, b"GET / HTTP/1.1\r\nHost: till\r\nA: ", *[b"x" * 10_000] * (HEAD_BYTES_MAX // 9_000)
            )

    assert asyncio.run(run()).startswith(b"HTTP/1.1 400")


def test_a_long_body_in_one_piece_with_its_head_is_read_and_so_are_many_requests_on_one_connection() -> None:
    async def run() -> bytes:
        async with _served() as port:
            body = b"y" * (3 * HEAD_BYTES_MAX)
            one = b"POST / HTTP/1.1\r\nHost: till\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
            last = b"POST / HTTP/1.1\r\nHost: till\r\nConnection: close\r\nContent-Length: 1\r\n\r\nz"
            return await _said(port, one, one, last)

    answer = asyncio.run(run())
    assert answer.count(b"HTTP/1.1 200") == 3
    assert answer.count(b"%08d" % (3 * HEAD_BYTES_MAX)) == 2


def test_whoever_connects_and_says_nothing_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "FIRST_HEAD_SECONDS_MAX", 0.2)

    async def run() -> bytes:
        async with _served() as port:
            return await _said(port)

    assert asyncio.run(run()) == b""
