"""SQL over a shelf of the intake: how many rows of whom, the rows themselves as text, and those that were set aside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from counterfoil.books.format import Kind, Table
from counterfoil.errors import BadInput, first_line
from counterfoil.exchange.model import SetAside
from counterfoil.ids import MerchantId

if TYPE_CHECKING:
    import pyarrow as pa

    from counterfoil.audit.intake.shelf import Shelf

#: So many rows that were set aside are told one by one.
SHOWN_MAX = 20
MEMORY_LIMIT = "1GB"


@contextmanager
def reading(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend a DuckDB that keeps to its memory and spills into a folder; BadInput where neither suffices."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(scratch / "spill"),
    }
    try:
        with duckdb.connect(config=config) as connection:
            yield connection
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise BadInput(f"the disk or the memory does not suffice for this import: {first_line(error)}") from error


def counts(shelf: Shelf) -> dict[MerchantId, dict[str, int]]:
    """Return how many rows each merchant has in each table."""
    found: dict[MerchantId, dict[str, int]] = {}
    for table, view in shelf.tables.items():
        for merchant_id, n in shelf.connection.execute(
            f"SELECT merchant_id, count(*) FROM {view} GROUP BY ALL ORDER BY ALL"
        ).fetchall():
            found.setdefault(MerchantId(merchant_id), {})[table] = n
    return found


def batches(shelf: Shelf, table: Table, merchant_id: MerchantId, *, size: int) -> pa.RecordBatchReader:
    """Return a merchant's rows of a table as text, every column but the merchant's, in the order of their key.

    Times are written with their offset, so that whoever reads them need not know that they are UTC.
    """
    columns = ", ".join(
        f'CAST("{column.name}" AS VARCHAR)' + (" || '+00'" if column.kind is Kind.TIME else "") + f' AS "{column.name}"'
        for column in table
        if column.name != "merchant_id"
    )
    key = ", ".join(f'"{name}"' for name in table.key)
    query = f"SELECT {columns} FROM (SELECT * FROM {shelf.tables[table.name]} WHERE merchant_id = ? ORDER BY {key})"
    return shelf.connection.execute(query, [merchant_id]).to_arrow_reader(size)


def set_aside(shelf: Shelf) -> tuple[int, Sequence[SetAside]]:
    """Return how many rows broke the format, and the first of them."""
    [(n,)] = shelf.connection.execute(f"SELECT count(*) FROM {shelf.quarantined}").fetchall()
    first = shelf.connection.execute(
        f"SELECT source_file, source_line, column_name, reason FROM {shelf.quarantined} LIMIT {SHOWN_MAX}"
    ).fetchall()
    return n, [
        SetAside(
            file=file,
            line=line,
            column=column,
            reason_en=shelf.reasons[reason].text_en if reason in shelf.reasons else reason,
            reason_zh=shelf.reasons[reason].text_zh if reason in shelf.reasons else reason,
        )
        for file, line, column, reason in first
    ]
