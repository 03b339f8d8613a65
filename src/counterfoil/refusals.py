"""What a refusal is: an expected "no" with a name, a sentence in both languages, and whether trying again may help.

Every book lists its own in a `StrEnum`, in order of precedence, with a `Text` for each. A refusal changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from counterfoil.fact_words import in_words
from counterfoil.languages import Language, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One refusal as it is given to a caller."""

    #: Its name; stable, and the same in code, answer and docs.
    code: StrEnum
    text: Text
    #: What fills the text, and what a program may want to know; no personal data.
    facts: Mapping[str, object] = field(default_factory=dict)
    #: Whether the same request may succeed later, unchanged.
    transient: bool = False

    def said(self, language: Language) -> str:
        """Return the sentence in one language."""
        return self.text.to(language, **in_words(self.facts, language))
