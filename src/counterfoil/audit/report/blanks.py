"""What a playbook leaves open in the sentences to a customer, as `{amount}`: filled in, or shown as a blank. Pure.

A blank is for whoever says the sentence to fill in by hand; nobody is ever shown the braces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from types import MappingProxyType

from counterfoil.languages import Language, Text

#: What may be left open, and what the blank is called.
BLANKS: Mapping[str, Text] = MappingProxyType(
    {
        "amount": Text(en="amount", zh="金额"),
        "date": Text(en="date", zh="日期"),
        "payment": Text(en="number", zh="编号"),
        "since": Text(en="date", zh="日期"),
        "time": Text(en="time", zh="时间"),
        "when": Text(en="date and time", zh="日期和时间"),
    }
)
_OPEN = re.compile(r"\{([a-z_]+)\}")


def filled(html: str, language: Language, values: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a rendered playbook with the values, which are plain text, in their places; without one: a blank."""

    def _in_its_place(found: re.Match[str]) -> str:
        name = found[1]
        if values.get(name):
            return f"<bdi>{escape(values[name])}</bdi>"
        return f"<u>‹{escape(BLANKS[name].to(language))}›</u>" if name in BLANKS else found[0]

    return _OPEN.sub(_in_its_place, html)
