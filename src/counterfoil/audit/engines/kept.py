"""How engines number and name the tables that the rules keep, and tell how far the rules have come."""

from __future__ import annotations

from counterfoil.audit.intake.options import Progress

#: About as many tables are kept in one run; for the progress bar only.
KEPT_ABOUT = 230

#: PostgreSQL cuts longer names off, and two names that are cut off may be one.
NAME_LENGTH_MAX = 63


class KeptNames:
    """Gives every kept table a name of its own, in the order in which they are made."""

    def __init__(self, progress: Progress | None, *, stem: str = "kept") -> None:
        self._progress = progress
        self._stem = stem
        self._kept_n = 0

    def next(self, noun: str) -> str:
        """Return the name of the next kept table; `noun` says to people what it holds."""
        self._kept_n += 1
        if self._progress is not None:
            self._progress.advance("rules", min(self._kept_n, KEPT_ABOUT), KEPT_ABOUT)
        return f"{self._stem}_{self._kept_n}_{noun}"[:NAME_LENGTH_MAX]
