"""No names that say nothing: what a file or a class is for stands in its name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.lints.complaint import Complaint
from tools.lints.tree import Source

NAME = "names"
_EMPTY = frozenset("util utils helper helpers common service services manager managers misc stuff".split())
_CLASS = re.compile(r"(?:Util|Utils|Helper|Helpers|Service|Manager)$")


def check(source: Source) -> Iterator[Complaint]:
    """Complain about files, folders and classes whose name fits anything."""
    for part in source.parts:
        if _EMPTY.intersection(re.split(r"[_.-]", part.lower())):
            yield Complaint(path=source.path, line=1, lint=NAME, text=f"{part!r} says nothing: name what it does")
    if not source.is_python:
        return
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and _CLASS.search(node.name):
            yield Complaint(path=source.path, line=node.lineno, lint=NAME, text=f"{node.name}: name what it does")
