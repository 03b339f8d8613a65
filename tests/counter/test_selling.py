"""Sales as tills offer them."""

from __future__ import annotations

from tests.counter.till import Counter, no, sold


def test_a_cash_sale_is_paid_and_owes_a_slip(counter: Counter) -> None:
    sale = counter.sale(counter.tender())
    answer = sold(counter.sell(sale))
    assert (answer.recorded, answer.state, answer.due_minor) == ("created", "paid", 0)
    assert counter.on_hand() == 999
    again = sold(counter.sell(sale))
    assert again.recorded == "exists"


def test_a_sale_that_is_in_the_books_is_told_so_however_late_it_is_offered_again(counter: Counter) -> None:
    """A till that was switched off over the weekend has not heard the answer to its last sale."""
    sale = counter.sale(counter.tender())
    sold(counter.sell(sale))
    never_heard_of = counter.sale(counter.tender())
    counter.clock.passes(days=40)
    assert sold(counter.sell(sale)).recorded == "exists"
    (answer,) = counter.sell_all([sale])
    assert sold(answer).recorded == "exists"
    assert no(counter.sell(never_heard_of)) == "clock_behind"
    assert counter.value("SELECT count(*) FROM orders") == 1


def test_a_card_sale(counter: Counter) -> None:
    sale = counter.sale(counter.tender("card"))
    answer = sold(counter.sell(sale))
    assert answer.state == "paid"
