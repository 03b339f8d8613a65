"""Staff in the database. Takes the transaction of a merchant, never commits.

It never hands out anything of a PIN or a password.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.ids import MerchantId, StaffId, StoreId, new_id
from counterfoil.languages import Language
from counterfoil.shop.staff.model import Grant, GrantChange, Person, Role, Theme
from counterfoil.shop.staff.tables import STAFF, STAFF_GRANT_CHANGES, STAFF_GRANTS


def add_person(
    connection: sa.Connection,
    merchant_id: MerchantId,
    staff_id: StaffId,
    *,
    name: str,
    language: Language,
    now: datetime,
) -> bool:
    """Take somebody on, without PIN and roles; False where the id is taken already, and nothing is changed."""
    row = {"merchant_id": merchant_id, "staff_id": staff_id, "name": name, "language": language, "created_at": now}
    added = insert(STAFF).values(row).on_conflict_do_nothing().returning(STAFF.c.staff_id)
    return connection.execute(added).first() is not None


def person(connection: sa.Connection, merchant_id: MerchantId, staff_id: StaffId) -> Person | None:
    """Return somebody with their grants."""
    found = _people(connection, merchant_id, STAFF.c.staff_id == staff_id)
    return found[0] if found else None


def people(connection: sa.Connection, merchant_id: MerchantId) -> tuple[Person, ...]:
    """Return everybody who works or worked here, by their id."""
    return _people(connection, merchant_id, sa.true())


def retire(connection: sa.Connection, merchant_id: MerchantId, staff_id: StaffId, *, now: datetime) -> bool:
    """Note that somebody has left; False where nobody of this id was still here."""
    left = (
        sa.update(STAFF)
        .where(STAFF.c.merchant_id == merchant_id, STAFF.c.staff_id == staff_id, STAFF.c.retired_at.is_(None))
        .values(retired_at=now)
    )
    return connection.execute(left).rowcount == 1


def give(
    connection: sa.Connection, merchant_id: MerchantId, grant: Grant, *, now: datetime, reason: str | None = None
) -> bool:
    """Give somebody a role; False where they have it already. IntegrityError where there is no such person."""
    row = {
        "merchant_id": merchant_id,
        "staff_id": grant.staff_id,
        "role": grant.role,
        "store_id": grant.store_id,
        "given_by": grant.given_by,
        "given_at": now,
    }
    given = insert(STAFF_GRANTS).values(row).on_conflict_do_nothing().returning(STAFF_GRANTS.c.staff_id)
    if connection.execute(given).first() is None:
        return False
    _note(connection, merchant_id, grant, GrantChange.GIVEN, now, reason)
    return True


def revoke(
    connection: sa.Connection, merchant_id: MerchantId, grant: Grant, *, now: datetime, reason: str | None = None
) -> bool:
    """Take a role from somebody (`given_by` is who takes it); False where they do not have it."""
    gone = sa.delete(STAFF_GRANTS).where(
        STAFF_GRANTS.c.merchant_id == merchant_id,
        STAFF_GRANTS.c.staff_id == grant.staff_id,
        STAFF_GRANTS.c.role == grant.role,
        STAFF_GRANTS.c.store_id == grant.store_id,
    )
    if connection.execute(gone).rowcount == 0:
        return False
    _note(connection, merchant_id, grant, GrantChange.REVOKED, now, reason)
    return True


def lock_people(connection: sa.Connection, merchant_id: MerchantId) -> None:
    """Let nobody else lead people of this merchant until the transaction ends: two owners could retire each other."""
    lock = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:whose, 0))")
    connection.execute(lock, {"whose": f"people/{merchant_id}"})


def ids_of_name(connection: sa.Connection, merchant_id: MerchantId, name: str) -> tuple[StaffId, ...]:
    """Return who of those who work here is called so, two at most: a name that two have names nobody."""
    named = (
        sa.select(STAFF.c.staff_id)
        .where(STAFF.c.merchant_id == merchant_id, STAFF.c.name == name, STAFF.c.retired_at.is_(None))
        .limit(2)
    )
    return tuple(StaffId(found) for found in connection.execute(named).scalars())


def set_look(
    connection: sa.Connection, merchant_id: MerchantId, staff_id: StaffId, *, language: Language, theme: Theme
) -> bool:
    """Keep in which language and colours somebody reads; False where nobody is of this id."""
    return connection.execute(_of(merchant_id, staff_id).values(language=language, theme=theme)).rowcount == 1


def _of(merchant_id: MerchantId, staff_id: StaffId) -> sa.Update:
    return sa.update(STAFF).where(STAFF.c.merchant_id == merchant_id, STAFF.c.staff_id == staff_id)


def _note(
    connection: sa.Connection,
    merchant_id: MerchantId,
    grant: Grant,
    change: GrantChange,
    now: datetime,
    reason: str | None,
) -> None:
    fact = {
        "merchant_id": merchant_id,
        "change_id": new_id(now),
        "staff_id": grant.staff_id,
        "role": grant.role,
        "store_id": grant.store_id,
        "change": change,
        "decided_by": grant.given_by,
        "decided_at": now,
        "reason": reason,
    }
    connection.execute(sa.insert(STAFF_GRANT_CHANGES).values(fact))


def _people(connection: sa.Connection, merchant_id: MerchantId, which: sa.ColumnElement[bool]) -> tuple[Person, ...]:
    chosen = sa.select(STAFF).where(STAFF.c.merchant_id == merchant_id, which).order_by(STAFF.c.staff_id)
    rows = connection.execute(chosen).all()
    grants = _grants(connection, merchant_id, [row.staff_id for row in rows])
    return tuple(
        Person(
            merchant_id=merchant_id,
            staff_id=StaffId(row.staff_id),
            name=row.name,
            language=Language(row.language),
            has_pin=row.pin_hash is not None,
            pin_locked_until=row.pin_locked_until,
            retired_at=row.retired_at,
            grants=tuple(grant for grant in grants if grant.staff_id == row.staff_id),
            has_password=row.password_hash is not None,
            password_is_published=row.password_is_published,
            theme=Theme(row.theme),
        )
        for row in rows
    )


def _grants(connection: sa.Connection, merchant_id: MerchantId, staff_ids: Iterable[str]) -> list[Grant]:
    chosen = (
        sa.select(STAFF_GRANTS)
        .where(STAFF_GRANTS.c.merchant_id == merchant_id, STAFF_GRANTS.c.staff_id.in_(list(staff_ids)))
        .order_by(STAFF_GRANTS.c.staff_id, STAFF_GRANTS.c.role, STAFF_GRANTS.c.store_id)
    )
    return [
        Grant(
            staff_id=StaffId(row.staff_id),
            role=Role(row.role),
            store_id=StoreId(row.store_id),
            given_by=StaffId(row.given_by) if row.given_by is not None else None,
            given_at=row.given_at,
        )
        for row in connection.execute(chosen)
    ]
