"""What a reader of a foreign format makes of a file, and how its drafts come to the same sieves as native books."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import duckdb

from counterfoil.audit.intake import sql
from counterfoil.audit.intake.limits import FOUND_LENGTH_MAX
from counterfoil.audit.intake.quarantine import SCHEMA, Quarantine
from counterfoil.audit.intake.reasons import OF_OUR_FORMAT, REASONS, Reason
from counterfoil.audit.intake.validation import Rows, Sieve
from counterfoil.audit.readers.contract import Draft, Reader, Reading, ReadOptions, SetAside, SourceFile
from counterfoil.books.format import TABLES
from counterfoil.errors import BadFile, Bug, CounterfoilError

if TYPE_CHECKING:
    from counterfoil.books.format import Table

_DRAFT = f"{SCHEMA}.draft"


def read(connection: duckdb.DuckDBPyConnection, reader: Reader, source: SourceFile, options: ReadOptions) -> Reading:
    """Let a reader read a file; BadFile where it cannot be used, or where its control totals do not agree."""
    try:
        reading = reader.read(connection, source, options)
    except CounterfoilError:
        raise
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, OSError, ValueError, EOFError) as error:
        raise _unreadable(reader, source) from error
    except Exception as error:  # a reader may be anybody's, and no file may end a run with a traceback
        raise Bug(f"reader {reader.name} failed on {source.name}: {type(error).__name__}") from error
    broken = [total for total in reading.control_totals if not total.agrees]
    if broken and not options.accept_broken_totals:
        raise BadFile(
            file=source.name,
            expected=f"{broken[0].label} {broken[0].stated}, as the file itself says",
            found=broken[0].found,
            advice="The file is cut off or was edited; --accept-broken-totals reads it all the same.",
        )
    return reading


def admit(
    connection: duckdb.DuckDBPyConnection,
    reader: Reader,
    reading: Reading,
    sieve_of: Callable[[Table], Sieve],
    *,
    file_no: int,
    source: SourceFile,
) -> dict[str, int]:
    """Pass every draft of a file through the sieve of its table; return how many rows were drafted for each."""
    given: dict[str, int] = {}
    for draft in reading.drafts:
        if draft.table not in TABLES:
            raise Bug(f"reader {reader.name} drafts {draft.table}, which is no table of the books")
        sieve = sieve_of(TABLES[draft.table])
        number = _admit(connection, reader, draft, sieve, file_no=file_no, source=source)
        given[draft.table] = given.get(draft.table, 0) + number
    return given


def _admit(
    connection: duckdb.DuckDBPyConnection,
    reader: Reader,
    draft: Draft,
    sieve: Sieve,
    *,
    file_no: int,
    source: SourceFile,
) -> int:
    types = dict(zip(draft.rows.columns, map(str, draft.rows.types), strict=True))
    known = [column for column in sieve.table if column.name in types]
    lacking = [column.name for column in sieve.table if column.required and column.name not in types]
    if lacking or "source_line" not in types:
        raise Bug(f"reader {reader.name} gives no {', '.join(lacking) or 'source_line'} for {draft.table}")
    columns = ", ".join(sql.name(column.name) for column in known)
    try:
        # Once and for all: a relation is a promise to read, and three passes would read three times.
        draft.rows.project(f"{columns}, CAST(source_line AS BIGINT) AS source_line").create(_DRAFT)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise _unreadable(reader, source) from error
    relation = f"(SELECT *, CAST({file_no} AS INTEGER) AS file_no FROM {_DRAFT})"
    number = sieve.admit(
        Rows(relation=relation, types={c.name: types[c.name] for c in known}, zone=None, file=source.name)
    )
    connection.execute(f"DROP TABLE {_DRAFT}")
    return number


def set_aside(
    connection: duckdb.DuckDBPyConnection, quarantine: Quarantine, reading: Reading, *, file_no: int
) -> tuple[dict[str, int], dict[str, Reason]]:
    """Take over what a reader has set aside; return the rows kept out by rule, and the words of each reason."""
    by_rule: dict[str, int] = {}
    words: dict[str, Reason] = {}
    for aside in reading.set_aside:
        breaks_format = aside.why == "quarantined"
        number = _quarantined(connection, quarantine, aside, file_no) if breaks_format else _counted(aside)
        if number:
            own = Reason(word=aside.reason, text_en=aside.text_en, text_zh=aside.text_zh, quarantines=breaks_format)
            words[aside.reason] = own if aside.reason in OF_OUR_FORMAT else REASONS.get(aside.reason, own)
            if not breaks_format:
                by_rule[aside.reason] = by_rule.get(aside.reason, 0) + number
    return by_rule, words


def _quarantined(connection: duckdb.DuckDBPyConnection, quarantine: Quarantine, aside: SetAside, file_no: int) -> int:
    aside.rows.project("CAST(source_line AS BIGINT) AS source_line, column_name, found").create(_DRAFT)
    number = quarantine.take(
        f"SELECT {file_no}, source_line, NULL, column_name, {sql.text(aside.reason)}, left(found, {FOUND_LENGTH_MAX})"
        f" FROM {_DRAFT}"
    )
    connection.execute(f"DROP TABLE {_DRAFT}")
    return number


def _counted(aside: SetAside) -> int:
    counted = aside.rows.aggregate("count(*)").fetchone()
    return 0 if counted is None else int(counted[0])


def _unreadable(reader: Reader, source: SourceFile) -> BadFile:
    # What the library says may quote a row, and a row may name a person; so only the format is named.
    return BadFile(
        file=source.name,
        expected=f"a whole file of the format {reader.name}",
        found="one that cannot be read to its end",
        advice="Export it again.",
    )
