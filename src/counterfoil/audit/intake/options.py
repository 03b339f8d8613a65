"""What the user said about the intake, and how it tells its progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from counterfoil.audit.intake.limits import WORKBOOK_CELLS_MAX
from counterfoil.audit.readers.contract import Reader, ReadOptions
from counterfoil.currencies import CURRENCIES
from counterfoil.errors import BadOption
from counterfoil.moments import EARLIEST_YEAR, LATEST_YEAR
from counterfoil.time_zones import is_time_zone
from counterfoil.written_numbers import whole_number


class Progress(Protocol):
    """Somebody who is told how far the intake has come."""

    def advance(self, stage: str, done: int, total: int) -> None:
        """Hear that `done` of `total` steps of a stage (`collect`, `read`, `match keys`) are over."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeOptions:
    """What the user said about the intake."""

    #: An existing folder for unpacked and decoded files. It must outlive the shelf, which may read from it.
    scratch: Path
    #: Read a bill whose footer disagrees with its rows instead of refusing it.
    accept_broken_totals: bool = False
    #: The zone of local times in files that carry no offset. None: a native book must carry offsets.
    time_zone: str | None = None
    #: The currency (ISO 4217) of amounts in files that name none.
    currency: str | None = None
    #: The year of dates that are written without one.
    year: int | None = None
    #: The secret for keyed hashes of people and instruments.
    key: bytes = b""
    #: The merchant that rows belong to where a format names none.
    merchant_id: str = "default"
    #: Readers asked before anything else, for the user's own mapping has the first word.
    mapped: Sequence[Reader] = ()
    #: Readers of foreign formats; None: those found by entry point.
    readers: Sequence[Reader] | None = None
    #: How many cells a sheet may span; fewer where a shop is served meanwhile.
    cells_max: int = WORKBOOK_CELLS_MAX

    def __post_init__(self) -> None:
        if self.currency is not None and self.currency not in CURRENCIES:
            raise BadOption(f"--currency: expected an ISO 4217 code such as CNY, found {self.currency!r}")
        if self.year is not None:
            year_asked(str(self.year))
        if self.time_zone is not None and not is_time_zone(self.time_zone):
            raise BadOption(f"time zone: expected a name such as Asia/Shanghai, found {self.time_zone!r}")

    def for_readers(self) -> ReadOptions:
        """Return what a reader is told."""
        return ReadOptions(
            accept_broken_totals=self.accept_broken_totals,
            time_zone=self.time_zone,
            currency=self.currency,
            year=self.year,
            key=self.key,
            merchant_id=self.merchant_id,
        )


def year_asked(text: str) -> int:
    """Read a year; BadOption where it is none of those that the book format has."""
    year = whole_number(text)
    if year is None or not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise BadOption(f"--year: expected a year from {EARLIEST_YEAR} to {LATEST_YEAR}, found {text}")
    return year
