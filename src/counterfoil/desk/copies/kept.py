"""Where judged books are kept from one night to the next: a folder of the merchant's own under the data home.

Nobody else may read it. There is one file with tables, and a page that says how they came about; a new night takes the
place of the last one. What other rules than ours have judged is as if it were not there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import msgspec

from counterfoil import audit, books, desk, detectors
from counterfoil.desk.copies.model import Judgement, Kept
from counterfoil.errors import Bug
from counterfoil.ids import MerchantId, is_id

#: In the data home.
NAME = "judged"

_PAGE, _TABLES, _UNFINISHED = "judgement.json", ".duckdb", ".unfinished"

#: Judged books take about as much room as their copies as CSV; so many times as much must be free: others write, too.
_ROOM = 4

#: Where it is written what the rules ask, and how it is answered: a package, and which of its files.
_RULES = (
    (detectors, "**/*.py"),
    (detectors, "**/*.toml"),
    (books, "*.py"),
    (audit, "engines/*.py"),
    (desk, "copies/*.py"),
)


class _Page(msgspec.Struct, frozen=True, kw_only=True):
    """What the page says."""

    rules: str
    tables: str
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class KeptBooks:
    """The judged books of every merchant."""

    home: Path

    def has_room_for(self, copies: Path) -> bool:
        """Say whether what a folder of copied books becomes can be kept."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        wanted = _ROOM * sum(file.stat().st_size for file in copies.iterdir())
        return shutil.disk_usage(self.home).free >= wanted

    @contextmanager
    def new(self, merchant_id: MerchantId) -> Iterator[Path]:
        """Lend a file for tables; unless it is `put` in the block, it goes."""
        folder = self._folder(merchant_id)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"{os.urandom(8).hex()}{_TABLES}"
        try:
            yield file
        finally:
            page = self._page(merchant_id)
            self._clear(folder, but=page.tables if page is not None else "")

    def put(self, merchant_id: MerchantId, file: Path, judgement: Judgement) -> None:
        """Let these books take the place of those that were kept; their tables are written."""
        page = _Page(rules=rules_digest(), tables=file.name, judgement=judgement)
        unfinished = file.with_suffix(_UNFINISHED)
        unfinished.write_bytes(msgspec.json.encode(page))
        unfinished.replace(file.parent / _PAGE)

    def get(self, merchant_id: MerchantId) -> Kept | None:
        """Return the books of a merchant; None where none are kept that our rules have judged."""
        page = self._page(merchant_id)
        if page is None or page.rules != rules_digest():
            return None
        tables = self._folder(merchant_id) / page.tables
        return Kept(tables=str(tables), judgement=page.judgement) if tables.is_file() else None

    def _folder(self, merchant_id: MerchantId) -> Path:
        if not is_id(merchant_id):
            raise Bug("an id that could be a path")
        return self.home / merchant_id

    def _page(self, merchant_id: MerchantId) -> _Page | None:
        try:
            return msgspec.json.decode((self._folder(merchant_id) / _PAGE).read_bytes(), type=_Page)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    @staticmethod
    def _clear(folder: Path, *, but: str) -> None:
        for file in folder.iterdir():
            if file.name not in {_PAGE, but}:
                file.unlink(missing_ok=True)


@cache
def rules_digest() -> str:
    """Return a digest of everything that decides what the rules ask, and how it is answered."""
    files = [file for package, pattern in _RULES for file in Path(package.__file__ or "").parent.glob(pattern)]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    for library in ("duckdb", "ibis-framework", "sqlglot"):
        digest.update(version(library).encode())
    return digest.hexdigest()
