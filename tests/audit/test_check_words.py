"""Counts have words in both languages; those of the readers are looked at wherever a test reads a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from counterfoil.audit import report
from counterfoil.audit.check_words import book_title, is_labelled, label_of
from counterfoil.books.format import TABLES

_KINDS = sorted({word for table in ("payments", "acquirer_records") for word in TABLES[table].column("kind").words})


@pytest.mark.parametrize("kind", _KINDS)
def test_the_count_of_every_kind_has_words_in_both_languages(kind: str) -> None:
    label = label_of(f"{kind}s")

    assert is_labelled(f"{kind}s")
    assert label.zh != f"{kind}s"
    assert not label.zh.isascii()


def test_the_book_of_every_table_has_words_in_both_languages() -> None:
    assert all(not label_of(f"book_{table}").zh.partition("：")[2].isascii() for table in TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_a_book_is_called_the_same_on_the_terminal_and_on_the_page(table: str) -> None:
    """The terminal may add whose book it is."""
    words = json.loads((Path(report.__path__[0]) / "page/src/words/books.json").read_text(encoding="utf-8"))
    english, chinese = words[f"tables.{table}"]
    title = book_title(table)
    assert (title.en.partition(" (")[0], title.zh.partition("（")[0]) == (english, chinese)


def test_a_count_of_somebody_elses_reader_is_shown_by_its_name() -> None:
    assert not is_labelled("moon_phases")
    assert (label_of("moon_phases").en, label_of("moon_phases").zh) == ("Moon phases", "moon_phases")
