"""Playbooks are read in the shop: they say what stands on its pages, and nothing that only the books call so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

import pytest

from counterfoil.audit.report.blanks import BLANKS, filled
from counterfoil.audit.report.next_steps import NEXT_STEPS
from counterfoil.audit.report.playbooks import sections
from counterfoil.books.format import TABLES
from counterfoil.desk.cases.closures import closures_for
from counterfoil.desk.steps.model import TITLES
from counterfoil.detectors.catalogue import EXCEPTIONS, Detector, catalogue
from counterfoil.languages import Language

EVERY = [(exception, language) for exception in EXCEPTIONS for language in Language]
#: A key: alone in a heading, or in brackets behind what people call it.
_KEYS = {Language.EN: re.compile(r" \(`(\w+)`\)"), Language.ZH: re.compile(r"（`(\w+)`）")}
_HEADING = re.compile(r"^### .*$", re.MULTILINE)
_CLOSE_AS = {Language.EN: re.compile(r"lose as \*\*(.+?)\*\*"), Language.ZH: re.compile(r"以\*\*(.+?)\*\*结案")}


def told(exception: str, language: Language) -> str:
    return catalogue()[exception].playbook(language)


def without_keys(text: str, language: Language) -> str:
    return _KEYS[language].sub("", _HEADING.sub("", text))


@pytest.mark.parametrize(("exception", "language"), EVERY)
def test_a_playbook_calls_nothing_as_the_books_call_it(exception: str, language: Language) -> None:
    names = {name for table in TABLES.values() for name in (*table.names, table.name) if "_" in name}
    policy_and_keys = r"[a-z]+(?:_[a-z0-9]+)+"
    said = without_keys(told(exception, language), language)
    assert {"placed_at", "terminal_events"} <= names
    assert {word for word in re.findall(policy_and_keys, said) if word in names} == set()
    assert re.findall(policy_and_keys, said) == []
    assert "`" not in said


def shown_words(detector: Detector, language: Language) -> Iterator[str]:
    """Yield everything that the pages call something by: exceptions, diagnoses, steps, buttons, closures."""
    yield from (one.title[language] for one in catalogue().values())
    yield from (diagnosis.title[language] for one in catalogue().values() for diagnosis in one.diagnoses)
    yield from (text.to(language) for text in (*NEXT_STEPS.values(), *TITLES.values()))
    yield from (closure.label.to(language) for closure in closures_for(detector.id))


@pytest.mark.parametrize(("exception", "language"), EVERY)
def test_what_stands_in_bold_is_called_so_on_the_pages(exception: str, language: Language) -> None:
    bold = set(re.findall(r"\*\*(.+?)\*\*", told(exception, language)))
    assert bold
    assert bold - set(shown_words(catalogue()[exception], language)) == set()


@pytest.mark.parametrize(("exception", "language"), EVERY)
def test_a_reason_to_close_with_is_called_as_in_the_list_of_reasons(exception: str, language: Language) -> None:
    labels = {closure.reason.value: closure.label.to(language) for closure in closures_for(exception)}
    text = told(exception, language)
    closing = re.split(r"^## .+$", text, flags=re.MULTILINE)[-1]
    named = dict(re.findall(r"\*\*([^*]+)\*\*(?: \(|（)`(\w+)`", closing))
    assert {key: label for label, key in named.items()} == {
        key: label for key, label in labels.items() if key != "harmless"
    }
    said = _CLOSE_AS[language].findall(text)
    assert said
    assert set(said) <= set(labels.values())


@pytest.mark.parametrize("exception", EXCEPTIONS)
def test_both_languages_close_alike_and_leave_the_same_open(exception: str) -> None:
    opened, closed, asked = [], [], []
    labels = {c.label.to(language): c.reason for c in closures_for(exception) for language in Language}
    buttons = {text.to(language): step for step, text in TITLES.items() for language in Language}
    for language in Language:
        text = told(exception, language)
        opened.append(sorted(re.findall(r"\{(\w+)\}", text)))
        closed.append([labels[label] for label in _CLOSE_AS[language].findall(text)])
        asked.append([buttons[word] for word in re.findall(r"\*\*(.+?)\*\*", text) if word in buttons])
    assert opened[0] == opened[1]
    assert closed[0] == closed[1]
    assert asked[0] == asked[1]


def test_every_place_that_is_left_open_is_known_and_none_is_known_in_vain() -> None:
    assert {name for one in EVERY for name in re.findall(r"\{([^}]*)\}", told(*one))} == set(BLANKS)


@pytest.mark.parametrize(("exception", "language"), EVERY)
def test_nobody_is_shown_braces_or_keys(exception: str, language: Language) -> None:
    detector = catalogue()[exception]
    names = [diagnosis.id for diagnosis in detector.diagnoses]
    for values in ({}, dict.fromkeys(BLANKS, "<b>5.00</b>")):
        told_parts = [
            str(part["html"])
            for section in sections(told(exception, language), names, lambda html: filled(html, language, values))  # noqa: B023 — used at once
            for part in cast("list[dict[str, object]]", section["parts"])
        ]
        shown = "".join(told_parts)
        assert not re.search(r"[{}]|<code>|<b>", shown)
        assert ("<u>‹" in shown) == (values == {} and "{" in told(exception, language))


def test_a_blank_says_what_belongs_there_in_the_reader_s_language() -> None:
    assert filled("<p>{amount}</p>", Language.EN) == "<p><u>‹amount›</u></p>"
    assert filled("<p>{amount}</p>", Language.ZH) == "<p><u>‹金额›</u></p>"


def test_a_value_is_text_and_never_markup() -> None:
    assert filled("{payment}", Language.EN, {"payment": "<i>&"}) == "<bdi>&lt;i&gt;&amp;</bdi>"
