"""What is this file? Reads it as an audit would, and keeps nothing but what it learned about the file itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from counterfoil.audit.intake.collect import PassedOver
from counterfoil.audit.intake.options import IntakeOptions
from counterfoil.audit.intake.reasons import Reason
from counterfoil.audit.intake.shelf import FileRead
from counterfoil.audit.intake.taking import take_in

#: Keys that are never shown need no secret.
_NO_SECRET = bytes(32)

#: What a file is does not hang on what an audit would have to be told: `no currency` of ISO 4217, and a leap year.
_NO_CURRENCY = "XXX"
_ANY_YEAR = 2024


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """What a file, or each member of an archive, turned out to be."""

    files: Sequence[FileRead]
    passed_over: Sequence[PassedOver]
    reasons: Mapping[str, Reason]

    @property
    def totals_agree(self) -> bool:
        """Whether every figure that a file states about itself is right."""
        return all(total.agrees for file in self.files for total in file.control_totals)


def sniff(path: Path, scratch: Path, *, time_zone: str | None = None) -> Sniffed:
    """Say what a file is; BadFile where nobody can read it. `scratch` is an existing folder for unpacked files."""
    options = IntakeOptions(
        scratch=scratch,
        accept_broken_totals=True,
        time_zone=time_zone,
        currency=_NO_CURRENCY,
        year=_ANY_YEAR,
        key=_NO_SECRET,
    )
    with duckdb.connect() as connection:
        shelf = take_in(connection, [path], options)
    return Sniffed(files=shelf.files, passed_over=shelf.passed_over, reasons=shelf.reasons)
