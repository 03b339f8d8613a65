"""What a page says when it cannot do what was asked: what happened, what it means, what to do, in both languages.

A browser that wanted a part of a page hears the same as a message on the page that it has. The API words its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import structlog
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.response import Redirect
from litestar.status_codes import (
    HTTP_303_SEE_OTHER,
    HTTP_400_BAD_REQUEST,
    HTTP_401_UNAUTHORIZED,
    HTTP_404_NOT_FOUND,
    HTTP_409_CONFLICT,
    HTTP_422_UNPROCESSABLE_ENTITY,
    HTTP_429_TOO_MANY_REQUESTS,
    HTTP_500_INTERNAL_SERVER_ERROR,
    HTTP_503_SERVICE_UNAVAILABLE,
)
from sqlalchemy.exc import SQLAlchemyError

from counterfoil import clock
from counterfoil.db.trouble import Trouble, is_no_text, trouble_behind
from counterfoil.languages import Language
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Theme
from counterfoil.web.local import asked_path
from counterfoil.web.problem_words import FAULT, PROBLEMS, REFUSED, TROUBLES, Words
from counterfoil.web.visits import Visit

if TYPE_CHECKING:
    from litestar.types import ExceptionHandlersMap

    from counterfoil.web.faces import Faces

#: A form that is not of this browser, or whose session is over. Not in the standard; others use it for this, too.
HTTP_419_FORM_EXPIRED = 419
_RETRY_S = {HTTP_429_TOO_MANY_REQUESTS: 60, HTTP_503_SERVICE_UNAVAILABLE: 2}

log = structlog.get_logger()


class FormRefused(HTTPException):
    """A form that does not come from a page of this browser."""

    status_code = HTTP_419_FORM_EXPIRED
    #: Without words of ours the framework looks for the status in the standard, and fails.
    detail = "the form is of another browser, or of a session that is over"


class PageRefused(Exception):
    """Ends a handler of a page with a refusal; nothing was done. `back`: a path of ours where it can be done again."""

    def __init__(self, refused: Refused, status: int = HTTP_409_CONFLICT, *, back: str | None = None) -> None:
        self.refused = refused
        self.status = status
        self.back = back
        super().__init__(refused.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One problem as the page of problems takes it."""

    status: int
    words: Words
    #: What a refusal says itself; None: the words do.
    refused: Refused | None = None
    #: Where the page leads; None: to the start page.
    back: str | None = None
    retry_s: int | None = None


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Word what the framework or a guard refuses; who has not signed in is led there, and back."""
    if isinstance(error, NotAuthorizedException):
        return to_sign_in(request)
    status = error.status_code
    if status == HTTP_400_BAD_REQUEST:
        status = HTTP_422_UNPROCESSABLE_ENTITY
    if status not in PROBLEMS:
        return (
            on_fault(request, error)
            if status >= HTTP_500_INTERNAL_SERVER_ERROR
            else _answer(request, HTTP_404_NOT_FOUND)
        )
    return _answer(request, status)


def on_refusal(request: Request[Any, Any, Any], error: PageRefused) -> Response[Any]:
    """Word a refusal of the business."""
    shown = Shown(status=error.status, words=REFUSED, refused=error.refused, back=error.back)
    return _shown(request, shown)


def on_trouble(request: Request[Any, Any, Any], error: Trouble) -> Response[Any]:
    """Say plainly that the books cannot be reached, or only be read."""
    log.warning("books_in_trouble", kind=error.kind)
    shown = Shown(
        status=HTTP_503_SERVICE_UNAVAILABLE, words=TROUBLES[error.kind], retry_s=_RETRY_S[HTTP_503_SERVICE_UNAVAILABLE]
    )
    return _shown(request, shown, is_bare=True)


def on_database(request: Request[Any, Any, Any], error: SQLAlchemyError) -> Response[Any]:
    """Word what the database says where nobody has worded it yet."""
    if is_no_text(error):
        return on_unreadable(request, error)
    trouble = trouble_behind(error)
    return on_fault(request, error) if trouble is None else on_trouble(request, trouble)


def on_unreadable(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Word a request whose texts are none."""
    return _answer(request, HTTP_422_UNPROCESSABLE_ENTITY)


def on_host(request: Request[Any, Any, Any]) -> Response[Any]:
    """Word a request that does not say to which server it goes."""
    return _shown(request, Shown(status=HTTP_400_BAD_REQUEST, words=PROBLEMS[HTTP_400_BAD_REQUEST]), is_bare=True)


def on_fault(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Word a fault of our own; its details go to the log, without the request's content."""
    log.error("fault", kind=type(error).__name__, path=request.scope["path"], exc_info=error)
    return _shown(request, Shown(status=HTTP_500_INTERNAL_SERVER_ERROR, words=FAULT), is_bare=True)


#: What the pages do with each kind of error.
HANDLERS: ExceptionHandlersMap = {
    PageRefused: on_refusal,
    Trouble: on_trouble,
    SQLAlchemyError: on_database,
    HTTPException: on_http,
    RecursionError: on_unreadable,
    UnicodeError: on_unreadable,
    Exception: on_fault,
}


def to_sign_in(request: Request[Any, Any, Any]) -> Response[Any]:
    """Lead somebody to the sign-in, and back to the page that they were on."""
    if _is_scripted(request):
        address = f"/sign-in?next={quote(_current(request) or '/')}"
        return Response("", status_code=HTTP_401_UNAUTHORIZED, headers={"HX-Redirect": address})
    back = asked_path(request.scope) if request.method == "GET" else "/"
    return Redirect(f"/sign-in?next={quote(back)}", status_code=HTTP_303_SEE_OTHER)


def _current(request: Request[Any, Any, Any]) -> str:
    """Return the path of the page that wanted a part; empty where what the browser says of it is no address."""
    try:
        current = urlsplit(request.headers.get("hx-current-url", ""))
    except ValueError:
        return ""
    return current.path + (f"?{current.query}" if current.query else "")


def _answer(request: Request[Any, Any, Any], status: int) -> Response[Any]:
    return _shown(request, Shown(status=status, words=PROBLEMS[status], retry_s=_RETRY_S.get(status)))


def _shown(request: Request[Any, Any, Any], shown: Shown, *, is_bare: bool = False) -> Response[Any]:
    faces: Faces = request.app.state.faces
    visit = request.scope.get("state", {}).get("visit")
    if not isinstance(visit, Visit) or is_bare:
        visit = _bare(faces, request, visit if isinstance(visit, Visit) else None)
    headers = {"Retry-After": str(shown.retry_s)} if shown.retry_s is not None else {}
    template = "problems/page.html"
    if _is_scripted(request):
        template = "problems/message.html"
        headers |= {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend", "HX-Reselect": ".toast-item"}
    text = faces.templates.render(template, visit=visit, problem=shown)
    return Response(text, media_type=MediaType.HTML, status_code=shown.status, headers=headers)


def _bare(faces: Faces, request: Request[Any, Any, Any], visit: Visit | None) -> Visit:
    """Make a visit that needs no database: of nobody, in the look that the browser remembers."""
    look = faces.cookies.look(request)
    language = visit.language if visit else look.language if look else _asked_for(request)
    theme = visit.theme if visit else look.theme if look else Theme.SYSTEM
    path = asked_path(request.scope) if request.method == "GET" else "/"
    return Visit(now=clock.now(), path=path, language=language, theme=theme, form_token="")


def _asked_for(request: Request[Any, Any, Any]) -> Language:
    asked = request.headers.get("accept-language", "")
    return Language.ZH if asked.strip().lower().startswith("zh") else Language.EN


def _is_scripted(request: Request[Any, Any, Any]) -> bool:
    return request.headers.get("hx-request") == "true"
