"""The values of cases. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.states import Event, State
from counterfoil.ids import MerchantId, StaffId, StoreId, TerminalId
from counterfoil.languages import Text
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Role

#: The id of the finding that a case came from.
CaseId = NewType("CaseId", str)

#: What comes behind the id of a press, in the id of what the press came to.
ENDING = ".end"
#: The step that rebuilds the order of a charge and gives its money back: its first half makes the books agree.
REBUILDS_AND_RETURNS = "return_charge"
#: So many cases are changed by one press of a button at most.
MANY_MAX = 500
#: The longest note, question or reason.
TEXT_LENGTH_MAX = 2_000


class Origin(StrEnum):
    """Where a case came from."""

    LIVE = "live"  #: the watch over the live books, or a ladder at its end
    AUDIT = "audit"  #: an audit of files; the watch does not see those, so only people end it


class WaitingFor(StrEnum):
    """Who was asked for what is missing."""

    STAFF = "staff"
    CUSTOMER = "customer"
    ACQUIRER = "acquirer"
    CARRIER = "carrier"


WAITING_FOR: Mapping[WaitingFor, Text] = MappingProxyType(
    {
        WaitingFor.STAFF: Text(en="somebody of the staff", zh="员工"),
        WaitingFor.CUSTOMER: Text(en="the customer", zh="顾客"),
        WaitingFor.ACQUIRER: Text(en="the acquirer", zh="收单方"),
        WaitingFor.CARRIER: Text(en="the carrier", zh="承运商"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case. What the books say of it is that of its worst finding that stands, and all their money together."""

    merchant_id: MerchantId
    case_id: CaseId
    exception: str
    diagnosis: str
    severity: str
    #: The step of the playbook that comes next.
    next_step: str
    subject: str
    other_subject: str | None
    store_id: StoreId | None
    terminal_id: TerminalId | None
    operator_id: StaffId | None
    #: None where no book says when.
    occurred_at: datetime | None
    #: Of all its findings that stand, in `currency`; of the last ones, where none stands any more.
    amount_at_risk_minor: int
    currency: str | None
    #: The finding that speaks for it.
    leading_id: str
    #: How many findings it is about, those that are gone among them.
    findings_n: int
    #: Whether the books still disagree about any of them.
    stands: bool
    origin: Origin
    opened_at: datetime
    due_at: datetime
    state: State
    #: The number of its last event; whoever changes a case says which version they saw.
    version: int
    changed_at: datetime
    #: Who works on it; of a closed case, who did at its end.
    owner_id: StaffId | None
    #: Whose turn it is, as long as nobody of that role has taken it.
    escalated_to: Role | None
    waiting_for: WaitingFor | None
    #: The case that it went into.
    merged_into: CaseId | None
    closed_at: datetime | None
    #: None: by the books.
    closed_by: StaffId | None
    closure_reason: Reason | None
    #: When the closure has to be borne out by the books.
    proof_due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One thing that happened to a case: a fact."""

    case_id: CaseId
    #: 1 for the first; also the version of the case after it.
    event_no: int
    kind: Event
    #: The state after it.
    state: State
    occurred_at: datetime
    #: None: the books.
    actor_id: StaffId | None
    #: Made by the page, one for each press of a button.
    action_id: str | None
    #: What the person wrote.
    text: str | None
    #: What else the event says: whom it was given to, the reason, the findings with what was and what is.
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRow:
    """A row of a book that is there."""

    #: Of which store it is; None: of none, or nobody knows.
    store_id: StoreId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a press of a button came to."""

    event: CaseEvent
    #: The same press was heard before: this is what it came to then, and nothing was done again.
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedMany:
    """What one press over many cases came to, case by case."""

    moved: Mapping[CaseId, Moved] = field(default_factory=dict)
    refused: Mapping[CaseId, Refused] = field(default_factory=dict)
