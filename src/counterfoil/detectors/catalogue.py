"""The detectors as data: what each folder's `detector.toml` says, read once.

This module knows the form of the files and nothing of any diagnosis.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from counterfoil.detectors.ground.books import Books

#: The five exceptions, in the order in which they are told.
EXCEPTIONS = ("unconfirmed_delivery", "duplicate_order", "void_mismatch", "missing_slip", "orphan_return")

_HERE = Path(__file__).parent

Needs = Sequence[Sequence[str]]


class Severity(StrEnum):
    """How much a finding matters, least first."""

    INFO = "info"
    LOW = "low"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info to 3 for critical."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Which findings a diagnosis silences, and about what they must be."""

    #: `exception.diagnosis` or `exception.*`.
    diagnoses: tuple[str, ...]
    #: A scope word; docs/reference/diagnoses.md explains them.
    on: str
    branch: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One row of the law."""

    exception: str
    id: str
    #: Position within its exception; the lower one wins.
    rank: int
    severity: Severity
    title: Mapping[str, str]
    question: Mapping[str, str]
    needs: Needs
    branches: Mapping[str, Needs]
    suppresses: tuple[Suppression, ...]
    next_step: str
    #: Language -> sentence with placeholders.
    sentence: Mapping[str, str]
    #: Branch -> language -> sentence, where a branch has words of its own.
    sentences: Mapping[str, Mapping[str, str]]

    def is_examined(self, books: Books, branch: str | None = None) -> bool:
        """Say whether the books carry what this diagnosis, or this branch of it, reads."""
        if not books.meets(self.needs):
            return False
        if branch is not None:
            return books.meets(self.branches[branch])
        return not self.branches or any(books.meets(needs) for needs in self.branches.values())

    def lacking(self, books: Books) -> tuple[tuple[str, ...], ...]:
        """Return the groups of alternatives of which the books carry none; of the nearest branch, if it has any."""
        groups = [tuple(group) for group in self.needs if not books.meets([group])]
        if self.branches:
            options = [
                [tuple(group) for group in needs if not books.meets([group])] for needs in self.branches.values()
            ]
            nearest = min(options, key=len)
            groups += nearest
        return tuple(groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """One exception with its diagnoses."""

    id: str
    title: Mapping[str, str]
    question: Mapping[str, str]
    #: Names of policy keys that its rule reads.
    policy: tuple[str, ...]
    #: Each with `en` and `zh`.
    known_gaps: tuple[Mapping[str, str], ...]
    sources: tuple[str, ...]
    diagnoses: tuple[Diagnosis, ...]

    @property
    def folder(self) -> Path:
        """Where the rule, the playbooks and the examples lie."""
        return _HERE / self.id

    def playbook(self, language: str) -> str:
        """Return the playbook as Markdown; `language` is `en` or `zh`."""
        return (self.folder / f"playbook.{language}.md").read_text(encoding="utf-8")


@cache
def catalogue() -> Mapping[str, Detector]:
    """Return the five detectors by exception."""
    return {exception: _read(exception) for exception in EXCEPTIONS}


def diagnosis_of(exception: str, diagnosis: str) -> Diagnosis:
    """Return one diagnosis; KeyError where there is none of that name."""
    for found in catalogue()[exception].diagnoses:
        if found.id == diagnosis:
            return found
    raise KeyError(f"{exception}.{diagnosis}")


def _read(exception: str) -> Detector:
    with (_HERE / exception / "detector.toml").open("rb") as file:
        raw = tomllib.load(file)
    return Detector(
        id=raw["id"],
        title=_both(raw, "title"),
        question=_both(raw, "question"),
        policy=tuple(raw["policy"]),
        known_gaps=tuple(raw["known_gaps"]),
        sources=tuple(raw["sources"]),
        diagnoses=tuple(_diagnosis(exception, rank, row) for rank, row in enumerate(raw["diagnoses"])),
    )


def _diagnosis(exception: str, rank: int, raw: Mapping[str, Any]) -> Diagnosis:
    return Diagnosis(
        exception=exception,
        id=raw["id"],
        rank=rank,
        severity=Severity(raw["severity"]),
        title=_both(raw, "title"),
        question=_both(raw, "question"),
        needs=raw["needs"],
        branches=raw.get("branches", {}),
        suppresses=tuple(
            Suppression(diagnoses=tuple(line["diagnoses"]), on=line["on"], branch=line.get("branch"))
            for line in raw.get("suppresses", ())
        ),
        next_step=raw["next_step"],
        sentence=_both(raw, "sentence"),
        sentences=raw.get("sentences", {}),
    )


def _both(raw: Mapping[str, Any], name: str) -> Mapping[str, str]:
    return {"en": raw[f"{name}_en"], "zh": raw[f"{name}_zh"]}
