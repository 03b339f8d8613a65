"""Which case somebody means by what they typed: its number, or the end of it, which is what pages show."""

from __future__ import annotations

from litestar.exceptions import ValidationException

from counterfoil.desk.cases import store
from counterfoil.desk.cases.model import CaseId
from counterfoil.ids import is_id
from counterfoil.web.faces import Faces
from counterfoil.web.visits import Visit


def case_meant(faces: Faces, visit: Visit, typed: str) -> CaseId:
    """Return the case that is meant by a number, or by the end of one, as pages show it; else what was typed."""
    ending = typed.strip().lstrip("….").upper()
    with faces.reading(visit) as connection:
        found = store.in_hand_ending(connection, visit.known.merchant_id, ending) if is_id(ending) else []
    if len(found) == 1:
        return found[0]
    if not is_id(typed):
        raise ValidationException(detail="into is no id")
    return CaseId(typed)
