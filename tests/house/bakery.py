"""The bakery of the tutorial: its two files, an audit of them, and the story of what is found."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from counterfoil.cli import app

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs" / "tutorials" / "first-audit.md"
AS_OF = "2026-03-06T12:00:00+01:00"


def audit(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["audit", *arguments])
    return result.exit_code, result.output


def explained(folder: Path) -> str:
    """Ask for the story of the only finding of a folder, by the beginning of its id."""
    header, row = (folder / "findings.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("finding_id,")
    result = CliRunner().invoke(app, ["explain", row[:8].lower(), "--in", str(folder), "--lang", "en"])
    assert result.exit_code == 0
    return result.output


def bake(folder: Path) -> Path:
    """Write the tutorial's two files into a folder."""
    folder.mkdir()
    files = re.findall(r"`(\w+\.csv)`:\n\n```csv\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), re.DOTALL)
    assert [name for name, _ in files] == ["payments.csv", "acquirer_records.csv"]
    for name, text in files:
        (folder / name).write_text(text, encoding="utf-8")
    return folder
