"""When a message of ISO 8583 was sent: its dates have no year (MMDD), and its clocks are two.

DE 7 is UTC, DE 12 and 13 are the terminal's own time. The year is that of a date with a year in the same row (DE 15 or
a column of its own), moved where the two lie on different sides of New Year; else the one that the user names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.times import instant_sql, local_sql, utc_sql
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    import duckdb

    from counterfoil.audit.readers.contract import ReadOptions, SourceFile
    from counterfoil.audit.readers.spellings import SpelledTable

_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S")
_WITHOUT_YEAR = "regexp_full_match({0}, '[0-9]{{9,10}}')"

#: Two months so far apart lie on different sides of New Year.
_MONTHS_APART = 6


def refuse_untimed(
    connection: duckdb.DuckDBPyConnection, source: SourceFile, table: SpelledTable, options: ReadOptions
) -> None:
    """Raise BadFile where no row can have a time: no zone for a local one, or no year anywhere."""
    if not table.has("7") and options.time_zone is None:
        raise BadFile(
            file=source.name,
            expected="DE 7, which is UTC, or --time-zone for the local time of DE 12 and 13",
            found="neither",
        )
    if options.year is not None:
        return
    whole = f"{table.column('7')} IS NOT NULL AND NOT {_WITHOUT_YEAR.format(table.column('7'))}"
    row = connection.execute(
        f"SELECT count(*), count(*) FILTER ({anchor_sql(table)} IS NOT NULL OR ({whole})) FROM {table.raw.table}"
    ).fetchone() or (0, 0)
    if row[0] and not row[1]:
        raise BadFile(
            file=source.name,
            expected="a year: in DE 15, in a column such as business_date, or from --year",
            found="dates of month and day alone",
            advice="Name it, for example with --year 2026.",
        )


def anchor_sql(table: SpelledTable) -> str:
    """Return SQL for a date with its year that stands in the row, or null."""
    dates = [_date_sql(table.column(element)) for element in ("15", "dated")]
    return f"coalesce({', '.join(dates)})"


def occurred_sql(table: SpelledTable, options: ReadOptions) -> str:
    """Return SQL for the moment of a message in UTC, or null."""
    sent = table.column("7")
    short = _moment_sql(f"lpad({sent}, 10, '0')", table, options)
    utc = f"CASE WHEN {_WITHOUT_YEAR.format(sent)} THEN {short} ELSE {instant_sql(sent, 'UTC')} END"
    if options.time_zone is None or not table.has("12", "13"):
        return utc
    local = _moment_sql(f"lpad({table.column('13')}, 4, '0') || lpad({table.column('12')}, 6, '0')", table, options)
    return f"coalesce({utc}, {utc_sql(local, options.time_zone)})"


def settled_sql(table: SpelledTable, options: ReadOptions) -> str:
    """Return SQL for the day of settlement, or null."""
    day = table.column("15")
    short = _moment_sql(f"lpad({day}, 4, '0') || '000000'", table, options)
    return f"CASE WHEN regexp_full_match({day}, '[0-9]{{3,4}}') THEN CAST({short} AS DATE) ELSE {_date_sql(day)} END"


def _date_sql(column: str) -> str:
    """Return SQL for a date that has its year: `2026-03-01`, `20260301`, `260301`; null for any other text."""
    six = f"regexp_full_match({column}, '[0-9]{{6}}')"
    eight = f"length({column}) >= 8"
    text = f"CASE WHEN {six} THEN '20' || {column} WHEN {eight} THEN {column} END"
    return f"CAST({local_sql(text, _DATES)} AS DATE)"


def _moment_sql(digits: str, table: SpelledTable, options: ReadOptions) -> str:
    """Return SQL for MMDDhhmmss as a TIMESTAMP in the year of the row."""
    month = f"TRY_CAST(left({digits}, 2) AS INTEGER)"
    apart = f"({month} - month({anchor_sql(table)}))"
    moved = f"CASE WHEN {apart} > {_MONTHS_APART} THEN -1 WHEN {apart} < -{_MONTHS_APART} THEN 1 ELSE 0 END"
    year = f"coalesce(year({anchor_sql(table)}) + {moved}, {options.year if options.year is not None else 'NULL'})"
    return f"CAST(try_strptime(CAST({year} AS VARCHAR) || {digits}, '%Y%m%d%H%M%S') AS TIMESTAMP)"
