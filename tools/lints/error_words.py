"""Whatever an error says about a file or an option has its Chinese in `error_words.toml`, which has nothing else.

Looked at are the texts that stand where an error is made. One that is put together elsewhere is a phrase of the table.
The sentences about an acquirer's answer are held to `answer_words.toml` in the same way, by `answer_words`.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence

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
    yield from held(sources, TABLE, messages_in, name=NAME)


def held(
    sources: Sequence[Source],
    table_path: str,
    texts_in: Callable[[Source], Iterator[tuple[int, str]]],
    *,
    name: str,
) -> Iterator[Complaint]:
    """Hold the texts that are said in the code and those of a table to one another."""
    table = next((source for source in sources if source.path == table_path), None)
    if table is None:
        return
    words = tomllib.loads(table.text)
    said: set[str] = set()
    for source in sources:
        if source.is_python and source.path.startswith("src/"):
            for line, text in texts_in(source):
                said.add(text)
                if text not in words["messages"]:
                    yield Complaint(
                        path=source.path, line=line, lint=name, text=f"{table_path} has no Chinese for {text!r}"
                    )
    for english in words["messages"]:
        if english not in said:
            yield _about(table, english, "is said nowhere", name)
    every = {**words["messages"], **words["phrases"]}
    yield from _uneven(table, every, name)
    for english in words.get("pages", {}):
        if english not in every:
            yield _about(table, english, "is no message that a page could be told otherwise", name)


def messages_in(source: Source) -> Iterator[tuple[int, str]]:
    """Yield line and text of each message where an error is made; what is filled in is `{}`."""
    for node in source.nodes:
        if not (isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in _ERRORS):
            continue
        parts = [keyword.value for keyword in node.keywords if keyword.arg in _PARTS]
        for value in parts or node.args[:1]:
            text = text_of(value)
            if text is not None:
                yield value.lineno, text


def text_of(node: ast.expr) -> str | None:
    """Return a text that has a word in it, with `{}` for what is filled in; None for anything else."""
    text = _text(node)
    return text if text is not None and _WORD.search(text.replace(_HOLE, "")) else None


def _text(node: ast.expr) -> str | None:
    """Return a text with `{}` for what is filled in; None for what is no text."""
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=values):
            return "".join(_HOLE if isinstance(part, ast.FormattedValue) else _text(part) or "" for part in values)
        case _:
            return None


def _uneven(table: Source, words: Mapping[str, str], name: str) -> Iterator[Complaint]:
    for english, chinese in words.items():
        holes = {str(number) for number in range(english.count(_HOLE))}
        if set(_PLACE.findall(chinese)) != holes:
            yield _about(table, english, "is not filled in with the same things in Chinese", name)


def _about(table: Source, english: str, what: str, name: str) -> Complaint:
    at = next((n for n, line in enumerate(table.lines, 1) if english[:20] in line.replace('\\"', '"')), 1)
    return Complaint(path=table.path, line=at, lint=name, text=f"{english!r} {what}")
