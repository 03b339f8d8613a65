"""Import of who and what: whole files or none, the same file twice changes nothing, and no row is lost."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.shop.catalogue import store as catalogue
from counterfoil.shop.catalogue.model import SoldBy
from counterfoil.shop.customers import store as customers
from counterfoil.shop.customers.model import Customer, Details
from counterfoil.shop.imports.model import FLAW_WORDS, RowFlaw
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Role
from counterfoil.shop.stock import store as stock

from .importing import FILES, Import, asides, imports, told
from .stage import NORTH, NOW, SOUTH, keys_of


def test_a_whole_shop_is_taken_in_the_order_in_which_its_files_point_at_one_another(
    database: Database, merchant_id: MerchantId, take: Import
) -> None:
    taken = take(dict(reversed(FILES.items())))
    assert told(taken) == [
        ("stores", 1, 1, 0, 0),
        ("terminals", 1, 0, 0, 0),
        ("taxes", 1, 0, 0, 0),
        ("items", 2, 0, 0, 0),
        ("barcodes", 2, 0, 0, 0),
        ("prices", 1, 0, 0, 0),
        ("staff", 1, 0, 0, 0),
        ("customers", 1, 0, 0, 0),
        ("stock", 2, 0, 0, 0),
    ]
    assert all(each.kept for each in taken)
    with database.transaction(merchant_id) as connection:
        known = catalogue.sellables(connection, merchant_id, ["tea", "ham"], price_list="eastern", now=NOW)
        assert (known["tea"].price_minor, known["tea"].item.price_minor) == (990, 1_130)
        assert known["tea"].tax is not None
        assert known["tea"].tax.rate == Decimal("0.13")
        assert known["ham"].item.sold_by is SoldBy.WEIGHT
        ann = staff.people(connection, merchant_id)[0]
        assert (ann.roles_at(NORTH), ann.has_pin) == ({Role.CASHIER}, False)
        assert [(each.sku, each.on_hand) for each in stock.on_hand(connection, merchant_id, NORTH)] == [
            ("ham", Decimal("2.5")),
            ("tea", 12),
        ]
        li = customers.customer_of_contact(
            connection, merchant_id, keys_of(merchant_id), Details(phone="+8613800135678"), calling_code="86"
        )
        assert isinstance(li, Customer)
        assert imports(connection, merchant_id) == 9


def test_the_same_files_again_change_nothing(database: Database, merchant_id: MerchantId, take: Import) -> None:
    take(FILES)
    again = take(FILES)
    assert [(each.added, each.changed, len(each.aside)) for each in again] == [(0, 0, 0)] * 9
    assert [each.same for each in again] == [each.rows for each in again]
    with database.transaction(merchant_id) as connection:
        assert imports(connection, merchant_id) == 9
        assert stock.differences(connection, merchant_id) == ()


def test_a_count_that_is_taken_again_after_a_day_of_sales_does_not_undo_them(
    database: Database, merchant_id: MerchantId, take: Import
) -> None:
    take(FILES)
    with database.transaction(merchant_id) as connection:
        stock.count(connection, merchant_id, store_id=NORTH, sku="tea", counted=Decimal(2), operator_id=None, now=NOW)
    assert told(take({"stock.csv": FILES["stock.csv"]})) == [("stock", 0, 0, 2, 0)]
    assert told(take({"stock.csv": "store_id,sku,on_hand\nnorth,tea,7\n"})) == [("stock", 0, 1, 0, 0)]
    with database.transaction(merchant_id) as connection:
        assert stock.on_hand(connection, merchant_id, NORTH, ["tea"])[0].on_hand == 7


def test_a_dry_run_says_what_would_happen_and_does_nothing(
    database: Database, merchant_id: MerchantId, take: Import
) -> None:
    dry = take(FILES, dry_run=True)
    assert not any(each.kept for each in dry)
    with database.transaction(merchant_id) as connection:
        assert staff.people(connection, merchant_id) == ()
        assert imports(connection, merchant_id) == 0
    real = take(FILES)
    assert told(real) == told(dry)


def test_a_file_with_a_bad_row_is_taken_as_a_whole_or_not_at_all(
    database: Database, merchant_id: MerchantId, take: Import
) -> None:
    files = {"items.csv": "sku,name_en,price\ntea,Tea,1.00\nham,Ham,1.005\n"}
    taken = take(files)
    assert asides(taken) == [(3, "price", RowFlaw.BAD_AMOUNT, "1.005")]
    assert (taken[0].rows, taken[0].added, taken[0].kept) == (2, 1, False)
    with database.transaction(merchant_id) as connection:
        assert not catalogue.sellables(connection, merchant_id, ["tea", "ham"], price_list=None, now=NOW)
    assert take(files, skip_bad=True)[0].kept
    with database.transaction(merchant_id) as connection:
        assert set(catalogue.sellables(connection, merchant_id, ["tea", "ham"], price_list=None, now=NOW)) == {"tea"}


def test_what_is_never_changed_is_set_aside(take: Import) -> None:
    take(FILES)
    rates = take({"taxes.csv": "tax_code,rate,included\nvat13,0.16,yes\n"})
    assert asides(rates) == [(2, "rate", RowFlaw.CANNOT_CHANGE, "0.16")]
    prices = take({"prices.csv": "price_list,sku,valid_from,price\neastern,tea,2026-03-01,8.80\n"})
    assert asides(prices) == [(2, "price_minor", RowFlaw.CANNOT_CHANGE, "880")]
    moved = take({"terminals.csv": "terminal_id,store_id,name\ntill-1,north,Till 1\n"})
    assert asides(moved) == [(2, "store_id", RowFlaw.CANNOT_CHANGE, "north")]


def test_every_flaw_has_its_words() -> None:
    assert set(FLAW_WORDS) == set(RowFlaw)


def test_columns_that_a_file_does_not_have_stay_as_they_are(
    database: Database, merchant_id: MerchantId, take: Import
) -> None:
    take(FILES)
    changed = take({"items.csv": "sku,name_en,retired\ntea,Green tea,no\nham,Ham,yes\n"})
    assert told(changed) == [("items", 0, 2, 0, 0)]
    with database.transaction(merchant_id) as connection:
        known = catalogue.sellables(connection, merchant_id, ["tea", "ham"], price_list=None, now=NOW)
    assert (known["tea"].item.name_zh, known["tea"].price_minor, known["tea"].item.retired_at) == ("绿茶", 1_130, None)
    assert known["ham"].item.retired_at == NOW
    assert told(take({"items.csv": "sku,retired\nham,yes\n"})) == [("items", 0, 0, 1, 0)]


def test_roles_become_those_of_the_file(database: Database, merchant_id: MerchantId, take: Import) -> None:
    take(FILES)
    assert told(take({"staff.csv": "staff_id,name,language,roles\nann,Ann,zh,manager\n"})) == [("staff", 0, 1, 0, 0)]
    assert told(take({"staff.csv": "staff_id,name\nann,Ann\n"})) == [("staff", 0, 0, 1, 0)]
    with database.transaction(merchant_id) as connection:
        assert staff.people(connection, merchant_id)[0].roles_at(SOUTH) == {Role.MANAGER}


def test_a_customer_of_the_file_is_matched_however_the_number_is_written(take: Import) -> None:
    take(FILES)
    again = take({"customers.csv": "电话,地址\n+86-138-0013-5678,南京路1号\n"})
    assert told(again) == [("customers", 0, 1, 0, 0)]


def test_a_price_without_an_offset_begins_by_the_merchants_clock(
    database: Database, merchant_id: MerchantId, take: Import
) -> None:
    take({**FILES, "prices.csv": "price_list,sku,valid_from,price\neastern,tea,2026-03-03,9.90\n"})
    midnight = NOW.replace(day=2, hour=16, minute=0)
    with database.transaction(merchant_id) as connection:
        prices = [
            catalogue.sellables(connection, merchant_id, ["tea"], price_list="eastern", now=moment)["tea"].price_minor
            for moment in (midnight - timedelta(seconds=1), midnight)
        ]
    assert prices == [1_130, 990]
