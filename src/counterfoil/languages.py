"""The two languages that Counterfoil speaks, and texts that exist in both.

A text is written once, English and 中文 side by side, where it is used; there is no catalogue to fall behind.
Which language a person reads is asked at the edge (the command line, the page) and handed inwards.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class Language(StrEnum):
    """A language that people can choose."""

    EN = "en"
    ZH = "zh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One thing to say, in both languages; `{name}` marks what is filled in."""

    en: str
    zh: str
    #: Nothing is filled in any more: what stands in braces was filled in, and is somebody's own.
    is_filled: bool = False

    def to(self, language: Language, **values: object) -> str:
        """Return the text in one language, filled in."""
        text = self.zh if language is Language.ZH else self.en
        return text.format(**values) if values and not self.is_filled else text

    def filled(self, **values: object) -> Text:
        """Return the text with the same things filled in, in both languages; a value may itself be a text."""
        en, zh = (self.to(each, **_in(each, values)) for each in (Language.EN, Language.ZH))
        return Text(en=en, zh=zh, is_filled=True)


def _in(language: Language, values: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value.to(language) if isinstance(value, Text) else value for name, value in values.items()}


def language_of(environ: Mapping[str, str]) -> Language:
    """Tell the language from the environment, in the order of POSIX; English where nothing says otherwise."""
    for name in ("COUNTERFOIL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return Language.ZH if environ[name].lower().startswith("zh") else Language.EN
    return Language.EN


def language_asked_for(arguments: Sequence[str], environ: Mapping[str, str]) -> Language:
    """Tell the language for help texts, which are needed before the arguments are parsed."""
    for argument, following in pairwise([*arguments, ""]):
        value = following if argument == "--lang" else argument.removeprefix("--lang=")
        if value != argument and value in {Language.EN, Language.ZH}:
            return Language(value)
    return language_of(environ)


#: The language of this process's help texts; messages of a run take theirs as an argument instead.
HELP_LANGUAGE = language_asked_for(sys.argv[1:], os.environ)


def help_in(*, en: str, zh: str) -> str:
    """Return a help text in the language of this process."""
    return Text(en=en, zh=zh).to(HELP_LANGUAGE)
