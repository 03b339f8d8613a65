"""The shop whose desk is measured: the past of `bench sales`, and cases made by the desk's own verbs; it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from counterfoil import clock
from counterfoil.bench.desk.findings import STORES_N, finding, store_name
from counterfoil.bench.desk.store import cases_in_hand, cases_of
from counterfoil.bench.sales.shop import Shop, house_in, merchant_name, open_shop
from counterfoil.bench.sales.store import settle
from counterfoil.counter.house import House
from counterfoil.desk.cases.many import assign_many
from counterfoil.desk.cases.model import MANY_MAX, CaseId
from counterfoil.desk.keeping import keep
from counterfoil.ids import MerchantId, StaffId, StoreId, new_id
from counterfoil.languages import Language
from counterfoil.refusals import Refused
from counterfoil.shop.merchants.model import Store
from counterfoil.shop.merchants.store import add_store
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Grant, Role
from counterfoil.shop.staff.passwords import Password

if TYPE_CHECKING:
    import sqlalchemy as sa

MERCHANT = MerchantId(merchant_name(0))
OWNER = StaffId("bench")
PASSWORD = "nine slow ferries at dusk"  # noqa: S105 — the bench's own; it opens nothing but its shop
HELPERS_N = 12
#: Of ten cases three have somebody who works on them.
OWNED_SHARE = 0.3
#: So many cases more were closed by the books.
CLOSED_SHARE = 0.2
_SPAN_SECONDS = 30 * 24 * 60 * 60
_SLICE = 2_000
_FOUND_BY = "rule"

Told = Callable[[str, int, int], None]


def open_desk(folder: Path, *, sales: int, cases: int, told: Told) -> Shop:
    """Start the shop and make what is not there yet: its past, its people, and so many cases in hand."""
    shop = open_shop(folder, sales, lambda done, total: told("history", done, total))
    assert shop.addresses.keeper is not None
    with psycopg.connect(shop.addresses.keeper, autocommit=True) as connection:
        standing = cases_in_hand(connection, MERCHANT)
        if standing < cases:
            with house_in(shop.home) as house:
                _hire(house)
                _find(house, sales=sales, cases=cases, told=told)
                _assign(house, cases_of(connection, MERCHANT, round(cases * OWNED_SHARE)))
            settle(connection)
    return shop


def _hire(house: House) -> None:
    now = clock.now()
    with house.database.transaction(MERCHANT) as connection:
        if staff.person(connection, MERCHANT, OWNER) is not None:
            return
        for place in range(1, STORES_N):
            name = store_name(place)
            add_store(connection, MERCHANT, Store(store_id=StoreId(name), name=name), now=now)
        for who, role in [(OWNER, Role.OWNER), *((helper(n), Role.SUPPORT) for n in range(HELPERS_N))]:
            staff.add_person(connection, MERCHANT, who, name=who, language=Language.EN, now=now)
            staff.give(connection, MERCHANT, Grant(staff_id=who, role=role), now=now)
    house.setting_passwords.set(MERCHANT, OWNER, Password(text=PASSWORD), by=None)


def helper(number: int) -> StaffId:
    """Return the id of somebody who works on cases."""
    return StaffId(f"help{number}")


def _find(house: House, *, sales: int, cases: int, told: Told) -> None:
    """Let findings come, as the watch hands them over; of some the books agree again."""
    now = clock.now()
    gone_n = round(cases * CLOSED_SHARE)
    total = cases + gone_n
    for first in range(0, total, _SLICE):
        numbers = range(first, min(first + _SLICE, total))
        found = [finding(number, sales=sales, now=now) for number in numbers]
        lost = [each["finding_id"] for each, number in zip(found, numbers, strict=True) if number < gone_n]
        # They did not all come in this minute.
        seen_at = now - timedelta(seconds=_SPAN_SECONDS * (total - first) // total)
        with house.database.transaction(MERCHANT) as connection:
            keep(connection, MERCHANT, seen=found, by=_FOUND_BY, now=seen_at)
            keep(connection, MERCHANT, lost=lost, by=_FOUND_BY, now=seen_at + timedelta(hours=6))
        told("cases", numbers[-1] + 1, total)


def _assign(house: House, chosen: list[tuple[CaseId, int]]) -> None:
    now = clock.now()
    for place, first in enumerate(range(0, len(chosen), MANY_MAX)):
        some = dict(chosen[first : first + MANY_MAX])
        with house.database.transaction(MERCHANT) as connection:
            _give(connection, some, to=helper(place % HELPERS_N), now=now)


def _give(connection: sa.Connection, chosen: dict[CaseId, int], *, to: StaffId, now: datetime) -> None:
    owner = staff.person(connection, MERCHANT, OWNER)
    assert owner is not None
    given = assign_many(connection, MERCHANT, chosen, to=to, action_id=new_id(now), actor=owner, now=now)
    assert not isinstance(given, Refused), given
