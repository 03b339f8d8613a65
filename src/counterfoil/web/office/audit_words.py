"""What the page of an audit shows of its summary: figures by exception, and what each file gave. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from counterfoil.detectors.catalogue import Severity
from counterfoil.languages import Text
from counterfoil.web.desk.words import diagnosis_title, exception_titles, tone_of


@dataclass(slots=True, kw_only=True)
class Tally:
    """Findings that are counted together, and what they put at risk in each currency.

    As in the report, money of findings that only inform is not at risk and is left out.
    """

    title: Text
    n: int = 0
    minor: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, row: Mapping[str, Any]) -> None:
        """Count some more."""
        self.n += row["n"]
        if row["severity"] != Severity.INFO and row["currency"] and row["minor"] > 0:
            self.minor[row["currency"]] += row["minor"]


@dataclass(slots=True, kw_only=True)
class OfException(Tally):
    """The findings of one exception, and those of each diagnosis and severity in it."""

    tone: int
    #: How many diagnoses it has, and how many of them lacked a book; None twice: an older audit did not say.
    diagnoses_n: int | None = None
    missed_n: int | None = None
    #: By diagnosis and severity.
    parts: dict[tuple[str, str], Tally] = field(default_factory=dict)

    @property
    def is_unexamined(self) -> bool:
        """Whether nothing of it could be examined: then none found says nothing."""
        return self.n == 0 and bool(self.diagnoses_n) and self.missed_n == self.diagnoses_n


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """What one file gave."""

    name: str
    reader: str
    rows_read: int
    rows_kept: int
    #: How many rows took no part, why, and where the first of them stand.
    set_aside: Sequence[tuple[int, Text, Sequence[Mapping[str, Any]]]]
    totals_right_n: int
    #: What the file says of itself and its rows do not bear out.
    totals_wrong: Sequence[Mapping[str, Any]]


def exceptions_of(summary: Mapping[str, Any] | None) -> Sequence[OfException]:
    """Return the findings by exception, in the order of the five; each of them, also where nothing was found."""
    titles = exception_titles()
    found = {name: OfException(title=title, tone=tone_of(name)) for name, title in titles.items()}
    for name, covered in (summary or {}).get("coverage", {}).items():
        if name in found:
            found[name].diagnoses_n = covered["diagnoses_n"]
            found[name].missed_n = covered["diagnoses_n"] - covered["examined_n"]
    for row in (summary or {}).get("findings", ()):
        if row["exception"] not in found:
            continue
        of_exception = found[row["exception"]]
        of_exception.add(row)
        title = diagnosis_title(row["exception"], row["diagnosis"])
        of_exception.parts.setdefault((row["diagnosis"], row["severity"]), Tally(title=title)).add(row)
    return list(found.values())


def files_of(summary: Mapping[str, Any] | None) -> Sequence[ReadFile]:
    """Return what each file gave."""
    return [_file(file, summary) for file in summary["files"]] if summary is not None else []


def _file(file: Mapping[str, Any], summary: Mapping[str, Any]) -> ReadFile:
    return ReadFile(
        name=file["name"],
        reader=file["reader"],
        rows_read=file["rows_read"],
        rows_kept=file["rows_kept"],
        set_aside=[
            (
                n,
                Text(**summary["reasons"][word]),
                [row for row in summary["rows"] if row["file"] == file["name"] and row["reason"] == word],
            )
            for word, n in file["set_aside"].items()
        ],
        totals_right_n=sum(total["agrees"] for total in file["totals"]),
        totals_wrong=[total for total in file["totals"] if not total["agrees"]],
    )
