"""The engine that needs no server: DuckDB in this process."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import ibis
import ibis.expr.types as ir

from counterfoil.books.format import TABLES
from counterfoil.books.schema import duckdb_types
from counterfoil.detectors.ground import Books


class DuckDBBench:
    """Keeps tables as temporary tables of one DuckDB connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.backend = ibis.duckdb.from_connection(connection)
        self._kept_n = 0

    def books(self, tables: Mapping[str, str], carried: Mapping[str, frozenset[str]]) -> Books:
        """Return the books whose clean rows lie in the named views; the others as empty tables."""
        shown: dict[str, ir.Table] = {}
        for name in TABLES:
            view = tables.get(name)
            if view is None:
                view = f"absent_{name}"
                columns = ", ".join(f'"{column}" {kind}' for column, kind in duckdb_types(name).items())
                self.connection.execute(
                    f'CREATE OR REPLACE TEMP TABLE "{view}" ({columns}, source_file VARCHAR, source_line BIGINT)'
                )
            shown[name] = self.backend.table(view)
        return Books(tables=shown, carried=carried)

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table once; the result is a temporary table."""
        self._kept_n += 1
        kept = f"kept_{self._kept_n}_{name}"
        sql = self.backend.compile(table)
        self.connection.execute(f'CREATE TEMP TABLE "{kept}" AS {sql}')
        return self.backend.table(kept)

    def is_empty(self, table: ir.Table) -> bool:
        """Say whether a kept table has no rows."""
        sql = self.backend.compile(table.limit(1).count())
        return self.connection.execute(sql).fetchall() == [(0,)]
