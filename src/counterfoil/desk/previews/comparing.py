"""What one policy finds, held against what another one finds in the same books. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from counterfoil.desk.previews.model import EXAMPLES_MAX, Change, Example, Tally

#: What is read of a finding.
COLUMNS = (
    "finding_id exception diagnosis severity subject occurred_at amount_at_risk_minor currency explanation_en "
    "explanation_zh"
).split()

#: A finding is the same one under both policies where its id is; it is changed where one of these differs.
_SAID = ("diagnosis", "severity", "amount_at_risk_minor")

Row = Mapping[str, Any]


def compared(mine: Iterable[Row], other: Iterable[Row], *, begin: datetime, end: datetime) -> tuple[Tally, ...]:
    """Return what becomes of each finding of a span, from `begin` on and before `end`, by diagnosis and change.

    Rows are as the findings file has them. One that says of no moment is of no day, and is left out.
    """
    found, wanted = (
        {row["finding_id"]: row for row in rows if row["occurred_at"] is not None and begin <= row["occurred_at"] < end}
        for rows in (mine, other)
    )
    groups: dict[tuple[str, str, Change], list[tuple[Row, Row | None]]] = defaultdict(list)
    for finding_id in found.keys() | wanted.keys():
        before, after = found.get(finding_id), wanted.get(finding_id)
        change = _change(before, after)
        row = after if after is not None else before
        assert row is not None
        groups[row["exception"], row["diagnosis"], change].append((row, before if change is Change.CHANGED else None))
    return tuple(_tally(*key, groups[key]) for key in sorted(groups))


def _change(before: Row | None, after: Row | None) -> Change:
    if before is None:
        return Change.NEW
    if after is None:
        return Change.GONE
    return Change.SAME if all(before[name] == after[name] for name in _SAID) else Change.CHANGED


def _tally(exception: str, diagnosis: str, change: Change, rows: list[tuple[Row, Row | None]]) -> Tally:
    sums: dict[str, int] = defaultdict(int)
    for row, before in rows:
        if row["currency"] is not None:
            sums[row["currency"]] += row["amount_at_risk_minor"] - (before["amount_at_risk_minor"] if before else 0)
    rows.sort(key=lambda pair: (-pair[0]["amount_at_risk_minor"], pair[0]["finding_id"]))
    shown = () if change is Change.SAME else rows[:EXAMPLES_MAX]
    return Tally(
        exception=exception,
        diagnosis=diagnosis,
        change=change,
        n=len(rows),
        at_risk_minor=dict(sorted(sums.items())),
        examples=tuple(_example(row, before) for row, before in shown),
    )


def _example(row: Row, before: Row | None) -> Example:
    return Example(
        finding_id=row["finding_id"],
        subject=row["subject"],
        occurred_at=row["occurred_at"],
        severity=row["severity"],
        amount_at_risk_minor=row["amount_at_risk_minor"],
        currency=row["currency"],
        explanation_en=row["explanation_en"],
        explanation_zh=row["explanation_zh"],
        before=None if before is None else (before["diagnosis"], before["severity"], before["amount_at_risk_minor"]),
    )
