"""What the books and people do to the cases of the machine, in the database and in the model that is in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from counterfoil.db.engine import Database
from counterfoil.desk.cases.closing import Wish
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.following.follow import contradict_closures, follow_everything
from counterfoil.desk.cases.many import assign_many, close_many
from counterfoil.desk.cases.model import Moved, MovedMany
from counterfoil.ids import MerchantId, StaffId
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Role
from tests.desk.cases.expected import FOUND, REASONS, SAYS, WORKERS, Expected, Found, Says, not_their_turn, not_theirs
from tests.desk.cases.expected import may as may_work
from tests.desk.cases.expected_inbox import Inbox
from tests.desk.cases.shop import PEOPLE, Desk, finding

_STEPS = {True: "refund_the_double_once", False: "send_the_slip"}

_merchants = count(1)
_names = st.sampled_from(list(FOUND))
#: Those who may work everywhere come most often.
_people = st.sampled_from([*PEOPLE, "ben", "cat", "oli", "oli"])
_says = st.dictionaries(_names, st.sampled_from(SAYS), min_size=1, max_size=4)
#: Whether somebody looks at a page that was overtaken.
_behind = st.sampled_from([0] * 9 + [1])


@st.composite
def _at(draw: st.DrawFn, *, state: str | None = None) -> tuple[str, str]:
    """Return a case, mostly one that is there and in a state, and who presses: whoever works on it, more often."""
    cases = draw(st.runner()).model.cases
    wanted = [name for name, case in cases.items() if state in {None, case.state}]
    name = draw(st.sampled_from([*sorted(wanted) * 4, *sorted(cases), "A"]))
    owner = cases[name].owner if name in cases else None
    by = draw(_people if owner is None else st.just(owner) | _people)
    return name, by


@st.composite
def _member(draw: st.DrawFn) -> tuple[str, str, str]:
    """Return a case, who presses, and a finding: mostly one that is in the case and has not opened it."""
    model = draw(st.runner()).model
    guests = [(one.home, name) for name, one in model.found.items() if one.home not in {None, name}]
    name, finding_id = draw(st.sampled_from([*guests * 4, *((name, other) for name in "AC" for other in "AB")]))
    owner = model.cases[name].owner if name in model.cases else None
    return name, draw(_people if owner is None else st.just(owner) | _people), finding_id


class Hands(RuleBasedStateMachine):
    """The desk, the model, and everything that is done to both."""

    town: Database

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(self.town, merchant_id=MerchantId(f"machine{next(_merchants)}")).open()
        self.desk.book("o1")
        self.model = Inbox(
            found={
                name: Found(name=name, exception=exception, orders=orders, store=store, operator=operator)
                for name, (exception, orders, store, operator) in FOUND.items()
            }
        )
        self.presses: list[tuple[Callable[[], Any], Moved]] = []
        self.read: dict[str, list[Any]] = {}
        self._actions = count(1)

    # ------------------------------------------------------------ the books

    @initialize(seen=st.dictionaries(_names, st.sampled_from(SAYS), min_size=4))
    def the_books_begin(self, seen: dict[str, Says]) -> None:
        self.the_books_say(seen, set())

    @rule(seen=_says, lost=st.sets(_names, max_size=3))
    def the_books_say(self, seen: dict[str, Says], lost: set[str]) -> None:
        gone = sorted(name for name in lost - set(seen) if self.model.found[name].stands)
        rows = [self._row(name, says) for name, says in sorted(seen.items())]
        self.model.look(seen, gone, self.desk.now)
        self.desk.look(*rows, lost=gone)

    def _row(self, name: str, says: Says) -> dict[str, Any]:
        exception, orders, store, operator = FOUND[name]
        return finding(
            name,
            exception=exception,
            subject=f"order:{orders[0]}",
            other_subject=f"order:{orders[1]}" if len(orders) > 1 else None,
            store_id=store,
            operator_id=operator,
            diagnosis=says.diagnosis,
            severity=says.severity,
            amount_at_risk_minor=says.amount,
            next_step=_STEPS[says.moves_money],
        )

    @rule(hours=st.sampled_from([1, 30, 100]))
    def time_passes(self, hours: int) -> None:
        self.desk.now += timedelta(hours=hours)
        self.model.proof_is_due(self.desk.now)
        with self.desk.database.transaction(self.desk.merchant_id) as connection:
            contradict_closures(connection, self.desk.merchant_id, now=self.desk.now)

    @rule()
    def everything_is_followed_once_more(self) -> None:
        with self.desk.database.transaction(self.desk.merchant_id) as connection:
            assert not follow_everything(connection, self.desk.merchant_id, now=self.desk.now).moved

    # ------------------------------------------------------------ people

    def _press(self, verb: Callable[..., Moved | Refused], name: str, by: str, behind: int, **more: Any) -> str | None:  # noqa: ANN401 — fields of a press
        """Press a button on the page as it is, or as it was; returns the code of the refusal."""
        case = self.model.cases.get(name)
        seen = (case.version if case is not None else 1) - behind
        action_id = f"button{next(self._actions)}"

        def press() -> Moved | Refused:
            return verb(name, by, seen=seen, action_id=action_id, **more)

        answer = press()
        if isinstance(answer, Moved):
            assert not answer.repeated
            self.presses.append((press, answer))
            return None
        return str(answer.code)

    @rule(at=_at(), behind=_behind)
    def take(self, at: tuple[str, str], behind: int) -> None:
        name, by = at
        code = self._press(self.desk.take, name, by, behind)

        def decide(case: Expected) -> str | None:
            no = not_their_turn(case, by)
            if no is None:
                case.move("taken", "in_progress", by)
                case.owner = by
            return no

        assert code == self.model.act(name, by, "taken", behind, decide)

    @rule(at=_at(), to=_people, behind=_behind)
    def assign(self, at: tuple[str, str], to: str, behind: int) -> None:
        name, by = at
        code = self._press(self.desk.assign, name, by, behind, to=to)
        assert code == self.model.act(name, by, "assigned", behind, lambda case: _given(case, by, to))

    @rule(at=_at(state="in_progress"), behind=_behind)
    def release(self, at: tuple[str, str], behind: int) -> None:
        name, by = at
        code = self._press(self.desk.release, name, by, behind)

        def decide(case: Expected) -> str | None:
            no = not_theirs(case, by)
            if no is None:
                case.move("released", "open", by)
            return no

        assert code == self.model.act(name, by, "released", behind, decide)

    @rule(at=_at(), to=st.sampled_from([Role.MANAGER, Role.FINANCE]), behind=_behind)
    def escalate(self, at: tuple[str, str], to: Role, behind: int) -> None:
        name, by = at
        code = self._press(self.desk.escalate, name, by, behind, to=to)

        def decide(case: Expected) -> str | None:
            no = not_theirs(case, by)
            if no is None:
                case.move("escalated", "open", by)
                case.escalated_to = to.value
            return no

        assert code == self.model.act(name, by, "escalated", behind, decide)

    @rule(at=_at(), behind=_behind)
    def ask(self, at: tuple[str, str], behind: int) -> None:
        name, by = at
        code = self._press(self.desk.ask, name, by, behind)

        def decide(case: Expected) -> str | None:
            no = not_theirs(case, by)
            if no is None:
                case.move("asked", "waiting", by)
                case.owner, case.waiting_for = by, "acquirer"
            return no

        assert code == self.model.act(name, by, "asked", behind, decide)

    @rule(at=_at(), is_answer=st.booleans())
    def write(self, at: tuple[str, str], is_answer: bool) -> None:  # noqa: FBT001 — hypothesis names it
        name, by = at
        kind, verb = ("answered", self.desk.answer) if is_answer else ("noted", self.desk.note)

        def press(name: str, by: str, *, seen: int, action_id: str) -> Moved | Refused:
            del seen
            return verb(name, by, action_id=action_id)

        def decide(case: Expected) -> None:
            if is_answer:
                owner = case.owner
                case.move(kind, "in_progress", by)
                case.owner = owner
            else:
                case.events.append((kind, by))

        assert self._press(press, name, by, 0) == self.model.act(name, by, kind, 0, decide)

    @rule(at=_at(), reason=st.sampled_from(sorted(REASONS)), behind=_behind)
    def close(self, at: tuple[str, str], reason: str, behind: int) -> None:
        name, by = at
        code = self._press(self.desk.close, name, by, behind, reason=Reason(reason), proof="order:o1")
        assert code == self.model.act(
            name, by, "closed", behind, lambda case: self.model.close(case, by, reason, self.desk.now)
        )

    @rule(at=_at(state="closed"), behind=_behind)
    def reopen(self, at: tuple[str, str], behind: int) -> None:
        name, by = at
        code = self._press(self.desk.reopen, name, by, behind)
        assert code == self.model.act(
            name, by, "reopened", behind, lambda case: self.model.reopen(case, by, self.desk.now)
        )

    @rule(at=_at(), into=_at(), behind=_behind)
    def merge(self, at: tuple[str, str], into: tuple[str, str], behind: int) -> None:
        name, by = at
        code = self._press(self.desk.merge, name, by, behind, into=into[0])
        assert code == self.model.act(
            name, by, "merged", behind, lambda case: self.model.merge(case, by, into[0], self.desk.now)
        )

    @rule(at=_member(), behind=_behind)
    def part(self, at: tuple[str, str, str], behind: int) -> None:
        name, by, finding_id = at
        code = self._press(self.desk.part, name, by, behind, finding_id=finding_id)
        assert code == self.model.act(
            name, by, "parted", behind, lambda case: self.model.part(case, by, finding_id, self.desk.now)
        )

    @precondition(lambda self: self.model.cases)
    @rule(data=st.data(), by=_people, to=st.none() | _people)
    def do_to_many(self, data: st.DataObject, by: str, to: str | None) -> None:
        names = sorted(data.draw(st.sets(st.sampled_from(sorted(self.model.cases)), min_size=1)))
        if to is None:
            answer = self.desk.in_bulk(close_many, names, by, wish=Wish(reason=Reason.HARMLESS, text="a test"))
        else:
            answer = self.desk.in_bulk(assign_many, names, by, to=StaffId(to))
        assert isinstance(answer, MovedMany)
        codes: dict[str, str | None] = dict.fromkeys(names)
        codes |= {str(name): str(no.code) for name, no in answer.refused.items()}
        for name in names:
            if to is None:
                expected = self.model.act(name, by, "closed", 0, lambda case: self._closed_with_others(case, by))
            else:
                expected = self.model.act(name, by, "assigned", 0, lambda case: _given(case, by, str(to)))
            assert codes[name] == expected

    def _closed_with_others(self, case: Expected, by: str) -> str | None:
        if any(one.says.moves_money for one in self.model.members(case) if one.stands and one.says is not None):
            return "moves_money"
        return self.model.close(case, by, "harmless", self.desk.now)

    @precondition(lambda self: self.presses)
    @rule(data=st.data())
    def press_again(self, data: st.DataObject) -> None:
        press, before = data.draw(st.sampled_from(self.presses))
        again = press()
        if isinstance(again, Moved):
            assert (again.repeated, again.event) == (True, before.event)
        else:
            # A case whose worst finding is another one may have gone to another store meanwhile.
            assert str(again.code) == "may_not"


def _given(case: Expected, by: str, to: str) -> str | None:
    no = not_their_turn(case, by) or ("already_theirs" if case.owner == to else None)
    if no is not None:
        return no
    if to not in WORKERS or not may_work(to, case.leading.store):
        return "they_may_not"
    waiting_for = case.waiting_for
    case.move("assigned", "waiting" if case.state == "waiting" else "in_progress", by)
    case.owner, case.waiting_for = to, waiting_for
    return None
