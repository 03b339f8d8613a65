"""RSA keys and signatures of the channels that sign with them (RSA with SHA-256, PKCS #1 v1.5).

Keys are read once, when a channel is configured, so that a wrong one is told then and not at the first sale. It must
never put a key, or a part of one, into a message.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from counterfoil.errors import BadOption

_KEY_BITS_MIN = 2048
_LINE = 64


def private_key_of(text: str, *, option: str) -> RSAPrivateKey:
    """Read an RSA private key: PEM, or the bare base 64 that some consoles hand out."""
    for label in ("PRIVATE KEY", "RSA PRIVATE KEY"):
        try:
            key = load_pem_private_key(_pem(text, label), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        if isinstance(key, RSAPrivateKey) and key.key_size >= _KEY_BITS_MIN:
            return key
    raise BadOption(f"{option}: expected an RSA private key of {_KEY_BITS_MIN} bits or more, as PEM without a password")


def public_key_of(text: str, *, option: str) -> RSAPublicKey:
    """Read an RSA public key: PEM, the PEM of a certificate, or bare base 64."""
    key: object = None
    try:
        if "BEGIN CERTIFICATE" in text:
            key = load_pem_x509_certificate(text.strip().encode()).public_key()
        else:
            key = load_pem_public_key(_pem(text, "PUBLIC KEY"))
    except (ValueError, UnsupportedAlgorithm):
        pass  # told below, in one line for every kind of wrong key
    if isinstance(key, RSAPublicKey) and key.key_size >= _KEY_BITS_MIN:
        return key
    raise BadOption(f"{option}: expected an RSA public key of {_KEY_BITS_MIN} bits or more, as PEM")


def is_signed_by(key: RSAPublicKey, message: bytes, signature: str) -> bool:
    """Say whether a signature in base 64 is this key's over this message."""
    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _pem(text: str, label: str) -> bytes:
    text = text.strip()
    if text.startswith("-----BEGIN"):
        return text.encode()
    bare = "".join(text.split())
    lines = [bare[at : at + _LINE] for at in range(0, len(bare), _LINE)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"]).encode()
