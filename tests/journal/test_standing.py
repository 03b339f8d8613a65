"""How a chain stands, told without a verification: what was signed, whether it is there still, what waits."""

from __future__ import annotations

from datetime import timedelta

from counterfoil.journal.checkpoints import Checkpoints
from counterfoil.journal.sealing import UNSEALED_MAX
from counterfoil.journal.standing import Signed, Standing, standing
from tests.journal.shop import Shop


def standing_of(shop: Shop, checkpoints: Checkpoints | None, later: timedelta = timedelta(seconds=5)) -> Standing:
    with shop.application() as database, database.transaction(shop.merchant) as connection:
        return standing(connection, shop.merchant, checkpoints, now=shop.now + later)


def test_before_anything_is_sealed_nothing_is_signed_and_facts_wait(shop: Shop) -> None:
    assert standing_of(shop, shop.checkpoints).signed is Signed.NONE
    shop.sell(2)
    found = standing_of(shop, shop.checkpoints)
    assert (found.sealed_n, found.signed) == (0, Signed.NONE)
    assert found.unsealed_since is not None
    assert not found.is_late(shop.now)
    assert found.is_late(shop.now + 2 * UNSEALED_MAX)


def test_a_signed_chain_agrees_and_says_how_far_it_was_signed(shop: Shop) -> None:
    shop.sell(3)
    shop.seal()
    found = standing_of(shop, shop.checkpoints)
    assert (found.signed, found.signed_n, found.sealed_n) == (Signed.AGREES, 3, 3)
    assert found.signed_at == shop.now
    assert found.unsealed_since is None


def test_facts_after_the_last_checkpoint_wait(shop: Shop) -> None:
    shop.sell()
    shop.seal()
    shop.sell()
    found = standing_of(shop, shop.checkpoints)
    assert (found.signed, found.signed_n) == (Signed.AGREES, 1)
    assert found.unsealed_since is not None


def test_a_chain_that_was_cut_back_or_rebuilt_disagrees(shop: Shop) -> None:
    shop.sell(2)
    shop.seal()
    shop.tamper("UPDATE seals SET seal = decode(repeat('00', 32), 'hex') WHERE position = 2")
    assert standing_of(shop, shop.checkpoints).signed is Signed.DISAGREES
    shop.tamper("DELETE FROM seals WHERE position = 2")
    assert standing_of(shop, shop.checkpoints).signed is Signed.DISAGREES


def test_a_checkpoint_that_somebody_wrote_themselves_is_told(shop: Shop) -> None:
    shop.sell(2)
    shop.seal()
    file = shop.checkpoints.file
    file.write_text(file.read_text(encoding="utf-8").replace('"count": 2', '"count": 3'), encoding="utf-8")
    assert standing_of(shop, shop.checkpoints).signed is Signed.FORGED


def test_who_does_not_know_the_checkpoints_says_so(shop: Shop) -> None:
    shop.sell()
    shop.seal()
    found = standing_of(shop, None)
    assert (found.signed, found.sealed_n) == (Signed.UNKNOWN, 1)
