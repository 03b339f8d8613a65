"""What we write as CSV never runs in a spreadsheet."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.audit.intake.formulas import neutralised, neutralised_columns, neutralised_text

_CONNECTION = duckdb.connect()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x"])
def test_text_that_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert neutralised_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1=1", "a-b", " =1", "'=1", "早餐"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert neutralised_text(text) == text


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_sql_and_python_agree(texts: list[str]) -> None:
    rows = _CONNECTION.execute(f"SELECT {neutralised('x')} FROM (SELECT unnest(?::VARCHAR[]) AS x)", [texts])
    assert [text for (text,) in rows.fetchall()] == [neutralised_text(text) for text in texts]


def test_only_text_columns_are_touched() -> None:
    with duckdb.connect() as connection:
        columns = neutralised_columns({"a": "VARCHAR", "b": "BIGINT"})
        row = connection.execute(f"SELECT {columns} FROM (SELECT '=x' AS a, -5 AS b)").fetchone()
    assert row == ("'=x", -5)
