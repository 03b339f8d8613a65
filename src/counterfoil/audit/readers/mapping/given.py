"""Values as TOML gives them, asked for by key; what does not fit is told with the key's full path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from counterfoil.errors import BadOption

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

#: How much of a wrong value is shown.
_SHOWN_MAX = 60


class Given:
    """One table of a TOML file, with the path to it."""

    def __init__(self, values: Mapping[str, object], place: str) -> None:
        self.values = values
        self.place = place

    def refuse(self, key: str, wanted: str) -> NoReturn:
        """Raise BadOption: the key, what was wanted, what was found."""
        found = "nothing" if key not in self.values else repr(self.values[key])[:_SHOWN_MAX]
        raise BadOption(f"{self.at(key)} wants {wanted}, found {found}")

    def at(self, key: str) -> str:
        """Return the full path of a key."""
        return f"{self.place}{key}" if self.place.endswith(" ") else f"{self.place}.{key}"

    def only(self, known: Collection[str]) -> None:
        """Refuse keys that nobody knows: they are slips of the pen."""
        for key in self.values:
            if key not in known:
                raise BadOption(f"{self.at(key)} is unknown; known here are {', '.join(sorted(known))}")

    def has(self, key: str) -> bool:
        """Say whether a key is given."""
        return key in self.values

    def text(self, key: str, wanted: str = "a text") -> str | None:
        """Return a text that is not empty, or None where the key is not given."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value:
            self.refuse(key, wanted)
        return value

    def texts(self, key: str, wanted: str = "a text or a list of texts") -> tuple[str, ...]:
        """Return a text or a list of texts as a tuple; empty where the key is not given."""
        value = self.values.get(key)
        if value is None:
            return ()
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not listed or not all(isinstance(one, str) and one for one in listed):
            self.refuse(key, wanted)
        return tuple(listed)

    def flag(self, key: str) -> bool | None:
        """Return true or false, or None where the key is not given."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            self.refuse(key, "true or false")
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str | None:
        """Return one of a closed list of words, or None where the key is not given."""
        value = self.values.get(key)
        if value is not None and value not in choices:
            self.refuse(key, f"one of {', '.join(choices)}")
        return None if value is None else str(value)

    def pattern(self, key: str, *, with_group: bool) -> str | None:
        """Return a regular expression, or None where the key is not given."""
        value = self.text(key, "a regular expression")
        if value is None:
            return None
        try:
            groups = re.compile(value).groups
        except (re.error, OverflowError, RecursionError):
            self.refuse(key, "a regular expression")
        if with_group and groups == 0:
            self.refuse(key, "a regular expression with a group in parentheses")
        return value

    def table(self, key: str) -> Given | None:
        """Return a table inside this one, or None where the key is not given."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.refuse(key, "a table")
        return Given(value, self.at(key))

    def tables(self, key: str) -> tuple[Given, ...]:
        """Return a list of tables; empty where the key is not given."""
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.refuse(key, "a list of tables")
        return tuple(Given(one, f"{self.at(key)}[{number}]") for number, one in enumerate(value))
