"""Small mappings for tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterfoil.audit.readers.mapping import parse
from counterfoil.audit.readers.mapping.reader import MappedReader
from tests.audit.readers.files import reading_of, written

if TYPE_CHECKING:
    import duckdb

    from counterfoil.audit.readers.contract import Reading

DOCS = Path(__file__).parents[3] / "docs"


def mapped(mapping: dict[str, Any]) -> MappedReader:
    return MappedReader(parse.mapping_from({"files": [mapping]}, source="m.toml")[0])


def orders(**changes: object) -> dict[str, Any]:
    """Return a mapping of orders with some columns changed; None leaves one out."""
    columns: dict[str, object] = {
        "order_id": "Id",
        "placed_at": "At",
        "state": {"is": "paid"},
        "total_minor": {"from": "Total", "amount": "major"},
        "currency": {"is": "EUR"},
        "fulfilment": {"is": "carry_out"},
    }
    columns |= changes
    kept = {name: value for name, value in columns.items() if value is not None}
    return {"name": "orders", "header": ["Id"], "books": [{"table": "orders", "columns": kept}]}


def read(
    connection: duckdb.DuckDBPyConnection, folder: Path, mapping: dict[str, Any], content: str, name: str = "orders.csv"
) -> Reading:
    return reading_of(connection, mapped(mapping), written(folder, content, name))


def documented(kind: str) -> str:
    """Return what the how-to shows: its mapping (`toml`), or the file that it is for (`csv`)."""
    text = (DOCS / "how-to" / "map-your-own-files.md").read_text(encoding="utf-8")
    found = re.search(rf"```{kind}\n(.*?)```", text, flags=re.DOTALL)
    assert found is not None
    return found[1]
