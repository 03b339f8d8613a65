"""No float near money: an amount is a whole number of minor units from the file to the finding.

A name is money when one of its words is. What is only *about* money (a rate, a share, a label) is told by its
last word, as the house style wants units and qualifiers last.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.lints.complaint import Complaint
from tools.lints.tree import Source
from tools.lints.words import names_in

NAME = "float-near-money"
_MONEY = frozenset("amount amounts minor total totals price prices fee fees".split())
_ABOUT = frozenset("rate share ratio count counts rows pattern label name names column columns text scale".split())
_SQL_FLOAT = re.compile(
    r"(?:amount|minor|total|price|fee)\w*\s*::\s*(?:double|float|real)"
    r"|cast\s*\(\s*[\w.\"]*(?:amount|minor|total|price|fee)\w*\"?\s+as\s+(?:double|float|real)",
    re.IGNORECASE,
)
_FLOAT_TYPES = frozenset({"float", "float32", "float64", "double", "real"})


def is_money(name: str) -> bool:
    """Say whether a name is the name of an amount."""
    words = name.lower().strip("_").split("_")
    return bool(_MONEY.intersection(words)) and words[-1] not in _ABOUT


def check(source: Source) -> Iterator[Complaint]:
    """Complain about every float, division and float cast that touches an amount."""
    if not source.is_python:
        return
    for node in source.nodes:
        for text in _complaints_about_values(node):
            yield Complaint(path=source.path, line=getattr(node, "lineno", 1), lint=NAME, text=text)
    for line, text in source.strings:
        if _SQL_FLOAT.search(text):
            yield Complaint(path=source.path, line=line, lint=NAME, text="SQL casts an amount to a float")


def _complaints_about_values(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.AnnAssign(target=target, annotation=annotation) if _touches(target) and _is_float(annotation):
            yield "an amount is annotated as float"
        case ast.arg(arg=name, annotation=ast.expr() as annotation) if is_money(name) and _is_float(annotation):
            yield f"{name} is taken as float"
        case ast.FunctionDef(name=name, returns=ast.expr() as returns) if is_money(name) and _is_float(returns):
            yield f"{name} returns a float"
        case ast.Assign(targets=targets, value=ast.Constant(value=float())) if any(map(_touches, targets)):
            yield "an amount is set to a float"
        case ast.keyword(arg=str(name), value=ast.Constant(value=float())) if is_money(name):
            yield f"{name} is given a float"
        case _:
            yield from _complaints_about_doing(node)


def _complaints_about_doing(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.BinOp(left=left, op=ast.Div(), right=right) if _touches(left) or _touches(right):
            yield "an amount is divided with /; divide minor units with //, or use Decimal and round_to_minor"
        case ast.AugAssign(target=target, op=ast.Div()) if _touches(target):
            yield "an amount is divided with /="
        case ast.Call(func=ast.Name(id="float"), args=[argument, *_]) if _touches(argument):
            yield "an amount is made a float"
        case ast.Call(func=ast.Attribute(value=value, attr="cast" | "astype" | "try_cast"), args=[kind, *_]):
            if _touches(value) and _is_float(kind):
                yield "an amount is cast to a float"


def _touches(node: ast.expr) -> bool:
    return any(is_money(name) for name in names_in(node))


def _is_float(node: ast.expr) -> bool:
    return any(
        (isinstance(part, ast.Name) and part.id in _FLOAT_TYPES)
        or (isinstance(part, ast.Attribute) and part.attr in _FLOAT_TYPES)
        or (isinstance(part, ast.Constant) and str(part.value).lower() in _FLOAT_TYPES)
        for part in ast.walk(node)
    )
