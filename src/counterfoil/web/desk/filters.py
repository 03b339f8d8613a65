"""What the inbox is filtered and sorted by. It lives in the address; what is no filter there says nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlencode

from counterfoil.desk.cases.inbox.model import FIND_LENGTH_MAX, Sort, Wanted, cursor_of
from counterfoil.desk.cases.states import IN_HAND, State
from counterfoil.detectors.catalogue import EXCEPTIONS, Severity
from counterfoil.ids import StaffId, StoreId, is_id
from counterfoil.money import scale_of
from counterfoil.shop.staff.model import Role

PATH = "/desk"
#: Cases on one page.
PAGE_SIZE = 50
#: What is read, and shown again, of an amount that somebody typed.
AMOUNT_LENGTH_MAX = 15
#: An amount as people type it, with as many digits as the largest shop's money has.
_AMOUNT = re.compile(r"[0-9][0-9,]{0,11}(?:\.[0-9]{1,4})?")
_VALUE_LENGTH_MAX = FIND_LENGTH_MAX


class Whose(StrEnum):
    """Whose cases, where it is nobody's name."""

    MINE = "me"
    NOBODYS = "nobody"


class Age(StrEnum):
    """How long a case has been open at least."""

    DAY = "1d"
    WEEK = "7d"
    MONTH = "30d"


AGES: Mapping[Age, timedelta] = MappingProxyType(
    {Age.DAY: timedelta(days=1), Age.WEEK: timedelta(days=7), Age.MONTH: timedelta(days=30)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What somebody chose, as it stands in the address; an empty text says nothing."""

    #: The beginning of a number: a case's, an order's, a payment's.
    q: str = ""
    exception: str = ""
    severity: str = ""
    store: str = ""
    #: `me`, `nobody`, or the id of somebody.
    owner: str = ""
    #: A state; none: everything that is in hand, and what was closed where a number is looked for.
    state: str = ""
    #: Whose turn it is, by role.
    turn: str = ""
    age: str = ""
    #: `yes`: only what is due already.
    overdue: str = ""
    #: In major units, as people type it.
    at_least: str = ""
    sort: str = ""
    #: Behind which case the page begins.
    after: str = ""

    def wanted(self, *, me: StaffId, store_id: StoreId | None, currency: str, now: datetime) -> Wanted:
        """Return which cases that are; `store_id` is the one store that the pages show, and goes before any other."""
        age = AGES.get(Age(self.age)) if self.age else None
        chosen = Sort(self.sort) if self.sort else Sort.DUE
        # Whoever looks for a number wants what has it, and not only what is open.
        unsaid = IN_HAND | {State.CLOSED} if self.q else IN_HAND
        states = frozenset({State(self.state)}) if self.state else unsaid
        return Wanted(
            states=states,
            exception=self.exception or None,
            severity=self.severity or None,
            store_id=store_id or (StoreId(self.store) if self.store else None),
            owner_id=me if self.owner == Whose.MINE else _person(self.owner),
            unowned=self.owner == Whose.NOBODYS,
            escalated_to=Role(self.turn) if self.turn else None,
            overdue=self.overdue == "yes",
            opened_before=None if age is None else now - age,
            at_risk_minor_min=minor_of(self.at_least, currency),
            find=self.q or None,
            sort=Sort.CLOSED if states == {State.CLOSED} and chosen is Sort.DUE else chosen,
            after=cursor_of(self.after) if self.after else None,
            limit=PAGE_SIZE,
        )

    def address(self, **changes: str) -> str:
        """Return the address of the inbox with something else chosen; another choice begins at the first page."""
        chosen = replace(self, **{"after": "", **changes})
        told = {field.name: getattr(chosen, field.name) for field in fields(chosen) if getattr(chosen, field.name)}
        return PATH + (f"?{urlencode(told)}" if told else "")

    def chosen(self) -> Iterator[str]:
        """Yield the names of what is filtered by."""
        yield from (
            field.name for field in fields(self) if field.name not in {"sort", "after"} and getattr(self, field.name)
        )


#: Words that a filter may have; every other filter takes a text or an id.
_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "exception": frozenset(EXCEPTIONS),
        "severity": frozenset(Severity),
        "state": frozenset(State) - {State.MERGED},
        "turn": frozenset(Role),
        "age": frozenset(Age),
        "overdue": frozenset({"yes"}),
        "sort": frozenset(Sort),
    }
)
_IDS = frozenset({"store", "owner"})


def filters_of(given: Mapping[str, str]) -> Filters:
    """Read an address; what cannot be meant is left out, so that an old address still opens a page."""
    found: dict[str, str] = {}
    for field in fields(Filters):
        value = given.get(field.name, "").strip()
        if not value or len(value) > _VALUE_LENGTH_MAX or not value.isprintable():
            continue
        words = _WORDS.get(field.name)
        if (words is not None and value not in words) or (field.name in _IDS and not is_id(value)):
            continue
        if field.name == "at_least" and _amount(value) is None:
            continue
        found[field.name] = value
    return Filters(**found)


def minor_of(text: str, currency: str) -> int | None:
    """Return an amount that somebody typed in minor units, rounded up; None where it is none."""
    amount = _amount(text)
    if amount is None:
        return None
    whole = amount.scaleb(scale_of(currency))
    return int(whole) + (whole != int(whole))


def _amount(text: str) -> Decimal | None:
    return Decimal(text.replace(",", "")) if _AMOUNT.fullmatch(text) else None


def _person(owner: str) -> StaffId | None:
    return StaffId(owner) if owner and owner not in {*Whose} else None
