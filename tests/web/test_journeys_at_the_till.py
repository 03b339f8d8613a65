"""Whole journeys from a till to a known end, in both languages: a sale, a double, a silence, a void that is refused."""

from __future__ import annotations

import pytest

from counterfoil.languages import Text
from tests.counter.counters import town as town
from tests.counter.shop import PINS, SUE
from tests.web.street import FAY, Street
from tests.web.street import street as street
from tests.web.street import street_bank as street_bank
from tests.web.street import street_watcher as street_watcher
from tests.web.walking import Walker, walking

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
        ann.press(en="Print the slip", zh="打印小票")
        ann.press(en="Yes, it came out", zh="是，已打印")
        ann.sees(en="The slip is printed.", zh="小票已打印。")
        ann.next_sale()
    assert street.last("state", "orders") == "paid"
    assert street.last("state", "slips") == "printed"
    assert street.held(street.last("payment_id", "payments")) == 1100


def test_a_double_that_was_charged_in_spite_of_the_warning_goes_back_at_the_till(street: Street) -> None:
    with walking(street) as ann:
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
    assert street.held(double) == 0
    assert street.last("state", "orders", "repeat_of IS NOT NULL") == "voided"
