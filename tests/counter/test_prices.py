"""What a sale is sold at: the listed price, or an override or a discount that somebody may give; nothing else."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from counterfoil.books.orders.model import Line, LineKind, Sale
from counterfoil.counter.selling import Offered
from counterfoil.refusals import Refused
from counterfoil.shop.catalogue.codes import check_digit
from counterfoil.shop.catalogue.tables import BARCODES, ITEMS
from counterfoil.shop.imports.taking import How, take_files
from counterfoil.shop.merchants.tables import STORES
from counterfoil.shop.policies.store import decide
from counterfoil.shop.staff.pins import Pin
from tests.counter.shop import BEN, OPENING, PINS, SECRET, STORE, SUE
from tests.counter.till import Counter, no, sale_line, sold, with_other

_BY_PRICE = '[[scale_codes]]\npattern = "22IIIIIVVVVVK"\n'


def _line(sku: str = "bread", quantity: str = "1", amount_minor: int = 500, **more: object) -> Line:
    return Line(sku=sku, quantity=Decimal(quantity), amount_minor=amount_minor, **more)  # type: ignore[arg-type]  # fields of a line


def _sale(counter: Counter, *lines: Line, **more: object) -> Sale:
    total = sum(-line.amount_minor if line.line_kind is LineKind.DISCOUNT else line.amount_minor for line in lines)
    return with_other(counter.sale(counter.tender("cash", total), lines=lines), total_minor=total, **more)


def _refused(counter: Counter, *lines: Line, **more: object) -> str:
    before = counter.counts()
    code = no(counter.sell(_sale(counter, *lines, **more)))
    assert counter.counts() == before
    return code


def _sold_with(counter: Counter, sale: Sale, *allowed_by: str) -> object:
    consents = {who: Pin(digits=PINS[who]) for who in PINS if who in allowed_by}
    return counter.runner.run(
        counter.house.selling.sell(counter.merchant_id, Offered(sale=sale, presented={}, consents=consents))
    )


def _import(counter: Counter, folder: Path, name: str, text: str) -> None:
    """Import one file, as somebody does in another process."""
    (folder / name).write_text(text)
    keys = SECRET.for_merchant(counter.merchant_id)
    (taken,) = take_files(
        counter.database, counter.merchant_id, keys, [folder / name], how=How(), now=counter.clock.now
    )
    assert taken.kept


def _add(counter: Counter, sku: str, **more: object) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        row = {"merchant_id": counter.merchant_id, "sku": sku, "name_en": sku, "created_at": OPENING, **more}
        connection.execute(sa.insert(ITEMS).values(row))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (_line(amount_minor=1), "amount_not_priced"),
        (_line(amount_minor=501), "amount_not_priced"),
        (_line(quantity="2"), "amount_not_priced"),
        (_line(amount_minor=1, unit_price_minor=1), "price_not_listed"),
        (_line(amount_minor=1, unit_price_minor=500), "amount_not_priced"),
        (_line(amount_minor=1, unit_price_minor=1, list_price_minor=1), "price_not_listed"),
        (_line(amount_minor=1, list_price_minor=500), "amount_not_priced"),
        (_line(list_price_minor=600), "price_not_listed"),
        (_line("bread", amount_minor=1, line_kind=LineKind.SERVICE), "other_kind"),
        (_line("bread", amount_minor=1, line_kind=LineKind.TIP), "other_kind"),
    ],
)
def test_what_a_till_makes_up_is_not_what_an_item_is_sold_at(counter: Counter, line: Line, code: str) -> None:
    assert _refused(counter, line) == code
    (answer,) = counter.sell_all([_sale(counter, line)])
    assert no(answer) == code


def test_who_is_refused_a_price_is_told_the_line_and_both_prices(counter: Counter) -> None:
    answer = counter.sell(_sale(counter, sale_line("tea"), _line(unit_price_minor=450, amount_minor=450)))
    assert isinstance(answer, Refused)
    assert answer.facts == {"line_no": 2, "sku": "bread", "told": 450, "known": 500}


@pytest.mark.parametrize(
    "line",
    [
        _line(),
        _line(unit_price_minor=500),
        _line(list_price_minor=500),
        _line(quantity="3", amount_minor=1500, unit_price_minor=500, list_price_minor=500),
    ],
)
def test_the_listed_price_is_taken_however_it_is_told(counter: Counter, line: Line) -> None:
    assert sold(counter.sell(_sale(counter, line))).prices_as_told == ()


def test_another_price_than_the_listed_one_is_a_second_persons(counter: Counter) -> None:
    for asked in (400, 700):
        told = {"amount_minor": asked, "unit_price_minor": asked, "list_price_minor": 500}
        assert _refused(counter, _line(**told)) == "price_needs_second_person"  # type: ignore[arg-type]  # fields of a line
        sale = _sale(counter, _line(**told, authoriser_id=SUE))  # type: ignore[arg-type]  # fields of a line
        assert no(_sold_with(counter, sale)) == "consent_not_proven"
        assert sold(_sold_with(counter, sale, SUE)).state == "paid"


def test_small_discounts_together_are_the_large_one_that_they_are(counter: Counter) -> None:
    """A manager may give half: three times a third is not a third."""
    third = _line("off", amount_minor=166, line_kind=LineKind.DISCOUNT, of_line_no=1, authoriser_id=SUE)
    assert sold(_sold_with(counter, _sale(counter, _line(), third), SUE)).state == "paid"
    all_of_it = _sale(counter, _line(), third, third, third)
    assert no(_sold_with(counter, all_of_it, SUE)) == "discount_above_limit"
    crumbs = [_line("off", amount_minor=1, line_kind=LineKind.DISCOUNT, of_line_no=1, authoriser_id=SUE)] * 400
    assert no(_sold_with(counter, _sale(counter, _line(), *crumbs), SUE)) == "discount_above_limit"
    half = _line(amount_minor=300, unit_price_minor=300, list_price_minor=500, authoriser_id=SUE)
    on_top = _line("off", amount_minor=100, line_kind=LineKind.DISCOUNT, authoriser_id=SUE)
    assert no(_sold_with(counter, _sale(counter, half, on_top), SUE)) == "price_needs_second_person"


def test_the_policy_of_the_shop_says_how_much_somebody_may_give(counter: Counter) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        text = "[limits.manager]\ndiscount_permille_max = 100\n"
        decide(connection, counter.merchant_id, text, reason="thin", decided_by=None, now=OPENING)
    off = _line("off", amount_minor=100, line_kind=LineKind.DISCOUNT, of_line_no=1, authoriser_id=SUE)
    assert no(_sold_with(counter, _sale(counter, _line(), off), SUE)) == "discount_above_limit"


def test_an_item_without_a_price_is_sold_at_what_is_entered(counter: Counter) -> None:
    _add(counter, "flowers")
    sold(counter.sell(_sale(counter, _line("flowers", amount_minor=1234))))
    sold(counter.sell(_sale(counter, _line("flowers", "2", amount_minor=2468, unit_price_minor=1234))))
    assert _refused(counter, _line("flowers", "2", amount_minor=1, unit_price_minor=1234)) == "amount_not_priced"


def test_what_is_weighed_comes_to_its_weight_times_its_price(counter: Counter) -> None:
    _add(counter, "ham", sold_by="weight", price_minor=8000)
    for weight, amount in (("0.257", 2056), ("0.2573", 2058), ("1.5", 12_000)):
        sold(counter.sell(_sale(counter, _line("ham", weight, amount_minor=amount))))
    # A scale printed 20.59, and the till worked the weight out of it, to the gram.
    sold(counter.sell(_sale(counter, _line("ham", "0.257", amount_minor=2059))))
    sold(counter.sell(_sale(counter, _line("ham", "1.000", amount_minor=8003))))
    assert _refused(counter, _line("ham", "0.257", amount_minor=2040)) == "amount_not_priced"
    assert _refused(counter, _line("ham", "1", amount_minor=7990)) == "amount_not_priced"


def test_a_piece_with_a_price_label_of_its_own_is_sold_at_what_the_label_says(counter: Counter) -> None:
    _add(counter, "cheese", price_minor=2_000)
    with counter.database.transaction(counter.merchant_id) as connection:
        whose = {"merchant_id": counter.merchant_id}
        connection.execute(sa.insert(BARCODES).values(**whose, barcode="00042", sku="cheese"))
        decide(connection, counter.merchant_id, _BY_PRICE, reason="scales", decided_by=None, now=OPENING)
    digits = "220004201790"
    label = f"{digits}{check_digit(digits)}"
    assert _refused(counter, _line("cheese", amount_minor=1790)) == "amount_not_priced"
    sold(counter.sell(_sale(counter, _line("cheese", amount_minor=1790, code=label))))
    # The label of one thing says nothing about another, about two of it, or about another price.
    assert _refused(counter, _line("wine", amount_minor=1790, code=label)) == "amount_not_priced"
    assert _refused(counter, _line("cheese", "2", amount_minor=1790, code=label)) == "amount_not_priced"
    assert _refused(counter, _line("cheese", amount_minor=1000, code=label)) == "amount_not_priced"


def test_a_store_sells_at_the_prices_of_its_list(counter: Counter, tmp_path: Path) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(sa.update(STORES).where(STORES.c.store_id == STORE).values(price_list="town"))
    text = "price_list,sku,valid_from,price\ntown,bread,2026-03-01,4.00\ntown,bread,2026-03-04T00:00:00Z,4.50\n"
    _import(counter, tmp_path, "prices.csv", text)
    early = _sale(counter, _line(amount_minor=400))
    sold(counter.sell(early))
    assert _refused(counter, _line(amount_minor=500)) == "amount_not_priced"
    offline = _sale(counter, _line(amount_minor=400))
    counter.clock.passes(days=1)
    assert _refused(counter, _line(amount_minor=400)) == "amount_not_priced"
    sold(counter.sell(_sale(counter, _line(amount_minor=450))))
    # The list remembers what it said when the till that was offline rang this one up.
    dear = with_other(offline, order_id="dear", lines=(_line(amount_minor=450),), total_minor=450, tenders=())
    answers = counter.sell_all([offline, dear])
    assert sold(answers[0]).prices_as_told == ()
    assert no(answers[1]) == "amount_not_priced"


def test_a_price_that_was_changed_a_moment_ago_elsewhere_is_right_at_once(counter: Counter, tmp_path: Path) -> None:
    sold(counter.sell(_sale(counter, _line())))
    _import(counter, tmp_path, "items.csv", "sku,name_en,price\nbread,bread,5.50\n")
    counter.clock.passes(seconds=1)
    sold(counter.sell(_sale(counter, _line(amount_minor=550))))
    counter.clock.passes(seconds=15)
    assert _refused(counter, _line(amount_minor=500)) == "amount_not_priced"


def test_an_old_price_is_not_taken_for_longer_than_a_shop_is_kept(counter: Counter, tmp_path: Path) -> None:
    sold(counter.sell(_sale(counter, _line())))
    _import(counter, tmp_path, "items.csv", "sku,name_en,price\nbread,bread,5.50\n")
    counter.clock.passes(seconds=11)
    assert _refused(counter, _line()) == "amount_not_priced"


def test_a_price_from_before_the_last_change_is_taken_and_told(counter: Counter, tmp_path: Path) -> None:
    """Nobody knows any more what the item cost then; the till, which was offline, does."""
    offline = _sale(counter, sale_line("tea"), _line(amount_minor=450))
    counter.clock.passes(minutes=5)
    _import(counter, tmp_path, "items.csv", "sku,name_en,price\nbread,bread,5.50\n")
    counter.clock.passes(minutes=5)
    (answer,) = counter.sell_all([offline])
    assert sold(answer).prices_as_told == (2,)
    (again,) = counter.sell_all([offline])
    assert (sold(again).recorded, sold(again).prices_as_told) == ("exists", (2,))
    body = counter.value("SELECT body FROM journal WHERE subject = :it", it=f"order:{offline.order_id}")
    assert body["prices_as_told"] == [2]


def test_a_sale_that_is_in_the_books_is_told_so_whatever_its_price_is_now(counter: Counter, tmp_path: Path) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(sa.update(STORES).where(STORES.c.store_id == STORE).values(price_list="town"))
    sale = _sale(counter, _line())
    sold(counter.sell(sale))
    _import(counter, tmp_path, "prices.csv", "price_list,sku,valid_from,price\ntown,bread,2026-03-01,4.00\n")
    counter.clock.passes(seconds=15)
    assert sold(counter.sell(sale)).recorded == "exists"
    assert _refused(counter, _line()) == "amount_not_priced"


def test_a_cent_that_cash_cannot_pay_is_nobodys_discount(counter: Counter) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(sa.text("UPDATE merchants SET cash_step_minor = 5"))
    _add(counter, "pin", price_minor=502)
    rounding = _line("cash-rounding", amount_minor=2, line_kind=LineKind.DISCOUNT)
    sold(counter.sell(_sale(counter, _line("pin", amount_minor=502), rounding)))
    much = _line("cash-rounding", amount_minor=3, line_kind=LineKind.DISCOUNT)
    assert _refused(counter, _line("pin", amount_minor=502), much) == "discount_above_limit"
    assert _refused(counter, _line("pin", amount_minor=502), rounding, rounding) == "discount_above_limit"


def test_a_cashier_gives_nothing_away_alone(counter: Counter) -> None:
    off = _line("off", amount_minor=1, line_kind=LineKind.DISCOUNT, of_line_no=1)
    assert _refused(counter, _line(), off) == "discount_above_limit"
    assert _refused(counter, _line(), msgspec.structs.replace(off, authoriser_id=BEN)) == "discount_above_limit"


def test_an_open_price_beside_them_makes_no_discount_smaller(counter: Counter) -> None:
    """A third of the sale is all of the bread, where the rest is a tip."""
    tip = _line("tip", amount_minor=1000, line_kind=LineKind.TIP)
    off = _line("off", amount_minor=500, line_kind=LineKind.DISCOUNT, authoriser_id=SUE)
    assert no(_sold_with(counter, _sale(counter, _line(), tip, off), SUE)) == "discount_above_limit"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((_line(quantity="1.5", amount_minor=750),), "quantity_not_whole"),
        ((_line(), _line("tip", amount_minor=100, line_kind=LineKind.TIP, of_line_no=1)), "of_no_line"),
        ((_line(), _line("vat", amount_minor=1, line_kind=LineKind.TAX, of_line_no=1)), "of_no_line"),
        (
            (
                _line("tip", amount_minor=100, line_kind=LineKind.TIP),
                _line("off", amount_minor=50, line_kind=LineKind.DISCOUNT, of_line_no=1),
            ),
            "not_discountable",
        ),
    ],
)
def test_what_the_books_have_no_place_for_is_refused_by_name(
    counter: Counter, lines: tuple[Line, ...], code: str
) -> None:
    assert _refused(counter, *lines) == code


def test_a_tip_is_a_line_of_its_own(counter: Counter) -> None:
    tip = _line("tip", amount_minor=100, line_kind=LineKind.TIP)
    assert sold(counter.sell(_sale(counter, _line(), tip))).due_minor == 0
