"""Whole journeys from a till to a known end, in both languages: a sale, a double, a silence, a void that is refused."""

from __future__ import annotations

import pytest

from counterfoil.languages import Text
from tests.counter.counters import town as town
from tests.counter.shop import PINS, SUE
from tests.web.street import FAY, Street
from tests.web.street import street as street
from tests.web.street import street_watcher as street_watcher
from tests.web.walking import walking

pytestmark = pytest.mark.browser

TWICE = Text(en="charged twice", zh="重复扣款")
CHANGED = Text(en="changed their mind", zh="顾客改变主意")


def test_a_sale_by_card_ends_paid_with_its_slip(street: Street) -> None:
    with walking(street) as ann:
        ann.page.add_init_script("window.print = () => undefined")
        ann.open_till()
        ann.rings_up("bread", "2*milk")
        ann.sees(en="CNY 11.00", zh="CNY 11.00")
        ann.shows_card()
        ann.sees(en="Paid CNY 11.00", zh="已付款 CNY 11.00")
        ann.prints_the_slip()
        ann.next_sale()
    assert street.last("state", "orders") == "paid"
    assert street.last("state", "slips") == "printed"
    assert street.held(street.last("payment_id", "payments")) == 1100


def test_a_double_that_was_charged_in_spite_of_the_warning_goes_back_at_the_till(street: Street) -> None:
    with walking(street) as ann:
        ann.page.add_init_script("window.print = () => undefined")
        ann.open_till()
        ann.sells_by_card("tea")
        ann.rings_up("tea")
        ann.shows_card()
        ann.sees(en="Is this the same sale twice?", zh="是否重复录入？")
        ann.sees(en="Nothing was charged yet.", zh="尚未扣款。")
        ann.press(en="A genuine repeat: charge", zh="确为再次购买：收款")
        ann.sees(en="No change", zh="无需找零")
        double = street.last("payment_id", "payments")
        assert street.held(double) == 250
        ann.next_sale()
        # The customer comes back: it was one purchase after all.
        ann.opens_last_sale()
        ann.gives_back(TWICE)
        ann.sees(en="Voided: CNY 2.50", zh="已撤销：CNY 2.50")
        ann.prints_the_slip()
        ann.press(en="Done", zh="完成")
    assert street.held(double) == 0
    assert street.last("state", "orders", "repeat_of IS NOT NULL") == "voided"
    assert street.last("state", "slips", "kind = 'void'") == "printed"


def test_field_case_22_of_two_equal_sales_the_other_one_goes_back_only_once_it_is_said_that_both_do(
    street: Street,
) -> None:
    """The double went back at one place, and the customer says the same at another: nothing would stay paid."""
    with walking(street) as ann:
        ann.open_till()
        ann.sells_by_card("3*tea")
        ann.rings_up("3*tea")
        ann.shows_card()
        ann.press(en="A genuine repeat: charge", zh="确为再次购买：收款")
        ann.sees(en="No change", zh="无需找零")
        ann.next_sale()
        ann.opens_last_sale()
        ann.gives_back(TWICE)
        ann.sees(en="Voided: CNY 7.50", zh="已撤销：CNY 7.50")
        ann.press(en="Done", zh="完成")
        ann.page.get_by_role("dialog").get_by_role("listitem").get_by_role("button").nth(1).click()
        ann.gives_back(TWICE)
        ann.sees(en="Of an equal sale money went back already", zh="相同的一单")
        ann.sees(en="No money was moved.", zh="未退款。")
        assert ann.barriers() == []
        first = street.last("payment_id", "payments", "kind = 'sale' AND standing = 'held'")
        assert street.held(first) == 750
        both = ann.words(en="Both were brought back, or are of two customers", zh="两单确实都退，或属于不同顾客")
        ann.page.get_by_role("checkbox", name=both).check()
        ann.fill(PINS[SUE], en="PIN", zh="PIN")
        ann.press(en="Give money back:", zh="退款：")
        ann.sees(en="Voided: CNY 7.50", zh="已撤销：CNY 7.50")
    assert street.held(first) == 0


def test_a_void_that_the_bank_refuses_is_said_plainly_and_goes_through_when_it_is_asked_again(street: Street) -> None:
    with walking(street) as ann:
        ann.open_till()
        ann.sells_by_card("wine")
        sold = street.last("payment_id", "payments")
        street.bank.plan(decline="01", classes="2")
        ann.opens_last_sale()
        ann.gives_back(CHANGED)
        ann.sees(en="The bank refused to give it back", zh="银行拒绝退款")
        ann.sees(en="Nothing went back, and the sale stands.", zh="未退任何款项，销售仍然有效。")
        assert street.held(sold) == 8_800
        assert street.last("state", "payments", "kind = 'void'") == "declined"
        assert street.last("state", "orders") == "paid"
        ann.press(en="Done", zh="完成")
        ann.page.get_by_role("dialog").get_by_role("listitem").get_by_role("button").first.click()
        ann.gives_back(CHANGED)
        ann.sees(en="Voided: CNY 88.00", zh="已撤销：CNY 88.00")
    assert street.held(sold) == 0
    assert street.last("state", "orders") == "voided"


def test_who_gives_cash_back_is_told_to_hand_it_over(street: Street) -> None:
    """For the books it is a void, and nothing was charged; but the customer's money lies in the drawer."""
    with walking(street) as ann:
        ann.open_till()
        ann.rings_up("milk")
        ann.press(en="Pay", zh="收款")
        ann.press(en="Take cash", zh="收现金")
        ann.sees(en="Paid CNY 3.00", zh="已付款 CNY 3.00")
        ann.next_sale()
        ann.opens_last_sale()
        ann.gives_back(CHANGED)
        ann.sees(en="Hand CNY 3.00 back in cash", zh="请将现金 CNY 3.00 退给顾客")
    assert street.last("state", "orders") == "voided"


def test_a_payment_that_nobody_answered_for_comes_to_its_proven_end(street: Street) -> None:
    with walking(street) as ann, walking(street, FAY) as fay:
        ann.open_till()
        street.bank.plan("dropped", classes="2")
        ann.rings_up("milk")
        ann.shows_card()
        ann.sees(en="Payment unknown: the bank is being asked", zh="付款结果未知：正在向银行查询")
        ann.sees(en="Do not charge again.", zh="请勿再次收款。")
        silent = street.last("payment_id", "payments")
        assert street.held(silent) == 300
        ann.press(en="Serve the next customer", zh="先接待下一位顾客")
        street.passes(minutes=20)
        street.watch()

        fay.opens_case("payment_unknown")
        fay.press(en="Ask the acquirer again", zh="再次向收单方查询")
        fay.sees(
            en="Ask the acquirer again: answered; it did not happen, and no money is held",
            zh="再次向收单方查询：已有答复，付款未发生，未扣款",
        )
        fay.sees(en="The books agree again; the case closed by itself.", zh="账本已一致，个案自动结案。")
        assert street.last("state", "payments", f"payment_id = '{silent}'") == "cancelled"
        assert street.held(silent) == 0

        # The sale is still there, and the customer pays in cash.
        ann.opens_last_sale()
        ann.press(en="Take up again", zh="取单")
        ann.sees(en="The payment did not happen", zh="该笔付款未发生")
        ann.press(en="Take cash", zh="收现金")
        ann.sees(en="Paid CNY 3.00", zh="已付款 CNY 3.00")
    assert street.last("state", "orders") == "paid"
