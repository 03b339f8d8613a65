"""Whoever does not say to which server they go is turned away with a page like any other, and breaks nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from litestar import Litestar
from litestar.types import HTTPRequestEvent, Message
from structlog.testing import capture_logs

from tests.web.conftest import Opening
from tests.web.shop import Visitor, leads_to

ODD = (
    *(b"", b"a:b", b"a:99999", b"a:-1", b"[::1", b"[:]", b"[zz]", b"::1", b"a@b", b"a/b", b"a b", b"a,b", b"a%20b"),
    *("店".encode(), b"\xff", b"http://a", b"a?b", b"a#b", b"a\\b", b"[::1]a", b"a:8080:1"),
)
FINE = (b"shop.example", b"till-1:8080", b"a_b", b"127.0.0.1:8080", b"[::1]", b"[fe80::1]:65535", b"xn--ciq.example")
#: Pages, a form's address, built files, the till's data, the API's, and addresses that there are not.
PLACES = ("/", "/sign-in", "/desk", "/assets/nothing.css", "/till/items", "/no-such-page")
API_PLACES = ("/api/v1/health", "/api/v1/findings", "/api/v1/no-such-address")


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


def asked(visitor: Visitor, path: str, *hosts: bytes, version: str = "1.1", query: bytes = b"", **more: str) -> Answer:
    """Ask as no client does that spells its own headers."""
    headers = [(b"host", host) for host in hosts]
    headers += [(name.replace("_", "-").encode(), value.encode()) for name, value in more.items()]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": version,
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": query,
        "root_path": "",
        "headers": headers,
        "server": ("127.0.0.1", 8080),
        "client": ("127.0.0.1", 1),
    }
    return asyncio.run(_asked(visitor.client.app, scope))


async def _asked(app: Litestar, scope: Any) -> Answer:  # noqa: ANN401 — as a server makes one
    sent: list[Message] = []

    async def receive() -> HTTPRequestEvent:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *rest = sent
    assert start["type"] == "http.response.start"
    return Answer(
        status=start["status"],
        headers={name.decode().lower(): value.decode() for name, value in start["headers"]},
        text=b"".join(part["body"] for part in rest if part["type"] == "http.response.body").decode(),
    )


def turned_away(visitor: Visitor, path: str, *hosts: bytes, **more: str) -> Answer:
    with capture_logs() as told:
        answer = asked(visitor, path, *hosts, **more)
    assert (answer.status, told) == (400, []), (path, hosts)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    return answer


def hosts_of(odd: Sequence[bytes]) -> list[tuple[bytes, ...]]:
    return [*((one,) for one in odd), (), (b"a", b"b"), (b"a", b"a")]


def test_a_page_for_an_odd_host_is_a_page_that_says_so(visitor: Visitor) -> None:
    for hosts in hosts_of(ODD):
        for path in PLACES:
            answer = turned_away(visitor, path, *hosts)
            assert "That address cannot be read" in answer.text, (path, hosts)
    assert "无法识别访问地址" in turned_away(visitor, "/", b"a:b", accept_language="zh-CN").text
    assert turned_away(visitor, "/", b"a:b", hx_request="true").headers["hx-retarget"] == "#toasts"


def test_the_api_says_so_as_it_says_everything(visitor: Visitor) -> None:
    for hosts in hosts_of(ODD):
        for path in API_PLACES:
            answer = turned_away(visitor, path, *hosts)
            assert answer.headers["content-type"] == "application/problem+json"
            assert '"code":"no_host"' in answer.text


def test_a_name_that_a_server_may_have_is_let_in(visitor: Visitor) -> None:
    for host in FINE:
        assert asked(visitor, "/sign-in", host).status == 200, host
    assert asked(visitor, "/sign-in", version="1.0").status == 200


def test_nothing_leads_to_the_host_that_was_named(opening: Opening) -> None:
    visitor = opening(host="elsewhere.example")
    assert leads_to(visitor.get("/desk?a=1")) == "/sign-in?next=/desk%3Fa%3D1"
    assert leads_to(visitor.sign_in("sue", next="/design")) == "/design"
    page = visitor.get("/design")
    assert page.status_code == 200
    assert "elsewhere.example" not in page.text + str(page.headers)


def test_bytes_that_are_no_text_in_an_address_break_nothing(visitor: Visitor) -> None:
    with capture_logs() as told:
        answer = asked(visitor, "/desk", b"shop.example", query=b"sort=\xff")
    assert answer.status in {303, 422}
    assert told == []


@pytest.mark.parametrize("odd", ["http://[::1", "http://a]b/", "//["])
def test_a_browser_that_comes_from_no_address_breaks_nothing(visitor: Visitor, odd: str) -> None:
    token = visitor.token()
    with capture_logs() as told:
        led = visitor.get("/desk", **{"hx-request": "true", "hx-current-url": odd})
        refused = visitor.client.post("/sign-in", data={"form_token": token}, headers={"origin": odd})
    assert (led.status_code, led.headers["hx-redirect"]) == (401, "/sign-in?next=/")
    assert refused.status_code == 419
    assert told == []
