"""A host on a thread that does what a test's function says: bytes of a message in, bytes to write out."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

from counterfoil.books.payments.ports import Entry, Late, Presented
from counterfoil.links.acquirers.iso8583 import SIMULATED_HOST, Account, Address, Iso8583Acquirer, Profile
from counterfoil.storm.acquirer.wire import Message, cut, parse, written

CARD = Presented(entry=Entry.CHIP, number="4111111111111111", expiry="3012", chip="9F1A020156", pin_block="AB" * 8)
QUICK = replace(SIMULATED_HOST, answer_ms=2_000, connect_ms=2_000, back_off_ms=1)

#: What to write when a message comes; None ends the connection.
Script = Callable[[Message], bytes | None]


class ScriptedHost:
    """Listens on the loopback; every connection is served by a thread of its own."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.heard: list[Message] = []
        self.connections: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.hang_up()
        for thread in self._threads:
            thread.join()

    def hang_up(self) -> None:
        for connected in self.connections:
            with contextlib.suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connected, _ = self._listening.accept()
            except OSError:
                return
            self.connections.append(connected)
            self._threads.append(threading.Thread(target=self._serve, args=(connected,)))
            self._threads[-1].start()

    def _serve(self, connected: socket.socket) -> None:
        buffer = bytearray()
        with connected:
            while True:
                try:
                    data = connected.recv(65_536)
                except OSError:
                    return
                if not data:
                    return
                buffer += data
                for body in cut(buffer):
                    message = parse(body)
                    self.heard.append(message)
                    said = self.script(message)
                    if said is None:
                        return
                    with contextlib.suppress(OSError):
                        connected.sendall(said)


def approving(message: Message) -> bytes:
    """Approve everything, as a friendly host does."""
    return written(answer_to(message))


def answer_to(message: Message, **changes: str) -> Message:
    """Return an approval that repeats the question, with some elements (`e39="51"`) changed or, if empty, left out."""
    repeated = {
        number: value
        for number, value in message.elements.items()
        if number in {3, 4, 7, 11, 41, 42, 48, 49, 70, 74, 76}
    }
    elements = {**repeated, 39: "00"} | {int(name[1:]): value for name, value in changes.items()}
    return Message(
        mti=f"{int(message.mti[:3]) + 1:03d}0", elements={number: value for number, value in elements.items() if value}
    )


@contextlib.contextmanager
def linked(
    script: Script = approving, profile: Profile = QUICK
) -> Iterator[tuple[Iso8583Acquirer, ScriptedHost, list[Late]]]:
    """Return a link to a scripted host, the host, and what the link reports as late."""
    host, late = ScriptedHost(script), []
    acquirer = Iso8583Acquirer(
        name="card-host",
        address=Address(host="127.0.0.1", port=host.port),
        account=Account(merchant_number="MERCHANT"),
        profile=profile,
        on_late=late.append,
    )
    try:
        yield acquirer, host, late
    finally:
        acquirer.close()
        host.close()
