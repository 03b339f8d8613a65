"""HTTP as a till speaks it: one request at a time on a connection; by hand, so that it costs little."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

#: Connections that are kept for the next request.
KEPT_MAX = 64
_HEAD_BYTES_MAX = 1 << 16


class NoAnswer(Exception):
    """There is no answer, or not all of one; whether anything was done is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer of the counter."""

    status: int
    body: Mapping[str, Any]

    @property
    def code(self) -> str:
        """The stable code of a "no"; empty otherwise."""
        return str(self.body.get("code", ""))


@dataclass(slots=True, kw_only=True)
class Lines:
    """The connections of all tills to the counter."""

    host: str
    port: int
    token: str = field(repr=False)
    _idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def ask(self, method: str, path: str, body: bytes = b"", *, patience_s: float) -> Said:
        """Send one request and return the answer; NoAnswer where none came in time. It is never sent twice."""
        writer: asyncio.StreamWriter | None = None
        try:
            async with asyncio.timeout(patience_s):
                reader, writer = await self._open()
                writer.write(
                    f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {self.token}\r\n"
                    f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                    + body
                )
                said, is_kept = await _heard(reader)
        except (OSError, TimeoutError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            if writer is not None:
                writer.close()
            raise NoAnswer(type(error).__name__) from None
        except BaseException:
            if writer is not None:
                writer.close()
            raise
        if is_kept and len(self._idle) < KEPT_MAX:
            self._idle.append((reader, writer))
        else:
            writer.close()
        return said

    async def close(self) -> None:
        """Let go of every connection."""
        for _, writer in self._idle:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        self._idle.clear()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            reader, writer = self._idle.pop()
            # What the other end has closed meanwhile is no connection any more.
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(self.host, self.port, limit=_HEAD_BYTES_MAX)


async def _heard(reader: asyncio.StreamReader) -> tuple[Said, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ", 2)[1])
    headers = dict(line.lower().split(":", 1) for line in head[1:] if ":" in line)
    length = int(headers.get("content-length", "0").strip())
    content = await reader.readexactly(length)
    body = msgspec.json.decode(content) if content else {}
    is_kept = headers.get("connection", "").strip() != "close"
    return Said(status=status, body=body if isinstance(body, dict) else {"rows": body}), is_kept
