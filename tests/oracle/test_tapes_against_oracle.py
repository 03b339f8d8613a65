"""Every tape of the project gives exactly the findings that it names, by the oracle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tapes.tape import Expected, Tape, read_tapes

from .law import find

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/tapes/samples", "src/counterfoil/detectors/*/examples")
PATHS = sorted(path for folder in FOLDERS for path in ROOT.glob(f"{folder}/**/*.tape"))
TAPES = [
    pytest.param(tape, id=f"{path.parent.parent.name}/{tape.place}") for path in PATHS for tape in read_tapes(path)
]


@pytest.mark.parametrize("tape", TAPES)
def test_the_oracle_finds_exactly_what_the_tape_says(tape: Tape) -> None:
    found = [
        Expected(
            merchant_id=finding.merchant_id,
            diagnosis=finding.diagnosis,
            subject=finding.subject,
            other_subject=finding.other_subject,
            amount_at_risk_minor=finding.amount_at_risk_minor,
            severity=finding.severity,
        )
        for finding in find(tape.books, tape.carried, tape.policy, tape.as_of)
        if not (tape.ignores_info and finding.severity == "info")
    ]
    assert sorted(found, key=str) == sorted(tape.expected, key=str), tape.title
