"""How a page says a refusal: in the visitor's language, and with moments on the clock of the shop. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from counterfoil.languages import Language
from counterfoil.refusals import Refused
from counterfoil.web import showing

#: The fact of a refusal that is a moment; programs get it as ISO 8601 has it.
_UNTIL = "until"


def refusal_said(refused: Refused, zone: ZoneInfo, language: Language) -> str:
    """Write a refusal; until when it holds stands on the clock of the shop, as every moment of a page does."""
    facts = {
        name: showing.moment(datetime.fromisoformat(str(fact)), zone, language) if name == _UNTIL else fact
        for name, fact in refused.facts.items()
    }
    return replace(refused, facts=facts).said(language)
