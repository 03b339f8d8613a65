"""Refusals: each has a sentence in both languages that says the same, and every use gives what the sentence needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest

import counterfoil
from counterfoil.books.orders import refusals as orders
from counterfoil.books.payments import refusals as payments
from counterfoil.books.slips import refusals as slips
from counterfoil.languages import Text

BOOKS: list[tuple[type[StrEnum], Mapping[StrEnum, Text]]] = [
    (orders.SaleRefusal, orders.TEXTS),  # type: ignore[list-item]  # a mapping of one enum is read as one of any
    (payments.PaymentRefusal, payments.TEXTS),  # type: ignore[list-item]  # as above
    (slips.SlipRefusal, slips.TEXTS),  # type: ignore[list-item]  # as above
]
_CODES = [(code, texts) for codes, texts in BOOKS for code in codes]


def _blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize(("code", "texts"), _CODES)
def test_a_refusal_says_the_same_in_both_languages(code: StrEnum, texts: Mapping[StrEnum, Text]) -> None:
    text = texts[code]
    assert _blanks(text.en) == _blanks(text.zh)
    assert text.en.endswith((".", "!"))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in text.zh)


@pytest.mark.parametrize(("codes", "texts"), BOOKS)
def test_nothing_is_said_that_is_no_refusal(codes: type[StrEnum], texts: Mapping[StrEnum, Text]) -> None:
    assert set(texts) == set(codes)


def _uses() -> Iterator[tuple[str, str, set[str]]]:
    """Find every `refused(SomeRefusal.CODE, fact=…)` of the package."""
    root = Path(counterfoil.__file__).parent
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "refused"):
                continue
            code = node.args[0]
            if isinstance(code, ast.Attribute) and isinstance(code.value, ast.Name):
                facts = {keyword.arg for keyword in node.keywords if keyword.arg is not None}
                yield f"{path.relative_to(root)}:{node.lineno}", f"{code.value.id}.{code.attr}", facts


def test_every_refusal_is_given_what_its_sentence_needs() -> None:
    needed = {f"{codes.__name__}.{code.name}": _blanks(texts[code].en) for codes, texts in BOOKS for code in codes}
    missing = [
        f"{place}: {code} without {', '.join(sorted(needed[code] - facts))}"
        for place, code, facts in _uses()
        if code in needed and needed[code] - facts
    ]
    assert missing == []


def test_every_refusal_is_used() -> None:
    used = {code for _, code, _ in _uses()}
    unused = [
        f"{codes.__name__}.{code.name}"
        for codes, _ in BOOKS
        for code in codes
        if f"{codes.__name__}.{code.name}" not in used
    ]
    assert unused == []


@pytest.mark.parametrize("code", payments.PaymentRefusal)
def test_only_waiting_makes_a_refusal_pass(code: payments.PaymentRefusal) -> None:
    waits = {"another_is_unknown", "outcome_unknown", "void_under_way"}
    assert code.is_transient() is (code.value in waits)
