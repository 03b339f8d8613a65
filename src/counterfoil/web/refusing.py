"""How a page says a refusal: in the visitor's language, and with moments on the clock of the shop. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from counterfoil.languages import Language
from counterfoil.refusals import Refused
from counterfoil.web import showing

#: The facts of a refusal that are moments; programs get them as ISO 8601 has it.
_MOMENTS = frozenset({"until", "at"})


def refusal_said(refused: Refused, zone: ZoneInfo, language: Language) -> str:
    """Write a refusal; its moments stand on the clock of the shop, as all of a page do."""
    facts = {
        name: showing.moment(datetime.fromisoformat(str(fact)), zone, language) if name in _MOMENTS else fact
        for name, fact in refused.facts.items()
    }
    return replace(refused, facts=facts).said(language)
