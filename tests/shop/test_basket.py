"""Prices of a basket: exact to the minor unit, never negative, and the same in whatever order the lines came."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.ids import StaffId
from counterfoil.languages import Language
from counterfoil.shop.catalogue.model import ItemKind, SoldBy
from counterfoil.shop.pricing.allocation import by_largest_remainder
from counterfoil.shop.pricing.basket import price
from counterfoil.shop.pricing.model import Basket, Discount, LineKind, Override, Priced
from counterfoil.shop.pricing.rules import BasketRefusal, Refused

from .baskets import SALES, VAT, baskets, line, priced, sold, told
from .stage import NOW


@given(baskets())
def test_the_lines_sum_to_the_total_and_nothing_is_negative(drawn: Basket) -> None:
    answer = price(drawn)
    if isinstance(answer, Refused):
        assert answer.refusal in {BasketRefusal.DISCOUNT_TOO_LARGE, BasketRefusal.NOTHING_TO_SELL}
        return
    live = [each for each in answer.lines if each.voided_at is None]
    taken_off = sum(each.amount_minor for each in live if each.line_kind is LineKind.DISCOUNT)
    assert answer.total_minor == sum(each.amount_minor for each in live) - 2 * taken_off
    assert answer.total_minor >= 0
    assert all(each.amount_minor >= 0 for each in answer.lines)
    assert len({each.line_no for each in answer.lines}) == len(answer.lines)
    assert [each.line_no for each in answer.lines] == sorted(each.line_no for each in answer.lines)


@given(baskets())
def test_no_line_has_more_taken_off_than_it_costs(drawn: Basket) -> None:
    answer = price(drawn)
    if not isinstance(answer, Priced):
        return
    for each in answer.lines:
        off = sum(other.amount_minor for other in answer.lines if other.of_line_no == each.line_no)
        assert off <= each.amount_minor


@given(baskets(), st.randoms(use_true_random=False))
def test_the_order_of_the_lines_changes_nothing(drawn: Basket, chance: object) -> None:
    shuffled = list(drawn.lines)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis hands over a Random
    assert price(replace(drawn, lines=tuple(shuffled))) == price(drawn)


@given(baskets())
def test_a_voided_line_changes_nothing_for_the_others(drawn: Basket) -> None:
    without = replace(drawn, lines=tuple(each for each in drawn.lines if each.voided_at is None))
    both = price(drawn), price(without)
    if isinstance(both[0], Priced) and isinstance(both[1], Priced):
        assert both[0].total_minor == both[1].total_minor
        assert both[0].tax_minor == both[1].tax_minor


@given(baskets())
def test_a_tax_is_rounded_once_for_all_its_lines_and_parted_without_a_rest(drawn: Basket) -> None:
    answer = price(drawn)
    if not isinstance(answer, Priced):
        return
    for tax in (VAT, SALES):
        taxed = [each for each in answer.lines if each.tax_code == tax.tax_code and each.tax_minor is not None]
        left = sum(
            each.amount_minor - sum(o.amount_minor for o in answer.lines if o.of_line_no == each.line_no)
            for each in taxed
        )
        rate = Fraction(tax.rate)
        exact = left * rate / (1 + rate) if tax.included else left * rate
        share = sum(each.tax_minor or 0 for each in taxed)
        assert share == round(exact), "half to even, as Python rounds fractions"
        added = [
            each.amount_minor for each in answer.lines if each.line_kind is LineKind.TAX and each.sku == tax.tax_code
        ]
        assert sum(added) == (0 if tax.included else share)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=50))
def test_an_amount_is_parted_without_losing_or_making_a_unit(amount_minor: int, weights: list[int]) -> None:
    if sum(weights) == 0:
        amount_minor = 0
    parts = by_largest_remainder(amount_minor, weights)
    assert sum(parts) == amount_minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount_minor * weight, sum(weights) or 1)) < 1
        if amount_minor <= sum(weights):
            assert part <= weight


@pytest.mark.parametrize(("amount_minor", "weights"), [(1, [0, 0]), (-1, [1]), (1, [2, -1]), (1, [])])
def test_what_cannot_be_parted_is_an_error(amount_minor: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        by_largest_remainder(amount_minor, weights)


# ---------------------------------------------------------------- baskets of a known answer


def test_a_weight_times_a_price_is_rounded_half_to_even() -> None:
    rice = sold(333, sold_by=SoldBy.WEIGHT)
    assert priced(line(1, rice, "0.5")).total_minor == 166
    assert priced(line(1, rice, "1.5")).total_minor == 500
    assert priced(line(1, sold(1_005, sold_by=SoldBy.WEIGHT), "0.1"), currency="JPY").total_minor == 100


def test_a_discount_on_the_sale_is_parted_so_that_each_line_can_be_taken_back_with_its_part() -> None:
    three = [line(number, sold(100)) for number in (1, 2, 3)]
    answer = priced(*three, discount=Discount(amount_minor=100, reason="loyal", authoriser_id=StaffId("bob")))
    assert answer.total_minor == 200
    off = [each for each in answer.lines if each.line_kind is LineKind.DISCOUNT]
    assert [(each.of_line_no, each.amount_minor) for each in off] == [(1, 34), (2, 33), (3, 33)]
    assert {(each.reason, each.authoriser_id) for each in off} == {("loyal", "bob")}


def test_tax_that_is_contained_is_told_and_tax_that_is_not_is_added() -> None:
    within = priced(line(1, sold(1_130, VAT)))
    assert (within.total_minor, within.tax_minor) == (1_130, 130)
    added = priced(line(1, sold(1_000, SALES)), line(2, sold(1_000, SALES)))
    assert (added.total_minor, added.tax_minor) == (2_178, 178), "177.5 is rounded once, to even"
    assert told(added.lines) == ["1 goods 1000 tax 89", "2 goods 1000 tax 89", "3 tax 178 tax None"]


def test_tax_is_taken_of_what_is_left_after_the_discounts() -> None:
    answer = priced(line(1, sold(1_130, VAT), discount=Discount(permille=500)))
    assert (answer.total_minor, answer.tax_minor) == (565, 65)


def test_postage_tips_and_deposits_have_no_part_in_a_discount_on_the_sale() -> None:
    answer = priced(
        line(1, sold(1_000)),
        line(2, sold(500, kind=ItemKind.SHIPPING)),
        line(3, sold(25, kind=ItemKind.DEPOSIT)),
        discount=Discount(permille=100),
    )
    assert [each.of_line_no for each in answer.lines if each.line_kind is LineKind.DISCOUNT] == [1]
    assert answer.total_minor == 1_425


def test_what_the_scale_has_printed_holds_unless_somebody_sets_another_price() -> None:
    ham = sold(1_990, sold_by=SoldBy.WEIGHT)
    assert priced(line(1, ham, "0.250", labelled_minor=500)).total_minor == 500
    assert priced(line(1, ham, "0.250", labelled_minor=500, override=Override(price_minor=1_000))).total_minor == 250


def test_a_line_that_was_taken_out_is_kept_and_counts_for_nothing() -> None:
    answer = priced(line(1, sold(1_000)), line(2, sold(None), voided_at=NOW))
    assert told(answer.lines) == ["1 goods 1000 tax None", "2 goods 0 tax None"]
    assert answer.total_minor == 1_000


def test_names_are_written_in_the_language_of_the_sale_or_in_the_one_there_is() -> None:
    both = sold()
    only_english = sold(name_zh=None)
    answer = price(Basket(currency="CNY", lines=(line(1, both), line(2, only_english)), language=Language.ZH))
    assert isinstance(answer, Priced)
    assert [each.name for each in answer.lines] == ["茶", "Tea"]
