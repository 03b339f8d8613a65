"""Seals: what a customer is called and how they are reached, encrypted and bound to its row; and the key to match by.

AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D). The row's ids are authenticated with it, so a seal that is
moved to another row does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from counterfoil.errors import CounterfoilError
from counterfoil.ids import MerchantId
from counterfoil.shop.customers.model import CustomerId, Details
from counterfoil.shop.customers.rules import contact_of
from counterfoil.shop.secret_keys import MerchantKeys

_VERSION = b"\x01"
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12
_HEAD_BYTES = len(_VERSION) + _KEY_ID_BYTES + _NONCE_BYTES


class SealBroken(CounterfoilError):
    """A seal does not open: its key is another one, or somebody changed the row."""


def customer_key(keys: MerchantKeys, details: Details) -> str:
    """Return the keyed hash (HMAC-SHA256) that a customer is matched by, of normalised details."""
    return hmac.digest(keys.matching, contact_of(details).encode(), hashlib.sha256).hex()


def seal(keys: MerchantKeys, merchant_id: MerchantId, customer_id: CustomerId, details: Details) -> bytes:
    """Seal the details of one customer."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = json.dumps(asdict(details), ensure_ascii=False, separators=(",", ":")).encode()
    head = _VERSION + _key_id(keys) + nonce
    return head + AESGCM(keys.sealing).encrypt(nonce, plain, _bound_to(head, merchant_id, customer_id))


def opened(keys: MerchantKeys, merchant_id: MerchantId, customer_id: CustomerId, sealed: bytes) -> Details:
    """Open a seal; SealBroken where it does not open, with nothing in the message of what is in it."""
    head, content = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES:]
    if len(head) < _HEAD_BYTES or not head.startswith(_VERSION):
        raise SealBroken(f"customer {customer_id}: the seal is of no form that is known here")
    if head[len(_VERSION) : -_NONCE_BYTES] != _key_id(keys):
        raise SealBroken(f"customer {customer_id}: sealed with another secret key; give Counterfoil the one of then")
    try:
        plain = AESGCM(keys.sealing).decrypt(head[-_NONCE_BYTES:], content, _bound_to(head, merchant_id, customer_id))
    except InvalidTag as error:
        raise SealBroken(f"customer {customer_id}: the seal does not fit its row; somebody changed it") from error
    return Details(**json.loads(plain))


def _key_id(keys: MerchantKeys) -> bytes:
    """Return which key it is, which says nothing about the key."""
    return hashlib.sha256(b"counterfoil|which key|" + keys.sealing).digest()[:_KEY_ID_BYTES]


def _bound_to(head: bytes, merchant_id: MerchantId, customer_id: CustomerId) -> bytes:
    return head + f"|{merchant_id}|{customer_id}".encode()
