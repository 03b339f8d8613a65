"""Zip and gzip: unpacked member by member into the scratch folder, within limits, under names of our own.

A member's own name is shown to people and never used as a path. An archive inside an archive is refused, and so is
one that is larger, wider or denser than the limits allow: the bytes that come out are counted, not the bytes that the
archive claims. A workbook (xlsx) is a zip too and stays as it is.
"""

from __future__ import annotations

import gzip
import lzma
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from counterfoil.audit.intake.limits import (
    DISK_RESERVE_BYTES,
    MEBIBYTE,
    MEMBERS_MAX,
    RATIO_FREE_BYTES,
    RATIO_MAX,
    UNPACKED_BYTES_MAX,
)
from counterfoil.audit.intake.shown_names import printable
from counterfoil.audit.intake.workbooks import is_workbook, refuse_huge_workbook
from counterfoil.errors import BadFile

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
GZIP_MAGIC = b"\x1f\x8b"

#: What the standard library raises for archives that are cut off, damaged or made to do harm.
_UNPACKING_ERRORS = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
)

_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_UNIX_LINK = 0o120000
_UNIX_TYPE = 0o170000


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One unpacked file."""

    path: Path
    name: str
    size_bytes: int


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Archives:
    """Unpacks archives into one scratch folder."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch

    def unpack(self, path: Path, name: str) -> Sequence[Member] | None:
        """Return the members of an archive, or None for a file that is none; BadFile for one that is no good."""
        try:
            with path.open("rb") as file:
                magic = file.read(4)
            if magic.startswith(GZIP_MAGIC):
                return [self._unpack_gzip(path, name)]
            if magic in ZIP_MAGIC:
                return self._unpack_zip(path, name)
        except _UNPACKING_ERRORS as error:
            raise _broken(name, error) from error
        return None

    def _unpack_gzip(self, path: Path, name: str) -> Member:
        with gzip.open(path) as packed:
            member = self._write(packed, name, _Meter(name, packed_bytes=path.stat().st_size))
        _refuse_nested(member, name)
        return member

    def _unpack_zip(self, path: Path, name: str) -> list[Member] | None:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if is_workbook(members):
                refuse_huge_workbook(archive, name)
                return None
            if len(members) > MEMBERS_MAX:
                raise BadFile(file=name, expected=f"at most {MEMBERS_MAX} members", found=f"{len(members)}")
            meter = _Meter(name, packed_bytes=path.stat().st_size)
            unpacked: list[Member] = []
            times = Counter[str]()
            for info in members:
                shown = _member_name(info, name)
                if shown is None:
                    continue
                times[shown] += 1
                again = f" ({times[shown]})" if times[shown] > 1 else ""
                with archive.open(info) as packed:
                    unpacked.append(self._write(packed, f"{name}!{shown}{again}", meter))
                _refuse_nested(unpacked[-1], name)
        if not unpacked:
            raise BadFile(file=name, expected="at least one file in the archive", found="none")
        return unpacked

    def _write(self, packed: _Readable, name: str, meter: _Meter) -> Member:
        size = 0
        with tempfile.NamedTemporaryFile(dir=self._scratch, prefix="unpacked-", delete=False) as file:
            target = Path(file.name)
            for chunk in _chunks(packed):
                size += len(chunk)
                meter.count(len(chunk), target)
                file.write(chunk)
        return Member(path=target, name=name, size_bytes=size)


class _Meter:
    """Counts what comes out of one archive and stops it at the limits."""

    def __init__(self, name: str, *, packed_bytes: int) -> None:
        self._name = name
        self._packed_bytes = packed_bytes
        self._unpacked_bytes = 0

    def count(self, size: int, target: Path) -> None:
        """Count bytes before they are written."""
        self._unpacked_bytes += size
        if self._unpacked_bytes > UNPACKED_BYTES_MAX:
            raise self._refused(f"at most {UNPACKED_BYTES_MAX >> 30} GiB unpacked", "more")
        ratio = self._unpacked_bytes // max(self._packed_bytes, 1)
        if self._unpacked_bytes > RATIO_FREE_BYTES and ratio > RATIO_MAX:
            raise self._refused(f"at most {RATIO_MAX} times its size unpacked", "a zip bomb or worse")
        if shutil.disk_usage(target.parent).free - size < DISK_RESERVE_BYTES:
            raise self._refused("room on the disk to unpack it", "a full disk")

    def _refused(self, expected: str, found: str) -> BadFile:
        return BadFile(file=self._name, expected=expected, found=found)


def _chunks(packed: _Readable) -> Iterator[bytes]:
    while chunk := packed.read(MEBIBYTE):
        yield chunk


def _member_name(info: zipfile.ZipInfo, archive_name: str) -> str | None:
    """Return the name of a member to show, None for one that nobody means, BadFile for one that leaves the archive."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        name = _chinese_name(name)
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or (parts and (parts[0] == "/" or parts[0].endswith(":"))):
        raise BadFile(file=archive_name, expected="members inside the archive", found="a member that leads out of it")
    if info.flag_bits & _ENCRYPTED:
        raise BadFile(
            file=archive_name, expected="an archive without a password", found="an encrypted one", advice="Unpack it."
        )
    if (info.external_attr >> 16) & _UNIX_TYPE == _UNIX_LINK:
        return None
    if any(part.startswith((".", "~$", "__MACOSX")) for part in parts):
        return None
    return printable("/".join(parts))


def _chinese_name(name: str) -> str:
    """Undo the default of the zip format (code page 437) where the name is Chinese, as platforms' bills have it."""
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


def _refuse_nested(member: Member, archive_name: str) -> None:
    with member.path.open("rb") as file:
        magic = file.read(4)
    if magic.startswith(GZIP_MAGIC) or (magic in ZIP_MAGIC and not _is_workbook(member.path)):
        raise BadFile(
            file=archive_name,
            expected="files in the archive",
            found=f"another archive, {member.name}",
            advice="Unpack it.",
        )


def _is_workbook(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        if not is_workbook(archive.infolist()):
            return False
        refuse_huge_workbook(archive, path.name)
    return True


def _broken(name: str, error: Exception) -> BadFile:
    return BadFile(
        file=name, expected="an archive that can be unpacked", found=f"a broken one ({type(error).__name__})"
    )
