"""The engine that needs no server: DuckDB in this process, over the files themselves.

Ibis only writes the SQL; names and types of tables are known here, so nothing is asked of the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
from ibis.backends.sql.compilers import duckdb as dialect

from counterfoil.audit.engines.kept import KeptNames
from counterfoil.audit.engines.rounds import RoundsBench
from counterfoil.audit.engines.statements import remembered
from counterfoil.audit.intake.options import Progress
from counterfoil.audit.intake.repeats import hashes_of, in_one_only, key_hash, repeated
from counterfoil.books.format import TABLES
from counterfoil.books.schema import duckdb_type, ibis_schema
from counterfoil.detectors.ground import Books

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

#: No zone of the machine, and no variable of Python that happens to be called like a table.
_SETTINGS: Mapping[str, str] = {"TimeZone": "UTC", "python_enable_replacements": "false"}


class DuckDBEngine(RoundsBench):
    """Keeps tables as temporary tables of one DuckDB connection; lasting ones stay in its file."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        tables: Mapping[str, str],
        carried: Mapping[str, frozenset[str]],
        progress: Progress | None = None,
        *,
        lasting: bool = False,
    ) -> None:
        self._connection = connection
        for setting, value in _SETTINGS.items():
            connection.execute(f"SET {setting} = '{value}'")
        self._tables = tables
        self._carried = carried
        self._create = "CREATE TABLE" if lasting else "CREATE TEMP TABLE"
        # A temporary table would hide a lasting one of its name.
        self._names = KeptNames(progress, stem="lasting" if lasting else "kept")

    def books(self) -> Books:
        """Return the books whose clean rows lie in the named views; the others as empty tables."""
        shown = {
            name: ibis.table(ibis_schema(book), name=self._tables.get(name) or self._empty(name))
            for name, book in TABLES.items()
        }
        return Books(tables=shown, carried=self._carried)

    def _empty(self, name: str) -> str:
        view = f"absent_{name}"
        columns = ", ".join(f'"{column.name}" {duckdb_type(column.kind)}' for column in TABLES[name])
        self._connection.execute(
            f'CREATE OR REPLACE TEMP TABLE "{view}" ({columns}, source_file VARCHAR, source_line BIGINT)'
        )
        return view

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table once."""
        kept = self._names.next(name)
        self._connection.execute(f'{self._create} "{kept}" AS {_promised(table)}')
        return ibis.table(table.schema(), name=kept)

    def forget(self, table: ir.Table) -> None:
        """Drop a kept table."""
        self._connection.execute(f'DROP TABLE "{table.op().name}"')

    def crowded(self, name: str, table: ir.Table, *keys: Sequence[str]) -> ir.Table:
        """Keep the rows that share one of the keys with another row, known by the hash of the key."""
        asked = _promised(table)
        hashes = hashes_of(self._connection, asked, keys)
        named = {f"crowd_{number}": repeated(each) for number, each in enumerate(hashes)}
        met = (f"{key_hash(key)} IN (SELECT hash FROM {crowd})" for key, crowd in zip(keys, named, strict=True))
        return self._kept_where(name, table.schema(), f"SELECT * FROM ({asked}) WHERE {' OR '.join(met)}", named)

    def pick(self, name: str, table: ir.Table, names: ir.Table, on: Sequence[str]) -> ir.Table:
        """Keep the rows that the other table names; the names are what is held in memory, never the rows.

        DuckDB takes every filter to leave a fifth, and would rather hold whole books than a list of names.
        """
        self._connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
        try:
            return self.keep(name, table.semi_join(names, list(on)))
        finally:
            self._connection.execute("RESET disabled_optimizers")

    def unlike(self, name: str, one: ir.Table, other: ir.Table) -> ir.Table:
        """Keep the rows of either table that do not stand in the other, known by the hash of the whole row."""
        asked = [_promised(table.select(one.columns)) for table in (one, other)]
        mine, theirs = (hashes_of(self._connection, query, [one.columns])[0] for query in asked)
        met = f"{key_hash(one.columns)} IN (SELECT hash FROM strangers)"
        rows = " UNION ALL ".join(f"SELECT * FROM ({query}) WHERE {met}" for query in asked)
        return self._kept_where(name, one.schema(), rows, {"strangers": in_one_only(mine, theirs)})

    def _kept_where(self, name: str, schema: ibis.Schema, query: str, hashes: Mapping[str, pa.Table]) -> ir.Table:
        """Keep the rows of a query that asks registered hashes."""
        kept = self._names.next(name)
        for alias, table in hashes.items():
            self._connection.register(alias, table)
        self._connection.execute(f'{self._create} "{kept}" AS {query}')
        for alias in hashes:
            self._connection.unregister(alias)
        return ibis.table(schema, name=kept)

    def fetch(self, table: ir.Table) -> pa.Table:
        """Compute a table and bring it here as columns."""
        return self._connection.execute(_promised(table)).to_arrow_table()

    def is_empty(self, table: ir.Table) -> bool:
        """Say whether a table has no rows."""
        return not self._connection.execute(_written(table.limit(1))).fetchall()


def _promised(table: ir.Table) -> str:
    """Write a query whose columns have the types that the expression promises; DuckDB sums into wider ones."""
    columns = ", ".join(
        f'CAST("{column}" AS BIGINT) AS "{column}"' if kind.is_integer() else f'"{column}"'
        for column, kind in table.schema().items()
    )
    return f"SELECT {columns} FROM ({_written(table)})"


@remembered("duckdb")
def _written(table: ir.Table) -> str:
    """Return an expression as one query; DuckDB melts nested selects together itself, and quicker than Ibis does."""
    options = ibis.options.sql
    fused, options.fuse_selects = options.fuse_selects, False
    try:
        query: str = dialect.compiler.to_sqlglot(table).sql(dialect="duckdb", copy=False)
    finally:
        options.fuse_selects = fused
    return query
