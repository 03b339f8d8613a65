"""What the pages of one process work with, put together once: the house, the built files, the templates, threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, TypeVarTuple

import sqlalchemy as sa
from litestar import Request, Response
from litestar.enums import MediaType

from counterfoil.counter.house import House
from counterfoil.db.engine import Database
from counterfoil.settings import WebSettings
from counterfoil.web.built_files import BuiltFiles
from counterfoil.web.cookies import Cookies
from counterfoil.web.rendering import Templates
from counterfoil.web.streams import Streams
from counterfoil.web.visits import Visit

#: Pages of one process that are read and written at once; each takes a few milliseconds.
PAGES_AT_ONCE = 8

_Given = TypeVarTuple("_Given")
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """What pages work with; one for a process, used by many threads."""

    house: House
    settings: WebSettings
    files: BuiltFiles
    templates: Templates
    cookies: Cookies
    streams: Streams = field(default_factory=Streams)
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(PAGES_AT_ONCE, thread_name_prefix="pages")
    )

    @property
    def clock(self) -> Callable[[], datetime]:
        """The clock of the house."""
        return self.house.signing_in.clock

    @property
    def database(self) -> Database:
        """The database of the house."""
        return self.house.database

    @property
    def forms_key(self) -> bytes:
        """By which our forms are told from others'."""
        return self.house.forms_key

    async def asked(self, look: Callable[[*_Given], _Found], *given: *_Given) -> _Found:
        """Do something that waits for the database, or that makes a page, in a thread of the pages."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, look, *given)

    @contextmanager
    def reading(self, visit: Visit) -> Iterator[sa.Connection]:
        """Open a transaction of the visitor's merchant."""
        with self.database.transaction(visit.known.merchant_id) as connection:
            yield connection

    def page(self, visit: Visit, template: str, *, status: int = 200, **values: Any) -> Response[str]:  # noqa: ANN401 — whatever the template shows
        """Make an answer from a template: a page, or a part of one."""
        text = self.templates.render(template, visit=visit, **values)
        return Response(text, media_type=MediaType.HTML, status_code=status)

    def address_of(self, request: Request[Any, Any, Any]) -> str:
        """Tell where a request comes from: the last hop that is none of our own proxies."""
        client = request.client.host if request.client is not None else ""
        if client not in self.settings.proxies:
            return client
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",")]
        return next((hop for hop in reversed(hops) if hop and hop not in self.settings.proxies), client)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=True)


def faces_over(house: House, settings: WebSettings, templates: Templates) -> Faces:
    """Put the faces of a house together."""
    return Faces(
        house=house,
        settings=settings,
        files=templates.files,
        templates=templates,
        cookies=Cookies(is_https=settings.is_https),
    )


def faces_of(request: Request[Any, Any, Any]) -> Faces:
    """Return what the pages work with."""
    faces: Faces = request.app.state.faces
    return faces
