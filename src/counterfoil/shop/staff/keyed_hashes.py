"""Hashes what people know: keyed with a secret that is not in the database, then slow. Never logged, shown or stored.

The key makes a copy of the database useless for trying all PINs; the slowness is for the day when the key is lost, too.
"""

from __future__ import annotations

import hashlib
import hmac

import argon2

from counterfoil.ids import StaffId


class KeyedHashes:
    """Hashes and compares the secrets of one merchant's people, of one kind."""

    def __init__(self, key: bytes, hasher: argon2.PasswordHasher | None = None) -> None:
        """Take the merchant's key of this kind; the costs of Argon2id are the library's (RFC 9106, low memory)."""
        self._key = key
        self._hasher = hasher or argon2.PasswordHasher()
        # Compared with where there is nothing to compare with, so that an answer takes as long for nobody.
        self._nobody = self._hasher.hash(self._keyed(StaffId(""), ""))

    def hash(self, staff_id: StaffId, secret: str) -> str:
        """Hash a secret for one person; the same of another is another hash."""
        return self._hasher.hash(self._keyed(staff_id, secret))

    def fits(self, hashed: str | None, staff_id: StaffId, secret: str) -> bool:
        """Compare; it takes as long where there is no hash."""
        try:
            self._hasher.verify(hashed or self._nobody, self._keyed(staff_id, secret))
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
        return hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """Whether a hash was made with other costs than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def _keyed(self, staff_id: StaffId, secret: str) -> bytes:
        return hmac.digest(self._key, f"{staff_id}|{secret}".encode(), hashlib.sha256)
