"""`/desk/live`: the figures above the inbox, sent again whenever a case moves (server-sent events).

One stream is one open page. It looks by itself every few seconds, cheaply, and counts only where something moved. It
ends with its session, and after a while in any case: the page asks again, and its session is looked at anew. Nobody is
kept signed in by a page that was left open.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.exceptions import HTTPException
from litestar.response import ServerSentEvent
from litestar.status_codes import HTTP_429_TOO_MANY_REQUESTS

from counterfoil.desk.cases.inbox import reading
from counterfoil.ids import StaffId
from counterfoil.shop.sessions import store as sessions
from counterfoil.shop.sessions.model import Presented, Session
from counterfoil.shop.sessions.rules import read_cookie
from counterfoil.web.desk.filters import PATH
from counterfoil.web.desk.inbox import READS, tally_of
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.visiting import UNATTENDED
from counterfoil.web.visits import Visit, visit_of

#: How soon a page sees what moved.
LOOK_EVERY_S = 3.0
#: How long one stream lives; then the page asks again.
STREAM_LIVES = timedelta(minutes=5)
#: Open streams of one process, and of one person in it.
STREAMS_MAX = 200
STREAMS_OF_ONE_MAX = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """The streams that are open in one process; its one loop counts them."""

    by_person: Counter[StaffId] = field(default_factory=Counter)

    @contextmanager
    def one_more(self, staff_id: StaffId) -> Iterator[None]:
        """Count a stream as long as it is open."""
        self.by_person[staff_id] += 1
        try:
            yield
        finally:
            self.by_person[staff_id] -= 1

    def has_room(self, staff_id: StaffId) -> bool:
        """Say whether one more may be opened."""
        return self.by_person.total() < STREAMS_MAX and self.by_person[staff_id] < STREAMS_OF_ONE_MAX


_STREAMS = Streams()


class LiveController(Controller):
    """What the inbox hears by itself."""

    path = f"{PATH}/live"
    include_in_schema = False

    @get("/", opt={**READS, **UNATTENDED})
    async def live(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Open a stream; 429 where too many are open already."""
        faces, visit = faces_of(request), visit_of(request)
        if not _STREAMS.has_room(visit.known.staff_id):
            raise HTTPException(status_code=HTTP_429_TOO_MANY_REQUESTS)
        return ServerSentEvent(_stream(faces, visit, faces.cookies.session(request) or ""))


async def _stream(faces: Faces, visit: Visit, presented: str) -> AsyncIterator[str]:
    """Yield the figures now, and whenever a case moved; ends with the session, or when the stream has lived long."""
    with _STREAMS.one_more(visit.known.staff_id):
        since, ends_at = visit.now, visit.now + STREAM_LIVES
        yield await faces.asked(_figures, faces, visit, visit.now)
        while faces.clock() < ends_at:
            await asyncio.sleep(LOOK_EVERY_S)
            now = faces.clock()
            look = await faces.asked(_look, faces, visit, presented, since, now)
            if look is None:
                return
            since, moved = look
            if moved:
                yield await faces.asked(_figures, faces, visit, now)


def _look(faces: Faces, visit: Visit, presented: str, since: datetime, now: datetime) -> tuple[datetime, bool] | None:
    """Return from when on to look next and whether a case moved; None where the session is over."""
    read = read_cookie(presented)
    with faces.reading(visit) as connection:
        session = sessions.check_session(connection, read, now=now) if isinstance(read, Presented) else read
        if not isinstance(session, Session):
            return None
        changes = reading.cases_changed_since(connection, visit.known.merchant_id, since)
    return changes.through, bool(changes.case_ids)


def _figures(faces: Faces, visit: Visit, now: datetime) -> str:
    who = visit.known
    with faces.reading(visit) as connection:
        counts = reading.inbox_counts(
            connection,
            who.merchant_id,
            actor=who.person,
            now=now,
            store_id=None if who.store is None else who.store.store_id,
        )
    return faces.templates.render("desk/tally.html", visit=visit, tally=tally_of(counts, who))
