"""One connection of a till, with the limits that the server's own protocol does not set: on a head, and on silence."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: A request's line and headers; a till's are below a thousand.
HEAD_BYTES_MAX = 64 * 1024
#: Whoever has connected sends a first head in this time, or makes room for somebody who does.
FIRST_HEAD_SECONDS_MAX = 30.0


class BoundedConnection(HttpToolsProtocol):
    """Ends a connection whose head never ends or never comes."""

    _is_in_head = True
    _head_bytes = 0
    _first_head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._first_head = self.loop.call_later(FIRST_HEAD_SECONDS_MAX, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._head_has_come()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless what has come is a head without an end."""
        if self._is_in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        # Looked at afterwards: one piece may hold a short head and a long body.
        if self._is_in_head and self._head_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self.send_400_response("The request's head is too long.")

    def on_headers_complete(self) -> None:
        """Count no more: what follows is a body, and the application limits it."""
        self._is_in_head = False
        self._head_has_come()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count the next request's head from nothing."""
        self._is_in_head, self._head_bytes = True, 0
        super().on_message_complete()

    def _head_has_come(self) -> None:
        if self._first_head is not None:
            self._first_head.cancel()
            self._first_head = None
