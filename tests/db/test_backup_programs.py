"""pg_dump and pg_restore: the ones that fit, told in secret where the database is."""

from __future__ import annotations

import pytest

from counterfoil.db.address import Addresses
from counterfoil.db.backup import programs
from counterfoil.db.backup.programs import client_programs, environment_for
from counterfoil.db.roles import Role
from counterfoil.errors import BadOption


def test_a_password_is_handed_over_where_nobody_else_can_read_it() -> None:
    said = environment_for("postgresql://shop:s3cret@db.example:5433/books?sslmode=require")
    assert said["PGPASSWORD"] == "s3cret"  # made up
    assert (said["PGHOST"], said["PGPORT"], said["PGUSER"], said["PGDATABASE"]) == (
        "db.example",
        "5433",
        "shop",
        "books",
    )
    assert said["PGSSLMODE"] == "require"


def test_programs_are_those_that_fit_the_server_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs.shutil, "which", lambda _name: None)
    assert [client_programs(major, name="it").major for major in (15, 16, 17, 18)] == [16, 16, 18, 18]


def test_a_server_that_no_program_fits_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs.shutil, "which", lambda _name: None)
    with pytest.raises(BadOption, match="pg_dump of PostgreSQL 99 or later is needed"):
        client_programs(99, name="it")


def test_the_owner_is_asked_for_where_nobody_said_who_keeps_backups() -> None:
    nobody = Addresses(name="it", application="", owner=None, sealer=None, keeper=None)
    with pytest.raises(BadOption, match="set COUNTERFOIL_DATABASE_OWNER_URL"):
        nobody.of(Role.OWNER)
