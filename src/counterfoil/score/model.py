"""What a score is made of: counts by exception and by diagnosis, and the shares that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many faults there were, how many findings there were, and how many of them agree."""

    truths: int
    findings: int
    matched: int

    @property
    def precision(self) -> float | None:
        """The share of the findings that are faults; None where nothing was found."""
        return self.matched / self.findings if self.findings else None

    @property
    def recall(self) -> float | None:
        """The share of the faults that were found; None where there were none."""
        return self.matched / self.truths if self.truths else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None where there were neither faults nor findings."""
        whole = self.truths + self.findings
        return 2 * self.matched / whole if whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionScore:
    """One exception, whatever its diagnoses."""

    exception: str
    tally: Tally
    #: Matched findings whose diagnosis is the truth's as well.
    diagnosis_right: int

    @property
    def diagnosis_accuracy(self) -> float | None:
        """The share of the matched findings with the right diagnosis; None where nothing matched."""
        return self.diagnosis_right / self.tally.matched if self.tally.matched else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisScore:
    """One diagnosis: here a finding matches only where its diagnosis is the truth's as well."""

    exception: str
    diagnosis: str
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class InfoCount:
    """Findings of severity `info`, which are not scored."""

    exception: str
    diagnosis: str
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Matched findings with another diagnosis than the truth's."""

    exception: str
    truth: str
    found: str
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a set of findings is worth against a truth."""

    overall: ExceptionScore
    exceptions: Sequence[ExceptionScore]
    diagnoses: Sequence[DiagnosisScore]
    info: Sequence[InfoCount]
    confusions: Sequence[Confusion]
    #: Findings beside another one of the same subjects; each counts as a finding that is no fault.
    repeated: int
