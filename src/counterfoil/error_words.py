"""What an error about a file or an option says, in the language of whoever made the mistake.

Such errors are raised in English, for logs and programs, by rooms that may import next to nobody. `error_words.toml`
has the Chinese for each of them, and a lint holds the two to one another; it is read once an error is to be told in
Chinese (docs/decisions/0025-errors-in-chinese-at-the-edge.md). What is not in the table stays as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from counterfoil.errors import BadFile, BadInput, CounterfoilError
from counterfoil.languages import Language

TABLE = Path(__file__).with_name("error_words.toml")

#: What is filled in may hold a message of its own, and that another one; no deeper.
DEPTH_MAX = 3
#: A pattern with fewer fixed letters says nothing about what it is of, so nothing that was filled in is read by it.
_FIXED_LETTERS_MIN = 5
_HOLE = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """One message with something filled in."""

    #: What is fixed, before, between and behind what is filled in.
    parts: tuple[str, ...]
    chinese: str
    #: Letters that are fixed: the more of them, the more certain it is that the message is meant.
    fixed: int


def said(error: CounterfoilError, language: Language) -> str:
    """Return what an error says, in one language."""
    match error:
        case _ if language is not Language.ZH:
            return str(error)
        case BadFile():
            text = f"{error.file}：应为{_spaced(in_chinese(error.expected))}，实为{_spaced(in_chinese(error.found))}"
            return f"{text}。{in_chinese(error.advice)}" if error.advice else text
        case BadInput():
            return error.said(language) if not isinstance(error.text, str) else in_chinese(error.text)
        case _:
            return str(error)


def said_on_a_page(error: CounterfoilError, language: Language) -> str:
    """Return what an error says to somebody who has the fields of a page, and no command line."""
    if not isinstance(error, BadFile):
        return said(error, language)
    expected, found, advice = (_on_a_page(part, language) for part in (error.expected, error.found, error.advice))
    return said(BadFile(file=error.file, expected=expected, found=found, advice=advice), language)


def in_chinese(text: str, depth: int = 0, *, table: Path = TABLE) -> str:
    """Return a message in Chinese, with what is filled in in Chinese too where it is known; else as it is."""
    exact, patterns = _table(table)
    if text in exact:
        return exact[text]
    for pattern in patterns:
        if depth and pattern.fixed < _FIXED_LETTERS_MIN:
            return text
        inside = _filled_in(pattern.parts, text)
        if inside is not None:
            told = [in_chinese(each, depth + 1, table=table) for each in inside] if depth < DEPTH_MAX else inside
            return pattern.chinese.format(*told)
    return text


def _on_a_page(text: str, language: Language) -> str:
    """Return a part of a message without the command or the option that it names; another one as it is."""
    exact, patterns = _table(TABLE)
    pages = _page_words()
    if text in exact:
        return pages[text][language] if text in pages else text
    for pattern in patterns:
        inside = _filled_in(pattern.parts, text)
        if inside is not None:
            told = pages.get(_HOLE.join(pattern.parts))
            return text if told is None else told[language].format(*inside)
    return text


@cache
def _page_words() -> Mapping[str, Mapping[str, str]]:
    pages: Mapping[str, Mapping[str, str]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["pages"]
    return pages


def _spaced(text: str) -> str:
    """Put a blank between Chinese and what is not."""
    return f" {text}" if text[:1].isascii() else text


@cache
def _table(table: Path) -> tuple[Mapping[str, str], Sequence[_Pattern]]:
    """Return what is looked up as it stands, and what is filled in, the most certain first."""
    read = tomllib.loads(table.read_text(encoding="utf-8"))
    every = {**read["messages"], **read["phrases"]}
    exact = {english: chinese for english, chinese in every.items() if _HOLE not in english}
    patterns = [_pattern(english, chinese) for english, chinese in every.items() if _HOLE in english]
    return exact, sorted(patterns, key=lambda pattern: -pattern.fixed)


def _pattern(english: str, chinese: str) -> _Pattern:
    parts = tuple(english.split(_HOLE))
    return _Pattern(parts=parts, chinese=chinese, fixed=sum(letter.isalnum() for part in parts for letter in part))


def _filled_in(parts: Sequence[str], text: str) -> list[str] | None:
    """Return what stands between the parts, each as short as it can be; None where the text has not all of them.

    Read once from left to right: a regular expression would try every way to cut a long text before it gives up.
    """
    first, *between, last = parts
    if not text.startswith(first) or not text.endswith(last):
        return None
    at, end, inside = len(first), len(text) - len(last), []
    for part in between:
        next_at = text.find(part, at, end)
        if next_at < 0:
            return None
        inside.append(text[at:next_at])
        at = next_at + len(part)
    return [*inside, text[at:end]] if at <= end else None
