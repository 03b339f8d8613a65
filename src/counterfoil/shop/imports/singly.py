"""Takes rows that are more than rows of a table, one after the other: roles of staff, customers, stock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from counterfoil.ids import MerchantId, StaffId, StoreId, new_id
from counterfoil.languages import Language
from counterfoil.shop.catalogue.tables import ITEMS
from counterfoil.shop.customers import store as customers
from counterfoil.shop.customers.model import Customer, Details
from counterfoil.shop.customers.rules import CustomerFlaw
from counterfoil.shop.imports import tabled
from counterfoil.shop.imports.model import Aside, Noun, Outcome, Row, RowFlaw
from counterfoil.shop.merchants.tables import STORES
from counterfoil.shop.secret_keys import MerchantKeys
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import EVERY_STORE, Grant, Role
from counterfoil.shop.stock import store as stock
from counterfoil.shop.stock.model import Movement, Reason
from counterfoil.shop.stock.tables import STOCK

_Found = Iterator[tuple[Row, Outcome | Aside]]
_REASON = "import"


def take_staff(
    connection: sa.Connection, merchant_id: MerchantId, rows: Sequence[Row], *, actor: StaffId | None, now: datetime
) -> _Found:
    """Take people, and give and revoke their roles until they are those of the file."""
    stores = _known(connection, merchant_id, STORES.c.store_id) | {EVERY_STORE}
    good: list[Row] = []
    for row in rows:
        unknown = sorted(store_id for _, store_id in _roles(row) if store_id not in stores)
        if unknown:
            yield row, Aside(line=row.line, column="roles", flaw=RowFlaw.UNKNOWN_REFERENCE, found=unknown[0])
        else:
            good.append(row)
    for row, outcome in list(tabled.take(connection, merchant_id, Noun.STAFF, good, now=now)):
        if isinstance(outcome, Aside) or "roles" not in row.values:
            yield row, outcome
            continue
        changed = _give_and_revoke(connection, merchant_id, row, actor=actor, now=now)
        yield row, Outcome.CHANGED if changed and outcome is Outcome.SAME else outcome


def take_customers(
    connection: sa.Connection,
    merchant_id: MerchantId,
    keys: MerchantKeys,
    rows: Iterable[Row],
    *,
    calling_code: str | None,
    now: datetime,
) -> _Found:
    """Take customers, matched by their phone number or mail address."""
    for row in rows:
        said = {name: row.values.get(name) for name in ("name", "phone", "email", "address")}
        details = Details(**{name: str(value) for name, value in said.items() if value is not None})
        before = customers.customer_of_contact(connection, merchant_id, keys, details, calling_code=calling_code)
        if isinstance(before, CustomerFlaw):
            column = "email" if before is CustomerFlaw.BAD_EMAIL else "phone"
            yield row, Aside(line=row.line, column=column, flaw=RowFlaw.BAD_CONTACT)
            continue
        known = customers.details_of(connection, merchant_id, keys, before.customer_id) if before else None
        language = Language(str(row.values.get("language") or (before.language if before else Language.EN)))
        after = customers.remember(
            connection, merchant_id, keys, details, calling_code=calling_code, language=language, now=now
        )
        assert isinstance(after, Customer), "its details were looked at above"
        if before is None:
            yield row, Outcome.ADDED
            continue
        told = customers.details_of(connection, merchant_id, keys, after.customer_id)
        yield row, Outcome.SAME if told == known and language is before.language else Outcome.CHANGED


def take_stock(
    connection: sa.Connection, merchant_id: MerchantId, rows: Iterable[Row], *, actor: StaffId | None, now: datetime
) -> _Found:
    """Take what somebody counted: what differs is moved, as an opening where nothing was ever booked."""
    known = {
        "store_id": _known(connection, merchant_id, STORES.c.store_id),
        "sku": _known(connection, merchant_id, ITEMS.c.sku),
    }
    for row in sorted(rows, key=lambda each: (str(each.values["store_id"]), str(each.values["sku"]))):
        dangling = next((name for name, there in known.items() if row.values[name] not in there), None)
        if dangling is not None:
            found = str(row.values[dangling])
            yield row, Aside(line=row.line, column=dangling, flaw=RowFlaw.UNKNOWN_REFERENCE, found=found)
            continue
        yield row, _counted(connection, merchant_id, row, actor=actor, now=now)


def _counted(
    connection: sa.Connection, merchant_id: MerchantId, row: Row, *, actor: StaffId | None, now: datetime
) -> Outcome:
    store_id, sku = StoreId(str(row.values["store_id"])), str(row.values["sku"])
    counted = Decimal(str(row.values["on_hand"]))
    before = next(iter(stock.on_hand(connection, merchant_id, store_id, [sku])), None)
    if before is None:
        connection.execute(sa.insert(STOCK).values(merchant_id=merchant_id, store_id=store_id, sku=sku))
    difference = counted - (before.on_hand if before is not None else Decimal(0))
    if difference:
        moved = Movement(
            movement_id=new_id(now),
            store_id=store_id,
            sku=sku,
            quantity=difference,
            reason=Reason.OPENING if before is None else Reason.COUNTED,
            occurred_at=now,
            operator_id=actor,
            note=_REASON,
        )
        stock.move(connection, merchant_id, [moved])
    marked = "low_at" in row.values and row.values["low_at"] != (before.low_at if before is not None else None)
    if marked:
        at_key = (STOCK.c.merchant_id == merchant_id, STOCK.c.store_id == store_id, STOCK.c.sku == sku)
        connection.execute(sa.update(STOCK).where(*at_key).values(low_at=row.values["low_at"]))
    if before is None:
        return Outcome.ADDED
    return Outcome.CHANGED if difference or marked else Outcome.SAME


def _give_and_revoke(
    connection: sa.Connection, merchant_id: MerchantId, row: Row, *, actor: StaffId | None, now: datetime
) -> bool:
    staff_id = StaffId(str(row.values["staff_id"]))
    person = staff.person(connection, merchant_id, staff_id)
    has = {(grant.role, grant.store_id) for grant in person.grants} if person is not None else set()
    wanted = {(Role(role), StoreId(store_id)) for role, store_id in _roles(row)}
    for role, store_id in sorted(wanted - has):
        grant = Grant(staff_id=staff_id, role=role, store_id=store_id, given_by=actor)
        staff.give(connection, merchant_id, grant, now=now, reason=_REASON)
    for role, store_id in sorted(has - wanted):
        grant = Grant(staff_id=staff_id, role=role, store_id=store_id, given_by=actor)
        staff.revoke(connection, merchant_id, grant, now=now, reason=_REASON)
    return has != wanted


def _roles(row: Row) -> frozenset[tuple[str, str]]:
    found = row.values.get("roles")
    return found if isinstance(found, frozenset) else frozenset()


def _known(connection: sa.Connection, merchant_id: MerchantId, column: sa.Column[str]) -> frozenset[str]:
    chosen = sa.select(column).where(column.table.c.merchant_id == merchant_id)
    return frozenset(connection.execute(chosen).scalars())
