"""What a backup says about itself, beside the dump in the same file; a restored database is held to it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from counterfoil.errors import BadFile

#: The version of this layout: a zip with two members that are stored as they are.
FORMAT = 1
DUMP = "database.dump"
MANIFEST = "manifest.json"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is in a backup."""

    format: int
    #: The version of Counterfoil that made it.
    counterfoil: str
    #: The moment of which it is a picture.
    taken_at: datetime
    #: How far the tables were migrated.
    revision: str
    #: Major version of the server that was backed up.
    server: int
    #: Major version of the pg_dump that wrote it.
    dumped_by: int
    sha256: str
    bytes: int
    #: Rows of each table, by `schema.table`.
    rows: Mapping[str, int]
    #: Fingerprint of the secret key without which its PINs, customers and vouchers are worth nothing. Never the key.
    #: None: whoever wrote it had no key at hand, or it is older than fingerprints are.
    secret_key: str | None = None


def read_manifest(file: Path) -> Manifest:
    """Read what a backup says about itself; BadFile where it is none, or is not whole."""
    try:
        with zipfile.ZipFile(file) as archive:
            if set(archive.namelist()) != {DUMP, MANIFEST}:
                raise _no_backup(file, "a zip of something else")
            manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
    except FileNotFoundError:
        raise _no_backup(file, "no such file") from None
    except OSError as error:
        raise _no_backup(file, error.strerror or "a file that cannot be read") from error
    except (zipfile.BadZipFile, msgspec.DecodeError) as error:
        raise _no_backup(file, "a file that is not whole, or another kind of file") from error
    if manifest.format != FORMAT:
        raise _no_backup(file, f"one of format {manifest.format}, which this version does not know")
    return manifest


def _no_backup(file: Path, found: str) -> BadFile:
    return BadFile(file=str(file), expected="a backup written by `counterfoil db backup`", found=found)
