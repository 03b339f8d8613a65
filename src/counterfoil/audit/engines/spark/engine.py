"""The engine that keeps the books in Spark.

Books and kept tables are Parquet files in the scratch folder: so a plan never grows with the tables before it, the
planner knows how large each one is, and nothing passes through Python row by row. On a cluster every machine must see
the scratch folder under the same path.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from counterfoil.audit.engines.counting import CountingBench
from counterfoil.audit.engines.kept import KeptNames
from counterfoil.audit.engines.spark.dialect import written
from counterfoil.audit.intake.options import Progress
from counterfoil.audit.intake.shelf import Shelf
from counterfoil.books.format import TABLES
from counterfoil.books.schema import PROVENANCE, duckdb_type, ibis_schema
from counterfoil.detectors.ground import Books
from counterfoil.errors import BadOption, Bug, first_line

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class SparkEngine(CountingBench):
    """Keeps tables as Parquet files that Spark has written."""

    def __init__(self, session: SparkSession, shelf: Shelf, folder: Path, progress: Progress | None = None) -> None:
        self._session = session
        self._shelf = shelf
        self._folder = folder
        self._progress = progress
        self._names = KeptNames(progress)
        self._fetched_n = 0

    def load(self) -> None:
        """Let DuckDB write the clean rows for Spark; books that were not given are empty files."""
        for done, name in enumerate(TABLES, 1):
            path = self._folder / name
            path.mkdir(parents=True)
            self._shelf.connection.execute(
                f"COPY ({_clean_rows(name, self._shelf)}) TO '{_escaped(path / 'book.parquet')}' (FORMAT parquet)"
            )
            with _told():
                self._session.read.parquet(path.as_uri()).createOrReplaceTempView(name)
            if self._progress is not None:
                self._progress.advance("hand over", done, len(TABLES))

    def books(self) -> Books:
        """Return the five books."""
        shown = {name: ibis.table(ibis_schema(book), name=name) for name, book in TABLES.items()}
        return Books(tables=shown, carried=self._shelf.carried)

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table once; the result is a folder of Parquet files."""
        kept = self._names.next(name)
        self._write(kept, table)
        return ibis.table(table.schema(), name=kept)

    def forget(self, table: ir.Table) -> None:
        """Drop a kept table."""
        self._session.catalog.dropTempView(table.op().name)

    def fetch(self, table: ir.Table) -> pa.Table:
        """Compute a table and bring it here as columns."""
        self._fetched_n += 1
        name = f"fetched_{self._fetched_n}"
        self._write(name, table)
        kinds = table.schema().to_pyarrow()
        parts = [pq.read_table(part) for part in self._parts(name)]
        return pa.concat_tables(parts).cast(kinds) if parts else kinds.empty_table()

    def is_empty(self, table: ir.Table) -> bool:
        """Say whether a table has no rows; of a kept one its files say so themselves."""
        operation = table.op()
        if isinstance(operation, ops.UnboundTable) and operation.name.startswith("kept_"):
            return not any(pq.read_metadata(part).num_rows for part in self._parts(operation.name))
        with _told():
            return not self._session.sql(written(table.limit(1))).take(1)

    def _write(self, name: str, table: ir.Table) -> None:
        path = (self._folder / name).as_uri()
        with _told():
            computed = self._session.sql(written(table))
            computed.write.parquet(path)
            self._session.read.schema(computed.schema).parquet(path).createOrReplaceTempView(name)

    def _parts(self, name: str) -> list[Path]:
        return sorted((self._folder / name).glob("*.parquet"))


@contextmanager
def _told() -> Iterator[None]:
    """Turn what Spark refuses into one line; what is wrong with our own SQL is a bug."""
    from py4j.protocol import Py4JError  # noqa: PLC0415  # an extra that need not be installed
    from pyspark.errors import AnalysisException, PySparkException  # noqa: PLC0415  # as above

    try:
        yield
    except AnalysisException as error:
        raise Bug(f"Spark did not understand a rule: {first_line(error)}") from error
    except (PySparkException, Py4JError) as error:
        raise BadOption(f"--engine spark: {first_line(error)}") from error


def _clean_rows(name: str, shelf: Shelf) -> str:
    """Write the query for the clean rows of a book, or for none of a book that was not given."""
    view = shelf.tables.get(name)
    if view is not None:
        columns = ", ".join(f'"{column}"' for column in (*TABLES[name].names, *PROVENANCE))
        return f'SELECT {columns} FROM "{view}"'
    columns = ", ".join(f'NULL::{duckdb_type(column.kind)} AS "{column.name}"' for column in TABLES[name])
    return f"SELECT {columns}, NULL::VARCHAR AS source_file, NULL::BIGINT AS source_line WHERE false"


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
