"""Decision records are one page each, numbered without gaps, listed in their index, and say what enforces them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tools.lints.tree import Source

FOLDER = "docs/decisions"
LINES_MAX = 60
_RECORD = re.compile(rf"{FOLDER}/(?P<number>\d{{4}})-[a-z0-9-]+\.md")
_HEADINGS = ("## Status", "## Why it came up", "## Decision", "## Consequences", "## Held by")


def check(sources: Sequence[Source]) -> Iterator[tuple[str, int, str]]:
    """Yield what is wrong with the decision records."""
    index = next((source.text for source in sources if source.path == f"{FOLDER}/index.md"), "")
    records = [source for source in sources if _RECORD.fullmatch(source.path)]
    for position, record in enumerate(sorted(records, key=lambda source: source.path), start=1):
        match = _RECORD.fullmatch(record.path)
        assert match is not None
        if int(match["number"]) != position:
            yield record.path, 1, f"decisions are numbered without gaps; this one should be {position:04}"
        if f"({record.path.removeprefix(FOLDER + '/')})" not in index:
            yield record.path, 1, f"{FOLDER}/index.md does not list it"
        if [line for line in record.lines if line.startswith("## ")] != list(_HEADINGS):
            yield record.path, 1, f"its headings are {', '.join(_HEADINGS)}, in this order"
        if len(record.lines) > LINES_MAX:
            yield record.path, LINES_MAX, f"a decision is one page: {len(record.lines)} lines, at most {LINES_MAX}"
