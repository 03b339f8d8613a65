"""What cases have to come to, in memory: written from what the desk promises, beside the SQL that keeps it.

It knows no table and none of the code that it is held against: findings, cases and people are plain values here, and
a verb returns the code of its refusal, or None where it is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

IN_HAND = frozenset({"open", "in_progress", "waiting"})
WEIGHTS = ("info", "low", "high", "critical")
DUE = {
    "critical": timedelta(hours=4),
    "high": timedelta(hours=24),
    "low": timedelta(days=3),
    "info": timedelta(days=7),
}
PROOF_WITHIN = timedelta(days=4)

#: Who works here: as what, at which store; None: at every one. The others may not work on cases.
WORKERS: Mapping[str, tuple[str, str | None]] = {
    "ann": ("supervisor", "s1"),
    "ben": ("support", None),
    "cat": ("manager", None),
    "fay": ("finance", None),
    "oli": ("owner", None),
    "sue": ("supervisor", "s2"),
}

#: Why a case may be closed: for which exceptions, whether the books have to bear it out, whether two have to sign.
REASONS: Mapping[str, tuple[frozenset[str], bool, bool]] = {
    "harmless": (frozenset({"missing_slip", "duplicate_order"}), False, False),
    "slip_sent": (frozenset({"missing_slip"}), True, False),
    "refunded_once": (frozenset({"duplicate_order"}), True, False),
    "genuine_repeat": (frozenset({"duplicate_order"}), False, False),
    "written_off": (frozenset({"missing_slip"}), False, True),
}


@dataclass(frozen=True, slots=True)
class Says:
    """What the rules say of a finding at one time."""

    diagnosis: str
    severity: str
    amount: int
    moves_money: bool

    @property
    def weight(self) -> int:
        return WEIGHTS.index(self.severity)


#: What the rules find here: some of one order, two across stores, one of somebody who works on cases.
FOUND: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "A": ("missing_slip", ("o1",), "s1", "dan"),
    "B": ("missing_slip", ("o1",), "s1", "dan"),
    "C": ("missing_slip", ("o2",), "s2", "dan"),
    "D": ("missing_slip", ("o3",), "s1", "fay"),
    "E": ("duplicate_order", ("o2", "o1"), "s1", "dan"),
    "F": ("duplicate_order", ("o3", "o2"), "s2", "dan"),
}
SAYS = [
    Says("paid_no_slip", "high", 1000, moves_money=False),
    Says("paid_no_slip", "low", 1000, moves_money=False),
    Says("paid_no_slip", "high", 400, moves_money=False),
    Says("charged_no_order", "critical", 1000, moves_money=True),
    Says("notice_no_order", "info", 0, moves_money=False),
]


@dataclass(slots=True, kw_only=True)
class Found:
    """One finding: what it is about, what it says, and what its case was told of it last."""

    name: str
    exception: str
    orders: tuple[str, ...]
    store: str
    operator: str
    says: Says | None = None
    stands: bool = False
    home: str | None = None
    #: Whether it stood, and what it said; None: nothing was told yet.
    told: tuple[bool, Says] | None = None


@dataclass(slots=True, kw_only=True)
class Expected:
    """One case as it has to be."""

    case_id: str
    opened_at: datetime
    due_at: datetime
    leading: Found
    says: Says
    amount: int
    stands: bool = True
    state: str = "open"
    owner: str | None = None
    escalated_to: str | None = None
    waiting_for: str | None = None
    merged_into: str | None = None
    closed_by: str | None = None
    reason: str | None = None
    proof_due_at: datetime | None = None
    #: What happened, and who did it; None: the books.
    events: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def version(self) -> int:
        return len(self.events)

    def move(self, kind: str, to: str, by: str | None) -> None:
        """Write an event, and forget what only the state before had."""
        self.events.append((kind, by))
        self.state = to
        if to in {"open", "merged"}:
            self.owner = None
        if to != "open":
            self.escalated_to = None
        if to != "waiting":
            self.waiting_for = None
        if to != "closed":
            self.closed_by = self.reason = self.proof_due_at = None


# ---------------------------------------------------------------- what holds of one


def may(by: str, store: str) -> bool:
    """Say whether somebody may work on cases of a store."""
    return by in WORKERS and WORKERS[by][1] in {None, store}


def not_theirs(case: Expected, by: str) -> str | None:
    """Say why a case is not somebody's to decide about."""
    if case.owner is not None and case.owner != by:
        return "owned_by_another"
    return not_their_turn(case, by)


def not_their_turn(case: Expected, by: str) -> str | None:
    """Say whether a case waits for another role."""
    waits = case.escalated_to is not None and WORKERS[by][0] not in {case.escalated_to, "owner"}
    return "escalated_to_others" if waits else None
