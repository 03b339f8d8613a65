"""One word for one thing: what the glossary calls by one name is called by no other."""

from __future__ import annotations

from collections.abc import Iterator

from tools.lints.complaint import Complaint
from tools.lints.tree import Source

NAME = "glossary"
#: Words that were used for a thing of the glossary, and the glossary's own.
INSTEAD = {"账" + "册": "账本", "账" + "簿": "账本", "凭" + "条": "小票"}
_ROOMS = ("src/", "docs/", "README")


def check(source: Source) -> Iterator[Complaint]:
    """Complain about words that the glossary has another word for."""
    if not source.path.startswith(_ROOMS):
        return
    for number, line in enumerate(source.lines, start=1):
        for word, better in INSTEAD.items():
            if word in line:
                yield Complaint(path=source.path, line=number, lint=NAME, text=f"{word}: the glossary says {better}")
