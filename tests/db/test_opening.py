"""From the settings to a database that may be served, and the one line where it may not."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from counterfoil.db import opening
from counterfoil.db.address import OWNER_VARIABLE, SEALER_VARIABLE, URL_VARIABLE, Addresses, place_of
from counterfoil.db.opening import open_database, reached
from counterfoil.db.roles import Role
from counterfoil.db.status import Kind, status_of
from counterfoil.errors import BadOption
from counterfoil.ids import MerchantId
from tests.databases import ServerOfTests


@pytest.fixture
def strong(postgres: ServerOfTests, addresses: Addresses) -> Iterator[psycopg.Connection]:
    """A superuser's connection to this test's database, and a role that tests make strong."""
    with psycopg.connect(addresses.keeper or "", autocommit=True) as connection:
        connection.execute("CREATE ROLE strong LOGIN IN ROLE counterfoil_app")
        yield connection
        connection.execute("DROP OWNED BY strong")
        connection.execute("DROP ROLE strong")


def as_strong(addresses: Addresses) -> dict[str, str]:
    return {URL_VARIABLE: psycopg.conninfo.make_conninfo(addresses.application, user="strong")}


def test_a_server_of_ones_own_is_served_as_its_application(addresses: Addresses) -> None:
    with (
        open_database(application="counterfoil test", environ={URL_VARIABLE: addresses.application}) as database,
        database.transaction(MerchantId("A")) as connection,
    ):
        assert connection.scalar(sa.text("SELECT current_user")) == Role.APPLICATION
        assert connection.scalar(sa.text("SHOW application_name")) == "counterfoil test"


def test_the_sealer_has_an_address_of_its_own(addresses: Addresses) -> None:
    environ = {URL_VARIABLE: addresses.application}
    with pytest.raises(BadOption, match=f"set {SEALER_VARIABLE}"):
        open_database(application="test", environ=environ, role=Role.SEALER)
    environ[SEALER_VARIABLE] = addresses.of(Role.SEALER)
    with open_database(application="test", environ=environ, role=Role.SEALER) as database:
        assert database.address == addresses.sealer


def test_a_role_like_the_application_s_may_serve(addresses: Addresses, strong: psycopg.Connection) -> None:
    """Names of users are the administrator's; what counts is what they may do."""
    open_database(application="test", environ=as_strong(addresses)).close()


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("ALTER ROLE strong SUPERUSER", "is a superuser"),
        ("ALTER ROLE strong BYPASSRLS", "has BYPASSRLS"),
        ("GRANT counterfoil_owner TO strong", "is a member of counterfoil_owner"),
        ("ALTER TABLE orders OWNER TO strong", "owns the table orders"),
    ],
)
def test_a_role_that_could_mix_up_merchants_is_refused(
    addresses: Addresses, strong: psycopg.Connection, statement: str, complaint: str
) -> None:
    strong.execute(sql.SQL(statement))  # type: ignore[arg-type]  # the four above
    with pytest.raises(BadOption, match=f"'strong' {complaint}, so merchants would not be kept apart") as refused:
        open_database(application="test", environ=as_strong(addresses))
    assert "run-on-your-own-postgresql" in str(refused.value)
    strong.execute("ALTER ROLE strong NOSUPERUSER NOBYPASSRLS")


def test_the_owner_and_the_superuser_do_not_serve(addresses: Addresses) -> None:
    for address in (addresses.of(Role.OWNER), addresses.keeper or ""):
        with pytest.raises(BadOption, match="merchants would not be kept apart"):
            open_database(application="test", environ={URL_VARIABLE: address})


def test_an_old_server_is_refused(addresses: Addresses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "VERSION_MIN", 99)
    with pytest.raises(BadOption, match="expected PostgreSQL 99 or later, found 18"):
        open_database(application="test", environ={URL_VARIABLE: addresses.application})


def test_a_database_without_tables_is_not_served(postgres: ServerOfTests) -> None:
    empty = postgres.empty()
    with pytest.raises(BadOption, match="run `counterfoil db migrate`"):
        open_database(application="test", environ={URL_VARIABLE: empty.application})
    postgres.drop(empty)


def test_a_server_that_is_not_there_is_one_line_without_its_password() -> None:
    environ = {URL_VARIABLE: "postgresql://shop:s3cret@127.0.0.1:1/books"}
    with pytest.raises(BadOption, match=f"{URL_VARIABLE}: cannot connect") as refused:
        open_database(application="test", environ=environ)
    assert "s3cret" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("variable", [URL_VARIABLE, OWNER_VARIABLE, SEALER_VARIABLE])
def test_what_is_no_address_is_not_repeated(variable: str) -> None:
    environ = {URL_VARIABLE: "dbname=books", variable: "my s3cret"}
    with pytest.raises(BadOption, match=f"{variable}: expected postgresql://") as refused:
        place_of(environ)
    assert "s3cret" not in str(refused.value)


def test_the_owner_s_address_alone_is_a_mistake() -> None:
    with pytest.raises(BadOption, match="set both, or neither"):
        place_of({OWNER_VARIABLE: "dbname=books"})


def test_an_address_may_be_written_as_sqlalchemy_writes_it() -> None:
    place = place_of({URL_VARIABLE: "postgresql+psycopg://shop@host/books"})
    assert place.theirs is not None
    assert place.theirs.application == "postgresql://shop@host/books"


def test_addresses_hide_what_they_hold() -> None:
    variables = (URL_VARIABLE, OWNER_VARIABLE, SEALER_VARIABLE)
    environ = dict.fromkeys(variables, "postgresql://shop:s3cret@host/books")
    assert "s3cret" not in repr(reached(environ))


def test_the_status_of_a_server_of_ones_own_shows_no_password(addresses: Addresses) -> None:
    with psycopg.connect(addresses.application):
        seen = status_of({URL_VARIABLE: f"{addresses.application} password=s3cret"})
    assert (seen.kind, seen.running, seen.pending, seen.connections) == (Kind.OWN_SERVER, True, [], 1)
    assert addresses.name in seen.where
    assert "s3cret" not in repr(seen)
