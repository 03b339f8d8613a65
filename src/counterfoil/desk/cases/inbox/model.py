"""What somebody wants to see of cases, and what they are shown. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from counterfoil.desk.cases.model import Case, CaseEvent, CaseId
from counterfoil.desk.cases.states import IN_HAND, State
from counterfoil.ids import StaffId, StoreId, is_id
from counterfoil.languages import Text
from counterfoil.shop.staff.model import EVERY_STORE, Person, Role, Verb
from counterfoil.shop.staff.roles import MATRIX

#: So many cases stand on one page at most.
PAGE_MAX = 200
#: So many cases are looked at that carry a number which somebody looks for.
HITS_MAX = 1_000
#: The longest number that somebody looks for.
FIND_LENGTH_MAX = 100


class Sort(StrEnum):
    """What stands first."""

    DUE = "due"  #: what is due soonest
    MONEY = "money"  #: the most money at risk
    AGE = "age"  #: the oldest
    CLOSED = "closed"  #: what was closed last; open cases have no place there


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """At which stores somebody may see cases."""

    #: None: at every one, and those of no store.
    store_ids: frozenset[StoreId] | None

    def holds(self, store_id: StoreId | None) -> bool:
        """Say whether cases of a store may be seen."""
        return self.store_ids is None or store_id in self.store_ids


def scope_of(person: Person, verb: Verb = Verb.READ_REPORTS) -> Scope:
    """Return where somebody may do this, or read findings: at every store, at some, or at none."""
    if person.retired_at is not None:
        return Scope(store_ids=frozenset())
    allowed = MATRIX[verb].roles
    at = {grant.store_id for grant in person.grants if grant.role in allowed}
    return Scope(store_ids=None if EVERY_STORE in at else frozenset(at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Behind which case a page begins."""

    sort: Sort
    #: What the case is sorted by.
    at: datetime | int
    case_id: CaseId

    @property
    def token(self) -> str:
        """As it stands in an address."""
        at = self.at.isoformat() if isinstance(self.at, datetime) else self.at
        return f"{self.sort}~{at}~{self.case_id}"


def cursor_of(token: str) -> Cursor | None:
    """Return the cursor of a token; None where it is none, and the page is the first one."""
    try:
        sort, at, case_id = token.split("~", 2)
        kind = Sort(sort)
        value = int(at) if kind is Sort.MONEY else datetime.fromisoformat(at)
    except ValueError:
        return None
    is_usable = 0 <= value < 2**63 if isinstance(value, int) else value.tzinfo is not None
    return Cursor(sort=kind, at=value, case_id=CaseId(case_id)) if is_usable and is_id(case_id) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases somebody wants to see; what is None says nothing."""

    states: frozenset[State] = IN_HAND
    exception: str | None = None
    diagnosis: str | None = None
    severity: str | None = None
    store_id: StoreId | None = None
    #: Worked on by them.
    owner_id: StaffId | None = None
    #: Worked on by nobody.
    unowned: bool = False
    escalated_to: Role | None = None
    #: Due before now.
    overdue: bool = False
    opened_before: datetime | None = None
    opened_since: datetime | None = None
    at_risk_minor_min: int | None = None
    #: The beginning of any number that a case carries: its id, an order, a payment, with or without its noun.
    find: str | None = None
    #: Orders that the number on a slip is of: cases that carry one of them are found by it, too.
    numbered: tuple[str, ...] = ()
    sort: Sort = Sort.DUE
    after: Cursor | None = None
    limit: int = 50

    @property
    def is_possible(self) -> bool:
        """Whether anything could be named like that; where not, nothing is, and the database need not be asked."""
        names = (self.exception, self.diagnosis, self.severity, self.store_id, self.owner_id)
        return bool(self.states) and all(name is None or is_id(name) for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of the inbox."""

    case: Case
    #: What a cashier would say of it.
    said: Text
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the inbox."""

    cases: Sequence[Listed]
    #: Where the next one begins; None: this was the last.
    next: Cursor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many cases are in hand, of what somebody may see."""

    total_n: int = 0
    overdue_n: int = 0
    unowned_n: int = 0
    #: By currency.
    at_risk_minor: Mapping[str, int] = field(default_factory=dict)
    by_exception: Mapping[str, int] = field(default_factory=dict)
    by_owner: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFinding:
    """One finding of a case, as the desk has it."""

    finding_id: str
    exception: str
    diagnosis: str
    severity: str
    subject: str
    other_subject: str | None
    occurred_at: datetime | None
    amount_at_risk_minor: int
    currency: str | None
    said: Text
    next_step: str
    #: Rows of the books: table, id, and of files file and line.
    evidence: Sequence[Mapping[str, Any]]
    found_by: str
    first_seen_at: datetime
    last_seen_at: datetime
    #: None: it stands.
    gone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """One case with everything that belongs to it."""

    case: Case
    #: Those that stand first, the worst first.
    findings: Sequence[CaseFinding]
    #: Its own and those of the cases that are part of it, in the order of time; the last `EVENTS_MAX` of them.
    events: Sequence[CaseEvent]
    #: Cases that are part of it.
    merged: Sequence[CaseId]
    #: Other cases about the same orders, the newest first.
    related: Sequence[Case]


#: So many events of a case are shown, and so many related cases and findings.
EVENTS_MAX = 500
RELATED_MAX = 20
FINDINGS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What moved since somebody looked last."""

    #: Each at least once; which of its versions was seen is the reader's to know.
    case_ids: frozenset[CaseId]
    #: From when on to ask next.
    through: datetime
    #: Whether that is all; where too much moved, everything is to be read again.
    is_all: bool
