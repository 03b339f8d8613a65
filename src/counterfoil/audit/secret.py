"""The secret behind keyed hashes of people and instruments: one a machine, never in a report.

With the same secret the same customer has the same key in every audit; nobody without it can try phone numbers
until one fits.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from counterfoil.errors import BadOption

#: Gives the secret directly, in hex; else it lies in a file of the user's.
VARIABLE = "COUNTERFOIL_HASH_KEY"

KEY_BYTES = 32


def hash_key(environ: Mapping[str, str]) -> bytes:
    """Return the secret, making it on first use; readable by its owner only."""
    given = environ.get(VARIABLE)
    if given is not None:
        try:
            key = bytes.fromhex(given)
        except ValueError:
            key = b""
        if len(key) < KEY_BYTES // 2:
            raise BadOption(f"{VARIABLE}: expected at least {KEY_BYTES} hexadecimal digits")
        return key
    state = Path(environ.get("XDG_STATE_HOME") or Path(environ.get("HOME", ".")) / ".local" / "state")
    path = state / "counterfoil" / "hash.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(KEY_BYTES))
        # Two first audits at once must agree on one secret: the first link wins.
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
