"""What a workbook would take to read: its size unpacked, and the square that its cells span.

The library that reads workbooks holds every cell between a sheet's first and last one in memory, the empty ones too;
one stray cell in the last corner of a sheet would ask for half a terabyte. So it is measured first, from the bytes of
the sheets and not from what a workbook says of itself, and the answer names what is wrong. This is for whoever has a
stray cell; a file that was written to do harm is left to `workbook_trial`.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence

from counterfoil.audit.intake.limits import (
    MEBIBYTE,
    RATIO_FREE_BYTES,
    RATIO_MAX,
    WORKBOOK_BYTES_MAX,
    WORKBOOK_CELLS_MAX,
)
from counterfoil.errors import BadFile

#: Members that every workbook of the Office formats has.
_WORKBOOK_MEMBERS = ("[Content_Types].xml", "mimetype")

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
#: A cell with something in it; one that has only a format takes no room.
_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br=[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"'][^<>]*(?<!/)>")
#: The beginning of a cell that may be cut in two by the end of a chunk is no longer than this.
_OVERLAP_BYTES = 256
_LETTERS = 26


def is_workbook(members: Sequence[zipfile.ZipInfo]) -> bool:
    """Say whether an archive is a workbook."""
    return any(info.filename in _WORKBOOK_MEMBERS for info in members)


def refuse_huge_workbook(archive: zipfile.ZipFile, name: str) -> None:
    """Raise BadFile for a workbook that would take more memory than a workbook may."""
    members = archive.infolist()
    unpacked = sum(info.file_size for info in members)
    packed = sum(info.compress_size for info in members)
    if unpacked > WORKBOOK_BYTES_MAX or (unpacked > RATIO_FREE_BYTES and unpacked > RATIO_MAX * max(packed, 1)):
        raise BadFile(
            file=name,
            expected=f"a workbook of at most {WORKBOOK_BYTES_MAX >> 20} MiB unpacked",
            found=f"{unpacked >> 20} MiB",
            advice="Save its sheet as CSV.",
        )
    for info in members:
        if _SHEET.fullmatch(info.filename) is None:
            continue
        rows, columns = _span(archive, info)
        if rows * columns > WORKBOOK_CELLS_MAX:
            raise too_many_cells(name, rows, columns, cells_max=WORKBOOK_CELLS_MAX)


def too_many_cells(name: str, rows: int, columns: int, *, cells_max: int) -> BadFile:
    """Make the error of a workbook with a sheet that spans too much."""
    return BadFile(
        file=name,
        expected=f"a sheet of at most {cells_max:,} cells, empty ones between others too",
        found=f"one of {rows:,} rows by {columns:,} columns",
        advice="Delete the stray cells, or save its sheet as CSV.",
    )


def _span(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[int, int]:
    """Return over how many rows and columns the cells of a sheet are spread."""
    rows, columns = set[int](), set[bytes]()
    for piece in _pieces(archive, info):
        found = _CELL.findall(piece)
        columns.update({letters for letters, _ in found})
        numbers = [int(number) for _, number in found]
        if numbers:
            rows |= {min(numbers), max(numbers)}
    if not rows:
        return 0, 0
    places = [_place(letters) for letters in columns]
    return max(rows) - min(rows) + 1, max(places) - min(places) + 1


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give the bytes of a sheet in chunks that begin with the end of the one before."""
    before = b""
    with archive.open(info) as packed:
        while chunk := packed.read(MEBIBYTE):
            yield before + chunk
            before = chunk[-_OVERLAP_BYTES:]


def _place(letters: bytes) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    place = 0
    for letter in letters.upper():
        place = place * _LETTERS + letter - ord("A") + 1
    return place
