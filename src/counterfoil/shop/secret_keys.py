"""The one secret of an installation, and the keys derived from it. Outside the database, and never in a backup.

Without it nobody can open what is sealed, match a phone number, spend a voucher or try PINs until one fits; with a copy
of the database alone nothing of that is possible. Losing it loses those for good, which is why it belongs into a safe.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from counterfoil.errors import BadOption
from counterfoil.ids import MerchantId

#: Gives the secret itself, as 64 hexadecimal digits.
VARIABLE = "COUNTERFOIL_SECRET_KEY"
#: Names the file that holds it, as 64 hexadecimal digits.
FILE_VARIABLE = "COUNTERFOIL_SECRET_KEY_FILE"
#: Its name in the data home, where neither is given.
FILE_NAME = "secret.key"

KEY_BYTES = 32
_DIGITS = 2 * KEY_BYTES
_FINGERPRINT_BYTES, _GROUP_DIGITS = 8, 4
_OWNER_ONLY = 0o600
_OTHERS = 0o077


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKey:
    """The secret; its bytes are hidden from `repr`."""

    secret: bytes = field(repr=False)

    def for_merchant(self, merchant_id: MerchantId) -> MerchantKeys:
        """Derive the keys of one merchant; no key of one says anything about another's."""
        return MerchantKeys(
            matching=self._derived(f"matching of customers|{merchant_id}"),
            sealing=self._derived(f"sealing of customers|{merchant_id}"),
            vouchers=self._derived(f"codes of vouchers|{merchant_id}"),
            pins=self._derived(f"pins of staff|{merchant_id}"),
            passwords=self._derived(f"passwords of staff|{merchant_id}"),
        )

    def fingerprint(self) -> str:
        """Return what tells this secret from another, as `1f2e-3d4c-5b6a-7988`; nothing can be opened with it."""
        digits = self._derived("fingerprint of the secret")[:_FINGERPRINT_BYTES].hex()
        return "-".join(digits[at : at + _GROUP_DIGITS] for at in range(0, len(digits), _GROUP_DIGITS))

    def for_forms(self) -> bytes:
        """Derive the key by which a form of ours is told from one that somebody else has made."""
        return self._derived("forms of the pages")

    def _derived(self, purpose: str) -> bytes:
        kdf = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=f"counterfoil|{purpose}".encode())
        return kdf.derive(self.secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantKeys:
    """One key for each purpose, so that no two hashes can be laid side by side."""

    matching: bytes = field(repr=False)
    sealing: bytes = field(repr=False)
    vouchers: bytes = field(repr=False)
    pins: bytes = field(repr=False)
    passwords: bytes = field(repr=False)


def secret_key(environ: Mapping[str, str], home: Path) -> SecretKey:
    """Return the secret: from the environment, from the file that it names, or from the data home, made at first use.

    BadOption where what is given cannot be used; a file that others may read cannot.
    """
    found = secret_key_at_hand(environ, home)
    if found is None:
        _make(home / FILE_NAME)
        found = secret_key_at_hand(environ, home)
        assert found is not None
    return found


def secret_key_at_hand(environ: Mapping[str, str], home: Path) -> SecretKey | None:
    """Return the secret where there is one, and make none; BadOption where what is given cannot be used."""
    given = environ.get(VARIABLE)
    if given is not None:
        return SecretKey(secret=_read(given, VARIABLE))
    named = environ.get(FILE_VARIABLE)
    path = Path(named) if named else home / FILE_NAME
    if not named and not path.exists():
        return None
    try:
        open_to_others = path.stat().st_mode & _OTHERS
        text = path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise BadOption(f"{path}: the secret key cannot be read ({error.strerror})") from error
    # A secret that a container is handed is often a link to a file that only its own user can see anyway.
    if open_to_others and not named:
        raise BadOption(f"{path}: others may read the secret key; make it readable for its owner alone (chmod 600)")
    return SecretKey(secret=_read(text, str(path)))


def place_of_key(environ: Mapping[str, str], home: Path) -> str:
    """Name where the secret is looked for: a variable or a file."""
    if environ.get(VARIABLE) is not None:
        return VARIABLE
    return environ.get(FILE_VARIABLE) or str(home / FILE_NAME)


def _read(text: str, where: str) -> bytes:
    """Read hexadecimal digits; what was found is never repeated in the message."""
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise BadOption(f"{where}: expected a secret key of {_DIGITS} hexadecimal digits")
    return secret


def _make(path: Path) -> None:
    """Write a fresh secret; two first uses at once must agree on one, so the first link wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    fresh.touch(mode=_OWNER_ONLY, exist_ok=False)
    try:
        fresh.write_text(secrets.token_bytes(KEY_BYTES).hex() + "\n", encoding="ascii")
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
