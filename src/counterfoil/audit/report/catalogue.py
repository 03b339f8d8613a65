"""The five exceptions and their diagnoses as people read them, from the folders of the detectors.

Titles, questions, severities and known gaps come from `detector.toml`, the playbooks from the Markdown beside it.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from counterfoil.audit.report.model import DiagnosisText, ExceptionText
from counterfoil.errors import Bug

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

#: In the order of the design, which is the order of the page.
EXCEPTIONS = ("unconfirmed_delivery", "duplicate_order", "void_mismatch", "missing_slip", "orphan_return")


def read_catalogue() -> tuple[ExceptionText, ...]:
    """Return the five exceptions; Bug where a detector's folder is not whole."""
    return tuple(_exception(files("counterfoil.detectors") / name) for name in EXCEPTIONS)


def _exception(folder: Traversable) -> ExceptionText:
    about = tomllib.loads(_text(folder, "detector.toml"))
    return ExceptionText(
        name=about["id"],
        title_en=about["title_en"],
        title_zh=about["title_zh"],
        question_en=about["question_en"],
        question_zh=about["question_zh"],
        playbook_en=_text(folder, "playbook.en.md"),
        playbook_zh=_text(folder, "playbook.zh.md"),
        diagnoses=tuple(_diagnosis(one) for one in about["diagnoses"]),
        gaps=tuple((gap["en"], gap["zh"]) for gap in about.get("known_gaps", ())),
    )


def _diagnosis(about: dict[str, Any]) -> DiagnosisText:
    return DiagnosisText(
        name=about["id"],
        title_en=about["title_en"],
        title_zh=about["title_zh"],
        question_en=about["question_en"],
        question_zh=about["question_zh"],
        severity=about["severity"],
    )


def _text(folder: Traversable, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except OSError as error:
        raise Bug(f"the detector {folder.name} has no {name}") from error
