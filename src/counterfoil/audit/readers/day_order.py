"""Whether the dates of a file put the day or the month first, decided once for the whole file.

A date whose first or second part is above twelve proves the order. Where no date does, the header's words may say
which country's export it is. Where they do not either, the file is refused: a guess could move every row by months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.readers.times import DAY_FIRST_FORMATS, ISO_FORMATS, MONTH_FIRST_FORMATS
from counterfoil.errors import BadFile

if TYPE_CHECKING:
    import duckdb

    from counterfoil.audit.readers.contract import SourceFile
    from counterfoil.audit.readers.raw_table import RawTable

_PARTS = r"^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-][0-9]{2,4}$"
_REMARKS = {
    True: ("Days were read as day/month/year.", "日期按“日/月/年”读取。"),
    False: ("Days were read as month/day/year.", "日期按“月/日/年”读取。"),
}


def day_order(
    connection: duckdb.DuckDBPyConnection, source: SourceFile, table: RawTable, date: str, *, header: bool | None
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return the formats of the file's times, and a remark where there was a choice.

    `date` is SQL over the table; `header` says whether the header's words stand for day first, None where they are
    silent. BadFile where nothing decides.
    """
    row = connection.execute(
        f"""
        SELECT count(*) FILTER (TRY_CAST(p.a AS INTEGER) > 12), count(*) FILTER (TRY_CAST(p.b AS INTEGER) > 12),
               count(*) FILTER (p.a <> ''), count(*) FILTER (p.a <> '' AND contains(date, '.'))
        FROM (SELECT {date} AS date, regexp_extract({date}, '{_PARTS}', ['a', 'b']) AS p FROM {table.table})
        """
    ).fetchone() or (0, 0, 0, 0)
    day_proofs, month_proofs, dates, dotted = row
    if not dates:
        return ISO_FORMATS, ()
    if day_proofs != month_proofs:
        day_first = day_proofs > month_proofs
    elif dotted == dates:
        day_first = True
    elif header is not None:
        day_first = header
    else:
        raise BadFile(
            file=source.name,
            expected="a date whose day is above 12, which shows whether day or month comes first",
            found="none",
            advice="Export a longer period, so that one day after the 12th is in it.",
        )
    return (DAY_FIRST_FORMATS if day_first else MONTH_FIRST_FORMATS), (_REMARKS[day_first],)
