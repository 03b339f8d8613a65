"""A return is linked to the order whose slip somebody holds: they type the short number on it."""

from __future__ import annotations

from counterfoil.counter.paper.numbers import number_of
from counterfoil.desk.steps.model import Stepped
from counterfoil.ids import OrderId
from counterfoil.languages import Language
from counterfoil.refusals import Refused
from tests.counter.till import Counter, no, sold
from tests.desk.steps.shop import press
from tests.desk.steps.test_linking import came_back, homeless, linked, original, ties


def test_the_original_is_named_by_the_short_number_on_its_slip(counter: Counter) -> None:
    order_id = original(counter)
    number = number_of(OrderId(order_id), counter.order(order_id)["placed_at"])
    return_id = came_back(counter)
    asked = press(counter, homeless(counter, return_id), return_id)
    assert isinstance(linked(counter, asked, number.lower()), Stepped)
    assert ties(counter) == [(order_id, 1, True)]


def test_a_number_of_two_orders_names_neither(counter: Counter) -> None:
    for order_id in ("till-1-ABCD", "till-2-ABCD"):
        sold(counter.sell(counter.sale(counter.tender("cash"), order_id=OrderId(order_id))))
    number = number_of(OrderId("till-1-ABCD"), counter.clock.now)
    counter.clock.passes(minutes=5)
    return_id = came_back(counter)
    answer = linked(counter, press(counter, homeless(counter, return_id), return_id), number)
    assert no(answer) == "several_originals"
    assert isinstance(answer, Refused)
    assert "till-1-ABCD, till-2-ABCD" in answer.said(Language.EN)
    assert ties(counter) == []
