"""One TCP connection from its opening to its end: writes from any thread, reads on a thread of its own.

It knows bytes and frames. Whatever comes over the wire, the read loop ends only with the connection.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from enum import StrEnum

from counterfoil.links.acquirers.iso8583.framing import OutOfStep, Splitter
from counterfoil.links.acquirers.iso8583.profile import Profile

_READ_BYTES = 65_536


class Handed(StrEnum):
    """How much of a message the operating system has taken."""

    NOTHING = "nothing"  #: proven that not one byte was written
    PART = "part"
    ALL = "all"


class Line:
    """A connection that is open until it has ended; it is never opened again."""

    def __init__(
        self,
        connected: socket.socket,
        profile: Profile,
        *,
        on_body: Callable[[Line, bytes], None],
        on_idle: Callable[[Line], None],
        on_end: Callable[[Line, str], None],
    ) -> None:
        self._on_body, self._on_idle, self._on_end = on_body, on_idle, on_end
        self._profile = profile
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connected.settimeout(profile.write_ms / 1000)
        self._writing = connected
        # The same connection with a patience of its own for reading.
        self._reading = connected.dup()
        self._reading.settimeout(profile.echo_after_ms / 1000)
        # And once more without any, for a look at whether the other side has hung up.
        self._looking = connected.dup()
        self._looking.settimeout(0)
        self._write_lock = threading.Lock()
        self._end_lock = threading.Lock()
        self._ended = False
        self._reader = threading.Thread(target=self._read, name="iso8583-read", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._reader.start()

    @property
    def is_open(self) -> bool:
        """Whether nobody has ended it yet; the other side may have, unnoticed."""
        return not self._ended

    def write(self, frame: bytes) -> Handed:
        """Write one frame, whole or not at all where the network lets us choose; ends the line if it fails."""
        written = 0
        with self._write_lock:
            if self._ended or self._is_hung_up():
                self.end("the host closed the connection")
                return Handed.NOTHING
            try:
                while written < len(frame):
                    written += self._writing.send(frame[written:])
            except OSError:
                # Bytes that the operating system has taken may arrive even now.
                pass
        if written == len(frame):
            return Handed.ALL
        self.end("the connection broke while the message was written")
        return Handed.PART if written else Handed.NOTHING

    def end(self, note: str) -> None:
        """End it, once, and tell why; its thread ends soon after."""
        with self._end_lock:
            if self._ended:
                return
            self._ended = True
        # The shutdown wakes a reader that waits; the reader closes what it reads from.
        with contextlib.suppress(OSError):
            self._writing.shutdown(socket.SHUT_RDWR)
        self._writing.close()
        self._looking.close()
        if not self._reader.is_alive():
            self._reading.close()
        self._on_end(self, note)

    def join(self, patience_ms: int) -> None:
        """Wait until the thread has ended."""
        if self._reader is not threading.current_thread() and self._reader.ident is not None:
            self._reader.join(patience_ms / 1000)

    def _is_hung_up(self) -> bool:
        """Look whether the end of the stream has come already, so that nothing is written into the void."""
        try:
            return not self._looking.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def _read(self) -> None:
        note = "reading ended for a reason of our own"
        try:
            note = self._read_on(Splitter(self._profile))
        finally:
            # Whatever ended the reading, nobody may be left waiting on this line.
            self.end(note)
            self._reading.close()

    def _read_on(self, splitter: Splitter) -> str:
        """Read until the end and return why it came."""
        quiet_n = 0
        while not self._ended:
            try:
                data = self._reading.recv(_READ_BYTES)
                if not data:
                    break
                quiet_n = 0
                for body in splitter.feed(data):
                    self._on_body(self, body)
            except TimeoutError:
                quiet_n += 1
                if quiet_n > 1:
                    return "the host did not answer a sign of life"
                self._on_idle(self)
            except OutOfStep as error:
                return str(error)
            except OSError:
                return "the connection broke"
        return "the host closed the connection"
