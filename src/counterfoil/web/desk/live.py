"""`/desk/live`, `/desk/cases/…/live`: what pages hear by themselves, whenever a case moves (server-sent events).

The inbox hears its figures, the page of a case that somebody else has changed it. One stream is one open page. It looks
by itself every few seconds, cheaply, and reads more only where something moved. It ends with its session, and after a
while in any case: the page asks again, and its session is looked at anew. Nobody is kept signed in by a page that was
left open. A page for which there is no room is told to ask again later, and says nothing: somebody with many windows,
or with many devices, has done nothing wrong.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any

from litestar import Controller, Request, Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from counterfoil.desk.cases import store as cases
from counterfoil.desk.cases.inbox import reading
from counterfoil.desk.cases.inbox.model import scope_of
from counterfoil.desk.cases.model import CaseId
from counterfoil.desk.cases.refusals import EVENT_WORDS
from counterfoil.ids import is_id
from counterfoil.shop.sessions import store as sessions
from counterfoil.shop.sessions.model import Presented, Session
from counterfoil.shop.sessions.rules import read_cookie
from counterfoil.shop.staff import store as staff
from counterfoil.web.desk.filters import PATH
from counterfoil.web.desk.inbox import READS, tally_of
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.visiting import UNATTENDED
from counterfoil.web.visits import Visit, visit_of

#: How soon a page sees what moved.
LOOK_EVERY_S = 3.0
#: How long one stream lives; then the page asks again.
STREAM_LIVES = timedelta(minutes=5)
#: When a page that found no room asks again.
ASK_AGAIN_MS = 60_000
LATER = "later"
#: The database tells by its own clock what moved. So far its clock may be behind ours; the first look catches up.
APART_MAX = timedelta(hours=1)

Seen = Annotated[int, QueryParameter(description="The version of the case that the page shows.")]
#: What a page is told when something moved; None: nothing that is new to it.
Tell = Callable[[Faces, Visit, datetime], str | None]


class LiveController(Controller):
    """What pages hear by themselves."""

    path = PATH
    include_in_schema = False

    @get("/live", opt={**READS, **UNATTENDED})
    async def live(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Tell the inbox its figures."""
        return _opened(request, _figures)

    @get("/cases/{case_id:str}/live", opt={**READS, **UNATTENDED})
    async def case(self, request: Request[Any, Any, Any], case_id: FromPath[str], seen: Seen) -> Response[Any]:
        """Tell the page of a case, which shows the version `seen`, that somebody has changed it."""
        return _opened(request, partial(_moved_on, CaseId(case_id), seen))


def _opened(request: Request[Any, Any, Any], tell: Tell) -> Response[Any]:
    faces, visit = faces_of(request), visit_of(request)
    if not faces.streams.has_room(visit.known.staff_id):
        return ServerSentEvent(_later())
    return ServerSentEvent(_stream(faces, visit, faces.cookies.session(request) or "", tell))


async def _later() -> AsyncIterator[ServerSentEventMessage]:
    """Yield when to ask again, and end."""
    yield ServerSentEventMessage(event=LATER, retry=ASK_AGAIN_MS)


async def _stream(faces: Faces, visit: Visit, presented: str, tell: Tell) -> AsyncIterator[str]:
    """Yield what is to be told now, and whenever a case moved; ends with the session, or when it has lived long."""
    with faces.streams.one_more(visit.known.staff_id):
        since, ends_at, now, moved = visit.now - APART_MAX, visit.now + STREAM_LIVES, visit.now, True
        while now < ends_at:
            told = await faces.asked(tell, faces, visit, now) if moved else None
            if told is not None:
                yield told
            if not await faces.streams.goes_on_after(LOOK_EVERY_S):
                return
            now = faces.clock()
            look = await faces.asked(_look, faces, visit, presented, since, now)
            if look is None:
                return
            since, moved = look


def _look(faces: Faces, visit: Visit, presented: str, since: datetime, now: datetime) -> tuple[datetime, bool] | None:
    """Return from when on to look next and whether a case moved; None where the session is over."""
    read = read_cookie(presented)
    with faces.reading(visit) as connection:
        session = sessions.check_session(connection, read, now=now) if isinstance(read, Presented) else read
        if not isinstance(session, Session):
            return None
        # With other roles the browser asks anew, and is judged anew.
        person = staff.person(connection, visit.known.merchant_id, visit.known.staff_id)
        if person is None or person.grants != visit.known.person.grants:
            return None
        changes = reading.cases_changed_since(connection, visit.known.merchant_id, since)
    return changes.through, bool(changes.case_ids)


def _figures(faces: Faces, visit: Visit, now: datetime) -> str | None:
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


def _moved_on(case_id: CaseId, seen: int, faces: Faces, visit: Visit, _now: datetime) -> str | None:
    """Say who did what to a case since the version that a page shows; None where it is the same."""
    who = visit.known
    with faces.reading(visit) as connection:
        found = cases.cases(connection, who.merchant_id, [case_id] if is_id(case_id) else []).get(case_id)
        if found is None or not scope_of(who.person).holds(found[0].store_id) or found[0].version <= seen:
            return None
        last = found[1]
        person = None if last.actor_id is None else staff.person(connection, who.merchant_id, last.actor_id)
    return faces.templates.render(
        "desk/moved_on.html", visit=visit, case_id=case_id, last=last, person=person, what=EVENT_WORDS[last.kind]
    )
