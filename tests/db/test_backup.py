"""Backups: whole or not there, of one moment, and back again into the same database, row for row."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors

from counterfoil.db.address import URL_VARIABLE, Addresses
from counterfoil.db.backup import restoring
from counterfoil.db.backup.manifest import DUMP, MANIFEST, read_manifest
from counterfoil.db.backup.restoring import Restored, discard, restore
from counterfoil.db.backup.writing import BackedUp, back_up
from counterfoil.db.migrations.history import steps
from counterfoil.db.status import status_of
from counterfoil.db.tables import METADATA
from counterfoil.errors import BadFile, BadOption
from tests.databases import ServerOfTests
from tests.db.catalogue import QUESTIONS, ask
from tests.db.rows import row_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def unheard(stage: str, done: int, total: int) -> None:
    """Nobody looks."""


def keeper(addresses: Addresses) -> str:
    assert addresses.keeper is not None
    return addresses.keeper


def insert(addresses: Addresses, *tags: str) -> None:
    """Insert an order of two merchants for each tag."""
    orders = METADATA.tables["orders"]
    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(keeper(addresses)))
    with engine.begin() as connection:
        for merchant in ("A", "B"):
            for tag in tags:
                connection.execute(sa.insert(orders), row_of(orders, merchant, tag))
    engine.dispose()


def orders(addresses: Addresses, database: str | None = None) -> set[tuple[str, str]]:
    address = psycopg.conninfo.make_conninfo(keeper(addresses), **({"dbname": database} if database else {}))
    with psycopg.connect(address) as connection:
        return set(connection.execute("SELECT merchant_id, order_id FROM orders").fetchall())


def databases(addresses: Addresses) -> set[str]:
    with psycopg.connect(keeper(addresses)) as connection:
        question = "SELECT datname FROM pg_database WHERE starts_with(datname, %s || '_')"
        return {name for (name,) in connection.execute(question, (addresses.name,)).fetchall()}


def saved(addresses: Addresses, file: Path) -> BackedUp:
    return back_up(addresses, file, now=NOW, heard=unheard)


def brought_back(addresses: Addresses, file: Path, *, replace: bool = False) -> Restored:
    return restore(addresses, file, replace=replace, now=NOW, heard=unheard)


@pytest.fixture
def shop(addresses: Addresses, postgres: ServerOfTests) -> Iterator[Addresses]:
    insert(addresses, "one", "two")
    yield addresses
    for name in databases(addresses):
        postgres.drop(postgres.addresses(name))


def test_a_backup_comes_back_row_for_row_with_every_right_and_policy(
    shop: Addresses, tmp_path: Path, postgres: ServerOfTests
) -> None:
    file = tmp_path / "shop.backup"
    made = saved(shop, file)
    assert made.manifest.rows["public.orders"] == 4
    before = {name: ask(keeper(shop), question) for name, question in QUESTIONS.items()}
    insert(shop, "after the backup")
    done = brought_back(shop, file, replace=True)
    assert done.kept == f"{shop.name}_before_20260301_120000"
    assert orders(shop) == {("A", "one"), ("A", "two"), ("B", "one"), ("B", "two")}
    assert {name: ask(keeper(shop), question) for name, question in QUESTIONS.items()} == before
    with psycopg.connect(shop.application) as connection:
        connection.execute("SELECT set_config('counterfoil.merchant_id', 'A', false)")
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (2,)
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("DELETE FROM orders")
    assert ("A", "after the backup") in orders(shop, done.kept), "what was replaced is kept"
    assert postgres.addresses(done.kept).name in databases(shop)


def test_an_empty_database_is_filled_and_leaves_nothing_behind(
    shop: Addresses, tmp_path: Path, postgres: ServerOfTests
) -> None:
    file = tmp_path / "shop.backup"
    saved(shop, file)
    elsewhere = postgres.copy()
    done = brought_back(elsewhere, file)
    assert done.kept is None
    assert orders(elsewhere) == orders(shop)
    assert databases(elsewhere) == set()
    postgres.drop(elsewhere)


def test_a_database_with_rows_is_not_replaced_unless_somebody_says_so(shop: Addresses, tmp_path: Path) -> None:
    file = tmp_path / "shop.backup"
    saved(shop, file)
    insert(shop, "since")
    with pytest.raises(BadOption, match="there are rows in it; --replace puts them aside"):
        brought_back(shop, file)
    assert ("A", "since") in orders(shop)
    assert databases(shop) == set()


def test_a_backup_is_of_one_moment_whatever_is_written_meanwhile(shop: Addresses, tmp_path: Path) -> None:
    told: list[str] = []

    def selling(stage: str, done: int, total: int) -> None:
        if stage not in told:
            insert(shop, f"while {stage}")
        told.append(stage)

    file = tmp_path / "shop.backup"
    back_up(shop, file, now=NOW, heard=selling)
    assert set(told) == {"count", "dump", "check"}
    brought_back(shop, file, replace=True)
    assert orders(shop) == {("A", "one"), ("A", "two"), ("B", "one"), ("B", "two")}


def test_the_last_backup_is_noted_in_the_database_and_survives_its_own_restore(shop: Addresses, tmp_path: Path) -> None:
    file = tmp_path / "shop.backup"
    question = "SELECT taken_at, file, revision, bytes FROM upkeep.backups"
    saved(shop, file)
    with psycopg.connect(shop.application) as connection:
        noted = connection.execute(question).fetchall()
    assert noted == [(NOW, str(file), steps()[-1].revision, file.stat().st_size)]
    brought_back(shop, file, replace=True)
    with psycopg.connect(shop.application) as connection:
        assert connection.execute(question).fetchall() == noted


def test_no_backup_is_overwritten(shop: Addresses, tmp_path: Path) -> None:
    file = tmp_path / "shop.backup"
    file.write_text("the last good one")
    with pytest.raises(BadFile, match="expected a name that is free"):
        saved(shop, file)
    assert file.read_text() == "the last good one"


def test_a_backup_that_is_broken_off_leaves_no_file(shop: Addresses, tmp_path: Path) -> None:
    def interrupted(stage: str, done: int, total: int) -> None:
        if stage == "check":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(shop, tmp_path / "shop.backup", now=NOW, heard=interrupted)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_for_its_owners_eyes_only(shop: Addresses, tmp_path: Path) -> None:
    saved(shop, tmp_path / "shop.backup")
    assert (tmp_path / "shop.backup").stat().st_mode & 0o077 == 0


def test_whoever_would_see_some_rows_only_makes_no_backup(shop: Addresses, tmp_path: Path) -> None:
    half_blind = Addresses(
        name="it",
        application=shop.application,
        owner=shop.owner,
        sealer=None,
        keeper=shop.owner,
    )
    with pytest.raises(BadOption, match=r"cannot read the rows of all merchants.*BYPASSRLS"):
        saved(half_blind, tmp_path / "shop.backup")
    assert list(tmp_path.iterdir()) == []


def rewritten(file: Path, *, dump: bytes | None = None, **changed: object) -> Path:
    """Write a backup again with another dump or another manifest."""
    with zipfile.ZipFile(file) as archive:
        content, manifest = archive.read(DUMP), json.loads(archive.read(MANIFEST))
    other = file.with_name("other.backup")
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr(DUMP, content if dump is None else dump)
        archive.writestr(MANIFEST, json.dumps({**manifest, **changed}))
    return other


def test_a_restore_that_fails_leaves_the_database_as_it_was(shop: Addresses, tmp_path: Path) -> None:
    file = tmp_path / "shop.backup"
    rows = dict(saved(shop, file).manifest.rows)
    insert(shop, "since")
    now = orders(shop)
    with zipfile.ZipFile(file) as archive:
        dump = archive.read(DUMP)
    cut = tmp_path / "cut.backup"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    damaged = tmp_path / "damaged.backup"
    spoilt = bytearray(file.read_bytes())
    spoilt[len(spoilt) // 3] ^= 1
    damaged.write_bytes(spoilt)
    for other, complaint in (
        (tmp_path / "nowhere.backup", "no such file"),
        (cut, "not whole"),
        (damaged, "damaged since"),
        (rewritten(file, dump=dump[:-1]), "damaged since"),
    ):
        with pytest.raises(BadFile, match=complaint):
            brought_back(shop, other, replace=True)
    with pytest.raises(BadFile, match="revision 9999"):
        brought_back(shop, rewritten(file, revision="9999"), replace=True)
    with pytest.raises(BadOption, match=r"public\.orders came back with 4 rows instead of 5"):
        brought_back(shop, rewritten(file, rows={**rows, "public.orders": 5}), replace=True)
    with pytest.raises(BadOption, match="this server is older"):
        brought_back(shop, rewritten(file, server=99), replace=True)
    assert orders(shop) == now
    assert databases(shop) == set(), "nothing half-restored is left"


def test_a_dump_that_pg_restore_refuses_is_one_line_and_changes_nothing(shop: Addresses, tmp_path: Path) -> None:
    file = tmp_path / "shop.backup"
    saved(shop, file)
    nonsense = b"PGDMP nonsense" * 100
    other = rewritten(file, dump=nonsense, sha256=hashlib.sha256(nonsense).hexdigest())
    with pytest.raises(BadOption, match=r"pg_restore could not load the backup: .*; the database is as it was") as told:
        brought_back(shop, other, replace=True)
    assert "\n" not in str(told.value)
    assert databases(shop) == set()


def test_what_was_put_aside_stays_until_somebody_discards_it(shop: Addresses, tmp_path: Path) -> None:
    file = tmp_path / "shop.backup"
    saved(shop, file)
    first = restore(shop, file, replace=True, now=NOW, heard=unheard).kept
    second = restore(shop, file, replace=True, now=NOW + timedelta(seconds=1), heard=unheard).kept
    assert {first, second} == databases(shop)
    assert list(status_of({URL_VARIABLE: shop.application}).kept) == [first, second]
    with pytest.raises(BadOption, match="no database that a restore has put aside"):
        discard(shop, "postgres")
    assert first is not None
    discard(shop, first)
    assert databases(shop) == {second}


def test_nobody_s_work_is_replaced_under_their_hands(
    shop: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "_LEAVING_STEPS_MAX", 1)
    file = tmp_path / "shop.backup"
    saved(shop, file)
    with psycopg.connect(shop.application), pytest.raises(BadOption, match="stop Counterfoil everywhere"):
        brought_back(shop, file, replace=True)


def test_a_file_of_another_kind_is_no_backup(tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("x", "y")
    with pytest.raises(BadFile, match="a zip of something else"):
        read_manifest(other)
