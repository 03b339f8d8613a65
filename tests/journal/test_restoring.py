"""After a backup and its restore the chain still verifies; an older state is noticed, and accepted only by name."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from counterfoil.db.address import Addresses
from counterfoil.db.embedded.program import newest_program
from counterfoil.db.roles import close_database
from counterfoil.errors import BadOption
from counterfoil.journal.breaks import Broken
from counterfoil.journal.checkpoints import CheckpointDisagrees
from counterfoil.journal.restoring import accept
from tests.databases import ServerOfTests
from tests.journal.shop import Shop

_LATER = timedelta(hours=2)


def back_up(shop: Shop, file: Path) -> None:
    program = newest_program("the tests") / "bin" / "pg_dump"
    assert shop.addresses.keeper is not None
    subprocess.run([program, "--format=custom", "--file", file, "--dbname", shop.addresses.keeper], check=True)


def restored(postgres: ServerOfTests, file: Path) -> Addresses:
    made = postgres.empty()
    program = newest_program("the tests") / "bin" / "pg_restore"
    assert made.keeper is not None
    subprocess.run([program, "--exit-on-error", "--dbname", made.keeper, file], check=True)
    with psycopg.connect(postgres.superuser, autocommit=True) as connection:
        close_database(connection, made.name)
    return made


def test_a_restored_database_verifies_and_goes_on(postgres: ServerOfTests, shop: Shop, tmp_path: Path) -> None:
    orders = shop.sell(4)
    shop.refund(orders[1])
    shop.seal()
    shop.sell(2)
    back_up(shop, tmp_path / "backup")
    shop.addresses = restored(postgres, tmp_path / "backup")
    assert shop.verified().breaks == ()
    shop.sell(3)
    assert shop.seal() == 5
    assert shop.verified(later=_LATER).breaks == ()
    postgres.drop(shop.addresses)


def test_a_restore_to_an_older_state_is_noticed_until_it_is_accepted(
    postgres: ServerOfTests, shop: Shop, tmp_path: Path
) -> None:
    shop.sell(3)
    shop.seal()
    back_up(shop, tmp_path / "backup")
    shop.sell(2)
    shop.seal()
    shop.addresses = restored(postgres, tmp_path / "backup")
    [found] = shop.verified().breaks
    assert (found.broken, found.position, found.line) == (Broken.CUT_BACK, 5, 2)

    shop.sell(4)
    with pytest.raises(CheckpointDisagrees, match="accept-restore"):
        shop.seal()
    [found] = shop.verified().breaks
    assert (found.broken, found.position) == (Broken.REBUILT, 5)
    assert len(list(shop.checkpoints.lines())) == 2

    with shop.application() as database:
        accept(database, shop.checkpoints, shop.merchant, because="the disk of Monday", now=shop.now)
        with pytest.raises(BadOption, match="nothing to accept"):
            accept(database, shop.checkpoints, shop.merchant, because="again", now=shop.now)
    verified = shop.verified()
    assert (verified.breaks, verified.accepted_n) == ((), 1)
    shop.sell()
    shop.seal()
    assert shop.verified(later=_LATER).breaks == ()
    postgres.drop(shop.addresses)


def test_an_empty_database_where_there_was_a_chain_is_noticed(postgres: ServerOfTests, shop: Shop) -> None:
    shop.sell(3)
    shop.seal()
    shop.addresses = postgres.copy()
    assert [found.broken for found in shop.verified().breaks] == [Broken.CUT_BACK]
    with shop.application() as database:
        accept(database, shop.checkpoints, shop.merchant, because="begun anew", now=shop.now)
    assert shop.verified().holds
    shop.sell()
    shop.seal()
    assert shop.verified().holds
    postgres.drop(shop.addresses)
