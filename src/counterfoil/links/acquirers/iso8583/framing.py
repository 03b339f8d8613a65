"""Messages on a stream of bytes: a length before each, and an optional TPDU. No sockets, no meaning.

Frames that are too long, or whose length cannot be read, mean that the stream has lost its step: nothing behind them
can be told apart, so the connection has to end.
"""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.links.acquirers.iso8583.profile import Profile

TPDU_BYTES = 5


class OutOfStep(ValueError):
    """The stream cannot be cut into messages any more."""


def framed(body: bytes, profile: Profile) -> bytes:
    """Return a message as it goes out; ValueError where it is too long for the header or the profile."""
    header = profile.header
    tpdu = bytes.fromhex(profile.tpdu) if profile.tpdu else b""
    length = len(tpdu) + len(body)
    if length > profile.frame_bytes_max:
        raise ValueError(f"a message of {length} bytes is too long for this host")
    stated = length + (header.size if header.counts_itself else 0)
    if header.is_text:
        prefix = f"{stated:0{header.size}d}".encode("ascii")
        if len(prefix) != header.size:
            raise ValueError(f"a message of {length} bytes is too long for this host")
    else:
        prefix = stated.to_bytes(header.size, "big")
    return prefix + tpdu + body


class Splitter:
    """Cuts what arrives into messages, however the network cut it."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the messages that are whole by now, without length and TPDU; OutOfStep at the end of all sense.

        A length of nothing is a sign of life and no message.
        """
        self._buffer += data
        size = self._profile.header.size
        while len(self._buffer) >= size:
            length = self._length(bytes(self._buffer[:size]))
            if len(self._buffer) < size + length:
                return
            body = bytes(self._buffer[size : size + length])
            del self._buffer[: size + length]
            if self._profile.tpdu is not None:
                body = body[TPDU_BYTES:]
            if body:
                yield body

    def _length(self, prefix: bytes) -> int:
        header = self._profile.header
        if header.is_text and not prefix.isdigit():
            raise OutOfStep("the length of a message is not a number")
        length = int(prefix) if header.is_text else int.from_bytes(prefix, "big")
        length -= header.size if header.counts_itself else 0
        if not 0 <= length <= self._profile.frame_bytes_max:
            raise OutOfStep("the length of a message is out of all bounds")
        return length
