"""What came of a storm, and how it is told to programs. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from counterfoil.storm.auditor.counts import Count

#: So many ids of one count are told; all of them are in the books.
IDS_TOLD_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What storm was asked for; the same again is the same story."""

    sales: int
    seed: int
    faults: float
    kill: bool

    @property
    def command(self) -> str:
        """The command that tells the same story again."""
        said = f"counterfoil storm --sales {self.sales} --seed {self.seed} --faults {self.faults}"
        return f"{said} --kill" if self.kill else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknowns:
    """How long payments took, in seconds, from their intent to a known end, of all that were unknown on the way."""

    n: int
    median_s: float | None = None
    p99_s: float | None = None
    most_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One storm."""

    asked: Asked
    counts: tuple[Count, ...]
    unknowns: Unknowns
    #: Figures by name: sales a second, times to resolve, kills and faults by kind, …
    figures: Mapping[str, object]

    @property
    def is_clean(self) -> bool:
        """Whether every count is zero."""
        return not any(count.ids for count in self.counts)

    def told(self) -> dict[str, object]:
        """Return it as `--json` writes it."""
        asked = self.asked
        return {
            "sales": asked.sales,
            "seed": asked.seed,
            "faults": asked.faults,
            "kill": asked.kill,
            "clean": self.is_clean,
            "counts": {count.name: len(count.ids) for count in self.counts},
            "known": {count.name: len(count.known_ids) for count in self.counts if count.known_ids},
            "ids": {count.name: list(count.ids[:IDS_TOLD_MAX]) for count in self.counts if count.ids},
            "unknowns": asdict(self.unknowns),
            "figures": dict(self.figures),
        }
