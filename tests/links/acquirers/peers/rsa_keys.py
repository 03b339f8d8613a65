"""RSA keys made for one run of the tests: none is ever written down."""

from __future__ import annotations

import base64
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """Return the key that goes by a name in this run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(name: str) -> str:
    return key(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(name: str) -> str:
    return key(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def signature(name: str, message: bytes) -> str:
    return base64.b64encode(key(name).sign(message, padding.PKCS1v15(), SHA256())).decode()


def is_signed(name: str, message: bytes, signed: str) -> bool:
    try:
        key(name).public_key().verify(base64.b64decode(signed), message, padding.PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
