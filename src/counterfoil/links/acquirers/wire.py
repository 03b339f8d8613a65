"""One HTTP message and its answer. Shared by the channels that speak HTTP, so that all know the same things of a loss.

Each message has a connection of its own, because only then does a failed connection prove that nothing was sent: a kept
connection that the other side has closed fails after the message has left. The time limit holds for the whole exchange,
not for each packet. Redirects are not followed: a payment is sent where it was meant to go, or nowhere.

It must never retry: whether a message may go twice is the ladder's decision.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Timer
from urllib.parse import urlsplit

from counterfoil.errors import BadOption

#: How much of an answer is read; a longer one is not believed.
ANSWER_BYTES_MAX = 1 << 20
#: The same for a bill: a large merchant's day.
BILL_BYTES_MAX = 1 << 28
#: How long one exchange may take where nobody says otherwise.
PATIENCE = timedelta(seconds=10)
PATIENCE_MAX = timedelta(minutes=5)
_BLOCK = 1 << 16
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An answer, whatever it says."""

    status: int
    #: Names in lower case.
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """No answer."""

    #: False where no connection came about, so that not one byte of the message can have left.
    sent: bool
    #: What happened, in words of ours.
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """Where a channel lives, and how long we wait for it."""

    base_url: str
    patience: timedelta = PATIENCE

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise BadOption(f"base_url {self.base_url!r} is no address: write it like https://api.example.com")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise BadOption(f"base_url {self.base_url!r} would send payments in clear: use https")
        if parts.username or parts.password:
            raise BadOption("base_url holds a name or a password: credentials have options of their own")
        if not timedelta() < self.patience <= PATIENCE_MAX:
            raise BadOption(f"patience is {self.patience}: it must be more than nothing and at most {PATIENCE_MAX}")

    @property
    def origin(self) -> tuple[str, str, int | None]:
        """Scheme, host and port, to compare two addresses by."""
        return origin_of(self.base_url)

    @property
    def path(self) -> str:
        """What every path begins with; empty where the base is a bare host."""
        return urlsplit(self.base_url).path.rstrip("/")

    def exchange(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        bytes_max: int = ANSWER_BYTES_MAX,
    ) -> Heard | Silence:
        """Send one message to a path of the base address and return its answer; never raises for outside trouble."""
        connection = self._connection()
        try:
            connection.connect()
        except (OSError, ValueError) as error:
            # ValueError: a host name that cannot be encoded for a look-up.
            connection.close()
            return Silence(sent=False, note=f"no connection ({type(error).__name__})")
        channel = connection.sock
        # The timer cuts the plain socket under TLS too, so a slow trickle cannot outlast the limit.
        deadline = Timer(self.patience.total_seconds(), lambda: _cut(channel))
        deadline.daemon = True
        deadline.start()
        try:
            connection.request(method, target, body=body, headers=dict(headers))
            response = connection.getresponse()
            heard = _read(response, bytes_max)
        except (OSError, ValueError, http.client.HTTPException) as error:
            return Silence(sent=True, note=f"the answer was lost ({type(error).__name__})")
        finally:
            deadline.cancel()
            connection.close()
        if heard is None:
            return Silence(sent=True, note="the answer was cut off or too long")
        return heard

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.base_url)
        host, seconds = parts.hostname or "", self.patience.total_seconds()
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=seconds)
        return http.client.HTTPSConnection(host, parts.port, timeout=seconds, context=ssl.create_default_context())


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of an address, with the port that the scheme means where none is written."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or usual


def _read(response: http.client.HTTPResponse, bytes_max: int) -> Heard | None:
    """Read an answer in blocks; None where it is longer than allowed or shorter than it says."""
    body = bytearray()
    while block := response.read1(_BLOCK):
        body += block
        if len(body) > bytes_max:
            return None
    if response.length:
        return None
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Heard(status=response.status, headers=headers, body=bytes(body))


def _cut(channel: socket.socket) -> None:
    try:
        socket.socket.shutdown(channel, socket.SHUT_RDWR)
    except OSError:
        return  # already closed: the exchange has ended by itself
