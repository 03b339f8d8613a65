"""Rows that take no part, set aside with line and reason; the others go on.

A reader states its checks in order; a row falls through at the first that fails. What is shown of a value is at
most 80 characters, and never a value that names a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.audit.readers.contract import SetAside
from counterfoil.audit.readers.sql_text import fresh_table, literal

if TYPE_CHECKING:
    import duckdb

#: How much of a value is shown.
FOUND_CHARACTERS_MAX = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One reason to set a row aside."""

    reason: str
    #: The column as the file calls it; empty where no single column is at fault.
    column: str
    #: SQL over the table's columns: true where the row falls through.
    fails: str
    #: SQL for what is shown; must never be a person or an instrument. Null shows nothing.
    found: str = "CAST(NULL AS VARCHAR)"
    text_en: str
    text_zh: str
    #: `quarantined`: the row breaks the format. `by_rule`: the reader's stated rule keeps it out.
    why: str = "quarantined"


#: Never fails by itself: it is given to the rest of a group of which another row fell through.
_INCOMPLETE = Check(
    reason="incomplete_group",
    column="",
    fails="FALSE",
    text_en="Another row of the same group was set aside, and a sum over the rest would be wrong.",
    text_zh="同组的另一行已被隔离，其余行的合计会不正确。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """A table in two parts."""

    #: Name of the temporary table of rows that passed.
    table: str
    set_aside: tuple[SetAside, ...]


def sift(
    connection: duckdb.DuckDBPyConnection, rows: str, checks: Sequence[Check], *, together: Sequence[str] = ()
) -> Sifted:
    """Part the rows of a query or table (given as SQL for FROM) by the checks; needs a column `source_line`.

    Rows that are equal in the columns `together` go together: where one falls through, the others do too.
    """
    table = fresh_table("sifted")
    checks = (*checks, _INCOMPLETE)
    numbered = " ".join(f"WHEN coalesce({check.fails}, FALSE) THEN {n}" for n, check in enumerate(checks))
    connection.execute(f"CREATE TEMP TABLE {table} AS SELECT *, CASE {numbered} END AS fault FROM {rows}")
    if together:
        _fall_together(connection, table, together, number=len(checks) - 1)
    counted = connection.execute(f"SELECT DISTINCT fault FROM {table} WHERE fault IS NOT NULL ORDER BY 1").fetchall()
    aside = _merge([_set_aside(connection, table, n, checks[n]) for (n,) in counted])
    connection.execute(f"DELETE FROM {table} WHERE fault IS NOT NULL")
    connection.execute(f"ALTER TABLE {table} DROP COLUMN fault")  # what passed may be sifted again
    return Sifted(table=table, set_aside=aside)


def _fall_together(connection: duckdb.DuckDBPyConnection, table: str, together: Sequence[str], *, number: int) -> None:
    """Let the rest of a group fall through where one of its rows did."""
    same = " AND ".join(f"bad.{column} IS NOT DISTINCT FROM {table}.{column}" for column in together)
    connection.execute(
        f"""
        UPDATE {table} SET fault = {number}
        WHERE fault IS NULL
          AND EXISTS (SELECT 1 FROM {table} AS bad WHERE bad.fault IS NOT NULL AND {same})
        """
    )


def _set_aside(connection: duckdb.DuckDBPyConnection, table: str, number: int, check: Check) -> SetAside:
    aside = fresh_table("aside")
    column = f"CAST({literal(check.column) if check.column else 'NULL'} AS VARCHAR)"
    connection.execute(
        f"""
        CREATE TEMP TABLE {aside} AS
        SELECT source_line, {column} AS column_name, left({check.found}, {FOUND_CHARACTERS_MAX}) AS found
        FROM {table} WHERE fault = {number}
        """
    )
    return SetAside(
        reason=check.reason,
        text_en=check.text_en,
        text_zh=check.text_zh,
        why=check.why,
        rows=connection.table(aside),
    )


def _merge(found: Sequence[SetAside]) -> tuple[SetAside, ...]:
    """Join what was set aside for the same reason and in the same words."""
    merged: dict[tuple[str, str, str], SetAside] = {}
    for one in found:
        key = (one.reason, one.text_en, one.why)
        before = merged.get(key)
        merged[key] = one if before is None else _joined(before, one)
    return tuple(merged.values())


def _joined(first: SetAside, second: SetAside) -> SetAside:
    return SetAside(
        reason=first.reason,
        text_en=first.text_en,
        text_zh=first.text_zh,
        why=first.why,
        rows=first.rows.union(second.rows),
    )


def bad_amount(column: str, fails: str, found: str) -> Check:
    """Return the check for a value that is no amount."""
    return Check(
        reason="bad_amount",
        column=column,
        fails=fails,
        found=found,
        text_en="The value is no amount of money in this currency.",
        text_zh="该值不是有效的金额。",
    )


def bad_time(column: str, fails: str, found: str) -> Check:
    """Return the check for a value that is no time."""
    return Check(
        reason="bad_time",
        column=column,
        fails=fails,
        found=found,
        text_en="The value is no time in the format that this file uses.",
        text_zh="该值不是本文件格式规定的时间。",
    )


def unknown_word(column: str, fails: str, found: str) -> Check:
    """Return the check for a word that is not in the list of known ones."""
    return Check(
        reason="unknown_enum_value",
        column=column,
        fails=fails,
        found=found,
        text_en="The word is not known to this reader.",
        text_zh="该取值不在已知范围内。",
    )


def missing_value(column: str, fails: str) -> Check:
    """Return the check for an empty cell that must not be empty."""
    return Check(
        reason="missing_value",
        column=column,
        fails=fails,
        text_en="The cell is empty and must not be.",
        text_zh="该单元格不应为空。",
    )
