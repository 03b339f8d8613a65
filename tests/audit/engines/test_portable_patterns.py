"""A policy's pattern is read alike by every engine, or refused."""

from __future__ import annotations

import pytest

from counterfoil.errors import BadOption
from counterfoil.policy import policy_from


@pytest.mark.parametrize(
    "pattern", ["", "cup", r"^\d{5}[A-Za-z]*$", r"^(?:FEE|SHIP)-\w+?", "运费|快递", r"[^\-\]a-z]+", r"a\.b{2,3}"]
)
def test_a_plain_pattern_is_taken(pattern: str) -> None:
    assert policy_from({"goods_sku_pattern": pattern}).goods_sku_pattern == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?=a)",  # RE2 looks nowhere ahead
        r"(a)\1",  # nor back
        r"\bfee",  # another sign in PostgreSQL
        r"\s",  # a vertical tab is white for some
        r"\p{Han}",  # nothing in PostgreSQL
        "(?i)fee",  # only ASCII letters on two of three
        "[a&&b]",  # an intersection in Java
        "[[:alpha:]]",  # a class in two of three
        "a*+",  # possessive in Java, an error elsewhere
        "a{300}",  # PostgreSQL counts to 255
        "(",
        "^*",
    ],
)
def test_a_pattern_that_engines_read_differently_is_refused_in_one_line(pattern: str) -> None:
    with pytest.raises(BadOption, match="goods_sku_pattern") as refused:
        policy_from({"goods_sku_pattern": pattern})
    assert "\n" not in str(refused.value)
