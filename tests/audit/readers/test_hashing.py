"""Keyed hashes are HMAC-SHA256, the same in SQL and in Python, and never show the secret."""

from __future__ import annotations

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.audit.readers.hashing import KeyedHash, keyed, made_id_sql, tail_sql, unmasked_sql

_CONNECTION = duckdb.connect()


def _all(expression: str, texts: list[str]) -> list[str | None]:
    listed = ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
    return [row[0] for row in _CONNECTION.sql(f"SELECT {expression} FROM (SELECT unnest([{listed}]) AS x)").fetchall()]


@settings(max_examples=20, deadline=None)
@given(
    st.binary(max_size=100),
    st.lists(
        st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=40),
        min_size=1,
        max_size=30,
    ),
)
def test_the_hash_in_sql_is_the_one_in_python(secret: bytes, texts: list[str]) -> None:
    assert _all(KeyedHash.on(_CONNECTION, secret).sql("x"), texts) == [keyed(text, secret) for text in texts]


def test_another_secret_gives_another_key_and_spaces_around_do_not() -> None:
    assert keyed("oHkLxt", b"a") != keyed("oHkLxt", b"b")
    assert keyed(" oHkLxt ", b"a") == keyed("oHkLxt", b"a")
    assert len(keyed("oHkLxt", b"a")) == 32


def test_the_secret_stands_in_no_query_over_rows() -> None:
    assert b"secret".hex() not in KeyedHash.on(_CONNECTION, b"secret").sql("x")


def test_ids_made_of_several_numbers_do_not_run_into_each_other() -> None:
    lists = [("'12'", "'3'"), ("'1'", "'23'"), ("'12'", "'3'", "CAST(NULL AS VARCHAR)")]
    listed = ", ".join(made_id_sql("'sale'", *numbers) for numbers in lists)

    row = _CONNECTION.sql(f"SELECT {listed}").fetchone()

    assert row is not None
    assert len(set(row)) == 3
    assert all(one.startswith("sale:") and len(one) <= 64 for one in row)


def test_the_tail_is_the_last_four_whatever_separates_the_groups() -> None:
    texts = ["6222 0202 0001 2345 678", "**** 1234", "12-34", "123"]

    assert _all(tail_sql("x"), texts) == ["5678", "1234", "1234", None]


def test_a_masked_name_is_no_key() -> None:
    assert _all(unmasked_sql("x"), ["*三(138****1234)", "zhang@example.com"]) == [None, "zhang@example.com"]
