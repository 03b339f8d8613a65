"""Changes are told by fragments, one a file, in the words of whoever uses Counterfoil."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.lints.complaint import Complaint
from tools.lints.tree import Source

NAME = "changelog"
KINDS = ("added", "changed", "fixed", "removed", "security")
_FRAGMENT = re.compile(rf"changelog\.d/(?:\d+|\+[\w-]+)\.(?:{'|'.join(KINDS)})\.md")
LETTERS_MIN, LETTERS_MAX = 20, 1_000


def check(source: Source) -> Iterator[Complaint]:
    """Complain about fragments whose name or length does not fit."""
    if not source.path.startswith("changelog.d/") or source.path.endswith(("README.md", ".gitignore")):
        return
    if not _FRAGMENT.fullmatch(source.path):
        text = f"call it NUMBER.KIND.md or +WORD.KIND.md, with one of {', '.join(KINDS)}"
        yield Complaint(path=source.path, line=1, lint=NAME, text=text)
    if not LETTERS_MIN <= len(source.text.strip()) <= LETTERS_MAX:
        text = f"say in {LETTERS_MIN} to {LETTERS_MAX} letters what changes for the user"
        yield Complaint(path=source.path, line=1, lint=NAME, text=text)
