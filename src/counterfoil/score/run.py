"""`counterfoil score`, without the command line: reads two files and gives back what the findings are worth."""

from __future__ import annotations

from pathlib import Path

from counterfoil.score.model import Score
from counterfoil.score.store import score


def run_score(findings: Path, truth: Path) -> Score:
    """Score findings against a truth; either may be the file or a folder that has it under its usual name."""
    return score(_file(findings, "findings"), _file(truth, "truth"))


def _file(path: Path, stem: str) -> Path:
    if not path.is_dir():
        return path
    there = [
        path / f"{stem}{ending}" for ending in (".parquet", ".csv", ".ndjson") if (path / f"{stem}{ending}").exists()
    ]
    return there[0] if there else path / f"{stem}.parquet"
