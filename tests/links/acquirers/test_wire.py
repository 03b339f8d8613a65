"""One message and its answer: what a loss proves, and that nothing outlasts our patience."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from counterfoil.errors import BadOption
from counterfoil.links.acquirers import packages
from counterfoil.links.acquirers.wire import ANSWER_BYTES_MAX, Heard, Silence, Wire

SHORT = timedelta(seconds=0.4)


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Listen on loopback and serve one connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with server.accept()[0] as accepted:
                accepted.recv(1 << 16)
                try:
                    serve(accepted)
                except OSError:
                    return  # the other side has hung up, as it should

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def exchanged(url: str) -> Heard | Silence:
    return Wire(base_url=url, patience=SHORT).exchange("GET", "/", headers={})


def test_a_connection_that_never_came_about_proves_that_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    silence = exchanged(f"http://127.0.0.1:{port}")
    assert isinstance(silence, Silence)
    assert not silence.sent


def test_an_answer_that_trickles_does_not_outlast_our_patience() -> None:
    stop = threading.Event()

    def trickle(accepted: socket.socket) -> None:
        accepted.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not stop.wait(0.05):
            accepted.sendall(b"x")

    with listening(trickle) as url:
        silence = exchanged(url)
        stop.set()
    assert isinstance(silence, Silence)
    assert silence.sent


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (ANSWER_BYTES_MAX + 1),
    ],
    ids=["nothing", "nonsense", "half", "half a chunk", "too long"],
)
def test_an_answer_that_is_broken_off_is_silence_after_sending(answer: bytes) -> None:
    with listening(lambda accepted: accepted.sendall(answer)) as url:
        silence = exchanged(url)
    assert isinstance(silence, Silence)
    assert silence.sent


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    moved = b"HTTP/1.1 307 Moved\r\nLocation: https://elsewhere.example\r\nContent-Length: 0\r\n\r\n"
    with listening(lambda accepted: accepted.sendall(moved)) as url:
        heard = exchanged(url)
    assert isinstance(heard, Heard)
    assert heard.status == 307


@pytest.mark.parametrize(
    "url", ["http://api.example.com", "ftp://x", "https://", "https://me:secret@x", "https://x/?a=b", "x"]
)
def test_an_address_that_would_not_do_is_refused_when_it_is_configured(url: str) -> None:
    with pytest.raises(BadOption) as told:
        Wire(base_url=url)
    assert "secret" not in str(told.value).replace(repr(url), "")


def test_a_package_that_is_missing_is_one_line_that_says_what_to_install() -> None:
    with pytest.raises(BadOption, match=r"pip install 'counterfoil\[wechat\]'"):
        packages.need("no_such_package_here.deep", extra="wechat", channel="WeChat Pay")
