"""What a web process knows of a shop's items: the first question brings all along, and a new item is asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

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
    return ShopKnowledge(database=database, clock=lambda: datetime.now(UTC))


def test_the_first_question_after_an_item_brings_the_others_along(knowledge: ShopKnowledge) -> None:
    assert not knowledge.kept_skus(SHOP, {"bread"})
    assert knowledge.unknown_skus(SHOP, {"bread"}) == frozenset()
    assert knowledge.kept_skus(SHOP, set(PRICES))


def test_an_item_that_came_later_is_asked_for_and_one_that_never_came_is_named(
    knowledge: ShopKnowledge, database: Database
) -> None:
    assert knowledge.unknown_skus(SHOP, {"bread", "jam"}) == {"jam"}
    with database.transaction(SHOP) as connection:
        connection.execute(
            sa.insert(ITEMS).values(merchant_id=SHOP, sku="jam", name_en="jam", price_minor=1, created_at=OPENING)
        )
    assert knowledge.unknown_skus(SHOP, {"bread", "jam", "nails"}) == {"nails"}
    assert knowledge.kept_skus(SHOP, {"bread", "jam"})


def test_of_a_warehouse_only_what_is_sold_is_kept(knowledge: ShopKnowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowing_the_shop, "SKUS_AT_ONCE", 2)
    assert knowledge.unknown_skus(SHOP, {"bread", "egg"}) == frozenset()
    assert knowledge.kept_skus(SHOP, {"bread", "egg"})
    assert not knowledge.kept_skus(SHOP, set(PRICES))
