"""SQL of the exchange: rows of the books in, as columns of text, and out, by COPY. It never commits, and never decides.

The application's role may make no temporary table, and COPY into a table with row-level security is refused; so rows
come in as one array a column, many thousand at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from counterfoil.books.entered import IMPORT
from counterfoil.books.format import ACQUIRER_RECORDS, TABLES, Kind, Table
from counterfoil.db.asking import ask, driver_of
from counterfoil.db.tables import METADATA
from counterfoil.desk.ties.store import column_of
from counterfoil.exchange.model import Written

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.ids import MerchantId

STATEMENT_SECONDS_MAX = 3_600
#: Keys of rows that stand otherwise, told of one chunk.
SHOWN_MAX = 10

_TYPES: Mapping[Kind, str] = {
    Kind.MONEY: "bigint",
    Kind.INT: "bigint",
    Kind.DECIMAL: "numeric",
    Kind.TIME: "timestamptz",
    Kind.DATE: "date",
    Kind.BOOL: "boolean",
    Kind.DEGREES: "double precision",
}

_ENTER = """
SELECT set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true)
"""

#: How imported sales stand follows from their undoing, and what was refunded from their refunds, so that the counter
#: can go on with them.
_SETTLE = """
WITH undone AS (
    SELECT
        original_payment_id AS payment_id,
        bool_or(kind IN ('void', 'reversal')) AS is_undone,
        coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund'), 0) AS refunded
    FROM payments
    WHERE merchant_id = $1 AND state = 'approved' AND kind <> 'sale' AND original_payment_id IS NOT NULL
    GROUP BY original_payment_id
),
due AS (
    SELECT
        sale.payment_id,
        CASE WHEN coalesce(is_undone, false) AND coalesce(refunded, 0) = 0 AND refund_reserved_minor = 0
            THEN 'voided' ELSE 'held' END AS standing,
        least(coalesce(refunded, 0), amount_minor - refund_reserved_minor) AS refunded
    FROM payments AS sale LEFT JOIN undone USING (payment_id)
    WHERE merchant_id = $1 AND entered_by = 'import' AND kind = 'sale' AND state = 'approved'
        AND (standing IS NULL OR standing = 'held')
)
UPDATE payments
SET standing = due.standing, refunded_minor = due.refunded
FROM due
WHERE payments.merchant_id = $1 AND payments.payment_id = due.payment_id
    AND (payments.standing, payments.refunded_minor) IS DISTINCT FROM (due.standing, due.refunded)
"""


def enter(connection: sa.Connection) -> None:
    """Give a transaction the time that a history takes."""
    ask(connection, _ENTER, (f"{STATEMENT_SECONDS_MAX}s",))


def write(connection: sa.Connection, merchant_id: MerchantId, table: str, columns: Sequence[str]) -> Written:
    """Write rows, given as one array literal for each column of the format but the merchant's; existing rows stay."""
    [(new_n, same_n, other_n, others)] = ask(connection, _writing(table), (merchant_id, *columns))
    return Written(new_n=new_n, same_n=same_n, other_n=other_n, others=tuple(others or ()))


def settle(connection: sa.Connection, merchant_id: MerchantId) -> None:
    """Say of imported sales how they stand and what was refunded."""
    ask(connection, _SETTLE, (merchant_id,))


#: A record that a later version of its bill corrects says nothing any more; the format has no word for that.
_STANDS = "NOT EXISTS (SELECT FROM acquirer_records AS later WHERE later.supersedes = t.record_id)"


def unload(connection: sa.Connection, table: Table, file: Path) -> None:
    """Append a merchant's rows of a table to a file, as CSV in the order of their key, times in UTC."""
    columns = ", ".join(_shown(column_of(table.name, column.name), column.kind) for column in table)
    key = ", ".join(f'"{name}"' for name in table.key)
    stands = _STANDS if table is ACQUIRER_RECORDS else "true"
    query = f'COPY (SELECT {columns} FROM "{table.name}" AS t WHERE {stands} ORDER BY {key}) TO STDOUT (FORMAT csv)'
    with (
        file.open("ab") as out,
        driver_of(connection).cursor() as cursor,
        cursor.copy(query.encode()) as copy,
    ):
        for block in copy:
            out.write(block)


def _shown(column: str, kind: Kind) -> str:
    match kind:
        case Kind.TIME:
            return f"{column} AT TIME ZONE 'UTC'"
        case Kind.BOOL:
            return f"{column}::text"
        case _:
            return column


@cache
def _writing(name: str) -> str:
    """Return the statement that writes rows of a table and says what became of them."""
    table = TABLES[name]
    given = [column for column in table if column.name != "merchant_id"]
    names = ", ".join(f'"{column.name}"' for column in given)
    arrays = ", ".join(f"${number}::text[]" for number in range(2, len(given) + 2))
    typed = ", ".join(f'"{column.name}"::{_TYPES.get(column.kind, "text")}' for column in given)
    key = [column for column in table.key if column != "merchant_id"]
    same_key = " AND ".join(f'there."{column}" = given."{column}"' for column in key)
    mine, theirs = (", ".join(f'{side}."{column.name}"' for column in given) for side in ("given", "there"))
    shown = " || '/' || ".join(f'"{column}"::text' for column in key)
    by_import = f", '{IMPORT}'" if "entered_by" in METADATA.tables[name].c else ""
    return f"""
        WITH given AS MATERIALIZED (
            SELECT {typed} FROM unnest({arrays}) AS cells ({names})
        ),
        met AS (
            SELECT given.*, ROW({mine}) IS DISTINCT FROM ROW({theirs}) AS is_other
            FROM given JOIN "{name}" AS there ON there.merchant_id = $1 AND {same_key}
        ),
        written AS (
            INSERT INTO "{name}" (merchant_id, {names}{", entered_by" if by_import else ""})
            SELECT $1, {names}{by_import} FROM given
            ON CONFLICT DO NOTHING
            RETURNING 1
        )
        SELECT
            (SELECT count(*) FROM written),
            (SELECT count(*) FROM met WHERE NOT is_other),
            (SELECT count(*) FROM met WHERE is_other),
            (SELECT array_agg(shown) FROM (SELECT {shown} AS shown FROM met WHERE is_other LIMIT {SHOWN_MAX}) AS named)
    """
