"""Somebody who writes expressions as statements and counts how often, over a folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pytest

from counterfoil.audit.engines import statements
from counterfoil.audit.engines.statements import FOLDER_VARIABLE, remembered

ORDERS = ibis.table({"order_id": "string", "total": "int64"}, name="orders")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "kept"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    statements._statements.cache_clear()
    yield folder
    another_process()


class Scribe:
    """Writes, and counts how often."""

    def __init__(self, dialect: str = "duckdb", says: str = "SELECT {columns}") -> None:
        self.written_n = 0
        self.says = says
        self.write = remembered(dialect)(self._write)

    def _write(self, table: ir.Table) -> str:
        self.written_n += 1
        return self.says.format(columns=", ".join(table.columns))


def another_process() -> None:
    """Leave the file, and come as one that has just begun."""
    kept = statements._statements()
    if kept is not None:
        kept.close()
    statements._statements.cache_clear()
