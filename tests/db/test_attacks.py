"""One merchant's transaction against another merchant's rows, and the application against its own facts.

Whatever SQL runs in merchant A's transaction, short of naming another merchant, sees, counts, changes and collides
with A's rows only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors
from sqlalchemy.dialects.postgresql import insert

from counterfoil.db.address import Addresses
from counterfoil.db.rights import grants_of
from counterfoil.db.roles import Role
from counterfoil.db.tables import METADATA
from tests.databases import ServerOfTests
from tests.db.rows import row_of

A, B = "A", "B"
TABLES = sorted(METADATA.tables)
#: Those that the application writes.
WRITTEN = [name for name in TABLES if Role(METADATA.tables[name].info["writer"]) is Role.APPLICATION]
_SETTING = "counterfoil.merchant_id"


@pytest.fixture(scope="module")
def town(postgres: ServerOfTests) -> Iterator[Addresses]:
    """A database with one row of A and two of B in every table, and statistics about them."""
    addresses = postgres.copy()
    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(addresses.keeper or ""))
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            for merchant, tag in ((A, "mine"), (B, "theirs"), (B, "theirs too")):
                # Keys without a text in them would collide among B's two rows.
                connection.execute(insert(table).on_conflict_do_nothing(), row_of(table, merchant, tag))
    engine.dispose()
    with psycopg.connect(addresses.keeper or "", autocommit=True) as connection:
        connection.execute("ANALYZE")
    yield addresses
    postgres.drop(addresses)


@pytest.fixture
def engine(town: Addresses) -> Iterator[sa.Engine]:
    """The application, in transactions of A that are rolled back."""
    made = sa.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(town.application), poolclass=sa.NullPool
    )
    yield made
    made.dispose()


@pytest.fixture
def mine(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction of A."""
    with engine.connect() as connection:
        connection.execute(sa.select(sa.func.set_config(_SETTING, A, True)))
        yield connection
        connection.rollback()


@pytest.fixture
def sealing(town: Addresses) -> Iterator[psycopg.Connection]:
    """A transaction of A, of the sealer."""
    with psycopg.connect(town.of(Role.SEALER)) as connection:
        connection.execute("SELECT set_config(%s, %s, true)", (_SETTING, A))
        yield connection
        connection.rollback()


def refused(connection: sa.Connection, statement: Any, *more: Any) -> None:  # noqa: ANN401  # any statement
    """Run a statement that the role has no right to."""
    with pytest.raises(sa.exc.ProgrammingError) as error, connection.begin_nested():
        connection.execute(sa.text(statement) if isinstance(statement, str) else statement, *more)
    assert isinstance(error.value.orig, errors.InsufficientPrivilege), error.value.orig


@pytest.mark.parametrize("name", TABLES)
def test_rows_of_another_merchant_are_neither_read_nor_counted(mine: sa.Connection, name: str) -> None:
    table = METADATA.tables[name]
    assert mine.scalars(sa.select(table.c.merchant_id)).all() == [A]
    assert mine.scalar(sa.select(sa.func.count()).select_from(table)) == 1
    assert mine.scalar(sa.select(sa.func.count()).where(table.c.merchant_id == B)) == 0
    assert mine.scalar(sa.select(sa.func.max(table.c.merchant_id))) == A
    assert mine.scalar(sa.select(sa.func.count()).select_from(table.join(sa.alias(table, "t"), sa.true()))) == 1


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("setting", ["", "no merchant", None])
def test_a_transaction_of_nobody_sees_nothing_and_is_no_error(
    engine: sa.Engine, name: str, setting: str | None
) -> None:
    with engine.connect() as connection:
        if setting is not None:
            connection.execute(sa.select(sa.func.set_config(_SETTING, setting, True)))
        assert connection.scalar(sa.select(sa.func.count()).select_from(METADATA.tables[name])) == 0


def test_the_merchant_of_a_transaction_is_forgotten_at_its_end(engine: sa.Engine) -> None:
    orders = METADATA.tables["orders"]
    with engine.connect() as connection:
        connection.execute(sa.select(sa.func.set_config(_SETTING, A, True)))
        assert connection.scalar(sa.select(sa.func.count()).select_from(orders)) == 1
        connection.commit()
        assert connection.scalar(sa.select(sa.func.count()).select_from(orders)) == 0
        with pytest.raises(sa.exc.ProgrammingError):
            connection.execute(sa.insert(orders), row_of(orders, "", "of nobody"))


@pytest.mark.parametrize("name", WRITTEN)
def test_a_guessed_id_neither_collides_nor_tells(mine: sa.Connection, name: str) -> None:
    """What B has under an id says nothing about what A may have under it."""
    table = METADATA.tables[name]
    made = insert(table).on_conflict_do_nothing().returning(table.c.merchant_id)

    def outcome(tag: str) -> int | str:
        try:
            with mine.begin_nested():
                return len(mine.execute(made, row_of(table, A, tag)).all())
        except sa.exc.IntegrityError as error:
            # A has no such parent, whoever else has one: a foreign key carries the merchant.
            return type(error.orig).__name__

    # A key without a text of ours in it is A's own row, whatever the tag.
    assert outcome("theirs") == outcome("nobody's")
    assert outcome("nobody's") in {0, 1, "ForeignKeyViolation"}


@pytest.mark.parametrize("name", TABLES)
def test_a_row_cannot_be_written_for_another_merchant(mine: sa.Connection, name: str) -> None:
    table = METADATA.tables[name]
    refused(mine, sa.insert(table), row_of(table, B, "planted"))


@pytest.mark.parametrize("name", TABLES)
def test_rows_of_another_merchant_are_neither_changed_nor_locked_nor_deleted(mine: sa.Connection, name: str) -> None:
    table = METADATA.tables[name]
    theirs = table.c.merchant_id == B
    rights = {grant.privilege for grant in grants_of(table) if grant.role is Role.APPLICATION}
    if "UPDATE" in rights:
        column = table.c[table.info["updatable"][0]]
        assert mine.execute(sa.update(table).where(theirs).values({column: column})).rowcount == 0
        assert mine.execute(sa.select(table.c.merchant_id).where(theirs).with_for_update()).all() == []
    if "DELETE" in rights:
        assert mine.execute(sa.delete(table).where(theirs)).rowcount == 0


@pytest.mark.parametrize("name", TABLES)
def test_columns_that_are_facts_cannot_be_updated(mine: sa.Connection, name: str) -> None:
    table = METADATA.tables[name]
    may = set(table.info["updatable"]) if Role(table.info["writer"]) is Role.APPLICATION else set()
    for column in table.columns:
        if column.name not in may:
            refused(mine, sa.update(table).values({column: column}))


@pytest.mark.parametrize("name", TABLES)
def test_no_row_of_a_table_of_facts_can_be_deleted(mine: sa.Connection, name: str) -> None:
    table = METADATA.tables[name]
    if not table.info["deletable"]:
        refused(mine, sa.delete(table))
    refused(mine, f"TRUNCATE {name}")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE orders DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE orders NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE orders DROP CONSTRAINT orders_key",
        "DROP POLICY own_merchant ON orders",
        "CREATE POLICY all_of_them ON orders USING (true)",
        "DROP TABLE journal",
        "CREATE TABLE public.mine (x int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "SET ROLE counterfoil_owner",
        "SET ROLE counterfoil_sealer",
        "SET SESSION AUTHORIZATION counterfoil_owner",
        "GRANT counterfoil_owner TO counterfoil_app",
        "CREATE ROLE friend",
        "ALTER ROLE counterfoil_app BYPASSRLS",
        "SET session_replication_role = replica",
        "COPY orders TO PROGRAM 'cat'",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT * FROM pg_authid",
        "SELECT * FROM pg_statistic",
        "INSERT INTO upkeep.revision VALUES ('9999')",
        "DELETE FROM upkeep.backups",
        "SELECT lo_import('/etc/hostname')",
    ],
)
def test_the_application_cannot_open_a_door_for_itself(mine: sa.Connection, statement: str) -> None:
    refused(mine, statement)


def test_switching_row_security_off_is_an_error_and_shows_nothing(mine: sa.Connection) -> None:
    mine.execute(sa.text("SET LOCAL row_security = off"))
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"), mine.begin_nested():
        mine.execute(sa.text("SELECT count(*) FROM orders"))


def test_a_copy_out_holds_own_rows_only(mine: sa.Connection) -> None:
    driver = mine.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    with driver.cursor() as cursor, cursor.copy("COPY orders (merchant_id) TO STDOUT") as copy:
        assert b"".join(copy) == b"A\n"


def test_a_condition_that_would_talk_is_asked_about_own_rows_only(mine: sa.Connection) -> None:
    """A division by zero in a condition would tell of each row that it is asked about."""
    question = sa.text("SELECT count(*) FROM orders WHERE 1 / (CASE merchant_id WHEN 'B' THEN 0 ELSE 1 END) = 1")
    assert mine.scalar(question) == 1


def test_statistics_show_no_value_of_anybody(mine: sa.Connection) -> None:
    assert mine.execute(sa.text("SELECT * FROM pg_stats WHERE schemaname = 'public'")).all() == []
    assert mine.execute(sa.text("SELECT * FROM pg_stats_ext WHERE schemaname = 'public'")).all() == []


def test_a_plan_is_the_same_for_an_id_of_another_merchant_and_for_one_of_nobody(mine: sa.Connection) -> None:
    plans = []
    for guessed in ("theirs", "nobody's"):
        explained = sa.text(
            "EXPLAIN (ANALYZE, FORMAT JSON, BUFFERS OFF) SELECT * FROM orders WHERE order_id = :guessed"
        )
        plan = mine.scalar(explained, {"guessed": guessed})[0]["Plan"]
        text = json.dumps({key: value for key, value in plan.items() if "Time" not in key and "Cond" not in key})
        plans.append(text.replace(guessed.replace("'", "''"), "…"))
    assert plans[0] == plans[1]
    assert json.loads(plans[0])["Actual Rows"] == 0


def test_there_is_no_sequence_whose_next_number_would_tell_how_much_others_sell(town: Addresses) -> None:
    with psycopg.connect(town.keeper or "") as connection:
        found = connection.execute("SELECT schemaname, sequencename FROM pg_sequences").fetchall()
    assert [row for row in found if row[0] != "jobs"] == []


def test_the_sealer_reads_the_journal_and_writes_seals_and_nothing_else(sealing: psycopg.Connection) -> None:
    assert sealing.execute("SELECT merchant_id FROM journal").fetchall() == [(A,)]
    sealing.execute(_ANOTHER_SEAL, ("A", bytes(32), bytes(32), bytes(32)))
    for statement in (
        "INSERT INTO journal SELECT * FROM journal",
        "UPDATE seals SET position = 3",
        "DELETE FROM seals",
        "UPDATE orders SET total_minor = 1",
        "SELECT * FROM customers",
    ):
        with pytest.raises(errors.InsufficientPrivilege), sealing.transaction():
            sealing.execute(statement)
    with pytest.raises(errors.InsufficientPrivilege), sealing.transaction():
        sealing.execute(_ANOTHER_SEAL, ("B", bytes(32), bytes(32), bytes(32)))


_ANOTHER_SEAL = """
    INSERT INTO seals (merchant_id, position, fact_id, sealed_at, encoding, seal, fact_digest, rows_digest)
    VALUES (%s, 2, 'fact', clock_timestamp(), 1, %s, %s, %s)
"""


def test_what_was_granted_cannot_be_granted_on(mine: sa.Connection) -> None:
    """PostgreSQL answers with a warning only, so what counts is what it did."""
    mine.execute(sa.text("GRANT SELECT ON orders TO PUBLIC"))
    question = "SELECT count(*) FROM pg_class, aclexplode(relacl) a WHERE relname = 'orders' AND a.grantee = 0"
    assert mine.scalar(sa.text(question)) == 0


def test_nobody_but_our_roles_may_enter_the_database(town: Addresses) -> None:
    with psycopg.connect(town.keeper or "", autocommit=True) as connection:
        connection.execute("CREATE ROLE stranger LOGIN")
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(psycopg.conninfo.make_conninfo(town.application, user="stranger"))
        connection.execute("DROP ROLE stranger")
