"""Short files, short functions: an alarm at 300 lines a file, a wall at 70 lines a function.

A file may stand above the alarm only with a reason in `long-files.toml`, which holds its length: it may shrink
and never grow. The wall has no exceptions.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tools.lints.complaint import Complaint
from tools.lints.tree import Source

NAME = "length"
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 70
_ENDINGS = (".py", ".ts", ".tsx", ".css")
_RATCHET = Path(__file__).with_name("long-files.toml")


def check(source: Source) -> Iterator[Complaint]:
    """Complain about files above the alarm and functions above the wall."""
    if source.path.endswith(_ENDINGS):
        yield from check_file(source, ratchet())
    if source.is_python:
        yield from _check_functions(source)


@cache
def ratchet() -> Mapping[str, int]:
    """Return the files that are known to be long, with the length that they may not pass."""
    known = tomllib.loads(_RATCHET.read_text(encoding="utf-8"))
    return {path: entry["lines"] for path, entry in known.items()}


def check_file(source: Source, known: Mapping[str, int]) -> Iterator[Complaint]:
    """Complain about a file that is too long, or shorter than the list of known long files says."""
    found, most = len(source.lines), known.get(source.path, FILE_LINES_MAX)
    if found > most:
        yield Complaint(path=source.path, line=most, lint=NAME, text=f"{found} lines, at most {most}: split it by verb")
    if source.path in known and found < most:
        text = f"{found} lines now: write that into {_RATCHET.name}, or take the file out of it"
        yield Complaint(path=source.path, line=1, lint=NAME, text=text)


def _check_functions(source: Source) -> Iterator[Complaint]:
    for node in source.nodes:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            text = f"{node.name} has {lines} lines, at most {FUNCTION_LINES_MAX}"
            yield Complaint(path=source.path, line=node.lineno, lint=NAME, text=text)
