"""What the desk and the office are told where nobody has looked at the books for too long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from counterfoil.desk.lateness import WORDS
from counterfoil.desk.store import watch_stand
from counterfoil.languages import Language, Text
from counterfoil.web.showing import moment

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.web.faces import Faces
    from counterfoil.web.visits import Visit


def unwatched(connection: sa.Connection, faces: Faces, visit: Visit) -> Mapping[str, Text] | None:
    """Return since when nobody has looked, what it means and what to do; None where the watch looks as it should."""
    stand = watch_stand(connection, visit.known.merchant_id)
    if not stand.is_late(opened_at=faces.house.opened_at, now=visit.now):
        return None
    since = Text(en=moment(stand.since, visit.zone, Language.EN), zh=moment(stand.since, visit.zone, Language.ZH))
    return {**WORDS, "title": WORDS["title"].filled(since=since)}
