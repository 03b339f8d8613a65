"""What Counterfoil raises, as one tree that says whose fault it is.

    CounterfoilError
    ├── BadInput        the request's fault: a file or an option that cannot be used (exit code 2)
    │   ├── BadFile     a file: names the file, what was expected and what was found
    │   └── BadOption   an option, a policy or a mapping
    └── Bug             ours: an invariant of Counterfoil itself did not hold

An expected "no" of the business is no error but a refusal, and a row that breaks the book format is
neither: it is quarantined and shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from counterfoil.languages import Language, Text


class CounterfoilError(Exception):
    """Something went wrong in Counterfoil."""


class BadInput(CounterfoilError):
    """The input cannot be used; nothing was half-done. As a string it is in English, for logs and programs."""

    def __init__(self, text: str | Text) -> None:
        self.text = text
        super().__init__(text if isinstance(text, str) else text.en)

    def said(self, language: Language) -> str:
        """Return the message in the language of whoever made the mistake, where it exists in both."""
        return self.text if isinstance(self.text, str) else self.text.to(language)


class BadFile(BadInput):
    """A file cannot be used.

    The message is one line: the file, what was expected, what was found, and what to do.
    """

    def __init__(self, *, file: str, expected: str, found: str, advice: str = "") -> None:
        self.file = file
        self.expected = expected
        self.found = found
        self.advice = advice
        text = f"{file}: expected {expected}, found {found}"
        super().__init__(f"{text}. {advice}" if advice else text)


class BadOption(BadInput):
    """An option, a policy or a mapping cannot be used."""


class Bug(CounterfoilError):
    """An invariant of Counterfoil itself did not hold; please report it."""


def first_line(error: BaseException) -> str:
    """Return the first line of what an error of somebody else says, for a message of ours that is one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
