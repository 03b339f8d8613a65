"""Which findings are one matter. Pure.

One sale and one kind of trouble are one matter: findings of the same exception that are about the same order belong
into one case, for one person has to look at one sale once. So two payments of one order that nobody knows the outcome
of are one case, and so are the three charges of one purchase that was rung up three times. A double's finding is about
two orders, so it ties what is about either. Across exceptions nothing is put together: a slip that is missing and a
parcel that is late are two people's work, even of one order; a person may still merge them.

A finding stays where it came to. What comes later joins a case that is in hand, and never one that was closed; nothing
that the books say afterwards takes a matter apart. People can.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """A case that findings may join."""

    opened_at: datetime
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Findings of one exception that are about one order, the earliest first, and the oldest case in hand about it."""

    findings: Sequence[str]
    case: InHand | None = None


def placed(ties: Iterable[Tie]) -> Mapping[str, str]:
    """Return into which case each tied finding goes: the oldest in hand, else that of the earliest finding with it.

    Ties have to come in the order of their first findings.
    """
    roots: dict[str, str] = {}
    places: dict[str, int] = {}
    cases: dict[str, InHand] = {}
    for tie in ties:
        for finding in tie.findings:
            roots.setdefault(finding, finding)
            places.setdefault(finding, len(places))
        met = {_root(roots, finding) for finding in tie.findings}
        root = min(met, key=places.__getitem__)
        known = [*(cases.pop(each) for each in met if each in cases), *([tie.case] if tie.case is not None else ())]
        for each in met:
            roots[each] = root
        if known:
            cases[root] = min(known, key=lambda case: (case.opened_at, case.case_id))
    homes = {finding: _root(roots, finding) for finding in roots}
    return {finding: cases[root].case_id if root in cases else root for finding, root in homes.items()}


def _root(roots: dict[str, str], finding: str) -> str:
    """Follow a finding to the one that it is tied to, and shorten the way for the next time."""
    while roots[finding] != finding:
        roots[finding] = roots[roots[finding]]
        finding = roots[finding]
    return finding
