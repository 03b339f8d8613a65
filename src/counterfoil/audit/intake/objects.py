"""NDJSON books: one JSON object a line, taken apart by DuckDB; a line that is none is quarantined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from counterfoil.audit.intake import sql
from counterfoil.audit.intake.blocks import Layout, LineNumbers, blocks
from counterfoil.audit.intake.delimited import TextRead
from counterfoil.audit.intake.sniffing import REPLACEMENT
from counterfoil.books.format import Kind, Table

if TYPE_CHECKING:
    import duckdb

    from counterfoil.audit.intake.decoding import PlainText
    from counterfoil.audit.intake.recognition import NativeBook
    from counterfoil.audit.intake.segments import Segments

#: No line of JSON holds this sign as it is, so a line is one column.
_NO_DELIMITER = "\x1f"

#: A number in JSON is read as a binary float; one with more digits than this may not be what was written.
_FLOAT_DIGITS_MAX = 15

_LINES = "intake_lines"


def read(
    connection: duckdb.DuckDBPyConnection,
    book: NativeBook,
    text: PlainText,
    segments: Segments,
    *,
    file_no: int,
    name: str,
) -> TextRead:
    """Read an NDJSON book into segments; BadFile where a line is longer than any record may be."""
    layout = Layout(
        name=name,
        path=text.path,
        first_byte=text.mark_bytes,
        first_line=1,
        width=1,
        delimiter=_NO_DELIMITER,
        quotes=False,
    )
    lines = LineNumbers(first=layout.first_line)
    rows = blank = 0
    given: set[str] = set()
    for batch in blocks(layout, lines):
        numbers = pa.array(lines.of_good(np.zeros(batch.num_rows, dtype=np.int64)))
        empty = pc.match_substring_regex(batch.column(0), r"^\s*$")
        filled = pc.invert(pc.fill_null(empty, True))
        written = pa.table({"line": batch.column(0).filter(filled), "source_line": numbers.filter(filled)})
        blank += batch.num_rows - written.num_rows
        rows += written.num_rows
        connection.register(_LINES, written)
        try:
            given |= _take_apart(connection, book, segments, file_no=file_no, damaged=text.damaged)
        finally:
            connection.unregister(_LINES)
    broken = [(line, "broken_json", "") for line, _ in lines.of_broken()]
    segments.lay_aside(broken, file_no=file_no)
    return TextRead(rows=rows + len(broken), blank_lines=blank, given=frozenset(given))


def _take_apart(
    connection: duckdb.DuckDBPyConnection, book: NativeBook, segments: Segments, *, file_no: int, damaged: bool
) -> set[str]:
    """Hand the cells of the registered lines to the segments; return the keys that were met."""
    columns = tuple(book.columns)
    paths = sql.texts(map(_path, book.columns.values()))
    cells = ", ".join(f"list_extract(cells, {place}) AS c{place}" for place, _ in enumerate(columns, 1))
    apart: pa.Table = connection.execute(
        f"""
        WITH read AS (
            SELECT line, source_line, json_valid(line) AND starts_with(ltrim(line), '{{') AS whole FROM {_LINES}
        ), apart AS (
            SELECT *, CASE WHEN whole THEN json_extract_string(line, [{paths}]) END AS cells FROM read
        )
        SELECT source_line, {_flaw(segments.table, book.columns, damaged=damaged)} AS flaw, {cells} FROM apart
        """
    ).to_arrow_table()
    flawed = apart.filter(pc.is_valid(apart["flaw"])).select(["source_line", "flaw"]).to_pydict()
    segments.lay_aside(
        [(line, flaw, "") for line, flaw in zip(flawed["source_line"], flawed["flaw"], strict=True)], file_no=file_no
    )
    for batch in apart.filter(pc.is_null(apart["flaw"])).to_batches():
        segments.add(
            {column: batch.column(f"c{place}") for place, column in enumerate(columns, 1)},
            file_no=file_no,
            lines=batch.column("source_line"),
        )
    keys = connection.execute(
        f"SELECT DISTINCT unnest(CASE WHEN json_valid(line) THEN json_keys(line) END) FROM {_LINES}"
    )
    return {key for (key,) in keys.fetchall()}


def _path(key: str) -> str:
    return f'$."{key}"'


def _flaw(table: Table, given: Mapping[str, str], *, damaged: bool) -> str:
    """Return the SQL that names what is wrong with a whole line.

    Asking for the type of a value parses the line again, so it is asked only where the text leaves a doubt.
    """
    nested, imprecise = [], []
    for place, (column, key) in enumerate(given.items(), 1):
        cell, kind = f"list_extract(cells, {place})", f"json_type(line, {sql.text(_path(key))})"
        nested.append(f"CASE WHEN left({cell}, 1) IN ('{{', '[') THEN {kind} IN ('OBJECT', 'ARRAY') END")
        if table.column(column).kind is Kind.DECIMAL:
            digits = f"length(regexp_replace({cell}, '[^0-9]', '', 'g'))"
            imprecise.append(f"CASE WHEN {digits} > {_FLOAT_DIGITS_MAX} THEN {kind} = 'DOUBLE' END")
    undecodable = f"contains(line, '{REPLACEMENT}')" if damaged else "FALSE"
    return f"""
        CASE WHEN {undecodable} THEN 'undecodable_text'
             WHEN NOT whole THEN 'broken_json'
             WHEN {sql.either(nested)} THEN 'nested_value'
             WHEN {sql.either(imprecise)} THEN 'bad_number' END
    """
