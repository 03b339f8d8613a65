"""A sentence says what a fact means and no bare word of a program, in both languages."""

from __future__ import annotations

from enum import StrEnum

import pytest

from counterfoil.books.orders.states import State
from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.fact_words import WORDS, in_words
from counterfoil.languages import Language
from counterfoil.shop.staff.model import Role, Verb
from counterfoil.shop.staff.pins import PinRefusal
from counterfoil.shop.staff.roles import MATRIX, ROLE_NAMES


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ("verb", Verb),
        ("state", State),
        ("kind", Kind),
        ("asked", Kind),
        ("right", Kind),
        ("why", PinRefusal),
        ("role", Role),
    ],
)
def test_every_word_of_an_enum_can_be_said(fact: str, words: type[StrEnum]) -> None:
    assert set(WORDS[fact]) - {"this"} == {word.value for word in words}


def test_verbs_and_roles_are_called_as_in_the_matrix() -> None:
    assert {verb: WORDS["verb"][verb] for verb in MATRIX} == {verb: row.title for verb, row in MATRIX.items()}
    assert {role: WORDS["role"][role] for role in ROLE_NAMES} == dict(ROLE_NAMES)


def test_a_sentence_has_the_words_and_the_facts_stay_bare() -> None:
    no = refused(PaymentRefusal.MAY_NOT, staff_id="ann", verb=Verb.CLOSE_DAY)
    assert no.said(Language.EN).startswith("ann may not close the business day in that store.")
    assert no.said(Language.ZH).startswith("ann 无权在该门店执行 日结。")
    assert no.facts["verb"] == "close_day"
    assert in_words({"verb": "whatever", "other": 3}, Language.ZH) == {"verb": "whatever", "other": 3}
