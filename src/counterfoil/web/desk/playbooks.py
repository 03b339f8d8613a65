"""The playbook of a case: of the detector's own pages the parts that are for its diagnosis and its next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup

from counterfoil.audit.report.blanks import filled
from counterfoil.audit.report.playbooks import sections
from counterfoil.detectors.catalogue import catalogue
from counterfoil.languages import Language

#: The sections of every playbook, in their order; a test of the detectors holds them to it.
PARTS = ("what", "check", "harmless", "right", "tell", "close")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section of a playbook, as far as it is about one case."""

    name: str
    heading: str
    #: For every case of the exception.
    general: Markup
    #: For this diagnosis or this next step alone.
    own: Markup


def playbook(
    exception: str, diagnosis: str, next_step: str, language: Language, values: Mapping[str, str]
) -> dict[str, Part]:
    """Return the parts of a playbook by name, filled in; none for an exception that this version does not know."""
    if exception not in catalogue():
        return {}
    keys = {diagnosis, next_step}
    found = [section for section in _sections(exception, language) if section["heading"]]

    def _shown(section: dict[str, Any], keys: set[str]) -> Markup:
        return Markup(filled(_html(section, keys), language, values))  # noqa: S704 — what is filled in is escaped

    return {
        name: Part(name=name, heading=section["heading"], general=_shown(section, set()), own=_shown(section, keys))
        for name, section in zip(PARTS, found, strict=False)
    }


@cache
def _sections(exception: str, language: Language) -> Sequence[dict[str, Any]]:
    detector = catalogue()[exception]
    return sections(detector.playbook(language), [diagnosis.id for diagnosis in detector.diagnoses])


def _html(section: dict[str, Any], keys: set[str]) -> Markup:
    """Return the parts of a section for some keys, or those for everybody; a heading of its own stands above each."""
    chosen = (part for part in section["parts"] if (set(part["keys"]) & keys if keys else not part["keys"]))
    # The playbooks are ours, and what renders them takes no markup from them.
    return Markup("").join(
        Markup("<h4>{}</h4>").format(part["title"]) + Markup(part["html"])  # noqa: S704 — as said above
        if part["title"]
        else Markup(part["html"])  # noqa: S704 — as said above
        for part in chosen
    )
