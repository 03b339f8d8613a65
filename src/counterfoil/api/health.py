"""`/api/v1/health`: whether sales can be taken, and whether the background does its work. Anybody may ask.

It tells moments and nothing of any merchant. It never decides: whoever watches says how old is too old.
"""

from __future__ import annotations

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
from counterfoil.jobs.store import Standing, standing


class Status(StrEnum):
    """Whether sales can be taken."""

    READY = "ready"
    BOOKS_UNREACHABLE = "books_unreachable"
    BOOKS_READ_ONLY = "books_read_only"
    BOOKS_BUSY = "books_busy"


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
        "one sees whether the background does its work.",
    )
    async def ready(self, request: Request[Any, Any, Any]) -> Response[HealthOut]:
        """Say how the shop stands."""
        house: House = request.app.state.house
        told = HealthOut(status=Status.READY, version=__version__, at=clock.now())
        try:
            found = await house.knowledge.asked(_standing, house, told.at)
        except SQLAlchemyError as error:
            told.status = _status(error)
        else:
            told.status = Status.BOOKS_READ_ONLY if found.is_read_only else Status.READY
            told.worker_beat_at = found.worker_beat_at
            told.payment_due_since = found.payment_due_since
            told.backed_up_at = found.backed_up_at
        is_ready = told.status is Status.READY
        return Response(told, status_code=HTTP_200_OK if is_ready else HTTP_503_SERVICE_UNAVAILABLE)

    @get("/alive", opt=OPEN, responses=PROBLEMS, summary="Does this process answer?", sync_to_thread=False)
    def alive(self) -> AliveOut:
        """Say that it does."""
        return AliveOut()


def _standing(house: House, now: datetime) -> Standing:
    with house.database.engine.begin() as connection:
        return standing(connection, now=now)


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
