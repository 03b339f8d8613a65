"""Closures are the words that the playbooks close with, and every step of a playbook moves money or does not."""

from __future__ import annotations

import re

import pytest

from counterfoil.desk.cases.closures import CLOSURES, Claim, Reason, closures_for
from counterfoil.desk.cases.steps import MONEY_STEPS, OTHER_STEPS, moves_money
from counterfoil.detectors.catalogue import EXCEPTIONS, catalogue
from counterfoil.languages import Language

_HEADINGS = {"en": "## Close with", "zh": "## 以何结案"}
#: Reasons of every exception, which no playbook has to list.
_GENERAL = {Reason.HARMLESS, Reason.BOOKS_AGREE}


def closing_words(exception: str, language: str) -> set[str]:
    """Return the words that a playbook closes with."""
    _before, _heading, section = catalogue()[exception].playbook(language).partition(_HEADINGS[language])
    listed = [line for line in section.splitlines() if line.startswith("- ")]
    return {word for line in listed for word in re.findall(r"`(\w+)`", line)}


@pytest.mark.parametrize("language", _HEADINGS)
@pytest.mark.parametrize("exception", EXCEPTIONS)
def test_a_case_closes_with_the_words_of_its_playbook(exception: str, language: str) -> None:
    assert {c.reason for c in closures_for(exception)} - _GENERAL == closing_words(exception, language)


def test_every_reason_has_a_closure_with_a_label_of_its_own_in_both_languages() -> None:
    assert set(CLOSURES) == set(Reason)
    for language in Language:
        labels = [closure.label.to(language) for closure in CLOSURES.values()]
        assert len(set(labels)) == len(labels)


def test_only_the_books_close_with_seeing_that_they_agree() -> None:
    assert [c.reason for c in CLOSURES.values() if c.claim is Claim.SEEN] == [Reason.BOOKS_AGREE]
    assert all(Reason.HARMLESS in {c.reason for c in closures_for(e)} for e in EXCEPTIONS)


def test_whoever_accepts_without_a_reason_of_its_own_has_to_write_one() -> None:
    assert {c.reason for c in CLOSURES.values() if c.needs_text} == {Reason.HARMLESS, Reason.WRITTEN_OFF}
    assert {c.reason for c in CLOSURES.values() if c.needs_second} == {Reason.WRITTEN_OFF}


def test_every_step_of_a_diagnosis_moves_money_or_does_not() -> None:
    steps = {diagnosis.next_step for detector in catalogue().values() for diagnosis in detector.diagnoses}
    assert steps == MONEY_STEPS | OTHER_STEPS
    assert not MONEY_STEPS & OTHER_STEPS
    assert all(moves_money(step) for step in MONEY_STEPS)
    assert moves_money("a step of tomorrow")
