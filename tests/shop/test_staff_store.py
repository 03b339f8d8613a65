"""Staff in the database: people and grants, and the facts of how they came and went."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from counterfoil.ids import MerchantId, StaffId
from counterfoil.languages import Language
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import EVERY_STORE, Grant, Role
from counterfoil.shop.staff.tables import STAFF_GRANT_CHANGES

from .stage import NORTH, NOW, SOUTH, found, hire


def test_a_grant_is_a_row_that_comes_and_goes_and_both_are_facts(
    connection: sa.Connection, merchant_id: MerchantId
) -> None:
    found(connection, merchant_id)
    ann, boss = hire(connection, merchant_id, "ann"), hire(connection, merchant_id, "boss", Role.OWNER)
    grant = Grant(staff_id=ann, role=Role.CASHIER, store_id=NORTH, given_by=boss)
    assert staff.give(connection, merchant_id, grant, now=NOW)
    assert not staff.give(connection, merchant_id, grant, now=NOW), "she has it already"
    person = staff.person(connection, merchant_id, ann)
    assert person is not None
    assert person.roles_at(NORTH) == {Role.CASHIER}
    assert person.roles_at(SOUTH) == person.roles_at(EVERY_STORE) == frozenset()
    assert staff.revoke(connection, merchant_id, grant, now=NOW, reason="left the north")
    assert not staff.revoke(connection, merchant_id, grant, now=NOW)
    told = sa.select(STAFF_GRANT_CHANGES.c.change, STAFF_GRANT_CHANGES.c.decided_by, STAFF_GRANT_CHANGES.c.reason)
    facts = connection.execute(
        told.where(STAFF_GRANT_CHANGES.c.merchant_id == merchant_id, STAFF_GRANT_CHANGES.c.staff_id == ann)
    ).all()
    assert sorted(map(tuple, facts)) == [("given", boss, None), ("revoked", boss, "left the north")]


def test_a_person_is_taken_on_once(connection: sa.Connection, merchant_id: MerchantId) -> None:
    found(connection, merchant_id)
    ann = StaffId("ann")
    assert staff.add_person(connection, merchant_id, ann, name="Ann", language=Language.EN, now=NOW)
    assert not staff.add_person(connection, merchant_id, ann, name="Another", language=Language.ZH, now=NOW)
    person = staff.person(connection, merchant_id, ann)
    assert person is not None
    assert (person.name, person.has_pin) == ("Ann", False)
    assert staff.person(connection, merchant_id, StaffId("nobody")) is None


def test_everybody_is_listed_with_their_own_grants(connection: sa.Connection, merchant_id: MerchantId) -> None:
    found(connection, merchant_id)
    hire(connection, merchant_id, "bob", Role.MANAGER, Role.CASHIER, at=SOUTH)
    hire(connection, merchant_id, "ann", Role.CASHIER)
    everybody = staff.people(connection, merchant_id)
    assert [(each.staff_id, sorted(each.roles_at(SOUTH))) for each in everybody] == [
        ("ann", ["cashier"]),
        ("bob", ["cashier", "manager"]),
    ]


def test_a_role_cannot_be_given_to_nobody(connection: sa.Connection, merchant_id: MerchantId) -> None:
    found(connection, merchant_id)
    with pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
        staff.give(connection, merchant_id, Grant(staff_id=StaffId("nobody"), role=Role.OWNER), now=NOW)
