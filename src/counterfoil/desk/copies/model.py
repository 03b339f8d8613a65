"""The values of copied books that were judged and are kept. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from counterfoil.policy import Policy

#: (from this instant, seconds east of UTC), as calendars have them.
Offsets = tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a workbench answered: a table that it keeps, or whether one was empty."""

    #: The name of the kept table; null where the question was whether one is empty.
    table: str | None = None
    #: Column -> its type, as Ibis writes types.
    columns: Mapping[str, str] = field(default_factory=dict)
    is_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What must be known of judged books to ask them something else."""

    #: Under which policy, and at what moment, they were judged.
    policy: Policy
    as_of: datetime
    offsets: Offsets
    #: Rows of all books.
    rows_n: int
    #: Question -> what the rules were answered on the way, as `RememberingBench` spells it.
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Books that were judged and kept."""

    #: The path of their tables.
    tables: str
    judgement: Judgement
