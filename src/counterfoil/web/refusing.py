"""How a page says a refusal: in the visitor's language, with moments on the clock of the shop and ids by their ends.

Pure. What is said so stands within plain text too, where no mark-up keeps a day on one line; its own characters do.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from counterfoil.languages import Language
from counterfoil.refusals import Refused
from counterfoil.web import showing
from counterfoil.web.desk.naming import REFUSED_PEOPLE

#: The facts of a refusal that are moments; programs get them as ISO 8601 has it.
_MOMENTS = frozenset({"until", "at"})
#: The words within a Chinese day; a line may end before and behind each.
_UNITS = re.compile("[年月日]")
#: What an id's fact ends in; programs get all of it. Somebody is called by name, and a name is said whole.
_ID = "_id"


def refusal_said(refused: Refused, zone: ZoneInfo, language: Language) -> str:
    """Write a refusal; its moments stand on the clock of the shop, as all of a page do."""
    facts = {name: _shown(name, fact, zone, language) for name, fact in refused.facts.items()}
    return replace(refused, facts=facts).said(language)


def _shown(name: str, fact: object, zone: ZoneInfo, language: Language) -> object:
    if name in _MOMENTS:
        return _on_one_line(showing.moment(datetime.fromisoformat(str(fact)), zone, language))
    return showing.short_id(str(fact)) if name.endswith(_ID) and name not in REFUSED_PEOPLE else fact


def _on_one_line(moment: str) -> str:
    """Let no line end within a moment: Chinese ends one anywhere."""
    return _UNITS.sub("\N{WORD JOINER}\\g<0>\N{WORD JOINER}", moment.replace(" ", "\N{NO-BREAK SPACE}"))
