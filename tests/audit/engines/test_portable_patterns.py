"""A policy's pattern is read alike by every engine, and soon enough, or refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from counterfoil.audit.outcome import audit
from counterfoil.audit.run import AuditRequest
from counterfoil.error_words import said
from counterfoil.errors import BadOption
from counterfoil.languages import Language
from counterfoil.policy import Policy, policy_from
from counterfoil.portable_patterns import DEPTH_MAX, LOOSE_MAX, MULTIPLIED_MAX, SIGNS_MAX
from tests.databases import ServerOfTests

#: What skus look like, and what they do not.
TEXTS = (
    *("", "a", "-", "7", "b7", "aaab", "AB-12", "FEE-a.b", "ab12ab12ab12", "运费", "快递-7"),
    *("0", "z", "A9", "ab", "a^b", "a$", "[", "]", "^", "\\", ".", "&", ":", "a:", "~|"),
)
#: Python goes back and forth, for minutes in long ones; the engines do not.
PYTHON_LENGTH_MAX = 5


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "cup", r"^\d{5}[A-Za-z]*$", r"^(?:FEE|SHIP)-\w+?", "运费|快递", r"[^\-\]a-z]+", r"a\.b{2,3}"),
        *("[-+]", "[+-]", "[^-a-z-]", "[-]", r"[\d\w\-\[\\]", "[.:/|]", "[一-龥]", "[a-a]"),
        *("^FEE|SHIP$", "(?:^|-)FEE(?:-|$)", "(?:(^a$)|b)", "^$", "$"),
    ],
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
        "[a-c-e]",  # an error in PostgreSQL
        *("[a--]", "[--a]", "[a||b]", "[a~~b]"),  # Python warns of them
        *(r"[\d-z]", r"[a-\d]", r"[a-\-]", "[a-Z]", "[A-z]", "[z-a]", "[+-9]", "[9-a]"),  # ranges of nothing plain
        *(r"[\D]", r"[^\W]", r"[\.]", "[]a]", "[^]a]", "[]", "[^]", "[a[b]", "[^^]", "[[.a.]]", "[[=a=]]"),
        "a^b",  # PostgreSQL finds it in "ab"
        *("a$b", "a^", "$a", "(?:a|b)^c", "a(?:^b|c)", "(?:a$|b)c", "(?:a|^)(?:^b)", "^^", "$$"),
        *("(?:^a)+", "(?:a$){2}"),
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


TOO_MUCH = {
    "(?:(?:a{99}){99}){99}": "970299 times",
    "(?:a{99}){99}": "9801 times",
    r"(?:\D{1,99}){11}": "1089 times",
    "(?:a{32,}){32}": "1024 times",
    r"(?:\D{0,99}){11}": "may be empty",
    "(?:(?:a?){0,31}){0,31}": "may be empty",  # PostgreSQL thinks about it for minutes
    "(?:a*|b)+": "may be empty",
    "(?:^)*": "may be empty",
    "(?:a{0}){7}": "may be empty",
    "a*" * (LOOSE_MAX + 1): "too large",
    "a{0,99}" * 6: "too large",
    "(?:abcd){99}" * 8: "too large",
    "a" * (SIGNS_MAX + 1): "too large",
    "(" * DEPTH_MAX + "a" + ")" * DEPTH_MAX: "too large",
    "a\nb": "wants only signs",
    "[a-c-e]": "wants only signs",
    "a^b": "differently",
}


@pytest.mark.parametrize(("pattern", "why"), TOO_MUCH.items(), ids=[each[:30] for each in TOO_MUCH])
def test_a_pattern_that_engines_cannot_run_is_refused_in_both_languages(pattern: str, why: str) -> None:
    with pytest.raises(BadOption, match=why) as refused:
        policy_from({"goods_sku_pattern": pattern})
    chinese = said(refused.value, Language.ZH)
    assert chinese.startswith("policy：goods_sku_pattern")
    assert "engine" not in chinese


@dataclass(frozen=True)
class Engines:
    """The two engines that a shop's books lie in, and the Python that the oracle is written in."""

    postgres: psycopg.Connection[tuple[bool]]
    duck: duckdb.DuckDBPyConnection

    def found(self, pattern: str) -> tuple[list[bool], list[bool]]:
        """Say in which texts each of them finds a pattern."""
        asked = 'SELECT (each COLLATE "C") ~ %s FROM unnest(%s::text[]) WITH ORDINALITY AS t (each, n) ORDER BY n'
        in_postgres = [is_found for (is_found,) in self.postgres.execute(asked, (pattern, list(TEXTS)))]
        rows = self.duck.execute("SELECT [regexp_matches(each, $1) FOR each IN $2]", [pattern, list(TEXTS)]).fetchone()
        assert rows is not None
        return in_postgres, rows[0]

    def agree(self, pattern: str) -> None:
        """Assert that all of them compile a pattern, and find it in the same texts."""
        in_postgres, in_duck = self.found(pattern)
        assert in_postgres == in_duck
        re.purge()  # what Python has compiled before, it does not warn of again
        compiled = re.compile(pattern, re.ASCII)
        for text, is_found in zip(TEXTS, in_duck, strict=True):
            assert len(text) > PYTHON_LENGTH_MAX or is_found == (compiled.search(text) is not None), text


@pytest.fixture(scope="module")
def engines(postgres: ServerOfTests) -> Iterator[Engines]:
    """Both, with an end to a thought that takes minutes."""
    with psycopg.connect(postgres.superuser, autocommit=True) as connection, duckdb.connect() as duck:
        connection.execute("SET statement_timeout = '60s'")
        yield Engines(postgres=connection, duck=duck)


def _is_taken(pattern: str) -> bool:
    try:
        policy_from({"goods_sku_pattern": pattern})
    except BadOption:
        return False
    return True


#: What may stand in a class, and what may not; whatever of it is taken has to be read alike.
_IN_CLASSES = st.lists(
    st.sampled_from([*"abzA09-^.:&|~运", "a-c", "0-9", "A-Z", "一-龥", r"\d", r"\w", r"\-", r"\]", r"\["]),
    min_size=1,
    max_size=5,
).map("".join)
_CLASSES = st.builds("[{}{}]".format, st.sampled_from(["", "^"]), _IN_CLASSES)
_SIGNS = st.one_of(
    st.sampled_from(
        [*"abAB17- 运", ".", r"\d", r"\D", r"\w", r"\W", r"\.", r"\\", "[a-c]", "[^a]", r"[\w-]", "[运费]"]
    ),
    _CLASSES.filter(_is_taken),
)
_TIMES = st.one_of(
    st.sampled_from("*+?"),
    st.builds("{{{}}}".format, st.integers(0, 99)),
    st.builds("{{{},}}".format, st.integers(0, 99)),
    st.builds("{{{},{}}}".format, st.integers(0, 9), st.integers(9, 99)),
)


def _larger(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{}{}".format, smaller, smaller),
        st.builds("(?:{})".format, smaller),
        st.builds("({}|{})".format, smaller, smaller),
        st.builds("(?:{}){}{}".format, smaller, _TIMES, st.sampled_from(["", "?"])),
    )


PATTERNS = st.recursive(st.builds("{}{}".format, _SIGNS, st.one_of(st.just(""), _TIMES)), _larger, max_leaves=12)


@settings(max_examples=100, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(first=st.sampled_from(["", "^"]), pattern=PATTERNS, last=st.sampled_from(["", "$"]))
def test_whatever_is_taken_both_engines_compile_and_read_alike(
    engines: Engines, first: str, pattern: str, last: str
) -> None:
    whole = f"{first}(?:{pattern}){last}"
    assume(_is_taken(whole))
    engines.agree(whole)


#: Signs that mean something in a class or beside one, for what nobody thought of.
RAW = st.text(alphabet="[]^-\\a0zA9.&:|~", max_size=8)
_EDGED = st.lists(st.sampled_from(["a", "b", "^", "$", "|", "(", "(?:", ")", ")?", "a*", "[^a]"]), max_size=10)


@settings(max_examples=400, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(pattern=st.one_of(RAW, st.builds("[{}]".format, RAW), _CLASSES, _EDGED.map("".join)))
def test_whatever_signs_come_to_is_read_alike_or_refused(engines: Engines, pattern: str) -> None:
    assume(_is_taken(pattern))
    engines.agree(pattern)


#: The largest that are taken, of each kind.
LARGEST = [
    "(?:a{31}){32}",
    f"(?:a{{{MULTIPLIED_MAX // 20}}}){{20}}",
    r"(?:\D{1,10}){45}y",
    r"\D{0,99}" * 5 + "y",
    r"\D*" * LOOSE_MAX + "y",
    "ab?" * LOOSE_MAX,
    "(?:ya*b*c*d*e*){99}",
    r"(?:(?:\D|\d){1,5}){99}y",
    "(?:" + "|".join(["a+"] * 50) + "){1,9}",
    "^(?:" + "|".join(f"SKU{n:05}" for n in range(SIGNS_MAX // 9 - 5)) + ")$",
    "|".join([r"\D\w"] * (SIGNS_MAX // 5)),
]


@pytest.mark.parametrize("pattern", LARGEST, ids=[each[:30] for each in LARGEST])
def test_the_largest_that_is_taken_is_compiled_by_both(engines: Engines, pattern: str) -> None:
    assert policy_from({"goods_sku_pattern": pattern}).goods_sku_pattern == pattern
    in_postgres, in_duck = engines.found(pattern)
    assert in_postgres == in_duck


def test_an_audit_says_before_it_begins_that_its_engine_cannot_run_a_pattern(tmp_path: Path) -> None:
    policy = Policy(goods_sku_pattern="(?=a)")
    request = AuditRequest(paths=[tmp_path / "never-opened.csv"], out=tmp_path / "out", policy=policy)
    with pytest.raises(BadOption, match="goods_sku_pattern cannot be run by DuckDB") as refused:
        audit(request, report=False)
    assert "\n" not in str(refused.value)
    assert said(refused.value, Language.ZH).startswith("policy：goods_sku_pattern 无法由 DuckDB 执行")
