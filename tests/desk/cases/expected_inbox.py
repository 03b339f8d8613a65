"""All cases of a shop as they have to be: how they follow the books, and what people do to them. In memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tests.desk.cases.expected import DUE, IN_HAND, PROOF_WITHIN, REASONS, Expected, Found, Says, may, not_theirs


@dataclass(slots=True, kw_only=True)
class Inbox:
    """All findings and cases of a shop."""

    found: dict[str, Found]
    cases: dict[str, Expected] = field(default_factory=dict)
    #: Of which order it was said that it repeats which, and in which case.
    repeats: dict[str, tuple[str, str]] = field(default_factory=dict)

    # ------------------------------------------------------------ the books

    def look(self, seen: Mapping[str, Says], lost: Collection[str], now: datetime) -> None:
        """Let the books say that findings stand, and that others are gone."""
        for name, says in seen.items():
            self.found[name].says, self.found[name].stands = says, True
        for name in lost:
            self.found[name].stands = False
        given = [self.found[name] for name in (*seen, *lost)]
        new = [one for one in given if one.home is None and one.says is not None]
        moved = {one.home for one in given if one.home is not None and one.told != self._is(one)}
        told = [self.cases[name] for name in sorted(moved | self._place(new, now))]
        for case in told:
            self._project(case, now)
            self._tell(case, now)

    def _place(self, new: list[Found], now: datetime) -> set[str]:
        """Put new findings where one order ties them; returns the cases that were there already."""
        joined: set[str] = set()
        left = sorted(new, key=lambda one: one.name)
        while left:
            part, rest = [left[0]], left[1:]
            while met := [one for one in rest if any(_tied(one, other) for other in part)]:
                part += met
                rest = [one for one in rest if one not in met]
            left = rest
            hosts = [
                self.cases[other.home]
                for other in self.found.values()
                if other.home is not None
                and other not in part
                and self.cases[other.home].state in IN_HAND
                and any(_tied(one, other) for one in part)
            ]
            if hosts:
                home = min(hosts, key=lambda case: (case.opened_at, case.case_id)).case_id
                joined.add(home)
            else:
                home = min(one.name for one in part)
            for one in part:
                one.home = home
            if not hosts:
                self._open(home, part, now)
        return joined

    def _open(self, name: str, part: list[Found], now: datetime, by: str | None = None) -> None:
        leading = max(part, key=_worst)
        assert leading.says is not None
        self.cases[name] = Expected(
            case_id=name,
            opened_at=now,
            due_at=now + DUE[leading.says.severity],
            leading=leading,
            says=leading.says,
            amount=sum(one.says.amount for one in part if one.says is not None),
            events=[("came", by)],
        )
        for one in part:
            one.told = self._is(one)

    def members(self, case: Expected) -> list[Found]:
        return [one for one in self.found.values() if one.home == case.case_id]

    def _project(self, case: Expected, now: datetime) -> None:
        standing = [one for one in self.members(case) if one.stands]
        if not standing:
            return
        leading = max(standing, key=_worst)
        assert leading.says is not None
        if leading.says.weight > case.says.weight:
            case.due_at = min(case.due_at, now + DUE[leading.says.severity])
        case.leading, case.says, case.stands = leading, leading.says, True
        case.amount = sum(one.says.amount for one in standing if one.says is not None)

    def _tell(self, case: Expected, now: datetime) -> None:
        became: list[tuple[str, bool]] = []
        members = self.members(case)
        stood = any(one.told is not None and one.told[0] for one in members)
        stands = any(one.stands for one in members)
        for one in members:
            what = _became(one)
            if what is not None:
                became.append((what, what in {"joined", "returned"} or (what == "changed" and _is_worse(one))))
        if not became:
            return
        kind = _named(case, {what for what, _ in became}, stood=stood, stands=stands, worse=any(w for _, w in became))
        was_closed, reason, by, proof = case.state == "closed", case.reason, case.closed_by, case.proof_due_at
        opens = was_closed and kind in {"returned", "contradicted"}
        to = "closed" if kind == "gone" else "open" if opens else case.state
        owner, escalated_to, waiting_for = case.owner, case.escalated_to, case.waiting_for
        case.move(kind, to, None)
        case.stands = stands
        if to == "closed":
            case.owner, case.closed_by, case.reason = owner, by, reason or "books_agree"
            case.proof_due_at = proof if stands else None
        elif not opens:
            case.owner, case.escalated_to, case.waiting_for = owner, escalated_to, waiting_for
        if opens:
            case.due_at = now + DUE[case.says.severity]
        for one in members:
            one.told = self._is(one)

    def proof_is_due(self, now: datetime) -> None:
        """Let the time for proof be over."""
        for case in self.cases.values():
            if case.state == "closed" and case.proof_due_at is not None and case.proof_due_at <= now:
                case.move("contradicted", "open", None)
                case.due_at = now + DUE[case.says.severity]

    def _is(self, one: Found) -> tuple[bool, Says]:
        assert one.says is not None
        return one.stands, one.says

    # ------------------------------------------------------------ people

    def act(self, name: str, by: str, kind: str, behind: int, decide: Callable[[Expected], str | None]) -> str | None:
        """Judge what somebody wants, of a version that lies `behind`; `decide` does it where nothing speaks against."""
        case = self.cases.get(name)
        if case is None:
            return "no_such_case"
        if not may(by, case.leading.store):
            return "may_not"
        if case.state == "merged":
            return "is_merged"
        if behind:
            return "changed_meanwhile"
        if kind == "taken" and case.owner is not None and case.state in IN_HAND:
            return "owned_by_another" if case.owner != by else "already_theirs"
        if not _possible(case.state, kind):
            return "not_now"
        return decide(case)

    def close(self, case: Expected, by: str, reason: str, now: datetime) -> str | None:
        """Close a case with a reason."""
        exceptions, put_right, two = REASONS[reason]
        no = not_theirs(case, by)
        if no is not None:
            return no
        if case.leading.exception not in exceptions:
            return "reason_not_for_this"
        if not put_right and case.leading.operator == by and by != "oli":
            return "own_doing"
        if two:
            return "second_person_missing"
        owner = case.owner
        case.move("closed", "closed", by)
        case.owner, case.closed_by, case.reason = owner, by, reason
        case.proof_due_at = now + PROOF_WITHIN if put_right and case.stands else None
        if reason == "genuine_repeat":
            for one in sorted(self.members(case), key=lambda one: one.name):
                if one.stands and one.exception == "duplicate_order":
                    self.repeats.setdefault(one.orders[0], (one.orders[1], case.case_id))
        return None

    def reopen(self, case: Expected, by: str, now: datetime) -> None:
        """Take a closure back, with what it said."""
        case.move("reopened", "open", by)
        case.due_at = now + DUE[case.says.severity]
        self.repeats = {order: said for order, said in self.repeats.items() if said[1] != case.case_id}

    def merge(self, case: Expected, by: str, into: str, now: datetime) -> str | None:
        """Make a case part of another one."""
        host = self.cases.get(into)
        if host is None or host.state not in IN_HAND or host is case:
            return not_theirs(case, by) or "not_together"
        if not may(by, host.leading.store):
            return "may_not"
        no = not_theirs(case, by) or not_theirs(host, by)
        if no is not None:
            return no
        case.move("merged", "merged", by)
        case.merged_into = into
        for one in self.members(case):
            one.home = into
        host.events.append(("joined", by))
        self._project(host, now)
        return None

    def part(self, case: Expected, by: str, name: str, now: datetime) -> str | None:
        """Take a finding out of a case again."""
        no = not_theirs(case, by)
        if no is not None:
            return no
        one = self.found[name]
        others = any(other.stands for other in self.members(case) if other is not one)
        if case.case_id == name or one.home != case.case_id or not one.stands or not others:
            return "not_apart"
        own = self.cases.get(name)
        # Where it goes: its own case's store, or where it happened itself.
        if not may(by, one.store if own is None else own.leading.store):
            return "may_not"
        case.events.append(("parted", by))
        one.home = name
        if own is None:
            told = one.told
            self._open(name, [one], now, by)
            one.told = told
        else:
            own.move("parted", "open", by)
            own.merged_into = None
            own.due_at = now + DUE[own.says.severity]
            self._project(own, now)
        self._project(case, now)
        return None


def _possible(state: str, kind: str) -> bool:
    return {
        "taken": state == "open",
        "assigned": state in IN_HAND,
        "released": state in {"in_progress", "waiting"},
        "answered": state == "waiting",
        "noted": True,
        "reopened": state == "closed",
    }.get(kind, state in IN_HAND)


def _tied(one: Found, other: Found) -> bool:
    return one.exception == other.exception and bool(set(one.orders) & set(other.orders))


def _worst(one: Found) -> tuple[int, int, list[int]]:
    assert one.says is not None
    return one.says.weight, one.says.amount, [-ord(sign) for sign in one.name]


def _became(one: Found) -> str | None:
    if one.told is None:
        return "joined" if one.stands else None
    stood, said = one.told
    if one.stands:
        return "returned" if not stood else "changed" if one.says != said else None
    return "gone" if stood else None


def _is_worse(one: Found) -> bool:
    assert one.told is not None
    assert one.says is not None
    said, says = one.told[1], one.says
    heavier, dearer = says.weight - said.weight, says.amount - said.amount
    return heavier > 0 or dearer > 0 or (says.diagnosis != said.diagnosis and heavier >= 0 and dearer >= 0)


def _named(case: Expected, became: set[str], *, stood: bool, stands: bool, worse: bool) -> str:
    if stood and not stands:
        return "gone"
    if case.state == "closed" and not stood and stands:
        return "returned"
    if case.state == "closed" and worse:
        return "contradicted"
    return next((what for what in ("joined", "returned") if what in became), "changed")
