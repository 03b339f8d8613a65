"""A text as a temporary table of numbered lines or records, read by DuckDB's parallel CSV scanner.

One column, no quoting: what a line means is decided later. Only where a quoted value holds a line end does a
record span lines; then Python's own CSV reader joins them, in a stream.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from counterfoil.audit.readers.contract import SourceFile
from counterfoil.audit.readers.decoding import UNIT, PlainText
from counterfoil.audit.readers.sql_text import fresh_table, literal
from counterfoil.errors import BadFile, Bug

#: The longest line that is read, in bytes.
LINE_BYTES_MAX = 2 << 20

#: A quoted value may span so many lines; more means that a quote was never closed.
RECORD_LINES_MAX = 1000

#: Records keep `UNIT` between their fields, so their lines are loaded with another character as delimiter.
_NOT_UNIT = "\x1e"


def load_lines(
    connection: duckdb.DuckDBPyConnection, source: SourceFile, text: PlainText, *, delimiter: str = UNIT
) -> str:
    """Load the lines of a text into a temporary table (`source_line`, `line`) and return its name.

    `delimiter` is a character that the text does not have, so that a line stays one value.
    """
    table = fresh_table("lines")
    end = "\\r\\n" if text.line_end == "\r\n" else "\\n"
    scan = f"""
        read_csv({literal(str(text.path))}, columns = {{'line': 'VARCHAR'}}, auto_detect = false, header = false,
                 delim = '{delimiter}', quote = '', escape = '', comment = '', new_line = '{end}',
                 max_line_size = {LINE_BYTES_MAX}, strict_mode = false, null_padding = false, skip = 0)
    """
    try:
        connection.execute(f"CREATE TEMP TABLE {table} AS SELECT row_number() OVER () AS source_line, line FROM {scan}")
    except duckdb.Error as error:
        raise _unreadable(source, str(error)) from None  # DuckDB's text repeats the line, which may be personal
    loaded = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    if loaded is None or loaded[0] != text.lines:
        raise Bug(f"{source.name}: {text.lines} lines were counted and {loaded} were loaded")
    return table


def _unreadable(source: SourceFile, message: str) -> BadFile:
    line = re.search(r"Line: (\d+)", message)
    where = f"line {line[1]}" if line else "a line"
    if "maximum line size" in message.lower() or "max_line_size" in message.lower():
        return BadFile(file=source.name, expected=f"lines of at most {LINE_BYTES_MAX} bytes", found=f"more in {where}")
    return BadFile(file=source.name, expected="lines of text", found=f"something else in {where}")


def has_open_quotes(
    connection: duckdb.DuckDBPyConnection, lines: str, after_line: int, *, unless_begins: str = ""
) -> bool:
    """Say whether any line has an odd number of double quotes, so that a record may span lines.

    Lines that begin with `unless_begins` are taken apart otherwise, and a quote in them is a character.
    """
    begins = f"AND NOT starts_with(ltrim(line), {literal(unless_begins)})" if unless_begins else ""
    row = connection.execute(
        f"""
        SELECT count(*) FROM {lines}
        WHERE source_line > {after_line} AND (length(line) - length(replace(line, '"', ''))) % 2 = 1 {begins}
        """
    ).fetchone()
    return row is not None and row[0] > 0


def load_records(
    connection: duckdb.DuckDBPyConnection, source: SourceFile, text: PlainText, delimiter: str, header_line: int
) -> str:
    """Load the records behind the header, joined over line ends, with fields separated by `UNIT`."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-") as folder:
        path = Path(folder) / "records"
        count = 0
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for record in _records(source, text, delimiter, header_line):
                count += file.write(record) > 0
        joined = load_lines(connection, source, PlainText(path=path, line_end="\n", lines=count), delimiter=_NOT_UNIT)
    table = fresh_table("records")
    connection.execute(
        f"""
        CREATE TEMP TABLE {table} AS
        SELECT CAST(split_part(line, '{UNIT}', 1) AS BIGINT) AS source_line,
               substr(line, length(split_part(line, '{UNIT}', 1)) + 2) AS line
        FROM {joined}
        """
    )
    connection.execute(f"DROP TABLE {joined}")
    return table


def _records(source: SourceFile, text: PlainText, delimiter: str, header_line: int) -> Iterator[str]:
    """Yield `line number, fields` for each record behind the header."""
    with text.path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(header_line):
            next(file, None)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        before = 0
        try:
            for fields in reader:
                if fields:
                    parts = (re.sub(r"[\x1e\x1f\r\n]+", " ", field) for field in fields)
                    yield UNIT.join((str(header_line + before + 1), *parts)) + "\n"
                if reader.line_num - before > RECORD_LINES_MAX:
                    raise _unclosed(source, header_line + before + 1)
                before = reader.line_num
        except csv.Error as error:
            raise _unclosed(source, header_line + before + 1) from error


def _unclosed(source: SourceFile, line: int) -> BadFile:
    found = f"a record that begins in line {line} and whose quotes do not match"
    return BadFile(file=source.name, expected="every double quote closed", found=found)
