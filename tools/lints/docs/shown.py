"""A page that says what a test shows names a test that is there; a requirement without one says so in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from tools.lints.docs.markdown import pages_of, prose
from tools.lints.tree import Source

REQUIREMENTS = "docs/reference/requirements.md"
SECTION = "## What shows it · 由什么证明"
#: What a row says of a part that nothing shows yet.
NOT_SHOWN = "not shown · 未证明"
#: The requirements that have a row of their own there.
REQUIRED = frozenset("D2 D4 D5 D7 D9 V1 V2 V3 V4 V5 V6 S5 S6 R2 X2 X4".split())
_NAMED = re.compile(r"`(?P<path>tests/[\w/]+\.py)::(?P<test>test_\w+)`")
_ROW = re.compile(r"^\| (?P<id>[A-Z]\d+) \|")


def check(sources: Sequence[Source]) -> Iterator[tuple[str, int, str]]:
    """Yield every test that is named and is not there, and every requirement that is left without a word."""
    texts = {source.path: source.text for source in sources}
    for page in pages_of(sources):
        for line, text in prose(page):
            for named in _NAMED.finditer(text):
                if not _is_there(texts, named["path"], named["test"]):
                    yield page.path, line, f"there is no test {named['path']}::{named['test']}"
    requirements = next((source for source in sources if source.path == REQUIREMENTS), None)
    if requirements is not None:
        yield from _rows(requirements)


def _is_there(texts: Mapping[str, str], path: str, test: str) -> bool:
    return re.search(rf"^(?:async )?def {test}\(", texts.get(path, ""), re.MULTILINE) is not None


def _rows(page: Source) -> Iterator[tuple[str, int, str]]:
    """Yield what is wrong with the rows of the section that says what shows each requirement."""
    missing, is_there = set(REQUIRED), False
    for line, text in prose(page):
        is_there = text == SECTION if text.startswith("## ") else is_there
        row = _ROW.match(text) if is_there else None
        if row is None:
            continue
        missing.discard(row["id"])
        if not _NAMED.search(text) and NOT_SHOWN not in text:
            yield page.path, line, f"{row['id']} names no test; name one, or say `{NOT_SHOWN}`"
    for name in sorted(missing):
        yield page.path, 1, f"{SECTION[3:]!r} has no row for {name}"
