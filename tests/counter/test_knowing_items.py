"""What a web process knows of a shop's items: the first question brings all along, and a new item is asked for."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from counterfoil import clock
from counterfoil.counter import knowing_the_shop
from counterfoil.counter.knowing_the_shop import ShopKnowledge
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.shop.catalogue.tables import ITEMS
from tests.counter.shop import OPENING, PRICES, found

SHOP = MerchantId("m-items")


@pytest.fixture
def knowledge(database: Database) -> ShopKnowledge:
    """What a process knows that has just started."""
    found(database, SHOP)
    return ShopKnowledge(database=database, clock=clock.now, aged_by=clock.now)


def test_the_first_question_after_an_item_brings_the_others_along(knowledge: ShopKnowledge) -> None:
    assert knowledge.kept_items(SHOP, {"bread"}) is None
    assert knowledge.items(SHOP, {"bread"})["bread"].price_minor == PRICES["bread"]
    kept = knowledge.kept_items(SHOP, set(PRICES))
    assert kept is not None
    assert {sku: item.price_minor for sku, item in kept.items()} == PRICES


def test_an_item_that_came_later_is_asked_for_and_one_that_never_came_is_not_there(
    knowledge: ShopKnowledge, database: Database
) -> None:
    assert "jam" not in knowledge.items(SHOP, {"bread", "jam"})
    with database.transaction(SHOP) as connection:
        connection.execute(
            sa.insert(ITEMS).values(merchant_id=SHOP, sku="jam", name_en="jam", price_minor=1, created_at=OPENING)
        )
    known = knowledge.items(SHOP, {"bread", "jam", "nails"})
    assert {"bread", "jam"} <= known.keys()
    assert "nails" not in known
    assert knowledge.kept_items(SHOP, {"bread", "jam", "nails"}) is not None


def test_of_a_warehouse_only_what_is_sold_is_kept(knowledge: ShopKnowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowing_the_shop, "SKUS_AT_ONCE", 2)
    assert {"bread", "egg"} <= knowledge.items(SHOP, {"bread", "egg"}).keys()
    assert knowledge.kept_items(SHOP, {"bread", "egg"}) is not None
    assert knowledge.kept_items(SHOP, set(PRICES)) is None


def test_a_sale_of_known_items_asks_the_database_nothing(
    knowledge: ShopKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge.view(SHOP)
    knowledge.items(SHOP, {"bread", "cash-rounding"})

    def asked(*_given: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Database, "transaction", asked)
    assert knowledge.kept_items(SHOP, {"bread", "milk", "cash-rounding"}) is not None
