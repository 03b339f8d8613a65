"""The docs are held to the code: links resolve, commands exist, and what exists is documented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.lints.complaint import Complaint
from tools.lints.docs import coverage, decisions, examples, links, shown
from tools.lints.tree import Source

NAME = "docs"


def check_tree(sources: Sequence[Source]) -> Iterator[Complaint]:
    """Complain about everything in the docs that the project does not bear out."""
    for part in (links, examples, decisions, coverage, shown):
        for path, line, text in part.check(sources):
            yield Complaint(path=path, line=line, lint=NAME, text=text)
