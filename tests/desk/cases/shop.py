"""A shop with people of every kind, and findings that come, change and go as a test says, by the desk's own door."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from counterfoil.db.engine import Database
from counterfoil.db.tables import METADATA
from counterfoil.desk.cases import closing, escalating, merging, noting, taking
from counterfoil.desk.cases.closing import Wish
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.inbox import reading
from counterfoil.desk.cases.inbox.model import CaseFile, Counts, Page, Wanted
from counterfoil.desk.cases.model import Case, CaseEvent, CaseId, Moved, MovedMany
from counterfoil.desk.keeping import keep
from counterfoil.ids import MerchantId, StaffId, StoreId
from counterfoil.languages import Language
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import EVERY_STORE, Grant, Person, Role
from counterfoil.shop.staff.store import add_person, give, person

M = MerchantId("m1")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
S1, S2 = StoreId("s1"), StoreId("s2")

#: Who works here, as what, and where.
PEOPLE = {
    "ann": (Role.SUPERVISOR, S1),
    "ben": (Role.SUPPORT, EVERY_STORE),
    "cat": (Role.MANAGER, EVERY_STORE),
    "dan": (Role.CASHIER, S1),
    "eve": (Role.AUDITOR, EVERY_STORE),
    "fay": (Role.FINANCE, EVERY_STORE),
    "oli": (Role.OWNER, EVERY_STORE),
    "sue": (Role.SUPERVISOR, S2),
}

_NEXT_STEPS = {"paid_no_slip": "send_the_slip", "payment_unknown": "ask_the_acquirer"}


def finding(name: str, **more: object) -> dict[str, Any]:
    """Return a finding as the rules would; `name` is its id, and it is about an order of that name."""
    said: dict[str, Any] = {
        "finding_id": name,
        "exception": "missing_slip",
        "diagnosis": "paid_no_slip",
        "severity": "high",
        "store_id": S1,
        "terminal_id": "t1",
        "operator_id": "dan",
        "subject": f"order:{name}",
        "other_subject": None,
        "occurred_at": NOON - timedelta(hours=1),
        "amount_at_risk_minor": 1000,
        "currency": "CNY",
        "score": None,
        "explanation_en": f"{name} has no slip",
        "explanation_zh": f"{name} 没有小票",
        "evidence": [],
    } | more
    return {"next_step": _NEXT_STEPS.get(said["diagnosis"], "refund_the_double_once")} | said


@dataclass(slots=True)
class Desk:
    """The desk of one shop."""

    database: Database
    merchant_id: MerchantId = M
    now: datetime = NOON
    people: dict[str, Person] = field(default_factory=dict)
    _actions: Iterable[int] = field(default_factory=lambda: count(1))

    def open(self) -> Desk:
        """Write the merchant and its people."""
        with self.database.transaction(self.merchant_id) as connection:
            connection.execute(
                METADATA.tables["merchants"].insert(),
                {
                    "merchant_id": self.merchant_id,
                    "name": "x",
                    "currency": "CNY",
                    "time_zone": "UTC",
                    "created_at": self.now,
                },
            )
            for name, (role, store_id) in PEOPLE.items():
                staff_id = StaffId(name)
                add_person(connection, self.merchant_id, staff_id, name=name, language=Language.EN, now=self.now)
                give(connection, self.merchant_id, Grant(staff_id=staff_id, role=role, store_id=store_id), now=self.now)
                found = person(connection, self.merchant_id, staff_id)
                assert found is not None
                self.people[name] = found
        return self

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def look(self, *seen: Mapping[str, Any], lost: Iterable[str] = (), by: str = "rule") -> None:
        """Let the books say something."""
        with self.database.transaction(self.merchant_id) as connection:
            keep(connection, self.merchant_id, seen=seen, lost=list(lost), by=by, now=self.now)

    def book(self, order_id: str, *slip_ids: str, at: str | None = None) -> None:
        """Write an order of a store into the books, with its slips."""
        of = {"merchant_id": self.merchant_id, "order_id": order_id, "currency": "CNY"}
        order = {"store_id": at, "placed_at": self.now, "state": "paid", "total_minor": 1000, "fulfilment": "carry_out"}
        slip = {"kind": "sale", "form": "paper", "state": "printed", "copy_no": 0, "occurred_at": self.now}
        with self.database.transaction(self.merchant_id) as connection:
            connection.execute(METADATA.tables["orders"].insert(), of | order)
            for slip_id in slip_ids:
                connection.execute(METADATA.tables["slips"].insert(), of | slip | {"slip_id": slip_id})

    def policy(self, text: str) -> None:
        """Decide a policy that holds from now on."""
        with self.database.transaction(self.merchant_id) as connection:
            version = connection.execute(
                sa.select(sa.func.count()).select_from(METADATA.tables["policies"])
            ).scalar_one()
            connection.execute(
                METADATA.tables["policies"].insert(),
                {
                    "merchant_id": self.merchant_id,
                    "version": version + 1,
                    "valid_from": self.now,
                    "decided_at": self.now,
                    "text": text,
                    "reason": "as told",
                },
            )

    # ------------------------------------------------------------ what people do

    def _do(self, verb: Callable[..., Any], name: str, by: str, **more: object) -> Moved | Refused:
        action_id = more.pop("action_id", None) or f"press{next(iter(self._actions))}"
        if more.get("seen", 0) is None:
            more["seen"] = self._version(name)
        with self.database.transaction(self.merchant_id) as connection:
            done: Moved | Refused = verb(
                connection,
                self.merchant_id,
                CaseId(name),
                action_id=action_id,
                actor=self.people[by],
                now=self.now,
                **more,
            )
        return done

    def _version(self, name: str) -> int:
        found = self.rows("SELECT version FROM cases WHERE case_id = :name", name=name)
        return int(found[0][0]) if found else 1

    def take(self, name: str, by: str, *, seen: int | None = None, action_id: str = "") -> Moved | Refused:
        return self._do(taking.take, name, by, seen=seen, action_id=action_id)

    def assign(self, name: str, by: str, to: str, *, seen: int | None = None, action_id: str = "") -> Moved | Refused:
        return self._do(taking.assign, name, by, to=StaffId(to), seen=seen, action_id=action_id)

    def release(self, name: str, by: str, *, seen: int | None = None, action_id: str = "") -> Moved | Refused:
        return self._do(taking.release, name, by, seen=seen, action_id=action_id)

    def note(self, name: str, by: str, text: str = "seen", *, action_id: str = "") -> Moved | Refused:
        return self._do(noting.note, name, by, text=text, action_id=action_id)

    def ask(self, name: str, by: str, **more: object) -> Moved | Refused:
        said = {"waiting_for": noting.WaitingFor.ACQUIRER, "text": "was it charged?", "seen": None} | more
        return self._do(noting.ask, name, by, **said)

    def answer(self, name: str, by: str, text: str = "yes", *, action_id: str = "") -> Moved | Refused:
        return self._do(noting.answer, name, by, text=text, action_id=action_id)

    def escalate(self, name: str, by: str, to: Role = Role.MANAGER, **more: object) -> Moved | Refused:
        return self._do(escalating.escalate, name, by, **{"to": to, "text": "not mine", "seen": None} | more)

    def close(self, name: str, by: str, reason: Reason = Reason.HARMLESS, **more: object) -> Moved | Refused:
        seen, action_id = more.pop("seen", None), more.pop("action_id", "")
        wish = Wish(**{"reason": reason, "text": "a test"} | more)
        return self._do(closing.close, name, by, wish=wish, seen=seen, action_id=action_id)

    def reopen(self, name: str, by: str, text: str = "not done", **more: object) -> Moved | Refused:
        return self._do(closing.reopen, name, by, **{"text": text, "seen": None} | more)

    def merge(self, name: str, by: str, into: str, **more: object) -> Moved | Refused:
        return self._do(merging.merge, name, by, **{"into": CaseId(into), "seen": None} | more)

    def part(self, name: str, by: str, finding_id: str, **more: object) -> Moved | Refused:
        return self._do(merging.part, name, by, **{"finding_id": finding_id, "seen": None} | more)

    def in_bulk(self, verb: Callable[..., Any], names: Iterable[str], by: str, **more: object) -> MovedMany | Refused:
        """Do one thing to many cases, as they are now."""
        chosen = {CaseId(name): self.case(name).version for name in names}
        with self.database.transaction(self.merchant_id) as connection:
            return verb(
                connection,
                self.merchant_id,
                chosen,
                actor=self.people[by],
                now=self.now,
                **{"action_id": f"press{next(iter(self._actions))}"} | more,
            )

    # ------------------------------------------------------------ what is there

    def case(self, name: str) -> Case:
        """Return a case as it is."""
        return self.file(name).case

    def file(self, name: str, by: str = "oli") -> CaseFile:
        """Return a case with everything that belongs to it."""
        with self.database.transaction(self.merchant_id) as connection:
            found = reading.case_file(connection, self.merchant_id, name, actor=self.people[by])
        assert isinstance(found, CaseFile), found
        return found

    def events(self, name: str) -> list[CaseEvent]:
        """Return what happened to a case."""
        return list(self.file(name).events)

    def told(self, name: str) -> list[str]:
        """Return the kinds of what happened to a case."""
        return [str(event.kind) for event in self.events(name)]

    def inbox(self, by: str = "oli", **wanted: object) -> Page:
        """Return a page of the inbox."""
        with self.database.transaction(self.merchant_id) as connection:
            return reading.inbox(connection, self.merchant_id, Wanted(**wanted), actor=self.people[by], now=self.now)

    def counts(self, by: str = "oli") -> Counts:
        """Return what is in hand."""
        with self.database.transaction(self.merchant_id) as connection:
            return reading.inbox_counts(connection, self.merchant_id, actor=self.people[by], now=self.now)

    def rows(self, query: str, **values: object) -> list[Any]:
        """Ask the database anything."""
        with self.database.transaction(self.merchant_id) as connection:
            return list(connection.execute(sa.text(query), values).all())
