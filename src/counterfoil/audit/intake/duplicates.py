"""Rows whose primary key stands already on an earlier row, in whichever file.

All but the first, by file and line, are quarantined as `duplicate_key`. Of tracking events, which carriers send again
and again, an exact repeat is not laid aside but collapses and is counted. Ten million keys are compared by their
hashes; only where two of those are equal are keys looked at one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.audit.intake import sql
from counterfoil.audit.intake.limits import FOUND_LENGTH_MAX
from counterfoil.audit.intake.quarantine import SCHEMA, found
from counterfoil.audit.intake.repeats import hashes_of, key_hash, repeated
from counterfoil.books.format import TRACKING_EVENTS

if TYPE_CHECKING:
    import duckdb

    from counterfoil.audit.intake.validation import Layer, Sieve

#: Tables in which a row that repeats an earlier one in every column is the same event told twice.
COLLAPSING = (TRACKING_EVENTS.name,)


def set_apart(connection: duckdb.DuckDBPyConnection, sieve: Sieve) -> dict[int, int]:
    """Lay rows with a repeated key aside; return how many exact repeats of each file collapsed."""
    (hashes,) = hashes_of(connection, _keyed(sieve, whole=False), [sieve.table.key])
    likes = repeated(hashes)
    if likes.num_rows == 0:
        return {}
    repeats = f"{SCHEMA}.repeats_{sieve.table.name}"
    connection.register("repeated_keys", likes)
    _find(connection, sieve, repeats)
    connection.unregister("repeated_keys")
    collapsed = dict(
        connection.execute(
            f"SELECT file_no, count(*) FROM {repeats} WHERE collapses GROUP BY file_no ORDER BY file_no"
        ).fetchall()
    )
    sieve.quarantine.take(_duplicates(sieve, repeats))
    connection.execute(f"DELETE FROM {repeats} WHERE nth = 1")
    sieve.remove(repeats)
    connection.execute(f"DROP TABLE {repeats}")
    return collapsed


def _keyed(sieve: Sieve, *, whole: bool) -> str:
    """Return the query of the key columns, or of all columns, of every good row, with its place."""
    return " UNION ALL ".join(_layer_keys(layer, sieve, whole=whole) for layer in sieve.layers)


def _layer_keys(layer: Layer, sieve: Sieve, *, whole: bool) -> str:
    values = [
        value
        for column, value in zip(sieve.table, layer.values, strict=True)
        if whole or column.name in sieve.table.key
    ]
    row_no = "rowid" if layer.kept else "CAST(NULL AS BIGINT)"
    return f"SELECT {', '.join(values)}, file_no, source_line, {row_no} AS row_no FROM {layer.rows}"


def _find(connection: duckdb.DuckDBPyConnection, sieve: Sieve, repeats: str) -> None:
    """Make the table of rows whose key is not their own: number them, and say which collapse."""
    keys = ", ".join(sql.name(column) for column in sieve.table.key)
    collapsing = sieve.table.name in COLLAPSING
    every = ", ".join(sql.name(column.name) for column in sieve.table)
    collapses = (
        f"row({every}) IS NOT DISTINCT FROM first_value(row({every})) OVER first_come" if collapsing else "FALSE"
    )
    connection.execute(
        f"""
        CREATE TABLE {repeats} AS
        WITH keyed AS (SELECT {key_hash(sieve.table.key)} AS hash, * FROM ({_keyed(sieve, whole=collapsing)}))
        SELECT {keys}, file_no, source_line, row_no,
               row_number() OVER first_come AS nth,
               row_number() OVER first_come > 1 AND {collapses} AS collapses
        FROM keyed SEMI JOIN repeated_keys USING (hash)
        WINDOW first_come AS (PARTITION BY {keys} ORDER BY file_no, source_line, row_no)
        """
    )


def _duplicates(sieve: Sieve, repeats: str) -> str:
    """Return the quarantine rows of the repeats that do not collapse; the key is shown without the merchant."""
    own = [column for column in sieve.table if column.name in sieve.table.key[1:]]
    shown = ", ".join(found(column, sql.name(column.name)) for column in own)
    return f"""
        SELECT file_no, source_line, {sql.text(sieve.table.name)}, {sql.text(sieve.table.key[-1])}, 'duplicate_key',
               left(concat_ws(' ', {shown}), {FOUND_LENGTH_MAX})
        FROM {repeats} WHERE nth > 1 AND NOT collapses
    """
