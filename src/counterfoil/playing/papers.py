"""What no verb of today can enter: deliveries, notices, returns, telemetry, written as files and taken in by import."""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from counterfoil.books.format import TABLES
from counterfoil.db.engine import Database
from counterfoil.exchange.importing import ImportWish, import_books
from counterfoil.ids import MerchantId


@dataclass(slots=True, kw_only=True)
class Papers:
    """Rows of books that arrive in a file."""

    merchant_id: MerchantId
    rows: dict[str, list[dict[str, object]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: str, **values: object) -> None:
        """Write one row down; what is not said stays empty."""
        unknown = values.keys() - set(TABLES[table].names)
        assert not unknown, f"{table} has no {', '.join(sorted(unknown))}"
        self.rows[table].append({"merchant_id": self.merchant_id, **values})

    def hand_in(self, database: Database, *, now: datetime) -> int:
        """Import everything that was written down; returns how many rows that were."""
        rows, self.rows = self.rows, defaultdict(list)
        if not rows:
            return 0
        with tempfile.TemporaryDirectory(prefix="counterfoil-") as name:
            folder = Path(name)
            for table, written in rows.items():
                with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                    sheet = csv.DictWriter(file, TABLES[table].names, restval="", lineterminator="\n")
                    sheet.writeheader()
                    sheet.writerows({column: _cell(value) for column, value in row.items()} for row in written)
            wish = ImportWish(paths=[folder], merchant_id=self.merchant_id)
            imported = import_books(database, wish, [self.merchant_id], now=now, progress=_Silent())
        (entered,) = imported.merchants
        assert not entered.other_n, "the play's own rows are new"
        assert not imported.aside_n, imported.aside
        return entered.new_n


class _Silent:
    """Hears how far an import has come, and tells nobody: the play tells by its acts."""

    def advance(self, stage: str, done: int, total: int) -> None:
        """Hear it."""


def _cell(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
