"""What the lints over Python share: the names in an expression, and the strings that are no docstrings."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence


def names_in(node: ast.expr) -> Iterator[str]:
    """Yield the names that an operand goes by: `t.amount_minor.sum()` goes by sum, amount_minor and t."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(value=value, attr=attr):
            yield attr
            yield from names_in(value)
        case ast.Subscript(value=value, slice=ast.Constant(value=str(name))):
            yield name
            yield from names_in(value)
        case ast.Subscript(value=value):
            yield from names_in(value)
        case ast.Call(func=func):
            yield from names_in(func)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            yield from names_in(left)
            yield from names_in(right)
        case ast.UnaryOp(operand=operand):
            yield from names_in(operand)
        case _:
            return


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a chain of names, else an empty text."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr) if dotted(value):
            return f"{dotted(value)}.{attr}"
        case _:
            return ""


def strings_in(nodes: Sequence[ast.AST]) -> Iterator[tuple[int, str]]:
    """Yield line and text of every string that is not a docstring; of an f-string, its fixed parts.

    A string that stands by itself is a docstring: it says, and does nothing.
    """
    left_out = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    joined = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    left_out |= {id(part) for node in joined for part in node.values}
    for node in nodes:
        if id(node) in left_out:
            continue
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(_fixed(part) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _fixed(part: ast.expr) -> str:
    """The fixed text of a part of an f-string; a value stands as one word."""
    return str(part.value) if isinstance(part, ast.Constant) else "x"
