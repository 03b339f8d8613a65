"""Of two equal sales both go back only where somebody says so: a double must not be given back at two places."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from counterfoil.counter.giving_back import LineIn
from counterfoil.counter.resembling.given_back import unless_equal_went_back
from counterfoil.policy import Policy
from counterfoil.refusals import Refused
from counterfoil.shop.policies import store as policies
from tests.counter.at_till import back_at_till, original_of
from tests.counter.till import Counter, done, no, sale_line, sold
from tests.counter.waiting import WAITING, until


def _sold(counter: Counter, **said: Any) -> str:  # noqa: ANN401 — fields of a sale
    """Sell a bread, and return the one payment of it."""
    sale = counter.sale(counter.tender("card"), **said)
    sold(counter.sell(sale))
    return sale.tenders[0].payment_id


def _twice(counter: Counter, seconds: int = 4) -> tuple[str, str]:
    """Sell the same twice at one till; return both payments."""
    first = _sold(counter)
    counter.clock.passes(seconds=seconds)
    return first, _sold(counter)


def _order(counter: Counter, payment_id: str) -> str:
    return str(counter.payment(payment_id)["order_id"])


def test_field_case_22_the_other_one_of_two_equal_sales_goes_back_only_where_both_came_back(counter: Counter) -> None:
    first, second = _twice(counter)
    done(back_at_till(counter, first))
    answer = back_at_till(counter, second)
    assert no(answer) == "equal_went_back"
    assert isinstance(answer, Refused)
    assert answer.facts["orders"] == _order(counter, first)
    assert counter.payment(second)["standing"] == "held"
    done(back_at_till(counter, second, [_order(counter, first)]))
    (said,) = counter.rows("SELECT body FROM journal WHERE body::jsonb->'also_back' IS NOT NULL")
    assert said["body"]["also_back"] == [_order(counter, first)]


def test_of_three_equal_sales_each_that_went_back_is_asked_about(counter: Counter) -> None:
    first, second = _twice(counter)
    third = _sold(counter)
    done(back_at_till(counter, first))
    done(back_at_till(counter, second, [_order(counter, first)]))
    assert no(back_at_till(counter, third, [_order(counter, first)])) == "equal_went_back"
    done(back_at_till(counter, third, [_order(counter, first), _order(counter, second)]))


def test_a_sale_that_was_rung_up_as_a_repeat_is_asked_about_as_well(counter: Counter) -> None:
    """Somebody was sure that it was one; then one of the two went back, and that speaks against it."""
    first = _sold(counter)
    counter.clock.passes(seconds=4)
    second = _sold(counter, repeat_of=_order(counter, first))
    done(back_at_till(counter, second))
    assert no(back_at_till(counter, first)) == "equal_went_back"


def test_an_equal_sale_of_another_hour_is_another_customer_s(counter: Counter) -> None:
    first, second = _twice(counter, seconds=3600)
    done(back_at_till(counter, first))
    done(back_at_till(counter, second))


def test_other_goods_for_the_same_money_are_no_equal_sale(counter: Counter) -> None:
    first = _sold(counter)
    second = _sold(counter, lines=[sale_line(sku="tea", quantity=2)])
    done(back_at_till(counter, first))
    done(back_at_till(counter, second))


def test_while_one_of_two_is_judged_the_other_waits(counter: Counter) -> None:
    first, second = _twice(counter)
    with ThreadPoolExecutor(1) as pool:
        with counter.database.transaction(counter.merchant_id) as connection:
            order, original = counter.undo_order(first, 500), original_of(counter, first)
            judge = unless_equal_went_back(order, original, window=Policy().duplicate_window)
            assert judge(connection) is None
            other = pool.submit(back_at_till, counter, second)
            until(lambda: counter.value(WAITING) == 1)
            assert not other.done()
        done(other.result())


def test_equal_sales_are_those_of_the_policy_that_holds(counter: Counter) -> None:
    """The shop held sales of six hours against each other, and the till those of half an hour."""
    with counter.database.transaction(counter.merchant_id) as connection:
        policies.decide(
            connection,
            counter.merchant_id,
            'duplicate_window = "6h"',
            reason="doubles come late here",
            decided_by=None,
            now=counter.clock.now,
        )
    first, second = _twice(counter, seconds=7200)
    done(back_at_till(counter, first))
    assert no(back_at_till(counter, second)) == "equal_went_back"


def test_goods_that_come_back_are_paid_for_without_a_question(counter: Counter) -> None:
    """Two customers bring the same bread back: nothing of it is a double, for both breads are on the shelf again."""
    first, second = _twice(counter)
    for payment_id in (first, second):
        done(back_at_till(counter, payment_id, lines=[LineIn(line_no=1, quantity=Decimal(1))]))


def test_parts_of_two_equal_sales_go_back_as_long_as_one_stays_paid(counter: Counter) -> None:
    first, second = _twice(counter)
    counter.clock.passes(days=1)
    done(back_at_till(counter, first, amount_minor=300))
    done(back_at_till(counter, second, amount_minor=200))
    assert no(back_at_till(counter, second, amount_minor=1)) == "equal_went_back"


def test_odd_names_of_equal_sales_are_refused(counter: Counter) -> None:
    payment_id = _sold(counter)
    assert no(back_at_till(counter, payment_id, ["no id"])) == "bad_id"
    assert no(back_at_till(counter, payment_id, ["o"] * 21)) == "bad_id"
