"""Sales as tills offer them."""

from __future__ import annotations

from tests.counter.till import Counter, sold


def test_a_cash_sale_is_paid_and_owes_a_slip(counter: Counter) -> None:
    sale = counter.sale(counter.tender())
    answer = sold(counter.sell(sale))
    assert (answer.recorded, answer.state, answer.due_minor) == ("created", "paid", 0)
    assert counter.on_hand() == 999
    again = sold(counter.sell(sale))
    assert again.recorded == "exists"


def test_a_card_sale(counter: Counter) -> None:
    sale = counter.sale(counter.tender("card"))
    answer = sold(counter.sell(sale))
    assert answer.state == "paid"
