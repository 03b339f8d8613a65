"""`/api/v1/health`: whether sales can be taken, and whether the background does its work. Anybody may ask.

It tells moments and nothing of any merchant. Whoever watches says how old is too old; of what is amiss for certain, the
answer says so itself. It is 503 only where no sale can be taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE
from sqlalchemy.exc import SQLAlchemyError

from counterfoil import __version__, clock
from counterfoil.api.access import OPEN
from counterfoil.api.description import examples
from counterfoil.api.description.examples import answered
from counterfoil.api.problems import PROBLEMS
from counterfoil.counter.house import House
from counterfoil.db.trouble import Kind, trouble_behind
from counterfoil.desk.lateness import WORDS, Stand
from counterfoil.desk.store import watch_stands
from counterfoil.jobs.store import Standing, standing


class Status(StrEnum):
    """Whether sales can be taken."""

    READY = "ready"
    BOOKS_UNREACHABLE = "books_unreachable"
    BOOKS_READ_ONLY = "books_read_only"
    BOOKS_BUSY = "books_busy"


class Amiss(StrEnum):
    """What does not work, though sales can be taken."""

    BOOKS_NOT_WATCHED = "books_not_watched"


class AmissOut(msgspec.Struct, kw_only=True):
    """One thing that does not work: since when, what it means, and what to do."""

    code: Amiss
    since: datetime
    detail_en: str
    detail_zh: str


class HealthOut(msgspec.Struct, kw_only=True):
    """How the shop stands; a moment that is null has not come yet, or is not known while the books are away."""

    status: Status
    version: str
    at: datetime
    #: When a worker last said that it is there; it does so every two seconds.
    worker_beat_at: datetime | None = None
    #: Since when a payment has waited for its next step; null: none waits.
    payment_due_since: datetime | None = None
    backed_up_at: datetime | None = None
    #: Whatever was recorded before, the rules have looked at, in every shop; null: they have not in one of them.
    books_watched_at: datetime | None = None
    #: What somebody has to see to, while tills go on selling: it changes neither `status` nor the answer's code.
    amiss: list[AmissOut] = []


class AliveOut(msgspec.Struct, kw_only=True):
    """That this process answers; it asks nobody."""

    status: str = "alive"


class HealthController(Controller):
    """Whether the shop is open."""

    path = "/api/v1/health"
    tags = ("health",)
    security = ({},)

    @get(
        "/",
        opt=OPEN,
        responses={**PROBLEMS, HTTP_200_OK: answered(HealthOut, "sales can be taken", examples.HEALTH)},
        summary="Can sales be taken?",
        description="200 where they can, 503 where the books cannot be reached or written; with the moments by which "
        "one sees whether the background does its work. What is `amiss` while sales can be taken needs a person, and "
        "leaves the answer at 200: a till must not lose its server because nobody looks at its books.",
    )
    async def ready(self, request: Request[Any, Any, Any]) -> Response[HealthOut]:
        """Say how the shop stands."""
        house: House = request.app.state.house
        told = HealthOut(status=Status.READY, version=__version__, at=clock.now())
        try:
            found, stands = await house.knowledge.asked(_standing, house, told.at)
        except SQLAlchemyError as error:
            told.status = _status(error)
        else:
            told.status = Status.BOOKS_READ_ONLY if found.is_read_only else Status.READY
            told.worker_beat_at = found.worker_beat_at
            told.payment_due_since = found.payment_due_since
            told.backed_up_at = found.backed_up_at
            read = [stand.read_through for stand in stands if stand.read_through is not None]
            told.books_watched_at = min(read) if read and len(read) == len(stands) else None
            told.amiss = _amiss([one for one in stands if one.is_late(opened_at=house.opened_at, now=told.at)])
        is_ready = told.status is Status.READY
        return Response(told, status_code=HTTP_200_OK if is_ready else HTTP_503_SERVICE_UNAVAILABLE)

    @get("/alive", opt=OPEN, responses=PROBLEMS, summary="Does this process answer?", sync_to_thread=False)
    def alive(self) -> AliveOut:
        """Say that it does."""
        return AliveOut()


def _standing(house: House, now: datetime) -> tuple[Standing, Sequence[Stand]]:
    with house.database.engine.begin() as connection:
        return standing(connection, now=now), watch_stands(connection)


def _amiss(late: Sequence[Stand]) -> list[AmissOut]:
    """Say since when books have not been looked at, those that are the furthest behind; nothing where all are."""
    if not late:
        return []
    since = min(stand.since for stand in late)
    text = [WORDS[part].filled(since=since.isoformat(timespec="seconds")) for part in ("title", "what", "do")]
    return [
        AmissOut(
            code=Amiss.BOOKS_NOT_WATCHED,
            since=since,
            detail_en=f"{text[0].en}. {text[1].en} {text[2].en}",
            detail_zh=f"{text[0].zh}。{text[1].zh}{text[2].zh}",
        )
    ]


def _status(error: SQLAlchemyError) -> Status:
    """Say how the books are by what the driver raised; what it cannot mean is a fault of ours, and raised on."""
    trouble = trouble_behind(error)
    if trouble is None:
        raise error
    match trouble.kind:
        case Kind.UNREACHABLE:
            return Status.BOOKS_UNREACHABLE
        case Kind.READ_ONLY:
            return Status.BOOKS_READ_ONLY
        case _:
            return Status.BOOKS_BUSY
