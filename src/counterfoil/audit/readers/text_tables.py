"""Delimited text as a raw table: header found by content, comment and footer lines kept apart, lines counted.

The work is done on columns in DuckDB. A row with another number of fields than the header is set aside with its
line; nothing is dropped in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.audit.readers.contract import SetAside, SourceFile
from counterfoil.audit.readers.decoding import UNIT, PlainText, plain_text, read_beginning
from counterfoil.audit.readers.headers import HEADER_LINES_MAX, find_header, normalise, split_labels, unique_names
from counterfoil.audit.readers.numbered_lines import has_open_quotes, load_lines, load_records
from counterfoil.audit.readers.raw_table import Layout, RawTable
from counterfoil.audit.readers.sql_text import fresh_table, identifier, literal
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    import duckdb

#: So many comment and footer lines are handed to the reader; a footer is two lines long.
AFTER_LINES_MAX = 1000

#: What stands around values and means nothing: spaces of all widths, tabs, line ends, a byte-order mark.
_BLANKS = " \t\r\n\u00a0\u3000\ufeff\u200b"

#: Marks that may stand before the first label of a footer.
_MARKS = "`" + '"'

#: A helping column; no label has a normal form that begins with a space.
_MISFIT = '" fields"'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What is read, and how its header stands."""

    connection: duckdb.DuckDBPyConnection
    source: SourceFile
    layout: Layout
    header_line: int
    delimiter: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """The lines or records of a table, and how a line is taken apart."""

    table: str
    fields: str
    header_line: int
    delimiter: str


def read_text_table(connection: duckdb.DuckDBPyConnection, source: SourceFile, layout: Layout) -> RawTable:
    """Read a delimited text; BadFile where there is no header or a quote is never closed."""
    if source.size_bytes == 0:
        raise BadFile(file=source.name, expected=f"a table with {_some(layout)}", found="an empty file")
    beginning = read_beginning(source, HEADER_LINES_MAX)
    found = find_header(beginning, layout.required, layout.delimiters)
    if found is None:
        raise BadFile(
            file=source.name,
            expected=f"a header line with {_some(layout)}",
            found=_nearest(beginning, layout),
        )
    header_line, delimiter, labels = found
    job = _Job(
        connection=connection,
        source=source,
        layout=layout,
        header_line=header_line,
        delimiter=delimiter,
        labels=labels,
    )
    with plain_text(source) as text:
        lines = load_lines(connection, source, text)
        body = _body(job, text, lines)
    footer_line = _footer_line(job, lines)
    split = _split(job, body, footer_line)
    after = _after(job, lines, footer_line)
    for used in {lines, body.table}:
        connection.execute(f"DROP TABLE {used}")
    return RawTable(
        table=split.table,
        labels=labels,
        names=split.names,
        header_line=header_line,
        rows=split.rows,
        before=tuple(line for line in beginning if line[0] < header_line),
        after=after,
        misfits=split.misfits,
    )


def _some(layout: Layout) -> str:
    return ", ".join(layout.required[:6])


def _nearest(beginning: list[tuple[int, str]], layout: Layout) -> str:
    """Say which line is most like the header that was looked for, and what it lacks."""
    wanted = {normalise(label): label for label in layout.required}
    best: tuple[int, int, str] | None = None
    for number, line in beginning:
        for delimiter in layout.delimiters:
            there = {normalise(label) for label in split_labels(line, delimiter)} & set(wanted)
            if there and (best is None or len(there) > best[0]):
                missing = ", ".join(label for name, label in wanted.items() if name not in there)
                best = (len(there), number, missing)
    if best is None:
        return f"none in the first {len(beginning)} lines"
    return f"the nearest in line {best[1]}, without {best[2]}"


def _footer_line(job: _Job, lines: str) -> int | None:
    """Return the line at which the footer begins."""
    if not job.layout.footers:
        return None
    bare = f"ltrim(line, {literal(_BLANKS + _MARKS)})"
    begins = " OR ".join(f"starts_with({bare}, {literal(label)})" for label in job.layout.footers)
    row = job.connection.execute(
        f"SELECT min(source_line) FROM {lines} WHERE source_line > {job.header_line} AND ({begins})"
    ).fetchone()
    return None if row is None else row[0]


def _body(job: _Job, text: PlainText, lines: str) -> _Body:
    """Choose how lines are taken apart: at delimiters, around quotes, or record by record."""
    delimiter = job.delimiter
    tick = "`" if job.layout.back_ticks else ""
    if job.layout.quoted and has_open_quotes(job.connection, lines, job.header_line, unless_begins=tick):
        records = load_records(job.connection, job.source, text, delimiter, job.header_line)
        return _Body(table=records, fields=f"string_split(line, '{UNIT}')", header_line=0, delimiter=UNIT)
    fields = _quoted_fields(delimiter) if job.layout.quoted else f"string_split(line, {literal(delimiter)})"
    if job.layout.back_ticks:
        ticked = f"string_split(substr(ltrim(line, {literal(_BLANKS)}), 2), {literal(delimiter + '`')})"
        begins = f"starts_with(ltrim(line, {literal(_BLANKS)}), '`')"
        plain = f"list_transform({fields}, lambda f: trim(f, {literal(_BLANKS + '`')}))"
        fields = f"CASE WHEN {begins} AND len({ticked}) = {len(job.labels)} THEN {ticked} ELSE {plain} END"
    return _Body(table=lines, fields=fields, header_line=job.header_line, delimiter=delimiter)


def _quoted_fields(delimiter: str) -> str:
    """Return SQL that takes a line with balanced quotes apart; a quote inside a bare value is a character."""
    one = re.escape(delimiter)
    pattern = f'{one}("(?:[^"]|"")*"[^{one}]*|[^{one}]*)'
    bare = "replace(substr(f, 2, length(f) - 2), '\"\"', '\"')"
    opened = """starts_with(f, '"') AND ends_with(f, '"') AND length(f) > 1"""
    found = f"regexp_extract_all({literal(delimiter)} || line, {literal(pattern)}, 1)"
    return f"""
        CASE WHEN contains(line, '"')
             THEN list_transform({found}, lambda f: CASE WHEN {opened} THEN {bare} ELSE f END)
             ELSE string_split(line, {literal(delimiter)}) END
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class _Split:
    """What splitting gave."""

    table: str
    names: tuple[str, ...]
    rows: int
    misfits: tuple[SetAside, ...]


def _split(job: _Job, body: _Body, footer_line: int | None) -> _Split:
    """Take every line apart into a temporary table of the columns that are kept."""
    connection, layout, labels = job.connection, job.layout, job.labels
    all_names = unique_names(labels)
    kept = [(place, name) for place, name in enumerate(all_names, start=1) if layout.keeps(name)]
    cells = "".join(f", nullif(fields[{place}], '') AS {identifier(name)}" for place, name in kept)
    table, width = fresh_table("table"), len(labels)
    surplus = f"len(fields) > {width} AND len(list_filter(fields[{width + 1}:], lambda f: f <> '')) > 0"
    connection.execute(
        f"""
        CREATE TEMP TABLE {table} AS
        SELECT source_line{cells},
               CASE WHEN len(fields) < {width} OR ({surplus}) THEN len(fields) END AS {_MISFIT}
        FROM (
            SELECT source_line, {_bare_sql("fields", body.delimiter)} AS fields
            FROM (
                SELECT source_line, line, {body.fields} AS fields
                FROM {body.table} WHERE {_is_row(body, footer_line, layout)}
            )
        )
        """
    )
    rows, misfits = connection.execute(f"SELECT count(*), count({_MISFIT}) FROM {table}").fetchone() or (0, 0)
    aside = (_misfits(connection, table, len(labels)),) if misfits else ()
    connection.execute(f"ALTER TABLE {table} DROP COLUMN {_MISFIT}")
    return _Split(table=table, names=tuple(name for _, name in kept), rows=rows, misfits=aside)


def _bare_sql(fields: str, delimiter: str) -> str:
    """Return SQL that takes blanks off the values of a line that has any at an edge; trimming all costs the most."""
    blanks, one = re.escape(_BLANKS.replace(delimiter, "")), re.escape(delimiter)
    edge = f'(?:^|{one})["`]*[{blanks}]|[{blanks}]"*(?:{one}|$)'
    if delimiter in _BLANKS:  # a tab inside quotes is a blank, between tabs too
        edge += f'|(?:^|{one})["`]+{one}|{one}"+(?:{one}|$)'
    bare = f"list_transform({fields}, lambda f: trim(f, {literal(_BLANKS)}))"
    return f"CASE WHEN regexp_matches(line, {literal(edge)}) THEN {bare} ELSE {fields} END"


def _is_row(body: _Body, footer_line: int | None, layout: Layout) -> str:
    """Return the condition for a line that is a row of the table."""
    nothing = literal(_BLANKS + body.delimiter)  # a line of bare delimiters is what Excel makes of a blank row
    conditions = [f"source_line > {body.header_line}", f"trim(line, {nothing}) <> ''"]
    if footer_line is not None:
        conditions.append(f"source_line < {footer_line}")
    if layout.comment:
        conditions.append(f"NOT starts_with(ltrim(line, {literal(_BLANKS)}), {literal(layout.comment)})")
    return " AND ".join(conditions)


def _misfits(connection: duckdb.DuckDBPyConnection, table: str, width: int) -> SetAside:
    """Move rows with a wrong number of fields out of the table."""
    aside = fresh_table("misfits")
    connection.execute(
        f"""
        CREATE TEMP TABLE {aside} AS
        SELECT source_line, CAST(NULL AS VARCHAR) AS column_name,
               concat({_MISFIT}, ' fields, not {width}') AS found
        FROM {table} WHERE {_MISFIT} IS NOT NULL
        """
    )
    connection.execute(f"DELETE FROM {table} WHERE {_MISFIT} IS NOT NULL")
    return SetAside(
        reason="wrong_field_count",
        text_en=f"The row has another number of fields than the header, which has {width}.",
        text_zh=f"该行的字段数与表头不一致（表头为 {width} 列）。",
        why="quarantined",
        rows=connection.table(aside),
    )


def _after(job: _Job, lines: str, footer_line: int | None) -> tuple[tuple[int, str], ...]:
    """Return the footer and the comment lines behind the header, without blank ones."""
    conditions = ["FALSE"]
    if footer_line is not None:
        conditions.append(f"source_line >= {footer_line}")
    if job.layout.comment:
        conditions.append(f"starts_with(ltrim(line, {literal(_BLANKS)}), {literal(job.layout.comment)})")
    rows = job.connection.execute(
        f"""
        SELECT source_line, line FROM {lines}
        WHERE source_line > {job.header_line} AND trim(line, {literal(_BLANKS)}) <> '' AND ({" OR ".join(conditions)})
        ORDER BY source_line LIMIT {AFTER_LINES_MAX}
        """
    ).fetchall()
    return tuple((number, line) for number, line in rows)
