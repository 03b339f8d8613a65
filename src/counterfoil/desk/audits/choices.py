"""What is chosen for an audit beside its files: the same that `counterfoil audit` can be told. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Choice(StrEnum):
    """What can be chosen; each is optional, and called as the option of the command is."""

    AS_OF = "as_of"
    TIME_ZONE = "time_zone"
    CURRENCY = "currency"
    YEAR = "year"
    MAPPING = "mapping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was chosen for one audit."""

    #: Aware; None: the newest event of the books.
    as_of: datetime | None = None
    #: Of local times in files that carry no offset; None: the format's own.
    time_zone: str | None = None
    #: Of amounts in files that name none; None: the merchant's.
    currency: str | None = None
    #: Of dates that are written without one.
    year: int | None = None
    #: The name of the mapping that lies beside the files, as it was sent.
    mapping: str | None = None

    @property
    def are_any(self) -> bool:
        """Whether anything was chosen."""
        return self != Choices()

    def document(self) -> Mapping[str, Any]:
        """Return them as they are kept."""
        return {
            Choice.AS_OF: self.as_of.isoformat() if self.as_of is not None else None,
            Choice.TIME_ZONE: self.time_zone,
            Choice.CURRENCY: self.currency,
            Choice.YEAR: self.year,
            Choice.MAPPING: self.mapping,
        }

    def typed(self) -> Mapping[str, str]:
        """Return them as they are typed into a form; empty: not chosen."""
        return {name: "" if value is None else str(value) for name, value in self.document().items()}


def choices_in(document: Mapping[str, Any] | None) -> Choices:
    """Read what `document` has made; None: nothing was ever chosen."""
    if document is None:
        return Choices()
    as_of = document[Choice.AS_OF]
    return Choices(**{**document, Choice.AS_OF: datetime.fromisoformat(as_of) if as_of is not None else None})
