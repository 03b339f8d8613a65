"""Every word that the page may have to say is there in both languages."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import pytest

from counterfoil.books.format import TABLES
from counterfoil.books.troubles import TROUBLES
from counterfoil.detectors.catalogue import catalogue
from counterfoil.policy import Policy

SOURCES = Path(str(files("counterfoil.audit.report"))) / "page" / "src"
Words = dict[str, list[str]]


def _read(name: str) -> Words:
    words: Words = json.loads((SOURCES / name).read_text(encoding="utf-8"))
    return words


PAGE, BOOKS = _read("words/page.json"), _read("words/books.json")


DIAGNOSES = [diagnosis.id for detector in catalogue().values() for diagnosis in detector.diagnoses]


@pytest.mark.parametrize("words", [PAGE, BOOKS], ids=["page", "books"])
def test_every_word_has_both_languages_and_the_same_blanks(words: Words) -> None:
    for key, (english, chinese) in words.items():
        assert english, key
        assert chinese or key == "span.join", key
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", chinese)), key


@pytest.mark.parametrize("words", [PAGE, BOOKS], ids=["page", "books"])
def test_english_words_are_not_chinese_and_chinese_words_are(words: Words) -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    for key, (english, chinese) in words.items():
        assert not han.search(english), key
        only_blanks_and_marks = not re.search(r"[A-Za-z]", re.sub(r"\{\w+\}", "", chinese))
        assert han.search(chinese) or only_blanks_and_marks, key


def test_every_table_column_and_word_of_the_format_has_words() -> None:
    for table in TABLES.values():
        assert f"table.{table.name}" in BOOKS
        assert f"tables.{table.name}" in BOOKS
        for column in table:
            assert f"column.{column.name}" in BOOKS
            assert not [word for word in column.words if f"value.{word}" not in BOOKS], column.name


def test_for_every_diagnosis_the_page_knows_what_is_missing_or_contradicts() -> None:
    law = json.loads((SOURCES / "data/law.json").read_text(encoding="utf-8"))

    assert sorted(law) == sorted(DIAGNOSES)
    for told in law.values():
        assert not [one for one in told["missing"] if f"expected.{one['what']}" not in BOOKS]


def test_patterns_of_contradiction_name_tables_and_words_of_the_format() -> None:
    law = json.loads((SOURCES / "data/law.json").read_text(encoding="utf-8"))
    patterns = {pattern for told in law.values() for pattern in told["clash"]}
    missing = [one for told in law.values() for one in told["missing"]]
    patterns |= {pattern for one in missing for pattern in one["after"]}
    patterns |= {one["unless"] for one in missing if "unless" in one}

    for pattern in patterns:
        table, word, moment = re.fullmatch(r"(\w+)(?:\.(\w+))?(?:@(\w+))?", pattern).groups()
        words = {one for column in TABLES[table] for one in column.words} | {"offline"}
        assert word is None or word in words, pattern
        assert moment is None or moment in TABLES[table].names, pattern


def test_no_word_of_the_page_is_idle() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.ts*"))
    made = tuple(re.findall(r"`([a-z_.]+\.)\$\{", code))

    idle = [key for key in PAGE if f"'{key}'" not in code and not key.startswith(made)]
    counted = {f"{noun}.{form}" for noun in ("finding", "sale", "row", "day", "more") for form in ("n", "one")}
    assert [key for key in idle if key not in counted] == []


def test_every_window_within_which_something_is_expected_is_a_key_of_the_policy() -> None:
    law = json.loads((SOURCES / "data/law.json").read_text(encoding="utf-8"))
    windows = {one["within"] for told in law.values() for one in told["missing"] if "within" in one}

    assert windows <= {field.name for field in fields(Policy)}


@pytest.mark.parametrize("word", TROUBLES)
def test_a_trouble_is_called_the_same_on_the_page_and_at_the_desk(word: str) -> None:
    """Carriers' and printers' words stood on the page as they are spelled in the file."""
    assert BOOKS[f"value.{word}"] == [TROUBLES[word].en, TROUBLES[word].zh]
