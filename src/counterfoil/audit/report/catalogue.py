"""The five exceptions and their diagnoses as the page shows them: the words of the detectors, not their rules."""

from __future__ import annotations

from counterfoil.audit.report.model import DiagnosisText, ExceptionText
from counterfoil.detectors.catalogue import Detector, Diagnosis, catalogue


def read_catalogue() -> tuple[ExceptionText, ...]:
    """Return the five exceptions in the order in which they are told."""
    return tuple(_exception(detector) for detector in catalogue().values())


def _exception(detector: Detector) -> ExceptionText:
    return ExceptionText(
        name=detector.id,
        title_en=detector.title["en"],
        title_zh=detector.title["zh"],
        question_en=detector.question["en"],
        question_zh=detector.question["zh"],
        playbook_en=detector.playbook("en"),
        playbook_zh=detector.playbook("zh"),
        diagnoses=tuple(_diagnosis(diagnosis) for diagnosis in detector.diagnoses),
        gaps=tuple((gap["en"], gap["zh"]) for gap in detector.known_gaps),
    )


def _diagnosis(diagnosis: Diagnosis) -> DiagnosisText:
    return DiagnosisText(
        name=diagnosis.id,
        title_en=diagnosis.title["en"],
        title_zh=diagnosis.title["zh"],
        question_en=diagnosis.question["en"],
        question_zh=diagnosis.question["zh"],
        severity=diagnosis.severity.value,
    )
