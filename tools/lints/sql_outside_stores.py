"""No SQL outside the rooms that talk to an engine: the database, audit and watch around the rules, finishing, the town.

Rules speak Ibis, because one rule must run on three engines; the report and the commands are handed values.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.lints.complaint import Complaint
from tools.lints.tree import Source

NAME = "sql-outside-stores"
#: Folders whose files may speak to an engine, and the folders in them that may not.
_ROOMS = (
    "src/counterfoil/audit/",
    "src/counterfoil/db/",
    # It lays rows out for the rules, as the engines of the audit do.
    "src/counterfoil/desk/watch/",
    "src/counterfoil/detectors/finishing/",
    "src/counterfoil/world/",
)
_NOT_THERE = ("src/counterfoil/audit/report/",)
#: Files that may wherever they are: a store is where SQL lives, and the report is filled from one.
_FILES = frozenset({"store.py", "fill.py"})
_SQL = re.compile(
    r"\bSELECT\b[\s\S]+\bFROM\b"
    r"|\bINSERT INTO\b|\bDELETE FROM\b|\bUPDATE\s+\S+\s+SET\b"
    r"|\b(?:CREATE|DROP|ALTER)\s+(?:OR REPLACE\s+)?(?:TEMP\w*\s+)?(?:TABLE|VIEW|MACRO|SCHEMA|INDEX|TYPE|FUNCTION)\b"
    r"|\bCOPY\s*\(|\bCOPY\s+\S+\s+(?:TO|FROM)\b|^\s*PRAGMA\b|^\s*ATTACH\b"
)
#: Methods that run SQL, whatever its case.
_RUNS = frozenset({"execute", "executemany", "sql", "query", "raw_sql"})


def check(source: Source) -> Iterator[Complaint]:
    """Complain about SQL in a file that has no business with an engine."""
    if not source.is_python or not source.path.startswith("src/") or _may(source):
        return
    lines = {line for line, text in source.strings if _SQL.search(text)}
    lines |= {node.lineno for node in source.nodes if isinstance(node, ast.Call) and _runs_sql(node)}
    for line in sorted(lines):
        yield Complaint(
            path=source.path, line=line, lint=NAME, text="SQL belongs into a store; a rule is one Ibis expression"
        )


def _may(source: Source) -> bool:
    if source.parts[-1] in _FILES:
        return True
    return source.path.startswith(_ROOMS) and not source.path.startswith(_NOT_THERE)


def _runs_sql(node: ast.Call) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=attr), args=[ast.Constant(value=str()) | ast.JoinedStr(), *_]):
            return attr in _RUNS
        case _:
            return False
