"""Hashes what people know: keyed with a secret that is not in the database, then slow. Never logged, shown or stored.

The key makes a copy of the database useless for trying all PINs; the slowness is for the day when the key is lost, too.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

import argon2

from counterfoil.ids import StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What somebody typed, compared with what was kept; it says nothing any more once another hash is kept."""

    kept: str | None = field(repr=False)
    fits: bool
    #: A hash at today's costs, to be kept from now on; None: the kept one has them, or did not fit.
    renewed: str | None = field(default=None, repr=False)


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

    def compared(self, hashed: str | None, staff_id: StaffId, secret: str) -> Compared:
        """Compare, and hash anew where the costs have changed since; slow, so let nothing wait for it."""
        fits = self.fits(hashed, staff_id, secret)
        is_outdated = fits and hashed is not None and self._hasher.check_needs_rehash(hashed)
        return Compared(kept=hashed, fits=fits, renewed=self.hash(staff_id, secret) if is_outdated else None)

    def fits(self, hashed: str | None, staff_id: StaffId, secret: str) -> bool:
        """Compare; it takes as long where there is no hash."""
        try:
            self._hasher.verify(hashed or self._nobody, self._keyed(staff_id, secret))
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
        return hashed is not None

    def _keyed(self, staff_id: StaffId, secret: str) -> bytes:
        return hmac.digest(self._key, f"{staff_id}|{secret}".encode(), hashlib.sha256)
