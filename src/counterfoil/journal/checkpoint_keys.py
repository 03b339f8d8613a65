"""The key that signs checkpoints: a file that its owner alone may read, made at first use. Never in the database.

Whoever can write the database cannot sign with it, and that is all it is for. It signs nothing but checkpoints. Without
it the chain still verifies, but no checkpoint does; so it belongs into the same safe as the secret key.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from counterfoil.errors import BadOption

FILE_NAME = "checkpoint.key"
#: Names the file that holds the key, where it is not to lie in the data home.
KEY_VARIABLE = "COUNTERFOIL_CHECKPOINT_KEY_FILE"

_OWNER_ONLY = 0o600
_OTHERS = 0o077


def key_path(environ: Mapping[str, str], home: Path) -> Path:
    """Return where the key lies."""
    return Path(environ.get(KEY_VARIABLE) or home / FILE_NAME)


def signing_key(path: Path) -> Ed25519PrivateKey:
    """Return the key, made at first use; BadOption where what lies there cannot be used."""
    if not path.exists():
        _make(path)
    return _read(path)


def public_key(path: Path) -> Ed25519PublicKey | None:
    """Return what signatures are held against; None where no key was ever made."""
    return _read(path).public_key() if path.exists() else None


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        open_to_others = path.stat().st_mode & _OTHERS
        content = path.read_bytes()
    except OSError as error:
        raise BadOption(f"{path}: the key of the checkpoints cannot be read ({error.strerror})") from error
    if open_to_others:
        raise BadOption(f"{path}: others may read the key of the checkpoints; make it its owner's alone (chmod 600)")
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        # What was found is never repeated: it may be another secret.
        raise BadOption(f"{path}: expected an Ed25519 key as PEM")
    return key


def _make(path: Path) -> None:
    """Write a fresh key; two first uses at once must agree on one, so the first link wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    fresh.touch(mode=_OWNER_ONLY, exist_ok=False)
    try:
        fresh.write_bytes(content)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
