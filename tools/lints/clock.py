"""No clock inside logic: the moment of an audit is passed in, so the same input always gives the same findings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tools.lints.complaint import Complaint
from tools.lints.tree import Source
from tools.lints.words import dotted

NAME = "clock"
_READS = frozenset(
    "datetime.now datetime.utcnow datetime.today date.today time.time time.time_ns time.monotonic "
    "time.monotonic_ns time.perf_counter time.perf_counter_ns time.localtime time.gmtime "
    "Timestamp.now Timestamp.utcnow ibis.now ibis.today".split()
)
_FROM_TIME = frozenset("time time_ns monotonic monotonic_ns perf_counter perf_counter_ns localtime gmtime".split())
_SQL = re.compile(
    r"\b(?:now|today|clock_timestamp|get_current_timestamp|get_current_time|transaction_timestamp)\s*\(\s*\)"
    r"|\b(?:current_timestamp|current_date|localtimestamp)\b",
    re.IGNORECASE,
)
#: Where time may be read: at the edge, where a person waits or a speed is measured.
_EDGES = re.compile(
    r"src/counterfoil/(?:clock\.py|counter/store\.py|counter/measures\.py|measures/|cli\.py|commands/|bench/|(?:.*/)?(?:bench|progress)\w*\.py)"
)


def check(source: Source) -> Iterator[Complaint]:
    """Complain about every reading of a clock in the product's logic, in Python and in SQL."""
    if not source.is_python or not source.path.startswith("src/") or _EDGES.match(source.path):
        return
    advice = "take the moment as an argument (as_of)"
    for node in source.nodes:
        match node:
            case ast.Attribute() if _reads(dotted(node)):
                yield Complaint(path=source.path, line=node.lineno, lint=NAME, text=f"{dotted(node)}: {advice}")
            case ast.ImportFrom(module="time", names=names) if any(name.name in _FROM_TIME for name in names):
                yield Complaint(path=source.path, line=node.lineno, lint=NAME, text=f"from time import …: {advice}")
            case _:
                pass
    for line, text in source.strings:
        if _SQL.search(text):
            yield Complaint(path=source.path, line=line, lint=NAME, text=f"SQL reads a clock: {advice}")


def _reads(name: str) -> bool:
    return ".".join(name.split(".")[-2:]) in _READS
