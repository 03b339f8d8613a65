"""The engine that keeps the books in PostgreSQL, for as long as one run lasts.

Ibis only writes the SQL; names and types of tables are known here, so nothing is asked of the catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from counterfoil.audit.engines.counting import CountingBench
from counterfoil.audit.engines.kept import KeptNames
from counterfoil.audit.engines.postgres import columns
from counterfoil.audit.engines.postgres.dialect import written
from counterfoil.audit.engines.postgres.session import told
from counterfoil.audit.intake.options import Progress
from counterfoil.audit.intake.shelf import Shelf
from counterfoil.books.format import TABLES
from counterfoil.books.schema import ibis_schema
from counterfoil.detectors.ground import Books

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa

#: Below this many rows the planner's guess is good enough, and a look at them would cost more than it saves.
ANALYZE_ROWS_MIN = 200


class PostgresEngine(CountingBench):
    """Keeps tables as temporary tables of one PostgreSQL session."""

    def __init__(
        self, connection: psycopg.Connection, shelf: Shelf, progress: Progress | None = None, *, name: str
    ) -> None:
        self._connection = connection
        self._shelf = shelf
        self._progress = progress
        self._name = name
        self._names = KeptNames(progress)
        self._rows: dict[str, int] = {}

    def load(self) -> None:
        """Take the clean rows over from the shelf; books that were not given are empty tables."""
        for done, (name, book) in enumerate(TABLES.items(), 1):
            table = ibis.table(ibis_schema(book), name=name)
            self._execute(f'CREATE TEMP TABLE "{name}" ({columns.shape(table)})')
            view = self._shelf.tables.get(name)
            if view is not None:
                rows = self._shelf.connection.execute(f'SELECT {", ".join(map(_quoted, table.columns))} FROM "{view}"')
                with told(self._name):
                    columns.load(self._connection, name, rows.to_arrow_reader(columns.BATCH_ROWS))
            self._execute(f'ANALYZE "{name}"')
            if self._progress is not None:
                self._progress.advance("hand over", done, len(TABLES))

    def books(self) -> Books:
        """Return the five books."""
        shown = {name: ibis.table(ibis_schema(book), name=name) for name, book in TABLES.items()}
        return Books(tables=shown, carried=self._shelf.carried)

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table once; the result is a temporary table."""
        kept, schema = self._names.next(name), table.schema()
        rows_n = self._execute(f'CREATE TEMP TABLE "{kept}" AS {columns.promised(written(table), schema)}')
        self._rows[kept] = rows_n
        if rows_n >= ANALYZE_ROWS_MIN:
            self._execute(f'ANALYZE "{kept}"')
        return ibis.table(schema, name=kept)

    def forget(self, table: ir.Table) -> None:
        """Drop a kept table."""
        self._execute(f'DROP TABLE "{table.op().name}"')

    def fetch(self, table: ir.Table) -> pa.Table:
        """Compute a table and bring it here as columns."""
        schema = table.schema()
        with told(self._name):
            return columns.unload(self._connection, columns.promised(written(table), schema), schema)

    def is_empty(self, table: ir.Table) -> bool:
        """Say whether a table has no rows; of a kept one it is known."""
        operation = table.op()
        if isinstance(operation, ops.UnboundTable) and operation.name in self._rows:
            return self._rows[operation.name] == 0
        return self._execute(f"SELECT 1 FROM ({written(table)}) AS asked LIMIT 1") == 0

    def _execute(self, query: str) -> int:
        """Run a statement and return how many rows it gave or made."""
        with told(self._name):
            return self._connection.execute(query.encode()).rowcount


def _quoted(column: str) -> str:
    return f'"{column}"'
