"""Decision records are one page each, with a number of their own, and listed in their index."""

from __future__ import annotations

import re
from collections import Counter
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
    numbers = Counter(match["number"] for record in records if (match := _RECORD.fullmatch(record.path)))
    for record in records:
        match = _RECORD.fullmatch(record.path)
        if match is not None and numbers[match["number"]] > 1:
            yield record.path, 1, f"another decision has the number {match['number']}"
        if f"({record.path.removeprefix(FOLDER + '/')})" not in index:
            yield record.path, 1, f"{FOLDER}/index.md does not list it"
        if [line for line in record.lines if line.startswith("## ")] != list(_HEADINGS):
            yield record.path, 1, f"its headings are {', '.join(_HEADINGS)}, in this order"
        if len(record.lines) > LINES_MAX:
            yield record.path, LINES_MAX, f"a decision is one page: {len(record.lines)} lines, at most {LINES_MAX}"
