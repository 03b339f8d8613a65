"""What a lint says: one place in the tree, one sentence; a complaint never mends anything itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Complaint:
    """One place that breaks a rule of the house."""

    path: str
    line: int
    lint: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.lint}: {self.text}"
