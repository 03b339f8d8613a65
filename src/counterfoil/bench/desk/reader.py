"""Somebody at a browser who signs in and opens pages of the desk, one after the other, and times each of them."""

from __future__ import annotations

import html
import http.client
import re
import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

_FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_OLDER = re.compile(r'href="([^"]+)" rel="next"')
_CASE = re.compile(r'href="/desk/cases/([^"?#/]+)"')
_WAIT_SECONDS_MAX = 60
_OK, _SEE_OTHER = 200, 303


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long one kind of page took, from the question to the last byte of the answer, in milliseconds."""

    name: str
    n: int
    p50_ms: float
    p95_ms: float
    most_ms: float

    @classmethod
    def of(cls, name: str, taken_ms: list[float]) -> Self:
        """Sum up; at least one page was opened."""
        ordered = sorted(taken_ms)
        return cls(
            name=name,
            n=len(ordered),
            p50_ms=statistics.median(ordered),
            p95_ms=ordered[min(len(ordered) * 95 // 100, len(ordered) - 1)],
            most_ms=ordered[-1],
        )


@dataclass(slots=True, kw_only=True)
class Reader:
    """A browser with one connection, and what it keeps."""

    connection: http.client.HTTPConnection
    _cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self, merchant_id: str, who: str, password: str) -> None:
        """Sign in by the form; RuntimeError where that opens nothing."""
        token = _FORM_TOKEN.search(self.page("/sign-in"))
        assert token is not None, "the form to sign in has no token"
        typed = {"form_token": token[1], "merchant": merchant_id, "who": who, "password": password}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _ = self._ask("POST", "/sign-in", body=urlencode(typed), headers=headers)
        if status != _SEE_OTHER:
            raise RuntimeError(f"signing in was answered with {status}")

    def page(self, path: str) -> str:
        """Open a page and return it; RuntimeError where it does not open."""
        status, text = self._ask("GET", path)
        if status != _OK:
            raise RuntimeError(f"{path} was answered with {status}")
        return text

    def timed(self, path: str) -> float:
        """Open a page and return how long it took, in milliseconds."""
        begun = time.perf_counter()
        self.page(path)
        return (time.perf_counter() - begun) * 1000

    def _ask(
        self, method: str, path: str, *, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self.connection.request(method, path, body=body, headers={**(headers or {}), "Cookie": cookie})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for kept in answer.headers.get_all("Set-Cookie", []):
            name, _, value = kept.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, text


@contextmanager
def reader_at(port: int) -> Iterator[Reader]:
    """Open a browser at a counter of this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_WAIT_SECONDS_MAX)
    try:
        yield Reader(connection=connection)
    finally:
        connection.close()


def older_than(page: str) -> str | None:
    """Return where the next page of an inbox is; None where it is the last."""
    found = _OLDER.search(page)
    return None if found is None else html.unescape(found[1])


def cases_on(page: str) -> list[str]:
    """Return the ids of the cases that a page of an inbox leads to, each once."""
    return list(dict.fromkeys(_CASE.findall(page)))
