"""Makes the visit of each request: reads the session, and refuses a form that is not ours, before any handler runs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.datastructures import Cookie
from litestar.middleware import ASGIMiddleware
from sqlalchemy.exc import DBAPIError

from counterfoil.languages import Language
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.sessions import store as sessions
from counterfoil.shop.sessions.model import Session
from counterfoil.shop.sessions.rules import SessionRefusal, read_cookie
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Theme
from counterfoil.web.access import Kind, access_of, ask_for_access
from counterfoil.web.cookies import Look
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.forms import (
    changes_something,
    comes_from_elsewhere,
    fits,
    form_token,
    token_in_head,
    token_sent,
)
from counterfoil.web.local import asked_path
from counterfoil.web.problems import FormRefused
from counterfoil.web.visits import Visit, Who, visit_of

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

#: How exactly it is known when somebody was last there; more would cost a write for each page.
SEEN_EVERY = timedelta(minutes=1)
_VISITOR_BYTES = 16
_UNATTENDED = "unattended"
#: `@get(…, opt={**SIGNED_IN, **UNATTENDED})`: a page asks by itself, so it says nothing of whether somebody is there.
UNATTENDED: Mapping[str, Any] = {_UNATTENDED: True}
_TOKEN_INSIDE = "token_inside"  # noqa: S105 — a name of ours
#: `@post(…, opt={**needs(…), **TOKEN_INSIDE})`: a form with files is too large to be read before its handler runs. That
#: finds the token in the form's first part, and asks `insist_on_token` before it keeps anything.
TOKEN_INSIDE: Mapping[str, Any] = {_TOKEN_INSIDE: True}


def insist_on_token(request: Request[Any, Any, Any], token: str) -> None:
    """End a request whose form is not of this browser; nothing to do where the head has proven it already."""
    kept: str | None = request.scope["state"].get(_TOKEN_INSIDE)
    if kept is not None and not fits(faces_of(request).forms_key, kept, token):
        raise FormRefused


async def still_allowed(request: Request[Any, Any, Any]) -> Visit:
    """Ask once more who it is and whether they may, once a large body has come; end the request, or return the visit.

    A body takes as long as its sender likes. A right that was taken away, or a session that ended meanwhile, is gone.
    """
    faces, visit, presented = faces_of(request), visit_of(request), faces_of(request).cookies.session(request)
    found = await faces.asked(_who, faces, presented, faces.clock(), True) if presented is not None else None
    again = replace(
        visit,
        who=found if isinstance(found, Who) else None,
        ended=found if isinstance(found, SessionRefusal) else None,
    )
    request.scope["state"]["visit"] = again
    ask_for_access(request, request.route_handler)
    return again


class Visiting(ASGIMiddleware):
    """Stands before every page."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Make the visit, check the form, and let the request through."""
        request: Request[Any, Any, Any] = Request(scope, receive=receive)
        faces = faces_of(request)
        now = faces.clock()
        presented = faces.cookies.session(request)
        found: Who | SessionRefusal | None = None
        if presented is not None:
            is_there = not scope["route_handler"].opt.get(_UNATTENDED, False)
            found = await faces.asked(_who, faces, presented, now, is_there)
        who = found if isinstance(found, Who) else None
        visitor = faces.cookies.visitor(request) or secrets.token_urlsafe(_VISITOR_BYTES)
        kept = presented if who is not None and presented is not None else visitor
        look = _look(faces, request, who)
        told = faces.cookies.told(request) if not changes_something(request) else None
        scope["state"]["visit"] = Visit(
            now=now,
            path=asked_path(scope),
            language=look.language,
            theme=look.theme,
            form_token=form_token(faces.forms_key, kept),
            address=faces.address_of(request),
            who=who,
            ended=found if isinstance(found, SessionRefusal) else None,
            told=told,
            is_scripted=request.headers.get("hx-request") == "true",
            is_part=request.headers.get("hx-request-type") == "partial",
        )
        if changes_something(request):
            if comes_from_elsewhere(request, faces.settings.address):
                raise FormRefused
            if scope["route_handler"].opt.get(_TOKEN_INSIDE, False) and not token_in_head(request):
                scope["state"][_TOKEN_INSIDE] = kept
            elif not fits(faces.forms_key, kept, await _token_of(request, who)):
                raise FormRefused
        cookies = [faces.cookies.keep_visitor(visitor)] if who is None else []
        cookies += [faces.cookies.tell(None)] if told is not None else []
        await next_app(scope, receive, _with_cookies(send, cookies) if cookies else send)


async def _token_of(request: Request[Any, Any, Any], who: Who | None) -> str:
    """Return the token that came along; of a form whose sender does not get through anyway, nothing is read."""
    if not token_in_head(request):
        handler = request.route_handler
        if who is None and access_of(handler).kind is not Kind.EVERYBODY:
            raise FormRefused
        ask_for_access(request, handler)
    return await token_sent(request)


def _with_cookies(send: Send, cookies: Sequence[Cookie]) -> Send:
    """Give the browser cookies along with whatever the answer is; those that the answer sets itself go before."""
    lines = [(b"set-cookie", cookie.to_header(header="").encode()) for cookie in cookies]

    async def send_with_cookies(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*lines, *message.get("headers", ())]
        await send(message)

    return send_with_cookies


def language_asked_for(header: str) -> Language:
    """Tell from `Accept-Language` which of our two languages a browser prefers; English where it names neither."""
    best, weight = Language.EN, 0.0
    for part in header.split(","):
        name, _, more = part.strip().partition(";")
        quality = _quality(more)
        language = next((one for one in Language if name.lower().split("-")[0] == one), None)
        if language is not None and quality > weight:
            best, weight = language, quality
    return best


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


def _look(faces: Faces, request: Request[Any, Any, Any], who: Who | None) -> Look:
    if who is not None:
        return Look(language=who.session.language, theme=who.session.theme)
    asked = language_asked_for(request.headers.get("accept-language", ""))
    return faces.cookies.look(request) or Look(language=asked, theme=Theme.SYSTEM)


def _who(faces: Faces, presented: str, now: datetime, is_there: bool) -> Who | SessionRefusal:  # noqa: FBT001 — handed to a thread, by place
    """Find out whose session it is, in one transaction; `is_there`: somebody did something, and no page by itself."""
    read = read_cookie(presented)
    if isinstance(read, SessionRefusal):
        return read
    with faces.database.transaction(read.merchant_id) as connection:
        session = sessions.check_session(connection, read, now=now)
        if isinstance(session, SessionRefusal):
            return session
        person = staff.person(connection, read.merchant_id, session.staff_id)
        merchant = merchants.merchant(connection, read.merchant_id)
        if person is None or merchant is None:
            return SessionRefusal.UNKNOWN
        stores = merchants.stores(connection, read.merchant_id)
        terminal = (
            merchants.terminal(connection, read.merchant_id, session.terminal_id) if session.terminal_id else None
        )
    if is_there and now - session.last_seen_at >= SEEN_EVERY:
        session = _seen(faces, session, now)
    return Who(
        session=session,
        person=person,
        merchant=merchant,
        stores=tuple(store for store in stores if store.retired_at is None),
        terminal=terminal if terminal is not None and terminal.retired_at is None else None,
    )


def _seen(faces: Faces, session: Session, now: datetime) -> Session:
    """Note that somebody is there; books that can only be read must not keep anybody from reading them."""
    try:
        with faces.database.transaction(session.merchant_id) as connection:
            sessions.seen(connection, session, now=now)
    except DBAPIError:
        return session
    return replace(session, last_seen_at=now)
