"""Which way round the days of an Online Retail file are written.

The file as published counts in Excel's days; people saved it as CSV in many ways. One format is chosen for the whole
file: ISO where it fits, else the one of day-first and month-first that understands more rows, else the one that puts
more rows into the period of the published set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.times import DAY_FIRST_FORMATS, ISO_FORMATS, MONTH_FIRST_FORMATS, local_sql

if TYPE_CHECKING:
    import duckdb

    from counterfoil.audit.readers.raw_table import RawTable

#: The first and the last moment of the published set, London time.
FIRST, LAST = "2010-12-01 00:00:00", "2011-12-10 00:00:00"

_DAY_FIRST_REMARK = (
    "Days were read as day/month/year, which fits this file better than month/day/year.",
    "日期按“日/月/年”读取，比“月/日/年”更符合本文件。",
)
_MONTH_FIRST_REMARK = (
    "Days were read as month/day/year, which fits this file at least as well as day/month/year.",
    "日期按“月/日/年”读取，与本文件的符合程度不低于“日/月/年”。",
)


def choose_formats(
    connection: duckdb.DuckDBPyConnection, table: RawTable
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return the formats to read the times with, and a remark where there was a choice."""
    column = table.column("InvoiceDate")
    texts = f"(SELECT {column} AS text, count(*) AS rows FROM {table.table} WHERE {column} IS NOT NULL GROUP BY 1)"
    iso = _fit(connection, texts, ISO_FORMATS)
    if iso[0] == iso[2]:
        return ISO_FORMATS, ()
    day_first = _fit(connection, texts, DAY_FIRST_FORMATS)
    month_first = _fit(connection, texts, MONTH_FIRST_FORMATS)
    if max(day_first, month_first)[0] <= iso[0]:
        return ISO_FORMATS, ()
    if day_first > month_first:
        return DAY_FIRST_FORMATS, (_DAY_FIRST_REMARK,)
    return MONTH_FIRST_FORMATS, (_MONTH_FIRST_REMARK,)


def _fit(connection: duckdb.DuckDBPyConnection, texts: str, formats: tuple[str, ...]) -> tuple[int, int, int]:
    """Return how many rows a list of formats understands, how many of them lie in the period, and all rows."""
    row = connection.execute(
        f"""
        SELECT coalesce(sum(rows) FILTER (moment IS NOT NULL), 0),
               coalesce(sum(rows) FILTER (moment >= TIMESTAMP '{FIRST}' AND moment < TIMESTAMP '{LAST}'), 0),
               coalesce(sum(rows), 0)
        FROM (SELECT rows, {local_sql("text", formats)} AS moment FROM {texts})
        """
    ).fetchone() or (0, 0, 0)
    return row[0], row[1], row[2]
