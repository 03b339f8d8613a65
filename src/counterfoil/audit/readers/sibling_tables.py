"""Other tables that lie beside a file: some exports say half of a thing in one file and half in another.

A sibling is found by the labels of its header, never by its name, in the file's own folder (for a member of an
archive: among what was unpacked). None or several: the reader must say so, and never guess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.contract import SourceFile
from counterfoil.audit.readers.headers import find_header
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    from pathlib import Path

#: So many files of a folder are looked at.
SIBLINGS_MAX = 1000

_HEADER_BYTES_MAX = 4096


def sibling_with(source: SourceFile, labels: tuple[str, ...], *, what: str) -> SourceFile:
    """Return the one file beside this one whose header has these labels; BadFile where there is not exactly one."""
    files = sorted(path for path in source.path.parent.iterdir() if path.is_file())[:SIBLINGS_MAX]
    found = [path for path in files if _has_header(path, labels)]
    if len(found) != 1:
        raise BadFile(
            file=source.name,
            expected=f"{what} beside it, as plain csv",
            found="none" if not found else f"{len(found)} of them",
            advice="Put the files of one export into a folder of their own.",
        )
    return SourceFile(path=found[0], name=what, encoding="utf-8-sig", size_bytes=found[0].stat().st_size)


def _has_header(path: Path, labels: tuple[str, ...]) -> bool:
    try:
        with path.open("rb") as file:
            line = file.readline(_HEADER_BYTES_MAX).decode("utf-8-sig", errors="replace")
    except OSError:
        return False
    return find_header([(1, line)], labels, (",",)) is not None
