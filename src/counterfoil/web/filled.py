"""What somebody filled in: read field by field, within limits; what cannot be read ends the request with 422.

What the *business* says no to (a password too short, an amount too high) is the verb's affair and no error here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.exceptions import ValidationException

from counterfoil.ids import is_id
from counterfoil.web.forms import form_sent
from counterfoil.written_numbers import whole_number

#: Of one line of text, where nobody says otherwise.
TEXT_LENGTH_MAX = 300
#: Of one field that is given several times, such as the ticked rows of a list.
VALUES_MAX = 500
#: Of a whole number in a form.
COUNT_DIGITS_MAX = 9

_Word = TypeVar("_Word", bound=StrEnum)


class Filled:
    """The fields of one form."""

    def __init__(self, fields: FormMultiDict) -> None:
        """Take what was sent."""
        self._fields = fields

    def text(self, name: str, *, longest: int = TEXT_LENGTH_MAX, default: str | None = None) -> str:
        """Return a text without blanks around it; where it is missing, the default, or an error."""
        value = self._fields.get(name, default)
        if not isinstance(value, str) or len(value) > longest or not _is_text(value):
            raise ValidationException(detail=f"{name} is missing, too long, or no text")
        return value.strip()

    def secret(self, name: str, *, longest: int = TEXT_LENGTH_MAX) -> str:
        """Return a text as it was typed, with its blanks."""
        value = self._fields.get(name, "")
        if not isinstance(value, str) or len(value) > longest or not _is_text(value):
            raise ValidationException(detail=f"{name} is too long, or no text")
        return value

    def optional_text(self, name: str, *, longest: int = TEXT_LENGTH_MAX) -> str | None:
        """Return a text; None where there is none, or an empty one."""
        return self.text(name, longest=longest, default="") or None

    def id(self, name: str) -> str:
        """Return an id."""
        value = self.text(name)
        if not is_id(value):
            raise ValidationException(detail=f"{name} is no id")
        return value

    def count(self, name: str) -> int:
        """Return a whole number that is not negative."""
        value = self.text(name)
        number = whole_number(value)
        if number is None or len(value) > COUNT_DIGITS_MAX:
            raise ValidationException(detail=f"{name} is no number")
        return number

    def word(self, name: str, words: type[_Word]) -> _Word:
        """Return one of a closed list of words."""
        value = self.text(name)
        if value not in {*words}:
            raise ValidationException(detail=f"{name} is none of the words that there are")
        return words(value)

    def ids(self, name: str, *, most: int = VALUES_MAX) -> tuple[str, ...]:
        """Return every id that was given under this name, each once."""
        values = [value for value in self._fields.getall(name, []) if isinstance(value, str)]
        if len(values) > most or not all(map(is_id, values)):
            raise ValidationException(detail=f"{name} has too many values, or one that is no id")
        return tuple(dict.fromkeys(values))

    def holds(self, name: str) -> bool:
        """Say whether a field of this name came along, be it empty."""
        return name in self._fields

    def is_ticked(self, name: str) -> bool:
        """Say whether a box was ticked."""
        return name in self._fields


def _is_text(value: str) -> bool:
    """Say whether every book can keep this: PostgreSQL takes no zero byte, and half a character is none."""
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


async def filled_in(request: Request[Any, Any, Any]) -> Filled:
    """Read the form of a request; its token was looked at before."""
    return Filled(await form_sent(request))
