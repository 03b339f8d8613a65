"""What an error about a file or an option says, in the language of whoever made the mistake.

Such errors are raised in English, for logs and programs, by rooms that may import next to nobody. `error_words.toml`
has the Chinese for each of them, and a lint holds the two to one another; it is read once an error is to be told in
Chinese (docs/decisions/0020-errors-in-chinese-at-the-edge.md). What is not in the table stays as it is.
"""

from __future__ import annotations

import re
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

    regex: re.Pattern[str]
    zh: str
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


def in_chinese(text: str, depth: int = 0) -> str:
    """Return a message in Chinese, with what is filled in in Chinese too where it is known; else as it is."""
    exact, patterns = _table()
    if text in exact:
        return exact[text]
    for pattern in patterns:
        if depth and pattern.fixed < _FIXED_LETTERS_MIN:
            return text
        found = pattern.regex.fullmatch(text)
        if found is not None:
            inside = found.groups()
            return pattern.zh.format(
                *((in_chinese(each, depth + 1) for each in inside) if depth < DEPTH_MAX else inside)
            )
    return text


def _spaced(text: str) -> str:
    """Put a blank between Chinese and what is not."""
    return f" {text}" if text[:1].isascii() else text


@cache
def _table() -> tuple[Mapping[str, str], Sequence[_Pattern]]:
    """Return what is looked up as it stands, and what is filled in, the most certain first."""
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    every = {**read["messages"], **read["phrases"]}
    exact = {english: chinese for english, chinese in every.items() if _HOLE not in english}
    patterns = [_pattern(english, chinese) for english, chinese in every.items() if _HOLE in english]
    return exact, sorted(patterns, key=lambda pattern: -pattern.fixed)


def _pattern(english: str, chinese: str) -> _Pattern:
    parts = english.split(_HOLE)
    regex = re.compile("(.*?)".join(re.escape(part) for part in parts), re.DOTALL)
    return _Pattern(regex=regex, zh=chinese, fixed=sum(letter.isalnum() for part in parts for letter in part))
