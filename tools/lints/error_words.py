"""Whatever an error says about a file or an option has its Chinese in `error_words.toml`, which has nothing else.

Looked at are the texts that stand where an error is made. One that is put together elsewhere is a phrase of the table.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence

from tools.lints.complaint import Complaint
from tools.lints.tree import Source
from tools.lints.words import dotted

NAME = "error-words"
TABLE = "src/counterfoil/error_words.toml"
_ERRORS = {"BadFile", "BadInput", "BadOption"}
#: Of a BadFile: the parts that are sentences.
_PARTS = {"expected", "found", "advice"}
_HOLE = "{}"
_WORD = re.compile(r"[A-Za-z]{2}")
_PLACE = re.compile(r"\{(\d)\}")


def check_tree(sources: Sequence[Source]) -> Iterator[Complaint]:
    """Complain about messages without Chinese, about Chinese for nothing, and about what is filled in nowhere."""
    table = next((source for source in sources if source.path == TABLE), None)
    if table is None:
        return
    words = tomllib.loads(table.text)
    said: set[str] = set()
    for source in sources:
        if source.is_python and source.path.startswith("src/"):
            for line, text in messages_in(source):
                said.add(text)
                if text not in words["messages"]:
                    yield Complaint(path=source.path, line=line, lint=NAME, text=f"{TABLE} has no Chinese for {text!r}")
    for english in words["messages"]:
        if english not in said:
            yield _about(table, english, "is said nowhere")
    yield from _uneven(table, {**words["messages"], **words["phrases"]})


def messages_in(source: Source) -> Iterator[tuple[int, str]]:
    """Yield line and text of each message where an error is made; what is filled in is `{}`."""
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in _ERRORS):
            continue
        parts = [keyword.value for keyword in node.keywords if keyword.arg in _PARTS]
        for value in parts or node.args[:1]:
            text = _text(value)
            if text is not None and _WORD.search(text.replace(_HOLE, "")):
                yield value.lineno, text


def _text(node: ast.expr) -> str | None:
    """Return a text with `{}` for what is filled in; None for what is no text."""
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=values):
            return "".join(_HOLE if isinstance(part, ast.FormattedValue) else _text(part) or "" for part in values)
        case _:
            return None


def _uneven(table: Source, words: Mapping[str, str]) -> Iterator[Complaint]:
    for english, chinese in words.items():
        holes = {str(number) for number in range(english.count(_HOLE))}
        if set(_PLACE.findall(chinese)) != holes:
            yield _about(table, english, "is not filled in with the same things in Chinese")


def _about(table: Source, english: str, what: str) -> Complaint:
    at = next((n for n, line in enumerate(table.lines, 1) if english[:20] in line.replace('\\"', '"')), 1)
    return Complaint(path=table.path, line=at, lint=NAME, text=f"{english!r} {what}")
