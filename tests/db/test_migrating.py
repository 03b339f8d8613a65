"""Steps forward: in order, each whole or not at all, `pre` before `post`, one migration at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.config import Config

from counterfoil.db.address import Addresses
from counterfoil.db.migrations import history, migrate
from counterfoil.db.migrations.history import Phase, alembic_config, steps, steps_after
from counterfoil.db.migrations.migrate import revision_of, unheard
from counterfoil.db.opening import connected, refuse_other_tables
from counterfoil.db.roles import Role
from counterfoil.errors import BadOption
from tests.databases import ServerOfTests

_STEP = '''"""{title}"""

from alembic import op

revision = "{revision}"
down_revision = "{before}"

PHASE = "{phase}"


def upgrade() -> None:
    op.execute("""{sql}""")
'''


@pytest.fixture
def empty(postgres: ServerOfTests) -> Iterator[Addresses]:
    made = postgres.empty()
    yield made
    postgres.drop(made)


class Future:
    """Steps that a later release might bring, after those of today."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.last = steps()[-1].revision

    def add(self, revision: str, phase: str, sql: str) -> None:
        text = _STEP.format(title=f"Does {revision}.", revision=revision, before=self.last, phase=phase, sql=sql)
        (self.folder / f"{revision}.py").write_text(text, encoding="utf-8")
        self.last = revision


@pytest.fixture
def future(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Future]:
    today = alembic_config()
    versions = Path(history.__file__).parent / "versions"
    made = Future(tmp_path)

    def with_the_future() -> Config:
        today.set_main_option("version_locations", os.pathsep.join(map(str, (versions, tmp_path))))
        return today

    monkeypatch.setattr(history, "alembic_config", with_the_future)
    monkeypatch.setattr(migrate, "alembic_config", with_the_future)
    steps.cache_clear()
    yield made
    steps.cache_clear()


def at(addresses: Addresses) -> str | None:
    with connected(addresses.of(Role.OWNER), name="it", application="test") as connection:
        return revision_of(connection)


def run(addresses: Addresses, only: Phase | None = None) -> list[str]:
    done = migrate.migrate(addresses.of(Role.OWNER), name="it", only=only, heard=unheard)
    return [step.revision for step in done]


def test_an_empty_database_gets_every_step_and_a_second_run_does_nothing(empty: Addresses) -> None:
    heard: list[tuple[int, int]] = []
    done = migrate.migrate(empty.of(Role.OWNER), name="it", heard=lambda *told: heard.append(told))
    assert list(done) == list(steps())
    assert heard[0] == (0, len(done))
    assert heard[-1] == (len(done), len(done))
    assert at(empty) == steps()[-1].revision
    assert run(empty) == []


def test_only_pre_stops_before_the_first_step_that_needs_the_new_code(empty: Addresses, future: Future) -> None:
    """Half-migrated, old and new code both run; a later run goes on where this one stopped."""
    future.add("0901", "pre", "ALTER TABLE orders ADD COLUMN later text")
    future.add("0902", "post", "ALTER TABLE orders DROP COLUMN later")
    future.add("0903", "pre", "ALTER TABLE orders ADD COLUMN latest text")
    steps.cache_clear()
    assert run(empty, only=Phase.PRE)[-1] == "0901"
    assert at(empty) == "0901"
    with (
        connected(empty.application, name="it", application="test") as connection,
        pytest.raises(BadOption, match="pending migrations: 1"),
    ):
        # 0903 is needed by the code that brings it, and only `post` stands between.
        refuse_other_tables(connection, name="it")
    assert run(empty) == ["0902", "0903"]


def test_a_half_migrated_database_is_served(empty: Addresses, future: Future) -> None:
    future.add("0901", "pre", "ALTER TABLE orders ADD COLUMN later text")
    future.add("0902", "post", "ALTER TABLE orders DROP COLUMN later")
    steps.cache_clear()
    run(empty, only=Phase.PRE)
    with connected(empty.application, name="it", application="test") as connection:
        refuse_other_tables(connection, name="it")


def test_a_step_that_fails_leaves_the_steps_before_it_and_nothing_of_its_own(empty: Addresses, future: Future) -> None:
    future.add("0901", "pre", "ALTER TABLE orders ADD COLUMN later text")
    future.add("0902", "pre", "ALTER TABLE orders ADD COLUMN latest text; SELECT 1 / 0")
    steps.cache_clear()
    with pytest.raises(BadOption, match="division by zero; what was done before stays done"):
        run(empty)
    assert at(empty) == "0901"
    with psycopg.connect(empty.of(Role.OWNER)) as connection:
        found = connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname LIKE 'late%'"
        ).fetchall()
    assert found == [("later",)]


def test_a_step_that_forgets_whose_rows_it_changes_fails_instead_of_changing_none(
    addresses: Addresses, future: Future
) -> None:
    future.add("0901", "pre", "UPDATE orders SET state = 'paid'")
    steps.cache_clear()
    with pytest.raises(BadOption, match="row-level security"):
        run(addresses)


def test_a_step_gives_up_on_a_lock_that_somebody_holds(
    addresses: Addresses, future: Future, monkeypatch: pytest.MonkeyPatch
) -> None:
    future.add("0901", "pre", "ALTER TABLE orders ADD COLUMN later text")
    steps.cache_clear()
    monkeypatch.setattr(migrate, "_OPTIONS", "-c lock_timeout=50ms -c search_path=public")
    with psycopg.connect(addresses.application) as selling:
        selling.execute("SELECT count(*) FROM orders")
        with pytest.raises(BadOption, match="lock timeout"):
            run(addresses)
    assert run(addresses) == ["0901"]


def test_the_tables_of_a_library_get_a_schema_of_their_own(addresses: Addresses, future: Future) -> None:
    """The queue of procrastinate, whose tables know no merchant."""
    future.add("0901", "pre", "SELECT 1")
    step = future.folder / "0901.py"
    text = step.read_text(encoding="utf-8").replace('op.execute("""SELECT 1""")', "install()")
    step.write_text(
        text + "\n\ndef install() -> None:\n"
        "    from counterfoil.db.migrations.sql_file import run_sql_of_library\n"
        "    from procrastinate.schema import SchemaManager\n"
        "    run_sql_of_library(SchemaManager.get_schema(), schema='elsewhere')\n",
        encoding="utf-8",
    )
    steps.cache_clear()
    assert run(addresses) == ["0901"]
    with psycopg.connect(addresses.of(Role.OWNER)) as connection:
        found = connection.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'procrastinate_jobs'").fetchall()
    assert sorted(found) == [("elsewhere",), ("jobs",)]


def test_two_do_not_migrate_at_once(addresses: Addresses) -> None:
    with psycopg.connect(addresses.of(Role.OWNER)) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (migrate._ADVISORY_LOCK,))
        with pytest.raises(BadOption, match="somebody else is migrating it"):
            run(addresses)


def test_tables_of_a_newer_counterfoil_are_neither_served_nor_migrated(addresses: Addresses) -> None:
    with psycopg.connect(addresses.of(Role.OWNER)) as connection:
        connection.execute("UPDATE upkeep.revision SET version_num = '9999'")
    with pytest.raises(BadOption, match="revision 9999"):
        run(addresses)
    with (
        connected(addresses.application, name="it", application="test") as connection,
        pytest.raises(BadOption, match="newer Counterfoil"),
    ):
        refuse_other_tables(connection, name="it")


def test_a_revision_that_nobody_knows_has_no_steps_after_it() -> None:
    assert steps_after("9999") is None
    assert list(steps_after(None) or ()) == list(steps())
