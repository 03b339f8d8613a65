"""`/sign-in`, `/sign-out`: the way in by password, and the way out. What is typed is handed on and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.params import QueryParameter
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT, HTTP_429_TOO_MANY_REQUESTS

from counterfoil.counter.signing_in import Asked, Entered
from counterfoil.refusals import Refused
from counterfoil.shop.merchants.store import only_merchant
from counterfoil.shop.sessions.refusals import SignInRefusal
from counterfoil.shop.sessions.rules import WORDS, SessionRefusal
from counterfoil.shop.staff.passwords import Password
from counterfoil.web.access import PUBLIC, SIGNED_IN
from counterfoil.web.cookies import Look, Place
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import filled_in
from counterfoil.web.forms import ANYBODYS_FORM_BYTES_MAX
from counterfoil.web.local import local_path
from counterfoil.web.places import home_of
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, visit_of

#: What people type is shorter; longer than this it is not even looked at.
TYPED_LENGTH_MAX = 200

Next = Annotated[str | None, QueryParameter(name="next", description="Where to go afterwards; a path of ours.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInForm:
    """The form as it is shown: what was typed before, and why it did not open anything."""

    #: None: the installation has one merchant, and nobody needs to type its id.
    merchant_id: str | None
    who: str = ""
    next_path: str | None = None
    refused: Refused | None = None
    #: Why the session that there was is over.
    ended: SessionRefusal | None = None


class SignInController(Controller):
    """Signing in and out."""

    include_in_schema = False

    @get("/sign-in", opt=PUBLIC)
    async def form(self, request: Request[Any, Any, Any], next_path: Next = None) -> Response[Any]:
        """Show the form; who has signed in already goes on."""
        visit, faces = visit_of(request), faces_of(request)
        wanted = local_path(next_path)
        if visit.who is not None and wanted is None:
            return Redirect(home_of(visit.who), status_code=HTTP_303_SEE_OTHER)
        place = faces.cookies.place(request)
        return await faces.asked(_form, faces, visit, place, SignInForm(merchant_id="", next_path=wanted))

    @post("/sign-in", opt=PUBLIC, status_code=HTTP_303_SEE_OTHER, request_max_body_size=ANYBODYS_FORM_BYTES_MAX)
    async def sign_in(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Let somebody in, or say in which form why not."""
        visit, faces, form = visit_of(request), faces_of(request), await filled_in(request)
        place = faces.cookies.place(request)
        typed = SignInForm(
            merchant_id=form.text("merchant", longest=TYPED_LENGTH_MAX, default=""),
            who=form.text("who", longest=TYPED_LENGTH_MAX),
            next_path=local_path(form.optional_text("next", longest=TYPED_LENGTH_MAX * 10)),
        )
        password = Password(text=form.secret("password", longest=TYPED_LENGTH_MAX))
        return await faces.asked(_sign_in, faces, visit, place, typed, password)

    @post("/sign-out", opt=SIGNED_IN, status_code=HTTP_303_SEE_OTHER)
    async def sign_out(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """End this session."""
        faces = faces_of(request)
        await faces.asked(faces.house.signing_in.sign_out, visit_of(request).known.session)
        return _out(faces, None)

    @post("/sign-out/everywhere", opt=SIGNED_IN, status_code=HTTP_303_SEE_OTHER)
    async def sign_out_everywhere(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """End every session of this person."""
        faces = faces_of(request)
        await faces.asked(faces.house.signing_in.sign_out_everywhere, visit_of(request).known.session)
        return _out(faces, Told.SIGNED_OUT_EVERYWHERE)


def entered(faces: Faces, new: Entered, path: str) -> Response[Any]:
    """Answer with a new session: its secret, and what the browser remembers for the next time."""
    session = new.session
    cookies = [
        faces.cookies.begin(new.presented.text(), session),
        faces.cookies.keep_look(Look(language=session.language, theme=session.theme)),
        faces.cookies.keep_place(Place(merchant_id=session.merchant_id, terminal_id=session.terminal_id)),
    ]
    return Redirect(path, status_code=HTTP_303_SEE_OTHER, cookies=cookies)


def _form(faces: Faces, visit: Visit, place: Place, form: SignInForm, status: int = HTTP_200_OK) -> Response[str]:
    with faces.database.engine.begin() as connection:
        only = only_merchant(connection)
    shown = SignInForm(
        merchant_id=None if only is not None else form.merchant_id or place.merchant_id or "",
        who=form.who,
        next_path=form.next_path,
        refused=form.refused,
        ended=visit.ended,
    )
    return faces.page(visit, "sign_in/form.html", status=status, form=shown, ended_words=WORDS)


def _sign_in(faces: Faces, visit: Visit, place: Place, typed: SignInForm, password: Password) -> Response[Any]:
    merchant_id = typed.merchant_id
    if not merchant_id:
        with faces.database.engine.begin() as connection:
            merchant_id = only_merchant(connection)
    asked = Asked(
        merchant_id=merchant_id or "",
        who=typed.who,
        password=password,
        address=visit.address,
        terminal_id=place.terminal_id if place.merchant_id == merchant_id else None,
        previous=visit.who.session if visit.who is not None else None,
    )
    answer = faces.house.signing_in.sign_in(asked)
    if isinstance(answer, Entered):
        return entered(faces, answer, typed.next_path or "/")
    too_many = answer.code is SignInRefusal.TOO_MANY_TRIES
    status = HTTP_429_TOO_MANY_REQUESTS if too_many else HTTP_409_CONFLICT
    again = SignInForm(merchant_id=typed.merchant_id, who=typed.who, next_path=typed.next_path, refused=answer)
    return _form(faces, visit, place, again, status)


def _out(faces: Faces, told: Told | None) -> Response[Any]:
    cookies = [faces.cookies.end(), faces.cookies.tell(told)]
    return Redirect("/sign-in", status_code=HTTP_303_SEE_OTHER, cookies=cookies)
