"""Whatever we say about an acquirer's answer has its Chinese in `answer_words.toml`, which has nothing else.

Looked at are the texts that stand where an answer, a verdict or a silence is made, in the rooms that make them. One
that is put together elsewhere is a phrase of the table.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from tools.lints.complaint import Complaint
from tools.lints.error_words import held, text_of
from tools.lints.tree import Source
from tools.lints.words import dotted

NAME = "answer-words"
TABLE = "src/counterfoil/answer_words.toml"
_ROOMS = ("src/counterfoil/links/", "src/counterfoil/counter/", "src/counterfoil/books/payments/")
#: What is made with a sentence, and at which place the sentence stands, besides under `note` or `because`.
_MADE: Mapping[str, int | None] = {
    "Answer": None,
    "Settlement": None,
    "Silence": None,
    "Taken": None,
    "Unheard": None,
    "Unwritable": 0,
    "Verdict": None,
    "_Unreachable": 0,
    "_settlement": 2,
    "_silent": 1,
    "approved": 0,
    "declined": 1,
    "not_found": 0,
    "pending": 0,
    "replace": None,
    "unknown": 0,
}
_PARTS = {"note", "because"}


def check_tree(sources: Sequence[Source]) -> Iterator[Complaint]:
    """Complain about sentences without Chinese, about Chinese for nothing, and about what is filled in nowhere."""
    yield from held(sources, TABLE, sentences_in, name=NAME)


def sentences_in(source: Source) -> Iterator[tuple[int, str]]:
    """Yield line and text of each sentence where an answer is made; what is filled in is `{}`."""
    if not source.path.startswith(_ROOMS):
        return
    for node in source.nodes:
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func).rpartition(".")[2]
        if name not in _MADE:
            continue
        place = _MADE[name]
        values = [keyword.value for keyword in node.keywords if keyword.arg in _PARTS]
        values += [] if place is None else node.args[place : place + 1]
        for value in values:
            for one in _choices(value):
                text = text_of(one)
                if text is not None:
                    yield one.lineno, text


def _choices(node: ast.expr) -> Iterator[ast.expr]:
    """Yield each of the texts that an expression may come to."""
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            yield body
            yield orelse
        case ast.BoolOp(values=values):
            yield from values
        case _:
            yield node
