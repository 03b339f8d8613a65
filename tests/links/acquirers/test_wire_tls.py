"""The same over TLS, as every real channel is reached: who is trusted, and that a trickle under TLS is cut off too."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from counterfoil.links.acquirers.wire import Heard, Silence, Wire
from tests.links.acquirers.peers.rsa_keys import key, private_pem

SHORT = timedelta(seconds=1)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Write a certificate for loopback, signed by itself, with its key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a channel of the tests")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key("tls").public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key("tls"), SHA256())
    )
    file = tmp_path / "channel.pem"
    file.write_bytes(made.public_bytes(Encoding.PEM) + private_pem("tls").encode())
    return file


@contextmanager
def listening(certificate: Path, serve: Callable[[ssl.SSLSocket], None]) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            accepted, _ = server.accept()
            with accepted:
                try:
                    with context.wrap_socket(accepted, server_side=True) as secured:
                        secured.recv(1 << 16)
                        serve(secured)
                except OSError:
                    return  # the other side does not trust us, or has hung up, as it should

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"https://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def exchanged(url: str) -> Heard | Silence:
    return Wire(base_url=url, patience=SHORT).exchange("GET", "/", headers={})


def test_a_certificate_that_nobody_vouches_for_ends_before_anything_is_sent(certificate: Path) -> None:
    heard: list[bytes] = []
    with listening(certificate, lambda secured: heard.append(secured.recv(1))) as url:
        silence = exchanged(url)
    assert isinstance(silence, Silence)
    assert not silence.sent
    assert heard == []


def test_an_answer_over_tls_is_heard(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with listening(
        certificate, lambda secured: secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    ) as url:
        heard = exchanged(url)
    assert isinstance(heard, Heard)
    assert heard.body == b"ok"


def test_an_answer_that_trickles_under_tls_does_not_outlast_our_patience(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    stop = threading.Event()

    def trickle(secured: ssl.SSLSocket) -> None:
        secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not stop.wait(0.05):
            secured.sendall(b"x")

    with listening(certificate, trickle) as url:
        silence = exchanged(url)
        stop.set()
    assert isinstance(silence, Silence)
    assert silence.sent
