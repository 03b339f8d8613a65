"""What an import and an export come to. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from counterfoil.ids import MerchantId


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of the rows of one table."""

    new_n: int = 0
    #: The same row was there already.
    same_n: int = 0
    #: Another row stands under the same key, and it stays.
    other_n: int = 0
    #: The keys of the first of those.
    others: tuple[str, ...] = ()

    def with_more(self, more: Written, shown_max: int) -> Written:
        """Add what became of further rows."""
        return Written(
            new_n=self.new_n + more.new_n,
            same_n=self.same_n + more.same_n,
            other_n=self.other_n + more.other_n,
            others=(*self.others, *more.others)[:shown_max],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What the books of one merchant took."""

    merchant_id: MerchantId
    tables: Mapping[str, Written]

    @property
    def new_n(self) -> int:
        """How many rows are new."""
        return sum(written.new_n for written in self.tables.values())

    @property
    def same_n(self) -> int:
        """How many were there already."""
        return sum(written.same_n for written in self.tables.values())

    @property
    def other_n(self) -> int:
        """How many would have to replace another row; then nothing of this merchant was written."""
        return sum(written.other_n for written in self.tables.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """One row that breaks the format."""

    file: str
    line: int
    column: str | None
    reason_en: str
    reason_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A finished import."""

    #: False: somebody only wanted to see what it would do.
    kept: bool
    merchants: Sequence[Entered]
    #: Rows of merchants that were not asked for.
    elsewhere_n: int
    aside_n: int
    #: The first of them.
    aside: Sequence[SetAside]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A finished export."""

    folder: Path
    #: Rows by table.
    rows: Mapping[str, int]
