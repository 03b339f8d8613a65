"""No exception without a reason: whoever silences a checker says why, on the same line."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from tools.lints.complaint import Complaint
from tools.lints.tree import Source

NAME = "reasons"
_CODES = r"[A-Z]+[0-9]+(?:\s*,\s*[A-Z]+[0-9]+)*"
_SILENCED = re.compile(rf"(?:noqa(?::\s*{_CODES})?|type:\s*ignore(?:\[[\w\s,-]*\])?|pragma:\s*no cover)(?P<rest>.*)")
_REASON = re.compile(r"[^\W\d_]{4,}")
_LISTED = re.compile(r'^\s*"[A-Z]+[0-9]*",')


def check(source: Source) -> Iterator[Complaint]:
    """Complain about silenced checks in Python, and about rules switched off in pyproject.toml, without a reason."""
    if source.is_python:
        yield from _check_comments(source)
    if source.path == "pyproject.toml":
        yield from _check_settings(source)


def _check_comments(source: Source) -> Iterator[Complaint]:
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type != tokenize.COMMENT:
            continue
        match = _SILENCED.search(token.string)
        if match is not None and not _REASON.search(match["rest"]):
            yield Complaint(
                path=source.path, line=token.start[0], lint=NAME, text=f"{token.string}: say why, on this line"
            )


def _check_settings(source: Source) -> Iterator[Complaint]:
    for number, line in enumerate(source.lines, start=1):
        if _LISTED.match(line) and "#" not in line:
            yield Complaint(path=source.path, line=number, lint=NAME, text=f"{line.strip()} is off without a reason")
