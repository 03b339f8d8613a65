"""Writes the live books as files in book format 1: each merchant as of one moment, each file whole or not at all.

What comes out goes in again unchanged. Nothing is masked, for the books hold people and cards as keyed hashes only, and
nothing is left out but records that a later version of their bill has corrected.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from counterfoil.books.format import ENDINGS, TABLES
from counterfoil.db.engine import Database
from counterfoil.errors import BadOption
from counterfoil.exchange import store
from counterfoil.exchange.model import Exported
from counterfoil.exchange.writing.store import write
from counterfoil.ids import MerchantId

Heard = Callable[[str, int, int], None]


def export_books(
    database: Database, folder: Path, merchants: Sequence[MerchantId], *, form: str, heard: Heard
) -> Exported:
    """Write every table of the merchants; files of earlier exports in other forms go. BadOption where it cannot."""
    _make(folder)
    rows: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as lent:
        scratch = Path(lent)
        steps = len(merchants) * len(TABLES)
        for done, merchant_id in enumerate(merchants):
            with database.snapshot(merchant_id) as connection:
                store.enter(connection)
                for n, table in enumerate(TABLES.values(), 1):
                    store.unload(connection, table, scratch / f"{table.name}.raw")
                    heard("read", done * len(TABLES) + n, steps)
        fresh = scratch / "fresh"
        fresh.mkdir()
        for n, table in enumerate(TABLES.values(), 1):
            raw = scratch / f"{table.name}.raw"
            raw.touch()
            rows[table.name] = write(table, raw, fresh / f"{table.name}.{form}", form, spill=scratch / "spill")
            raw.unlink()
            heard("write", n, len(TABLES))
        for name in TABLES:
            (fresh / f"{name}.{form}").replace(folder / f"{name}.{form}")
            for ending in ENDINGS:
                if ending != f".{form}":
                    (folder / f"{name}{ending}").unlink(missing_ok=True)
    return Exported(folder=folder, rows=rows)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadOption(f"{folder}: expected a folder that can be written ({error.strerror})") from error
