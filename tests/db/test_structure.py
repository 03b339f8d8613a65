"""The tables as PostgreSQL has them: whose rows are whose, and who may do what with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import counterfoil
from counterfoil.db.address import Addresses
from counterfoil.db.migrations.history import Phase, steps
from counterfoil.db.opening import connected
from counterfoil.db.rights import LISTING_POLICY, POLICY, grants_of, rights_of, security_of
from counterfoil.db.roles import Role
from counterfoil.db.tables import METADATA
from tests.databases import ServerOfTests
from tests.db.catalogue import OF_NO_MERCHANT, QUESTIONS, ask
from tools.first_migration import first_migration

_OWN_ROW = "(merchant_id = NULLIF(current_setting('counterfoil.merchant_id'::text, true), ''::text))"


@pytest.fixture(scope="module")
def migrated(postgres: ServerOfTests) -> Addresses:
    """What every test's database is copied from; nothing here changes it."""
    return postgres.addresses("migrated")


@pytest.fixture(scope="module")
def at_once(postgres: ServerOfTests) -> Iterator[Addresses]:
    """The same tables, made from what the code says of them."""
    made = postgres.empty()
    with psycopg.connect(made.of(Role.OWNER)) as connection:
        connection.execute("CREATE SCHEMA upkeep")
        connection.execute("CREATE TABLE upkeep.revision (version_num text)")
        connection.execute(first_migration(METADATA))  # type: ignore[call-overload]  # no literal, and no input either
    yield made
    postgres.drop(made)


def keeper(addresses: Addresses) -> str:
    assert addresses.keeper is not None
    return addresses.keeper


def test_every_file_of_tables_is_on_the_list() -> None:
    root = Path(counterfoil.__file__).parent
    makes_tables = re.compile(r"\b(?:merchant|book)_table\(")
    files = {
        path.relative_to(root.parent)
        for path in root.rglob("*.py")
        if path.name != "metadata.py" and makes_tables.search(path.read_text(encoding="utf-8"))
    }
    assert files
    listed = (root / "db" / "tables.py").read_text(encoding="utf-8")
    missing = [str(file) for file in sorted(files) if ".".join(file.with_suffix("").parts) not in listed]
    assert missing == []


def test_the_sum_of_the_migrations_is_the_metadata(migrated: Addresses) -> None:
    with connected(migrated.of(Role.OWNER), name="it", application="test") as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_migrating_gives_the_same_catalogue_as_making_the_tables_at_once(
    at_once: Addresses, migrated: Addresses, question: str
) -> None:
    """Alembic looks neither at constraints' conditions, nor at row security, nor at grants."""
    expected = ask(keeper(at_once), QUESTIONS[question])
    assert expected
    assert ask(keeper(migrated), QUESTIONS[question]) == expected


def test_every_primary_and_unique_key_begins_with_the_merchant(migrated: Addresses) -> None:
    unique = """
        SELECT t.relname, c.relname,
            (SELECT attname FROM pg_attribute WHERE attrelid = t.oid AND attnum = i.indkey[0])
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE i.indisunique AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> ALL (%(others)s)
    """
    found = ask(keeper(migrated), unique)
    assert {table for table, _, _ in found} == set(METADATA.tables), "every table has a key"
    assert [row for row in found if row[2] != "merchant_id"] == []


def test_every_foreign_key_carries_the_merchant(migrated: Addresses) -> None:
    keys = """
        SELECT k.conname, a.attname, b.attname
        FROM pg_constraint k
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
        JOIN pg_namespace n ON n.oid = k.connamespace
        WHERE k.contype = 'f' AND n.nspname <> ALL (%(others)s)
    """
    expected = [
        (constraint.name, "merchant_id", "merchant_id")
        for table in METADATA.sorted_tables
        for constraint in table.foreign_key_constraints
    ]
    assert sorted(ask(keeper(migrated), keys)) == sorted(expected)


def test_row_security_is_forced_on_every_table_with_one_policy(migrated: Addresses) -> None:
    found = ask(keeper(migrated), QUESTIONS["security"])
    own = [(row[0], *row[1:]) for row in found if row[4] != LISTING_POLICY]
    assert own == [
        (name, Role.OWNER.value, True, True, POLICY, "*", True, ["public"], _OWN_ROW, _OWN_ROW)
        for name in sorted(METADATA.tables)
    ]
    assert {row[0] for row in found if row[4] == LISTING_POLICY} <= {"merchants"}


def test_what_is_of_no_merchant_is_named_with_its_reason(migrated: Addresses) -> None:
    with psycopg.connect(keeper(migrated)) as connection:
        others = connection.execute(
            "SELECT DISTINCT schemaname FROM pg_tables WHERE schemaname NOT LIKE 'pg\\_%' "
            "AND schemaname NOT IN ('public', 'information_schema')"
        ).fetchall()
    assert {schema for (schema,) in others} <= set(OF_NO_MERCHANT)


@pytest.mark.parametrize("role", [Role.APPLICATION, Role.SEALER])
def test_a_role_that_serves_has_no_power_and_owns_nothing(migrated: Addresses, role: Role) -> None:
    with psycopg.connect(keeper(migrated)) as connection:
        powers = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles "
            "WHERE rolname = %s",
            (role.value,),
        ).fetchone()
        member = connection.execute(
            "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole", (role.value,)
        ).fetchall()
        owned = connection.execute(
            "SELECT classid::regclass::text FROM pg_shdepend WHERE deptype = 'o' AND refobjid = %s::regrole "
            "AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))",
            (role.value,),
        ).fetchall()
    assert powers == (False, False, False, False, False)
    assert member == []
    assert owned == []


def test_each_role_may_do_what_the_tables_say_and_no_more(migrated: Addresses) -> None:
    expected = {
        (grant.table, grant.column or "", grant.role.value, grant.privilege)
        for table in METADATA.sorted_tables
        for grant in grants_of(table)
    }
    rights = ask(keeper(migrated), QUESTIONS["rights"])
    found = {
        (name, part, grantee, privilege)
        for what, name, part, grantee, privilege, _ in rights
        if what in {"r", "p", "column", "S", "v", "m"} and grantee != Role.OWNER
    }
    assert found == expected
    assert [row for row in rights if row[5] and row[3] != Role.OWNER] == [], "nobody may grant anything on"


def test_facts_have_no_column_that_may_be_changed(migrated: Addresses) -> None:
    updatable = {
        name: {grant.column for grant in grants_of(METADATA.tables[name]) if grant.privilege in {"UPDATE", "DELETE"}}
        for name in ("journal", "seals", "acquirer_records", "order_lines", "payments")
    }
    assert not updatable["journal"] | updatable["seals"] | updatable["acquirer_records"]
    assert not updatable["payments"] & {"amount_minor", "currency", "kind", "tender", "order_id", "request_id"}
    assert not updatable["order_lines"] & {"sku", "quantity", "amount_minor", "line_kind", "unit_price_minor"}


def test_the_same_tables_give_the_same_migration_byte_for_byte() -> None:
    assert first_migration(METADATA) == first_migration(METADATA)


def test_the_list_of_merchants_is_ids_only_and_for_the_roles_that_serve(postgres: ServerOfTests) -> None:
    """Written for a table of merchants of its own, so that it holds whatever the shop's has beside the id."""
    metadata = sa.MetaData()
    info = {"updatable": ("name",), "deletable": False, "writer": Role.APPLICATION, "readers": (), "note": ""}
    merchants = sa.Table(
        "merchants",
        metadata,
        sa.Column("merchant_id", sa.Text(collation="C"), primary_key=True),
        sa.Column("name", sa.Text()),
        info=info,
    )
    addresses = postgres.empty()
    with psycopg.connect(addresses.of(Role.OWNER)) as connection:
        connection.execute("CREATE SCHEMA upkeep")
        connection.execute("CREATE TABLE upkeep.revision (version_num text)")
        connection.execute(first_migration(metadata))  # type: ignore[call-overload]  # no literal, and no input either
        assert list(security_of(merchants))[-1].endswith("USING (true)")
        assert list(rights_of(merchants)) == [f"GRANT SELECT, INSERT, UPDATE (name) ON merchants TO {Role.APPLICATION}"]
    with psycopg.connect(addresses.of(Role.APPLICATION), autocommit=True) as connection:
        for merchant in ("B", "A"):
            connection.execute("SELECT set_config('counterfoil.merchant_id', %s, false)", (merchant,))
            connection.execute("INSERT INTO merchants VALUES (%s, 'a name')", (merchant,))
        assert connection.execute("SELECT merchant_ids()").fetchall() == [("A",), ("B",)]
        assert connection.execute("SELECT count(*) FROM merchants").fetchall() == [(1,)]
    postgres.drop(addresses)


def test_every_step_says_its_phase_and_what_it_does() -> None:
    assert steps()
    assert all(step.phase in Phase and step.title.endswith(".") for step in steps())
