"""An acquirer in memory, with a truth of its own and a planned fault for each call.

It knows nothing of the product's code but the port. What it answers may be lost, late or wrong; what it holds is what
really happened to the money, and tests hold the books to that.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Answer, Decline, Outcome, Request, Settled, Settlement, Totals
from counterfoil.ids import TerminalId


class Fate(StrEnum):
    """What becomes of one call."""

    FINE = "fine"  #: it arrives, is done, and the answer comes back
    LOST_REQUEST = "lost_request"  #: it never arrives
    LOST_ANSWER = "lost_answer"  #: it is done, and the answer is lost
    LATE_REQUEST = "late_request"  #: it is under way, and arrives when the test says so
    LATE_ANSWER = "late_answer"  #: it is done, and the answer comes when the test says so
    DECLINED = "declined"
    FALSELY_DECLINED = "falsely_declined"  #: it is done, and the answer says no (field case 35)
    PENDING = "pending"  #: known, and decided when the test says so
    NOT_SENT = "not_sent"  #: not a byte left the house
    OTHER_AMOUNT = "other_amount"  #: done, and the answer names another amount


#: Fates of messages that arrive and are done at once.
_DONE = frozenset({Fate.FINE, Fate.LOST_ANSWER, Fate.LATE_ANSWER, Fate.FALSELY_DECLINED, Fate.OTHER_AMOUNT})


@dataclass(slots=True)
class Movement:
    """What really happened under one id."""

    kind: Kind
    amount_minor: int
    #: The id that it undoes or refunds.
    original: str | None
    done: bool = False
    refused: bool = False
    undone: bool = False


@dataclass
class SimulatedAcquirer:
    """One channel of one merchant."""

    name: str = "wechat"
    channel: str = "wechat"
    can_void: bool = True
    #: Whether a message under way is refused once it was reversed before it came (a card host forgets).
    remembers_reversals: bool = True
    #: Whether it refuses to give back more than it took; one that does not shows whether the shop does.
    guards_refunds: bool = True
    movements: dict[str, Movement] = field(default_factory=dict)
    #: Every call, in order: verb and id.
    calls: list[tuple[str, str]] = field(default_factory=list)
    #: Called before an answer is given, in the caller's thread: what happens while a message is under way.
    meanwhile: Callable[[Request], None] | None = None
    _plans: dict[str, deque[Fate]] = field(default_factory=dict)
    _under_way: list[Request] = field(default_factory=list)
    _late: list[tuple[Request, Answer]] = field(default_factory=list)
    _reversed: set[str] = field(default_factory=set)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def plan(self, verb: str, *fates: Fate) -> None:
        """Let the next calls of a verb (`charge`, `void`, `refund`, `reverse`, `ask`) meet these fates, in order."""
        self._plans.setdefault(verb, deque()).extend(fates)

    def arrive(self) -> None:
        """Let everything that is under way arrive now."""
        with self._lock:
            coming, self._under_way = self._under_way, []
            for request in coming:
                self._do(request)

    def late_answers(self) -> list[tuple[Request, Answer]]:
        """Hand out the answers that are late."""
        with self._lock:
            late, self._late = self._late, []
        return late

    def decide(self, payment_id: str, *, yes: bool) -> None:
        """Let the customer of a pending payment type the password, or give up."""
        with self._lock:
            movement = self.movements[payment_id]
            if not movement.undone:
                movement.done, movement.refused = yes, not yes

    @property
    def undecided(self) -> list[str]:
        """Ids of what waits for the customer."""
        return [name for name, one in self.movements.items() if not (one.done or one.refused or one.undone)]

    def truth(self, payment_id: str) -> Answer:
        """Return what a bill or a webhook would say of a payment now."""
        movement = self.movements.get(payment_id)
        if movement is None:
            return Answer(outcome=Outcome.NOT_FOUND, note="it is not in the bill")
        if movement.done and not movement.undone:
            return Answer(outcome=Outcome.APPROVED, amount_minor=movement.amount_minor, note="it is in the bill")
        decided = movement.undone or movement.refused
        return Answer(outcome=Outcome.DECLINED if decided else Outcome.PENDING, note="it is not held")

    def taken(self, payment_id: str) -> int:
        """Return what a sale has taken and not given back by an undo, in minor units."""
        movement = self.movements.get(payment_id)
        return movement.amount_minor if movement is not None and movement.done and not movement.undone else 0

    def refunded(self, payment_id: str) -> int:
        """Return what refunds of a sale have really given back."""
        with self._lock:
            return sum(
                one.amount_minor
                for one in self.movements.values()
                if one.kind is Kind.REFUND and one.original == payment_id and one.done and not one.undone
            )

    @property
    def sent(self) -> Counter[tuple[str, str]]:
        """How often each verb was called for each id."""
        return Counter(self.calls)

    def charge(self, request: Request) -> Answer:
        """Take money."""
        return self._call("charge", request)

    def void(self, request: Request) -> Answer:
        """Take a sale back."""
        return self._call("void", request)

    def refund(self, request: Request) -> Answer:
        """Give money back."""
        return self._call("refund", request)

    def reverse(self, request: Request) -> Answer:
        """Make a message not have happened."""
        return self._call("reverse", request)

    def ask(self, request: Request) -> Answer:
        """Say what became of a payment, by its id; a card host cannot."""
        with self._lock:
            self.calls.append(("ask", request.payment_id))
            fate = self._fate("ask")
            if self.channel == "iso8583" or fate is not Fate.FINE:
                return Answer(outcome=Outcome.UNKNOWN, note="no answer to the question")
            return self._known(request)

    def settle(self, terminal_id: TerminalId, totals: Totals, batch: Sequence[Request], *, now: datetime) -> Settlement:
        """Close a lane's batch."""
        self.calls.append(("settle", terminal_id))
        fate = self._fate("settle")
        return Settlement(outcome=Settled.EQUAL if fate is Fate.FINE else Settled.UNKNOWN)

    def close(self) -> None:
        """Nothing is held."""

    # ------------------------------------------------------------ the inside

    def _fate(self, verb: str) -> Fate:
        plan = self._plans.get(verb)
        return plan.popleft() if plan else Fate.FINE

    def _call(self, verb: str, request: Request) -> Answer:
        with self._lock:
            self.calls.append((verb, request.payment_id))
            answer = self._answer(self._fate(verb), request)
        if self.meanwhile is not None:
            self.meanwhile(request)
        return answer

    def _answer(self, fate: Fate, request: Request) -> Answer:
        """Let a message meet its fate: what happens to the money first, then what the caller is told."""
        done = self._do(request) if fate in _DONE else None
        match fate:
            case Fate.LATE_REQUEST:
                self._under_way.append(request)
            case Fate.DECLINED:
                self.movements.setdefault(request.payment_id, self._movement(request, refused=True))
            case Fate.PENDING:
                self.movements.setdefault(request.payment_id, self._movement(request))
        if done is not None and fate is Fate.LATE_ANSWER:
            self._late.append((request, done))
        return done if done is not None and fate is Fate.FINE else _told(fate, request)

    def _do(self, request: Request) -> Answer:
        """Do what a message asks for, once for each id."""
        known = self.movements.get(request.payment_id)
        # A card host answers a repeated reversal as it answered before; a wallet's is by the order's number, and acts.
        is_answered = known is not None and (known.done or known.refused)
        if is_answered and (self.channel == "iso8583" or request.kind is not Kind.REVERSAL):
            return self._known(request)
        movement = known or self._movement(request)
        self.movements[request.payment_id] = movement
        why_not = self._why_not(request)
        if why_not is not None:
            movement.refused = True
            return Answer(outcome=Outcome.DECLINED, decline=why_not, note="the acquirer refuses it")
        movement.done = True
        if request.kind in {Kind.VOID, Kind.REVERSAL} and request.original is not None:
            self._undo(request.original.payment_id)
        return self._approved(request)

    def _why_not(self, request: Request) -> Decline | None:
        original = None if request.original is None else self.movements.get(request.original.payment_id)
        match request.kind:
            case Kind.SALE:
                gone = self.remembers_reversals and request.payment_id in self._reversed
                return Decline.INVALID_CODE if gone or self.movements[request.payment_id].undone else None
            case Kind.VOID:
                if original is None or not original.done:
                    return Decline.ORIGINAL_NOT_FOUND
                return Decline.ALREADY_UNDONE if original.undone else None
            case Kind.REVERSAL:
                return None
            case Kind.REFUND:
                if original is None or not original.done:
                    return Decline.ORIGINAL_NOT_FOUND
                left = original.amount_minor - self.refunded(request.original.payment_id if request.original else "")
                above = self.guards_refunds and request.amount_minor > left
                return Decline.REFUND_TOO_LARGE if original.undone or above else None

    def _undo(self, payment_id: str) -> None:
        self._reversed.add(payment_id)
        original = self.movements.get(payment_id)
        if original is None:
            return
        original.undone = True
        # An undo that is itself undone leaves its own original as it was before.
        if original.kind in {Kind.VOID, Kind.REVERSAL} and original.done and original.original in self.movements:
            self.movements[original.original].undone = False

    def _known(self, request: Request) -> Answer:
        movement = self.movements.get(request.payment_id)
        if movement is None:
            return Answer(outcome=Outcome.NOT_FOUND, note="no such payment now")
        if movement.undone:
            return Answer(outcome=Outcome.DECLINED, decline=Decline.ALREADY_UNDONE, note="it was taken back")
        if movement.done:
            return self._approved(request)
        if movement.refused:
            return Answer(outcome=Outcome.DECLINED, decline=Decline.INSUFFICIENT_FUNDS, note="refused")
        return Answer(outcome=Outcome.PENDING, note="not decided")

    def _approved(self, request: Request) -> Answer:
        number = f"{len(self.movements):012d}"
        return Answer(
            outcome=Outcome.APPROVED,
            amount_minor=request.amount_minor,
            response_code="00",
            acquirer_reference=f"T{number}",
            rrn=number,
            approval_code=number[-6:],
            note="approved",
        )

    @staticmethod
    def _movement(request: Request, *, refused: bool = False) -> Movement:
        return Movement(
            kind=request.kind,
            amount_minor=request.amount_minor,
            original=None if request.original is None else request.original.payment_id,
            refused=refused,
        )


def money_held(acquirers: Iterable[SimulatedAcquirer]) -> int:
    """Return what acquirers hold for a shop: what sales took, less undos and refunds."""
    return sum(
        (one.amount_minor if one.kind is Kind.SALE else -one.amount_minor)
        for acquirer in acquirers
        for one in acquirer.movements.values()
        if one.done and not one.undone and one.kind in {Kind.SALE, Kind.REFUND}
    )


def _told(fate: Fate, request: Request) -> Answer:
    """Return what the caller hears of a message that did not simply go well."""
    match fate:
        case Fate.NOT_SENT:
            return Answer(outcome=Outcome.NOT_SENT, note="the line is down")
        case Fate.DECLINED:
            return Answer(outcome=Outcome.DECLINED, decline=Decline.INSUFFICIENT_FUNDS, note="refused")
        case Fate.FALSELY_DECLINED:
            return Answer(outcome=Outcome.DECLINED, decline=Decline.REFER_TO_ISSUER, note="the screen said no")
        case Fate.PENDING:
            return Answer(outcome=Outcome.PENDING, note="the customer is typing")
        case Fate.OTHER_AMOUNT:
            return Answer(outcome=Outcome.APPROVED, amount_minor=request.amount_minor + 1)
        case _:
            return Answer(outcome=Outcome.UNKNOWN, note="no answer came")
