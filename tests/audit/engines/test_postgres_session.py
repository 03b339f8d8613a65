"""Somebody's own server: refused in one line where it cannot serve, and left as it was found."""

from __future__ import annotations

import time
from collections.abc import Iterator

import ibis
import psycopg
import pyarrow as pa
import pytest

from counterfoil.audit.engines.postgres.columns import load, unload
from counterfoil.audit.engines.postgres.server import private_server
from counterfoil.audit.engines.postgres.session import URL_VARIABLE, session, told
from counterfoil.errors import BadOption, Bug

from . import expressions
from .on_engine import engine_over, shelf_of

_CATALOGUE = (
    "SELECT n.nspname, c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname NOT LIKE 'pg_toast%' ORDER BY 1, 2"
)


_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"

#: A session that has ended takes a moment to clear its temporary tables away.
_CLEARED_SECONDS_MAX = 20


def _catalogue(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    """Return all tables of the server, once no other session is there any more."""
    for _ in range(_CLEARED_SECONDS_MAX * 20):
        if connection.execute(_OTHERS).fetchone() == (0,):
            break
        time.sleep(0.05)
    return connection.execute(_CATALOGUE).fetchall()


@pytest.fixture(scope="module")
def somebody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that stands for the user's own."""
    with private_server(tmp_path_factory.mktemp("somebody")) as address:
        yield address


def test_nothing_of_the_server_is_touched_and_nothing_stays(somebody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server has tables of the same names as ours, and keeps them."""
    with psycopg.connect(somebody, autocommit=True) as connection:
        for table in ("payments", "kept_1_asked"):
            connection.execute(f"CREATE TABLE {table} (word text)")
            connection.execute(f"INSERT INTO {table} VALUES ('theirs')")
        before = _catalogue(connection)
        monkeypatch.setenv(URL_VARIABLE, somebody)
        shelf = shelf_of(expressions.history())
        with engine_over("postgres", shelf) as engine:
            kept = engine.keep("asked", engine.books()["payments"])
            assert engine.fetch(kept).num_rows == len(expressions.history().books["payments"])
        assert _catalogue(connection) == before
        for table in ("payments", "kept_1_asked"):
            assert connection.execute(f"SELECT word FROM {table}").fetchall() == [("theirs",)]


def test_nothing_stays_when_the_run_is_interrupted(somebody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL_VARIABLE, somebody)
    shelf = shelf_of(expressions.history())
    with psycopg.connect(somebody, autocommit=True) as connection:
        before = _catalogue(connection)
        with pytest.raises(KeyboardInterrupt), engine_over("postgres", shelf):
            raise KeyboardInterrupt
        assert _catalogue(connection) == before


def test_the_address_may_be_written_as_sqlalchemy_writes_it(somebody: str) -> None:
    host = psycopg.conninfo.conninfo_to_dict(somebody)["host"]
    with session(f"postgresql+psycopg://counterfoil@/postgres?host={host}", name="it") as connection:
        assert connection.execute("SHOW TimeZone").fetchone() == ("UTC",)


def test_a_server_that_is_not_there_is_one_line_without_its_password() -> None:
    address = "postgresql://shop:s3cret@127.0.0.1:1/books"
    with (
        pytest.raises(BadOption, match=f"{URL_VARIABLE}: cannot connect") as refused,
        session(address, name=URL_VARIABLE),
    ):
        pass
    assert "s3cret" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["s3cret", "postgresql://shop:s3cret@host:port/books", "mysql://shop:s3cret@host/x"]
)
def test_what_is_no_address_is_not_repeated(address: str) -> None:
    with pytest.raises(BadOption, match=URL_VARIABLE) as refused, session(address, name=URL_VARIABLE):
        pass
    assert "s3cret" not in str(refused.value)


def test_a_database_that_cannot_hold_every_name_is_refused(somebody: str) -> None:
    with psycopg.connect(somebody, autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(BadOption, match="UTF8, found LATIN1"), session(f"{somebody} dbname=latin", name="it"):
        pass


def test_a_user_who_may_make_no_tables_is_told_so(somebody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(somebody, autocommit=True) as connection:
        connection.execute("CREATE ROLE guest LOGIN")
        connection.execute("REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC")
    monkeypatch.setenv(URL_VARIABLE, f"{somebody} user=guest")
    shelf = shelf_of(expressions.history())
    with pytest.raises(BadOption, match="permission denied to create temporary tables"), engine_over("postgres", shelf):
        pass


def test_wrong_sql_is_our_fault_and_a_full_disk_is_not(somebody: str) -> None:
    with session(somebody, name="it") as connection:
        with pytest.raises(Bug, match="did not understand"), told("it"):
            connection.execute("SELECT no_such_function()")
        with pytest.raises(BadOption, match="it: no room"), told("it"):
            raise psycopg.errors.DiskFull("no room\nDETAIL: at all")


def test_batches_of_any_size_arrive_whole(somebody: str) -> None:
    schema = ibis.schema({"name": "string", "at": "timestamp(6)", "quantity": "decimal(18, 4)", "rate": "float64"})
    rows = {
        "name": ["", None, 'a "b"', "c\nd", "\\.", "错,", "\\N", " "],
        "at": [0, None, 1, 999_999, 1_772_000_000_000_001, -1, 2, 3],
        "quantity": ["0.0001", None, "-1.5000", "12345678901234.5678", "0.0000", "1.0000", "2.0000", "3.0000"],
        "rate": [0.1, None, -0.0, 1.1234567890123457, 180.0, 2.0, 3.0, 4.0],
    }
    given = pa.table(
        {
            "name": pa.array(rows["name"], pa.string()),
            "at": pa.array(rows["at"], pa.timestamp("us")),
            "quantity": pa.array(rows["quantity"], pa.string()).cast(pa.decimal128(18, 4)),
            "rate": pa.array(rows["rate"], pa.float64()),
        }
    )
    with session(somebody, name="it") as connection:
        connection.execute("CREATE TEMP TABLE given (name text, at timestamp, quantity numeric, rate double precision)")
        load(connection, "given", iter(given.to_batches(max_chunksize=3)))
        assert unload(connection, "SELECT * FROM given", schema).equals(given)
