"""Decimal text becomes integer minor units, exactly or not at all."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.audit.readers.amounts import minor_from_units_sql, minor_sql, product_units_sql, scale_sql
from counterfoil.audit.readers.sql_text import literal
from counterfoil.money import round_to_minor, scale_of

_CONNECTION = duckdb.connect()

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=6)


def _all(expression: str, **columns: list[str]) -> list[int | None]:
    listed = ", ".join(f"unnest([{', '.join(map(literal, texts))}]) AS {name}" for name, texts in columns.items())
    return [row[0] for row in _CONNECTION.sql(f"SELECT {expression} FROM (SELECT {listed})").fetchall()]


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("45.0", 4500),
        ("1,234.56", 123456),
        ("1234.56", 123456),
        ("0.01000", 1),
        (".5", 50),
        ("5.", 500),
        ("-0", 0),
        ("-0.00", 0),
        ("+3", 300),
        ("¥12.30", 1230),
        ("￥1.00", 100),
        ("12.30元", 1230),
        ("CNY 12.30", 1230),
        ("12.30 EUR", 1230),
        ("-$5", -500),
        ("$-5", -500),
        ("(12.30)", -1230),
        ("12.30-", -1230),
        ("１２．３０", 1230),
        ("１，２３４．５", 123450),
        ("1 234.50", 123450),
        ("1\u00a0234.50", 123450),
        ("999999999999999", 99999999999999900),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, minor: int) -> None:
    assert _all(minor_sql("x"), x=[text]) == [minor]


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", "-", "NaN", "nan", "inf", "-INF", "1e9", "1E9", "1_000", "0x10", "--1", "+-1", "(-1)", "(1"),
        *("1)", "1,23.4", "12,34", "1,2345.6", "12.3.4", "12.345", "9999999999999999", "1 2", "USD", "١٢", "１e９"),
        "12.30 5",
    ],
)
def test_what_is_no_amount_is_null(text: str) -> None:
    assert _all(minor_sql("x"), x=[text]) == [None]


@pytest.mark.parametrize(("text", "minor"), [("1.234,56", 123456), ("0,5", 50), ("1234,5", 123450), ("1.234", 123400)])
def test_a_decimal_comma_is_read_where_it_is_stated(text: str, minor: int) -> None:
    assert _all(minor_sql("x", decimal_comma=True), x=[text]) == [minor]


def test_a_decimal_point_is_refused_where_a_comma_is_stated() -> None:
    assert _all(minor_sql("x", decimal_comma=True), x=["12.30", "1,234.56"]) == [None, None]


def test_the_scale_is_that_of_the_currency() -> None:
    found = _all(minor_sql("x", scale=scale_sql("c")), x=["12", "12.3", "12", "1.234"], c=["JPY", "JPY", "CNY", "KWD"])

    assert found == [12, None, 1200, 1234]


@pytest.mark.parametrize("currency", ["JPY", "CNY", "KWD", "UYW", "XXX"])
def test_every_scale_is_that_of_the_money_module(currency: str) -> None:
    assert _all(scale_sql("c"), c=[currency]) == [scale_of(currency)]


@settings(max_examples=25, deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=200), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_rounding_is_the_one_of_the_money_module(amounts: list[Decimal], currency: str) -> None:
    found = _all(minor_sql("x", scale=scale_of(currency), rounding=True), x=[f"{amount:f}" for amount in amounts])

    assert found == [round_to_minor(amount, currency) for amount in amounts]


@settings(max_examples=25, deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=200))
def test_without_leave_to_round_an_amount_is_exact_or_null(amounts: list[Decimal]) -> None:
    found = _all(minor_sql("x"), x=[f"{amount:,f}" for amount in amounts])

    exact = [amount * 100 for amount in amounts]
    assert found == [int(minor) if minor == int(minor) else None for minor in exact]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(alphabet="0123456789.,-+()eE ¥元naNif_'", max_size=12), min_size=1, max_size=200))
def test_no_text_makes_the_query_fail(texts: list[str]) -> None:
    assert len(_all(minor_sql("x", rounding=True), x=texts)) == len(texts)


def test_half_pennies_round_to_the_even_neighbour() -> None:
    texts = ["0.005", "0.015", "0.025", "-0.005", "-0.015", "0.0150000001", "0.0249999999"]

    assert _all(minor_sql("x", rounding=True), x=texts) == [0, 2, 2, 0, -2, 2, 2]


def test_a_product_is_rounded_once() -> None:
    minor = minor_from_units_sql("u", rounding=True)
    query = f"SELECT {minor} FROM (SELECT unnest([1005000000000, -5000000000, 1000000000000]::HUGEINT[]) AS u)"

    assert _CONNECTION.sql(query).fetchall() == [(100,), (0,), (100,)]


def test_a_product_with_broken_quantities_is_exact_and_one_beyond_all_bounds_is_null() -> None:
    quantities, prices = ["1.5", "0.0001", "x", "999999999999999"], ["2.34", "1", "1", "9" * 15]

    units = _all(product_units_sql("q", "p"), q=quantities, p=prices)

    assert units == [3_510_000_000_000, 100_000_000, None, None]
