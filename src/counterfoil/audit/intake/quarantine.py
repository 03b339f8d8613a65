"""The quarantine: rows that break the format, with file, line, column and reason.

What was found is shown only as far as it can be nobody's: keys and free text are masked whole, long runs of digits
and mail addresses wherever they stand. A row stands here at most once for each table that it was meant for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from counterfoil.audit.intake import sql
from counterfoil.audit.intake.limits import FOUND_LENGTH_MAX
from counterfoil.books.format import Column, Kind

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

#: The schema in which the intake keeps what nobody else needs to see.
SCHEMA = "intake"

#: The type of a file's name in a stored row: ten million rows of one file cost one byte each.
FILE_NAME = f"{SCHEMA}.file_name"

#: The files of the run by number.
FILES = f"{SCHEMA}.files"

_ROWS = f"{SCHEMA}.quarantine"

#: What stands in the place of something personal.
MASK = "***"

_MAIL_ADDRESS = r"[^\s@]+@[^\s@]+"

#: Runs of digits that may be a card number (13 to 19 digits) in an id, which may well be longer than that.
_IN_IDS = "(^|[^0-9])[0-9]{13,19}($|[^0-9])"
#: Runs of digits that may be a telephone number where only a number or a time belongs, and where none does.
_IN_NUMBERS, _IN_WORDS = "()[0-9]{10,}()", "()[0-9]{7,}()"

_MASKED_DIGITS = {Kind.ID: _IN_IDS, Kind.ENUM: _IN_WORDS, Kind.CURRENCY: _IN_WORDS, Kind.BOOL: _IN_WORDS}


def found(column: Column, cell: str) -> str:
    """Return the SQL that shows a bad cell without showing a person."""
    if column.kind in (Kind.KEY, Kind.TEXT):
        return f"CASE WHEN {cell} IS NULL THEN NULL ELSE '{MASK}' END"
    shown = f"left(CAST({cell} AS VARCHAR), {FOUND_LENGTH_MAX})"
    digits = _MASKED_DIGITS.get(column.kind, _IN_NUMBERS)
    for pattern, mask in ((digits, rf"\1{MASK}\2"), (digits, rf"\1{MASK}\2"), (_MAIL_ADDRESS, MASK)):
        # Digits twice: of two numbers with one sign between them the first match takes the sign away.
        shown = f"regexp_replace({shown}, '{pattern}', '{mask}', 'g')"
    return f"left({shown}, {FOUND_LENGTH_MAX})"


class Quarantine:
    """The rows laid aside so far, in a table of the connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, file_names: Sequence[str]) -> None:
        self._connection = connection
        connection.execute(f"CREATE TYPE {FILE_NAME} AS ENUM ({sql.texts(file_names)})")
        connection.execute(f"CREATE TABLE {FILES} (file_no INTEGER, source_file {FILE_NAME})")
        connection.execute(
            f"INSERT INTO {FILES} SELECT generate_subscripts(names, 1) - 1, unnest(names)"
            f" FROM (SELECT enum_range(NULL::{FILE_NAME}) AS names)"
        )
        connection.execute(
            f"""
            CREATE TABLE {_ROWS} (
                file_no INTEGER,
                source_line BIGINT,
                table_name VARCHAR,
                column_name VARCHAR,
                reason VARCHAR,
                found VARCHAR
            )
            """
        )

    def take(self, query: str) -> int:
        """Lay aside the rows of a query with the six columns of the quarantine; return how many."""
        counted = self._connection.execute(f"INSERT INTO {_ROWS} {query}").fetchone()
        assert counted is not None
        return int(counted[0])

    def take_lines(self, lines: pa.Table, *, table_name: str) -> int:
        """Lay aside lines that gave no cells: an Arrow table of file_no, source_line, reason and found."""
        self._connection.register("intake_broken_lines", lines)
        try:
            return self.take(
                f"SELECT file_no, source_line, {sql.text(table_name)}, NULL, reason, nullif(found, '')"
                " FROM intake_broken_lines"
            )
        finally:
            self._connection.unregister("intake_broken_lines")

    def counts(self) -> list[tuple[int, str | None, str, int]]:
        """Return file number, table (None: for no table yet), reason and number of the rows laid aside."""
        return self._connection.execute(
            f"SELECT file_no, table_name, reason, count(*) FROM {_ROWS} GROUP BY ALL ORDER BY ALL"
        ).fetchall()

    def publish(self, name: str) -> None:
        """Make the table that everybody may read, with the names of the files, in order of file and line."""
        self._connection.execute(
            f"""
            CREATE OR REPLACE TABLE {name} AS
            SELECT CAST(source_file AS VARCHAR) AS source_file, source_line, table_name, column_name, reason, found
            FROM {_ROWS} JOIN {FILES} USING (file_no)
            ORDER BY file_no, source_line, table_name, column_name, reason
            """
        )
