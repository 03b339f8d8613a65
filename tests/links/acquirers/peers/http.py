"""What every peer that speaks HTTP shares: a server on loopback, and what can happen to a message on its way."""

from __future__ import annotations

import socket
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.links.acquirers.stage import Fault

#: How long a late answer is held back at most; far longer than any patience in these tests.
LATE_SECONDS_MAX = 20
_POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came in."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One answer as it goes out."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class _Server(ThreadingHTTPServer):
    """Serves many tills at once, and is let go of while it still holds answers back."""

    daemon_threads = True
    # A late answer holds its thread until the stage is closed; nobody waits for that thread.
    block_on_close = False
    #: A queue of five, as usual, drops the connections of twenty tills, which then try again a second later.
    request_queue_size = 128


class Peer(ABC):
    """A server with planned faults. One message meets one fault, in the order in which they were planned."""

    #: Planned for the answer's content: the peer's own business.
    OF_CONTENT = frozenset({Fault.WRONG_AMOUNT, Fault.WRONG_TERMINAL, Fault.PENDING})

    def __init__(self) -> None:
        self.faults: deque[Fault] = deque()
        self.heard: list[Asked] = []
        self.errors: list[str] = []
        self.book = threading.RLock()
        self._let_go = threading.Event()
        self._server = self._listen(0)
        self.port: int = self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @abstractmethod
    def answer(self, asked: Asked, fault: Fault | None) -> Told:
        """Do what is asked, and say so; `fault` is one of those in `OF_CONTENT`."""

    @abstractmethod
    def trouble(self) -> Told:
        """Say that the peer has trouble, having done nothing."""

    @abstractmethod
    def garbled(self, told: Told) -> Told:
        """Spoil an answer so that it cannot be believed."""

    def meets_faults(self, asked: Asked) -> bool:
        """Say whether this message is one that faults are planned for."""
        return True

    @contextmanager
    def door_shut(self) -> Iterator[None]:
        """Let nobody listen for a while."""
        self._stop()
        try:
            yield
        finally:
            self._server = self._listen(self.port)

    def close(self) -> None:
        self._let_go.set()
        self._stop()

    def handle(self, asked: Asked) -> Told | None:
        """Return the answer to send; None where it is lost."""
        self.heard.append(asked)
        fault = self.faults.popleft() if self.faults and self.meets_faults(asked) else None
        if fault is Fault.LOST_REQUEST:
            return None
        if fault is Fault.SERVER_ERROR:
            return self.trouble()
        with self.book:
            told = self.answer(asked, fault if fault in self.OF_CONTENT else None)
        match fault:
            case Fault.LOST_ANSWER:
                return None
            case Fault.LATE_ANSWER:
                self._let_go.wait(LATE_SECONDS_MAX)
                return told
            case Fault.GARBLED:
                return self.garbled(told)
            case _:
                return told

    def _listen(self, port: int) -> ThreadingHTTPServer:
        peer = self

        class Handler(BaseHTTPRequestHandler):
            """Hands each request to the peer."""

            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def log_message(self, *args: object) -> None:
                """Keep quiet."""

            def _serve(self) -> None:
                self.close_connection = True
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                try:
                    told = peer.handle(Asked(method=self.command, target=self.path, headers=headers, body=body))
                except Exception as error:
                    peer.errors.append(f"{self.command} {self.path}: {error!r}")
                    raise
                if told is None:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                try:
                    self._tell(told)
                except OSError:
                    return  # nobody waits for it any more

            def _tell(self, told: Told) -> None:
                self.send_response(told.status)
                for name, value in told.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(told.body)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(told.body)

        server = _Server(("127.0.0.1", port), Handler)
        threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True).start()
        return server

    def _stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
