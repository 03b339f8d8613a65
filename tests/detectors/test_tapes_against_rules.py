"""Every tape of the project gives exactly the findings that it names, by the five rules and the finishing step.

Laying the ground costs seconds however small the books are. So tapes of one policy, as-of and set of columns share
one run, each as a merchant of its own; that they do not disturb each other is itself part of the law.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from counterfoil.detectors.finishing.finish import finish
from counterfoil.detectors.ground import Calendar
from counterfoil.detectors.run import detect
from tests.tapes.tape import Tape, read_tapes

from .laid import lay_books

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/tapes/samples", "src/counterfoil/detectors/*/examples")
#: A finding as a tape tells it: merchant, diagnosis, severity, subjects, amount at risk.
Told = tuple[str, str, str, tuple[str, ...], int]


def _groups() -> list[list[Tape]]:
    """Return the tapes that can share one run, the largest group first."""
    found = defaultdict(list)
    for path in sorted(path for folder in FOLDERS for path in ROOT.glob(f"{folder}/*.tape")):
        for tape in read_tapes(path):
            columns = tuple(sorted((table, tuple(sorted(names))) for table, names in tape.carried.items()))
            found[repr(tape.policy), tape.as_of, columns].append(tape)
    return sorted(found.values(), key=len, reverse=True)


def _merchant(number: int, merchant: str) -> str:
    return f"{number}-{merchant}"


def _found_together(tapes: Sequence[Tape]) -> list[list[Told]]:
    """Return what the rules find in each tape of a group."""
    books = {
        table: [
            {**row, "merchant_id": _merchant(number, row["merchant_id"])}
            for number, tape in enumerate(tapes)
            for row in tape.books[table]
        ]
        for table in tapes[0].books
    }
    first = tapes[0]
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    engine = lay_books(connection, books, first.carried)
    earliest = first.as_of.replace(year=first.as_of.year - 1)
    calendar = Calendar.over(as_of=first.as_of, policy=first.policy, earliest=earliest)
    findings, _ = finish(detect(engine, engine.books(), calendar), frozenset(books))
    told: list[list[Told]] = [[] for _ in tapes]
    for row in findings.to_pylist():
        number, _, merchant = row["merchant_id"].partition("-")
        subjects = tuple(sorted(s for s in (row["subject"], row["other_subject"]) if s is not None))
        told[int(number)].append((merchant, row["diagnosis"], row["severity"], subjects, row["amount_at_risk_minor"]))
    return told


def _expected(tape: Tape) -> list[Told]:
    return sorted(
        (
            finding.merchant_id,
            finding.diagnosis,
            finding.severity,
            tuple(sorted(s for s in (finding.subject, finding.other_subject) if s is not None)),
            finding.amount_at_risk_minor,
        )
        for finding in tape.expected
    )


@pytest.mark.parametrize(
    "tapes",
    [
        pytest.param(group, id=f"{len(group)} tapes from {group[0].place}", marks=[pytest.mark.long] if place else [])
        for place, group in enumerate(_groups())
    ],
)
def test_the_rules_find_exactly_what_the_tapes_say(tapes: list[Tape]) -> None:
    differing = [
        (tape.place, tape.title, sorted(found), _expected(tape))
        for tape, told in zip(tapes, _found_together(tapes), strict=True)
        if (found := sorted(one for one in told if not (tape.ignores_info and one[2] == "info"))) != _expected(tape)
    ]
    assert differing == []
