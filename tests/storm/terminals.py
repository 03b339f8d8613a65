"""A terminal for the tests of the simulated host's process: it pipelines sales and reads whatever is answered."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from counterfoil.storm.acquirer.wire import Message, Nonsense, cut, parse, written

MERCHANT, TERMINAL = "M1", "T1"


def a_sale(payment_id: str, *, stan: int, amount: int = 1000, sent: str = "0301120000") -> Message:
    """Return a sale as a terminal writes it."""
    return Message(
        mti="0200",
        elements={
            3: "000000",
            4: f"{amount:012d}",
            7: sent,
            11: f"{stan:06d}",
            41: TERMINAL.ljust(8),
            42: MERCHANT.ljust(15),
            48: payment_id,
            49: "156",
        },
    )


class Terminal:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._connected = socket.create_connection(("127.0.0.1", port), 10)
        self._buffer = bytearray()
        self.answers: dict[str, Message] = {}

    def close(self) -> None:
        self._connected.close()

    def send(self, messages: Sequence[Message]) -> None:
        self._connected.sendall(b"".join(written(message) for message in messages))

    def read(self, within_s: float) -> bool:
        """Take in what comes next; False where nothing comes, or nothing can come any more."""
        self._connected.settimeout(within_s)
        try:
            data = self._connected.recv(65_536)
        except OSError:
            return False
        self._buffer += data
        for body in cut(self._buffer):
            try:
                message = parse(body)
            except Nonsense:
                continue
            self.answers[message.get(48)] = message
        return bool(data)

    def read_all(self, n: int, within_s: float = 10) -> None:
        """Read until so many payments are answered."""
        until = time.monotonic() + within_s
        while len(self.answers) < n and time.monotonic() < until:
            self.read(0.2)


@contextmanager
def terminal(port: int) -> Iterator[Terminal]:
    """Return a terminal that is connected."""
    one = Terminal(port)
    try:
        yield one
    finally:
        one.close()
