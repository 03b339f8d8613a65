"""The one connection to a host, kept open: opened on demand, signed on, echoed when idle, opened again after a pause.

Its calls block in the caller's thread. A call that finds no connection ends at once as not sent; nothing is queued,
because a till that does not know yet must hear so now.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from counterfoil.links.acquirers.iso8583.asked import Asked, key_of
from counterfoil.links.acquirers.iso8583.framing import framed
from counterfoil.links.acquirers.iso8583.line import Handed, Line
from counterfoil.links.acquirers.iso8583.packing import Document, Unreadable, Unwritable, packed, spec_for, unpacked
from counterfoil.links.acquirers.iso8583.profile import Profile
from counterfoil.links.acquirers.iso8583.switchboard import Switchboard, Waiter

#: A message of which not one byte was written goes out once more on a new connection.
SENDS_MAX = 2
_STANS = 999_999
_SIGN_ON, _ECHO = "001", "301"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a host listens."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An answer came."""

    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """No answer came, or nothing was sent."""

    #: Proven that not one byte was written.
    not_sent: bool
    note: str


class _Unreachable(Exception):
    """There is no connection now; the message says why."""


class Link:
    """A host as one long conversation."""

    def __init__(
        self, address: Address, profile: Profile, switchboard: Switchboard, *, now: Callable[[], datetime]
    ) -> None:
        self._address, self._profile, self._switchboard, self._now = address, profile, switchboard, now
        self._spec = spec_for(profile)
        self._opening = threading.Lock()
        self._state = threading.Lock()
        self._line: Line | None = None
        self._failed_n = 0
        self._failed_at: datetime | None = None
        # Trace numbers of messages that move no money; their classes are their own, so they meet no payment's.
        self._stans = itertools.count(int(now().timestamp()))

    def exchange(self, document: Document, asked: Asked) -> Heard | Unheard:
        """Send a message and wait for its answer."""
        try:
            frame = framed(packed(document, self._spec), self._profile)
        except ValueError as error:
            return Unheard(not_sent=True, note=str(error))
        for _ in range(SENDS_MAX):
            try:
                line = self._open_line()
            except _Unreachable as error:
                return Unheard(not_sent=True, note=str(error))
            waiter = self._switchboard.expect(asked, line)
            handed = line.write(frame)
            if handed is Handed.NOTHING:
                self._switchboard.forget(waiter)
                continue
            return self._answer(waiter)
        return Unheard(not_sent=True, note="the connection ended before a byte was written")

    def next_stan(self) -> str:
        """Return a trace number for a message that moves no money."""
        return f"{next(self._stans) % _STANS + 1:06d}"

    def close(self) -> None:
        """End the connection and its thread; the next call opens a new one."""
        with self._state:
            line, self._line = self._line, None
            self._failed_n, self._failed_at = 0, None
        if line is not None:
            line.end("we closed the connection")
            line.join(self._profile.write_ms)

    def _answer(self, waiter: Waiter) -> Heard | Unheard:
        document = self._switchboard.wait(waiter, self._profile.answer_ms)
        if document is not None:
            return Heard(document=document)
        said = dict.fromkeys(waiter.remarks or ["no answer came in time"])
        return Unheard(not_sent=False, note="; ".join(said))

    def _open_line(self) -> Line:
        """Return the connection, opened and signed on; _Unreachable where there is none."""
        with self._opening:
            with self._state:
                if self._line is not None and self._line.is_open:
                    return self._line
                pause = self._pause_left()
            if pause is not None:
                raise _Unreachable(f"the host could not be reached a moment ago; next try in {pause} ms")
            try:
                line = self._connect()
            except _Unreachable:
                with self._state:
                    self._failed_n, self._failed_at = self._failed_n + 1, self._now()
                raise
            with self._state:
                self._line, self._failed_n, self._failed_at = line, 0, None
            return line

    def _pause_left(self) -> int | None:
        if self._failed_at is None:
            return None
        doubled = self._profile.back_off_ms << min(self._failed_n - 1, 16)
        pause = timedelta(milliseconds=min(doubled, self._profile.back_off_ms_max))
        # A clock that was set back must not make the pause longer than it is.
        left = min(self._failed_at + pause - self._now(), pause)
        return None if left <= timedelta() else left // timedelta(milliseconds=1) + 1

    def _connect(self) -> Line:
        try:
            connected = socket.create_connection(
                (self._address.host, self._address.port), self._profile.connect_ms / 1000
            )
        except OSError as error:
            raise _Unreachable(f"the host cannot be reached ({error.strerror or 'no answer in time'})") from None
        line = Line(connected, self._profile, on_body=self._on_body, on_idle=self._on_idle, on_end=self._on_end)
        line.start()
        if self._profile.signs_on:
            heard = self._manage(line, _SIGN_ON)
            if heard is None or heard.get("39") != "00":
                line.end("the sign-on was not accepted")
                raise _Unreachable("the host did not accept the sign-on")
        return line

    def _manage(self, line: Line, code: str) -> Document | None:
        """Send a 0800 on this very line and wait for its answer."""
        document = self._management(code)
        waiter = self._switchboard.expect(self._asked_of(document), line)
        if line.write(framed(packed(document, self._spec), self._profile)) is Handed.NOTHING:
            self._switchboard.forget(waiter)
            return None
        # A host that does not even sign on must not keep a customer waiting for as long as an issuer may.
        return self._switchboard.wait(waiter, min(self._profile.connect_ms, self._profile.answer_ms))

    def _management(self, code: str) -> Document:
        return {"t": "0800", "7": self._now().strftime("%m%d%H%M%S"), "11": self.next_stan(), "70": code}

    def _asked_of(self, document: Document) -> Asked:
        now = self._now()
        return Asked(key=key_of(document), mti=document["t"], year=now.year, month=now.month)

    def _on_body(self, line: Line, body: bytes) -> None:
        try:
            document = unpacked(body, self._spec)
        except Unreadable as error:
            self._switchboard.unreadable(str(error))
            return
        if document["t"] == "0800":
            self._answer_management(line, document)
            return
        self._switchboard.arrived(document)

    def _answer_management(self, line: Line, document: Document) -> None:
        """Answer the host's own sign of life."""
        repeated = {element: document[element] for element in ("7", "11", "70") if element in document}
        answer = {"t": "0810", **repeated, "39": "00"}
        # What cannot be written back was no question of this host's.
        with contextlib.suppress(Unwritable):
            line.write(framed(packed(answer, self._spec), self._profile))

    def _on_idle(self, line: Line) -> None:
        """Send a sign of life; any byte that comes, its answer included, says that the line lives."""
        line.write(framed(packed(self._management(_ECHO), self._spec), self._profile))

    def _on_end(self, line: Line, note: str) -> None:
        with self._state:
            if self._line is line:
                self._line = None
        self._switchboard.hung_up(line, note)
