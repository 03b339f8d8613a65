"""The catalogue and the stock in the database: what a code puts into the basket, and what is on hand after."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.shop.catalogue import store as catalogue
from counterfoil.shop.catalogue.codes import check_digit
from counterfoil.shop.catalogue.model import Sellable
from counterfoil.shop.catalogue.rules import WORDS, CodeRefusal, Picked
from counterfoil.shop.catalogue.scale_codes import scale_pattern
from counterfoil.shop.catalogue.tables import BARCODES, ITEMS, PRICES, TAXES
from counterfoil.shop.stock import store as stock
from counterfoil.shop.stock.model import Movement, Reason
from counterfoil.shop.stock.tables import STOCK

from .stage import NORTH, NOW, SOUTH, found

PATTERNS = (scale_pattern("21IIIIIWWWWWK"), scale_pattern("22IIIIIVVVVVK"))


def stocked(connection: sa.Connection, merchant_id: MerchantId) -> None:
    """A small catalogue: tea by the piece, ham by weight, a retired soap, and a price list."""
    found(connection, merchant_id)
    connection.execute(
        sa.insert(TAXES).values(
            merchant_id=merchant_id, tax_code="vat13", name_en="VAT", rate=Decimal("0.13"), included=True
        )
    )
    items: list[dict[str, object]] = [
        {"sku": "tea", "name_en": "Green tea", "name_zh": "绿茶", "tax_code": "vat13", "price_minor": 1_130},
        {"sku": "ham", "name_en": "Ham 100%", "name_zh": "火腿", "sold_by": "weight", "price_minor": 8_000},
        {"sku": "soap", "name_en": "Soap", "name_zh": None, "price_minor": 500, "retired_at": NOW},
    ]
    for item in items:
        connection.execute(sa.insert(ITEMS).values(merchant_id=merchant_id, created_at=NOW, **item))
    for barcode, sku in (("06901234567892", "tea"), ("4011", "tea"), ("12", "ham"), ("00077", "soap"), ("78", "tea")):
        connection.execute(sa.insert(BARCODES).values(merchant_id=merchant_id, barcode=barcode, sku=sku))
    for days, price_minor in ((-2, 900), (-1, 1_000), (1, 1_200)):
        connection.execute(
            sa.insert(PRICES).values(
                merchant_id=merchant_id,
                price_list="north",
                sku="tea",
                valid_from=NOW + timedelta(days=days),
                price_minor=price_minor,
            )
        )


def price_of_tea(connection: sa.Connection, merchant_id: MerchantId, price_list: str | None, days: int) -> int | None:
    now = NOW + timedelta(days=days)
    return catalogue.sellables(connection, merchant_id, ["tea"], price_list=price_list, now=now)["tea"].price_minor


def test_a_list_price_holds_from_its_moment_to_the_next_and_the_items_own_otherwise(
    connection: sa.Connection, merchant_id: MerchantId
) -> None:
    stocked(connection, merchant_id)
    assert [price_of_tea(connection, merchant_id, "north", days) for days in (-3, -2, -1, 0, 1, 9)] == [
        1_130,
        900,
        1_000,
        1_000,
        1_200,
        1_200,
    ]
    assert price_of_tea(connection, merchant_id, None, 0) == price_of_tea(connection, merchant_id, "south", 0) == 1_130
    connection.execute(
        sa.insert(PRICES).values(
            merchant_id=merchant_id, price_list="north", sku="tea", valid_from=NOW + timedelta(days=2)
        )
    )
    assert price_of_tea(connection, merchant_id, "north", 3) == 1_130, "the list has let go of it"


def printed(body: str) -> str:
    return f"{body}{check_digit(body)}"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("6901234567892", ("tea", "1", None)),
        ("06901234567892", ("tea", "1", None)),
        ("4011", ("tea", "1", None)),
        ("tea", ("tea", "1", None)),
        (printed("210001201250"), ("ham", "1.250", None)),
        (printed("220001202000"), ("ham", "0.250", 2_000)),
        (printed("220007800999"), ("tea", "1", 999)),
        (printed("210007801250"), CodeRefusal.NOT_BY_WEIGHT),
        (printed("210001200000"), CodeRefusal.NOTHING_WEIGHED),
        (printed("210007701000"), CodeRefusal.RETIRED),
        ("00077", CodeRefusal.RETIRED),
        (printed("210009901000"), CodeRefusal.UNKNOWN),
        ("6901234567885", CodeRefusal.UNKNOWN),
        ("", CodeRefusal.UNKNOWN),
    ],
)
def test_a_code_puts_an_item_into_the_basket_or_says_why_not(
    connection: sa.Connection,
    merchant_id: MerchantId,
    code: str,
    expected: tuple[str, str, int | None] | CodeRefusal,
) -> None:
    stocked(connection, merchant_id)
    picked = catalogue.pick_code(connection, merchant_id, code, patterns=PATTERNS, price_list=None, now=NOW)
    if isinstance(picked, Picked):
        assert (picked.sellable.item.sku, str(picked.quantity), picked.labelled_minor) == expected
    else:
        assert picked == expected


def test_every_refusal_of_a_code_has_its_words() -> None:
    assert set(WORDS) == set(CodeRefusal)


def test_items_are_found_by_name_in_both_languages_and_signs_of_patterns_are_just_signs(
    connection: sa.Connection, merchant_id: MerchantId
) -> None:
    stocked(connection, merchant_id)

    def named(words: str) -> list[str]:
        rows: Sequence[Sellable] = catalogue.items_named(connection, merchant_id, words, price_list="north", now=NOW)
        return [each.item.sku for each in rows]

    assert named("green") == named("绿") == ["tea"]
    assert named("0%") == ["ham"]
    assert named("%") == ["ham"]
    assert named("soap") == [], "it is not sold any more"


# ---------------------------------------------------------------- stock


def sold(number: object, sku: str, quantity: int, store: str = NORTH) -> Movement:
    return Movement(
        movement_id=f"m{number}",
        store_id=store,  # type: ignore[arg-type]  # a test's own words
        sku=sku,
        quantity=Decimal(quantity),
        reason=Reason.SOLD if quantity < 0 else Reason.RECEIVED,
        occurred_at=NOW,
    )


def on_hand(connection: sa.Connection, merchant_id: MerchantId) -> dict[str, Decimal]:
    return {each.sku: each.on_hand for each in stock.on_hand(connection, merchant_id, NORTH)}


def test_stock_is_the_sum_of_its_movements_and_may_fall_below_zero(
    connection: sa.Connection, merchant_id: MerchantId
) -> None:
    stocked(connection, merchant_id)
    assert stock.move(connection, merchant_id, []) == 0
    assert stock.move(connection, merchant_id, [sold(1, "tea", 5), sold(2, "ham", 2), sold(3, "tea", -7)]) == 3
    assert on_hand(connection, merchant_id) == {"ham": 2, "tea": -2}
    assert [each.sku for each in stock.low(connection, merchant_id)] == ["tea"]
    assert stock.low(connection, merchant_id)[0].is_below_zero
    assert stock.differences(connection, merchant_id) == ()


def test_a_movement_that_comes_again_moves_nothing(connection: sa.Connection, merchant_id: MerchantId) -> None:
    stocked(connection, merchant_id)
    assert stock.move(connection, merchant_id, [sold(1, "tea", 5)]) == 1
    assert stock.move(connection, merchant_id, [sold(1, "tea", 5), sold(2, "tea", -1)]) == 1
    assert on_hand(connection, merchant_id) == {"tea": 4}


def test_a_count_moves_the_difference_and_one_that_agrees_moves_nothing(
    connection: sa.Connection, merchant_id: MerchantId
) -> None:
    stocked(connection, merchant_id)
    stock.move(connection, merchant_id, [sold(1, "tea", 5)])

    def counted(sku: str, quantity: str) -> Decimal:
        return stock.count(
            connection, merchant_id, store_id=NORTH, sku=sku, counted=Decimal(quantity), operator_id=None, now=NOW
        )

    assert counted("tea", "3") == -2
    assert counted("tea", "3") == 0
    assert counted("ham", "1.25") == Decimal("1.25"), "nobody had ever booked it"
    assert on_hand(connection, merchant_id) == {"ham": Decimal("1.25"), "tea": 3}
    assert stock.differences(connection, merchant_id) == ()


def test_stock_that_is_not_its_movements_is_noticed(connection: sa.Connection, merchant_id: MerchantId) -> None:
    stocked(connection, merchant_id)
    stock.move(connection, merchant_id, [sold(1, "tea", 5)])
    connection.execute(sa.update(STOCK).where(STOCK.c.merchant_id == merchant_id).values(on_hand=6))
    assert stock.differences(connection, merchant_id) == ((NORTH, "tea"),)


def test_sales_of_the_same_items_in_any_order_neither_lose_a_piece_nor_wait_for_ever(
    database: Database, merchant_id: MerchantId
) -> None:
    with database.transaction(merchant_id) as connection:
        stocked(connection, merchant_id)

    def sell(number: int) -> None:
        skus = ("tea", "ham", "soap") if number % 2 else ("soap", "ham", "tea")
        with database.transaction(merchant_id) as connection:
            stock.move(
                connection,
                merchant_id,
                [sold(f"{number}-{sku}-{store}", sku, -1, store) for sku in skus for store in (SOUTH, NORTH)],
            )

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(sell, range(40)))
    with database.transaction(merchant_id) as connection:
        assert on_hand(connection, merchant_id) == {"tea": -40, "ham": -40, "soap": -40}
        assert stock.differences(connection, merchant_id) == ()
