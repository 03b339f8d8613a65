"""A sheet of an Excel workbook as a raw table.

A workbook is unpacked in memory by its library, so its size is bounded first, packed and unpacked. Excel keeps
every number as a double; it is written back as the shortest text that means the same double, which for an amount is
what was typed. A number of sixteen digits or more has lost digits already when Excel saved it; it appears as
`4.2E+27`, which no later check takes for an id or an amount.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING

import pyarrow as pa
import python_calamine

from counterfoil.audit.readers.contract import SetAside, SourceFile
from counterfoil.audit.readers.headers import HEADER_LINES_MAX, normalise, unique_names
from counterfoil.audit.readers.raw_table import Layout, RawTable
from counterfoil.audit.readers.sql_text import fresh_table, identifier
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    import duckdb

#: A workbook may have so many bytes, packed and unpacked.
PACKED_BYTES_MAX = 128 << 20
UNPACKED_BYTES_MAX = 1 << 30

#: Sheets that are looked at for a header.
SHEETS_MAX = 50

#: Whole numbers from here on have lost digits in a double.
EXACT_WHOLE_MAX = 10**15

_BATCH_ROWS = 50_000

Cell = int | float | str | bool | time | date | datetime | timedelta


def cell_text(cell: Cell) -> str | None:
    """Write a cell as text: whole numbers without a point, times in ISO form, nothing for an empty cell."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case int() | float():
            return _number_text(cell)
        case datetime():
            return cell.isoformat(sep=" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return str(cell).strip(" \t\r\n\u00a0\u3000\ufeff\u200b`") or None


def _number_text(number: float) -> str:
    if not isfinite(number):
        return str(number)
    if abs(number) >= EXACT_WHOLE_MAX:
        return f"{number:E}"
    if number == int(number):
        return str(int(number))
    return repr(number)


def open_workbook(source: SourceFile) -> python_calamine.CalamineWorkbook:
    """Open a workbook after its sizes were looked at; BadFile where it is none or too large."""
    if source.size_bytes > PACKED_BYTES_MAX:
        raise _too_large(source, source.size_bytes)
    try:
        if zipfile.is_zipfile(source.path):
            with zipfile.ZipFile(source.path) as archive:
                unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > UNPACKED_BYTES_MAX:
                raise _too_large(source, unpacked)
        return python_calamine.CalamineWorkbook.from_path(source.path)
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadFile(
            file=source.name, expected="an Excel workbook", found=f"a file that is none ({type(error).__name__})"
        ) from error


def _too_large(source: SourceFile, size: int) -> BadFile:
    return BadFile(
        file=source.name,
        expected=f"a workbook of at most {PACKED_BYTES_MAX} bytes ({UNPACKED_BYTES_MAX} unpacked)",
        found=f"{size} bytes",
        advice="Export the sheet as CSV.",
    )


def sheet_rows(source: SourceFile, workbook: python_calamine.CalamineWorkbook, sheet: str) -> Iterator[list[Cell]]:
    """Yield the rows of a sheet from its first row on; BadFile where the sheet cannot be read."""
    try:
        data = workbook.get_sheet_by_name(sheet)
        for _ in range(data.start[0] if data.start else 0):
            yield []
        yield from data.iter_rows()
    except (python_calamine.CalamineError, ValueError) as error:
        raise BadFile(file=source.name, expected=f"a readable sheet {sheet!r}", found=type(error).__name__) from error


def read_excel_table(connection: duckdb.DuckDBPyConnection, source: SourceFile, layout: Layout) -> RawTable:
    """Read the sheet that has the header; `source_line` is the row's number in the sheet."""
    workbook = open_workbook(source)
    names = [layout.sheet] if layout.sheet else workbook.sheet_names[:SHEETS_MAX]
    wanted = {normalise(label) for label in layout.required}
    for name in names:
        if name not in workbook.sheet_names:
            break
        for number, row in enumerate(islice(sheet_rows(source, workbook, name), HEADER_LINES_MAX), start=1):
            labels = [cell_text(cell) or "" for cell in row]
            while labels and not labels[-1]:
                labels.pop()
            if wanted <= {normalise(label) for label in labels}:
                rows = sheet_rows(source, workbook, name)
                return _load(connection, islice(rows, number, None), number, tuple(labels), layout)
    raise BadFile(
        file=source.name,
        expected=f"a sheet with the columns {', '.join(layout.required[:6])}",
        found=f"the sheets {', '.join(workbook.sheet_names[:6])}",
    )


def _load(
    connection: duckdb.DuckDBPyConnection,
    rows: Iterator[list[Cell]],
    header_line: int,
    labels: tuple[str, ...],
    layout: Layout,
) -> RawTable:
    """Load rows batch by batch; rows with cells beyond the header are set aside."""
    names = unique_names(labels)
    kept = [place for place, name in enumerate(names) if layout.keeps(name)]
    table, aside = fresh_table("table"), fresh_table("misfits")
    columns = "".join(f", {identifier(names[place])} VARCHAR" for place in kept)
    connection.execute(f"CREATE TEMP TABLE {table} (source_line BIGINT{columns})")
    connection.execute(f"CREATE TEMP TABLE {aside} (source_line BIGINT, column_name VARCHAR, found VARCHAR)")
    line, total, misfits = header_line, 0, 0
    after: tuple[tuple[int, str], ...] = ()
    while batch := list(islice(rows, _BATCH_ROWS)):
        texts = [(number, [cell_text(cell) for cell in row]) for number, row in enumerate(batch, start=line + 1)]
        line += len(batch)
        filled = [(number, row) for number, row in texts if any(row)]
        filled, after = _before_footer(filled, after, layout)
        good = [(n, row) for n, row in filled if not any(row[len(labels) :])]
        wide = [(n, row) for n, row in filled if any(row[len(labels) :])]
        _insert(connection, table, [names[place] for place in kept], kept, good)
        for number, row in wide:
            connection.execute(f"INSERT INTO {aside} VALUES ({number}, NULL, '{len(row)} cells')")
        total, misfits = total + len(filled), misfits + len(wide)
    found = SetAside(
        reason="wrong_field_count",
        text_en=f"The row has cells beyond the header, which has {len(labels)}.",
        text_zh=f"该行的单元格超出表头（表头为 {len(labels)} 列）。",
        why="quarantined",
        rows=connection.table(aside),
    )
    return RawTable(
        table=table,
        labels=labels,
        names=tuple(names[place] for place in kept),
        header_line=header_line,
        rows=total,
        after=after,
        misfits=(found,) if misfits else (),
    )


Texts = list[tuple[int, list[str | None]]]


def _before_footer(
    rows: Texts, after: tuple[tuple[int, str], ...], layout: Layout
) -> tuple[Texts, tuple[tuple[int, str], ...]]:
    """Part rows from the footer and from comment lines, which are written as one line of text each."""
    kept: Texts = []
    in_footer = any(text.startswith(layout.footers) for _, text in after) if layout.footers else False
    found = list(after)
    for number, row in rows:
        first = next((text for text in row if text), "") or ""
        in_footer = in_footer or bool(layout.footers and first.startswith(layout.footers))
        if in_footer or (layout.comment and first.startswith(layout.comment)):
            found.append((number, ",".join(text or "" for text in row)))
        else:
            kept.append((number, row))
    return kept, tuple(found)


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], kept: Sequence[int], rows: Texts
) -> None:
    """Insert a batch as columns."""
    if not rows:
        return
    columns = [pa.array([number for number, _ in rows], pa.int64())]
    columns += [pa.array([row[place] if place < len(row) else None for _, row in rows], pa.string()) for place in kept]
    batch = pa.Table.from_arrays(columns, names=["source_line", *names])
    connection.from_arrow(batch).insert_into(table)
