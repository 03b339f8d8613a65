"""The live watch: every minute the five rules look at what moved, and the desk's findings follow what they say.

A look takes what is due (rows that were recorded, moments that a window of the policy has reached), lets in everything
that it depends on, runs the rules over that, and compares the findings about these rows, and no others, with the desk.
One look is one transaction, and takes a bounded bite; what is left waits for the next one. No rule is spelled here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Self

import ibis
import psycopg
import sqlalchemy as sa

from counterfoil.books.format import TABLES
from counterfoil.desk.cases.following.follow import contradict_closures
from counterfoil.desk.keeping import keep
from counterfoil.desk.tables import WATCH_BILL_DAYS, WATCH_STANDS
from counterfoil.desk.watch.bench import SessionBench
from counterfoil.desk.watch.neighbourhood import SHAPES, Neighbourhoods, moments_of
from counterfoil.desk.watch.script import Script, script_of
from counterfoil.desk.watch.session import BY_HASH, BY_INDEX, WatchSession
from counterfoil.detectors.finishing.finish import finish
from counterfoil.detectors.ground import Calendar
from counterfoil.detectors.ground.calendar import offsets_between
from counterfoil.ids import MerchantId
from counterfoil.policy import Policy
from counterfoil.shop.policies.store import policy_at

if TYPE_CHECKING:
    import pyarrow as pa

#: So much is looked at in one look at most, of what is due; the rows that it depends on come on top.
BITE_MAX = 1_000

#: How often a look is tried that people get in the way of; it has changed nothing then.
TRIES_MAX = 3
_DISTURBED = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)

#: The calendar knows the shop's days so many years back and ahead.
_YEARS_BACK, _YEARS_AHEAD = 10, 2

#: Before everything that was ever recorded.
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What came of one look."""

    #: How much of what was due was taken.
    due_n: int
    #: How many subjects were judged: those, and all that they depend on.
    judged_n: int
    #: Findings that stand about them, and findings that are gone.
    seen_n: int
    lost_n: int
    #: Whether more is due already.
    is_behind: bool


NOTHING_DUE = Look(due_n=0, judged_n=0, seen_n=0, lost_n=0, is_behind=False)


@dataclass(slots=True, kw_only=True)
class Watcher:
    """Watches the books of one database; used by one thread at a time."""

    session: WatchSession
    bite_max: int = BITE_MAX
    _fetched: dict[Any, str] = field(default_factory=dict)

    @classmethod
    def over(cls, address: str) -> Self:
        """Open a watcher on a database of ours, as the application's role."""
        return cls(session=WatchSession(address))

    def __enter__(self) -> Self:
        """Lend the watcher for a block."""
        return self

    def __exit__(self, *_ending: object) -> None:
        """Let go of the connection."""
        self.session.close()

    def look(self, merchant_id: MerchantId, *, now: datetime) -> Look | None:
        """Look once at what moved or became due; None where somebody else watches this merchant just now."""
        with self.session.run(merchant_id):
            read_through = self.session.horizon()
            policy = policy_at(self.session.connection, merchant_id, now).audit
        calendar = calendar_of(policy, now)
        script = _script(policy, calendar.offsets)
        hood = Neighbourhoods(calendar)
        self.session.make({**script.shapes, **SHAPES})
        with self.session.run(merchant_id) as alone:
            if not alone:
                return None
            self.session.plan(BY_INDEX)
            contradict_closures(self.session.connection, merchant_id, now=now)
            self._collect(merchant_id, hood, calendar, read_through)
            due_n = self.session.execute(hood["take"], now, self.bite_max)
            if due_n == 0:
                return NOTHING_DUE
            hood.close(self.session)
            hood.lay_out(self.session)
            return self._judged(merchant_id, hood, script, calendar, due_n)

    def look_until_done(
        self,
        merchant_id: MerchantId,
        *,
        now: datetime,
        looks_max: int | None = None,
        between: Callable[[], None] = lambda: None,
    ) -> list[Look]:
        """Look until nothing is due any more, or so often at most; `between` two looks something else may happen."""
        looks: list[Look] = []
        while looks_max is None or len(looks) < looks_max:
            if looks:
                between()
            look = self._look_undisturbed(merchant_id, now=now)
            if look is None:
                break
            looks.append(look)
            if not look.is_behind:
                break
        return looks

    def _look_undisturbed(self, merchant_id: MerchantId, *, now: datetime) -> Look | None:
        """Look, and again where somebody changed a case or a finding that the look was about to change, too."""
        for left in reversed(range(TRIES_MAX)):
            try:
                return self.look(merchant_id, now=now)
            except (sa.exc.OperationalError, *_DISTURBED) as error:
                if left == 0 or not isinstance(getattr(error, "orig", error), _DISTURBED):
                    raise
        raise AssertionError

    def _collect(
        self, merchant_id: MerchantId, hood: Neighbourhoods, calendar: Calendar, read_through: datetime
    ) -> None:
        """Put down as due what was recorded since the last look, and what that says of rows recorded earlier."""
        session, now = self.session, calendar.as_of
        stand = session.connection.execute(
            sa.select(WATCH_STANDS).where(WATCH_STANDS.c.merchant_id == merchant_id)
        ).one_or_none()
        digest = digest_of(calendar.policy)
        since = stand.read_through if stand is not None else _BEGINNING
        if stand is not None and stand.policy_digest != digest:
            # Another policy says something else of everything, and its zone may have other days.
            since = _BEGINNING
            session.connection.execute(sa.delete(WATCH_BILL_DAYS).where(WATCH_BILL_DAYS.c.merchant_id == merchant_id))
        session.execute(hood["moved"], since, now)
        for acquirer, day in session.rows(hood["newly_billed"], since):
            if day <= calendar.latest_through:
                begin, end = _around(day, calendar)
                session.execute(hood["of_billed_days"], acquirer, begin, end, now)
        session.execute(hood["spans"])
        session.execute(hood["of_moved_spans"], now)
        session.execute(hood["keep_spans"])
        first = session.rows(hood["first_sale"])[0][0]
        if stand is not None and first != stand.first_sale_at:
            session.execute(hood["of_first_days"], now)
        session.execute(hood["keep_stand"], read_through, digest, first)

    def _judged(
        self, merchant_id: MerchantId, hood: Neighbourhoods, script: Script, calendar: Calendar, due_n: int
    ) -> Look:
        """Run the rules over what lies in the books, and let the desk follow them."""
        session, now = self.session, calendar.as_of
        session.plan(BY_HASH)
        moment = now.astimezone(UTC).replace(tzinfo=None)
        session.play(
            script,
            {"as_of": moment, "ready_through": calendar.ready_through, "latest_through": calendar.latest_through},
        )
        found = as_the_desk_has_it(self._finished(script, calendar))
        session.plan(BY_INDEX)
        lost = [row[0] for row in session.rows(hood["lost"], [each["finding_id"] for each in found])]
        lost_n = keep(session.connection, merchant_id, seen=found, lost=lost, by="rule", now=now)
        session.execute(hood["looked_at"])
        for (day,) in session.rows(hood["open_days"]):
            for at in moments_of(day, calendar):
                session.execute(hood["open_day"], day, at.astimezone(UTC).replace(tzinfo=None))
        session.plan(BY_HASH)
        session.execute(hood["look_again"], moment)
        ((judged_n, is_behind),) = session.rows(hood["outlook"], now)
        return Look(due_n=due_n, judged_n=judged_n, seen_n=len(found), lost_n=lost_n, is_behind=is_behind)

    def _finished(self, script: Script, calendar: Calendar) -> pa.Table:
        """Return the findings about what is judged, in the schema of the findings file."""
        members = ibis.table({"subject": "string"}, name="members")
        bench = SessionBench(session=self.session, known=self._fetched)
        verdict = replace(
            script.verdict,
            findings=script.verdict.findings.semi_join(members, "subject"),
            suspects=None,
            ground=replace(script.verdict.ground, bench=bench, calendar=calendar),
        )
        findings, _core = finish(verdict, frozenset(TABLES))
        return findings


def calendar_of(policy: Policy, now: datetime) -> Calendar:
    """Return the calendar of now; its offsets are the same all year, so that the script is too."""
    first, last = (datetime(now.year + years, 1, 1, tzinfo=UTC) for years in (-_YEARS_BACK, _YEARS_AHEAD))
    return Calendar(as_of=now, policy=policy, offsets=_offsets(policy, first, last))


@cache
def _offsets(policy: Policy, first: datetime, last: datetime) -> tuple[tuple[datetime, int], ...]:
    return offsets_between(policy.zone, first, last)


@cache
def _script(policy: Policy, offsets: tuple[tuple[datetime, int], ...]) -> Script:
    return script_of(policy, offsets)


def _around(day: date, calendar: Calendar) -> tuple[datetime, datetime]:
    """Return a local day's begin and end, with what lies so near to it that it asks for its bill too."""
    begin = datetime(day.year, day.month, day.day, tzinfo=calendar.policy.zone)
    # Some days have an hour more; a few payments too many are looked at for nothing.
    near = calendar.policy.match_window + timedelta(hours=2)
    return begin - near, begin + timedelta(days=1) + near


def as_the_desk_has_it(findings: pa.Table) -> list[Mapping[str, Any]]:
    """Return findings as the desk keeps them."""
    return [
        {name: value for name, value in row.items() if name != "merchant_id"}
        | {"evidence": json.loads(row["evidence"])}
        for row in findings.to_pylist()
    ]


def digest_of(policy: Policy) -> str:
    """Return a digest of everything that a policy says."""
    return hashlib.sha256(repr(policy).encode()).hexdigest()
