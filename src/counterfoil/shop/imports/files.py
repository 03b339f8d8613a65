"""CSV and Excel files as rows of text with the line that each stands in. What was sniffed or opened is the audit's.

A file that cannot be used to its end is one line of BadFile, and nothing of it is taken.
"""

from __future__ import annotations

import csv
import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from counterfoil.audit.intake.decoding import settle
from counterfoil.audit.intake.limits import FIELD_BYTES_MAX, MEBIBYTE, WORKBOOK_CELLS_MAX_LIVE
from counterfoil.audit.intake.sniffing import BINARY, sample_of
from counterfoil.audit.intake.workbooks import refuse_huge_workbook
from counterfoil.audit.readers.contract import SourceFile
from counterfoil.audit.readers.excel_tables import cell_text, open_workbook, sheet_rows
from counterfoil.errors import BadFile

BYTES_MAX = 64 * MEBIBYTE
ROWS_MAX = 500_000
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """A file as text."""

    name: str
    digest: bytes
    header: tuple[str, ...]
    #: Line and cells; a line without any value is no row.
    rows: tuple[tuple[int, tuple[str, ...]], ...] = field(repr=False)


def read_file(path: Path) -> RawFile:
    """Read a file as a whole; BadFile where it is too large, damaged or no table."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise BadFile(file=path.name, expected="a file", found=error.strerror or "none") from error
    if size > BYTES_MAX:
        found = f"{size >> 20} MiB"
        raise BadFile(file=path.name, expected=f"at most {BYTES_MAX >> 20} MiB", found=found, advice="Split it.")
    sample = sample_of(path, path.name, cells_max=WORKBOOK_CELLS_MAX_LIVE)
    lines = _workbook(path) if sample.encoding == BINARY else _text(path, sample.encoding)
    filled = ((line, cells) for line, cells in lines if any(cell.strip() for cell in cells))
    _, header = next(filled, (0, ()))
    if not header:
        raise BadFile(file=path.name, expected="a header and rows", found="none")
    rows: list[tuple[int, tuple[str, ...]]] = []
    for row in filled:
        rows.append(row)
        if len(rows) > ROWS_MAX:
            raise BadFile(file=path.name, expected=f"at most {ROWS_MAX} rows", found="more", advice="Split it.")
    return RawFile(name=path.name, digest=hashlib.sha256(path.read_bytes()).digest(), header=header, rows=tuple(rows))


def _text(path: Path, guess: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    settled = settle(path, guess)
    if settled.damaged:
        raise BadFile(
            file=path.name,
            expected=f"text in {settled.encoding}",
            found="bytes that are none",
            advice="Save it as CSV in UTF-8.",
        )
    csv.field_size_limit(FIELD_BYTES_MAX)
    with path.open(encoding=settled.encoding, newline="") as file:
        first = next((line for line in file if line.strip()), "")
        file.seek(0)
        delimiter = max(_DELIMITERS, key=first.count)
        rows = csv.reader(file, delimiter=delimiter, strict=True)
        before = 0
        try:
            for cells in rows:
                yield before + 1, tuple(cells)
                before = rows.line_num
        except csv.Error as error:
            raise BadFile(file=path.name, expected="rows of CSV", found=f"{error} near line {rows.line_num}") from error


def _workbook(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    source = SourceFile(name=path.name, path=path, encoding=BINARY, size_bytes=path.stat().st_size)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            refuse_huge_workbook(archive, path.name)
    workbook = open_workbook(source)
    if not workbook.sheet_names:
        raise BadFile(file=path.name, expected="a workbook with a sheet", found="none")
    for line, row in enumerate(sheet_rows(source, workbook, workbook.sheet_names[0]), start=1):
        yield line, tuple(cell_text(cell) or "" for cell in row)
