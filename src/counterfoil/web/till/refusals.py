"""Every "no" that the till in a browser hears: what happened, what it means and what to do, in the visitor's language.

A status says what the till may do next: 4xx is the end of it, and nothing was done; 5xx may be asked again, unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.status_codes import (
    HTTP_400_BAD_REQUEST,
    HTTP_401_UNAUTHORIZED,
    HTTP_409_CONFLICT,
    HTTP_422_UNPROCESSABLE_ENTITY,
    HTTP_500_INTERNAL_SERVER_ERROR,
    HTTP_503_SERVICE_UNAVAILABLE,
)
from sqlalchemy.exc import SQLAlchemyError

from counterfoil.counter.group_commit import CounterIsFull
from counterfoil.db.trouble import Kind, Trouble, is_no_text, trouble_behind
from counterfoil.languages import Language, Text
from counterfoil.refusals import Refused
from counterfoil.web.problem_words import FAULT, PROBLEMS, TROUBLES, Words
from counterfoil.web.refusing import refusal_said
from counterfoil.web.visits import Visit

if TYPE_CHECKING:
    from litestar.types import ExceptionHandlersMap

log = structlog.get_logger()

_NOTHING_RECORDED = Text(en="Nothing was recorded, and nothing was charged.", zh="未记录任何内容，也未扣款。")
_SIGN_IN = Words(
    title=Text(en="You are signed out", zh="您已退出登录"),
    meaning=Text(en="The session is over. The sale is kept in this browser.", zh="会话已结束。本单保存在此浏览器中。"),
    advice=Text(en="Sign in again; the till goes on where it was.", zh="请重新登录，收银台会从原处继续。"),
    icon="lock",
)
_CODES: Mapping[int, str] = {
    HTTP_401_UNAUTHORIZED: "signed_out",
    HTTP_422_UNPROCESSABLE_ENTITY: "malformed",
}


class No(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One "no"."""

    code: str
    happened: str
    means: str
    #: None: `happened` says it too, as a refusal does.
    todo: str | None = None
    facts: dict[str, Any] = {}


class TillRefused(Exception):
    """Ends a handler of the till with a refusal; nothing was done."""

    def __init__(self, refused: Refused, means: Text = _NOTHING_RECORDED) -> None:
        self.refused = refused
        self.means = means
        super().__init__(refused.code)


def on_refusal(request: Request[Any, Any, Any], error: TillRefused) -> Response[No]:
    """Word a refusal of the business."""
    language, refused = _language(request), error.refused
    facts = {
        name: value if isinstance(value, int | str | bool) else str(value) for name, value in refused.facts.items()
    }
    no = No(
        code=refused.code,
        happened=refusal_said(refused, _zone(request), language),
        means=error.means.to(language),
        facts=facts,
    )
    return Response(no, status_code=HTTP_409_CONFLICT)


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[No]:
    """Word what the framework or a guard refuses."""
    if isinstance(error, NotAuthorizedException):
        return _said(request, HTTP_401_UNAUTHORIZED, _SIGN_IN)
    status = error.status_code
    if status >= HTTP_500_INTERNAL_SERVER_ERROR:
        return on_fault(request, error)
    if status not in PROBLEMS or status == HTTP_400_BAD_REQUEST:
        status = HTTP_422_UNPROCESSABLE_ENTITY
    return _said(request, status, PROBLEMS[status])


def on_trouble(request: Request[Any, Any, Any], error: Trouble) -> Response[No]:
    """Say that the books cannot be reached, or only be read: the till keeps the sale and offers it again."""
    log.warning("books_in_trouble", kind=error.kind)
    return _said(request, HTTP_503_SERVICE_UNAVAILABLE, TROUBLES[error.kind], code=error.kind)


def on_database(request: Request[Any, Any, Any], error: SQLAlchemyError) -> Response[No]:
    """Word what the database says where nobody has worded it yet."""
    if is_no_text(error):
        return on_unreadable(request, error)
    trouble = trouble_behind(error)
    return on_fault(request, error) if trouble is None else on_trouble(request, trouble)


def on_unreadable(request: Request[Any, Any, Any], error: Exception) -> Response[No]:
    """Word a request that is nested too deeply, or whose texts are none."""
    return _said(request, HTTP_422_UNPROCESSABLE_ENTITY, PROBLEMS[HTTP_422_UNPROCESSABLE_ENTITY])


def on_full(request: Request[Any, Any, Any], error: CounterIsFull) -> Response[No]:
    """Word a counter at which too many wait."""
    return on_trouble(request, Trouble(Kind.BUSY))


def on_fault(request: Request[Any, Any, Any], error: Exception) -> Response[No]:
    """Word a fault of our own; its details go to the log, without the request's content."""
    log.error("fault", kind=type(error).__name__, path=request.scope["path"], exc_info=error)
    return _said(request, HTTP_500_INTERNAL_SERVER_ERROR, FAULT, code="fault")


def _said(request: Request[Any, Any, Any], status: int, words: Words, *, code: str | None = None) -> Response[No]:
    language = _language(request)
    no = No(
        code=code or _CODES.get(status, f"http_{status}"),
        happened=words.title.to(language),
        means=words.meaning.to(language),
        todo=words.advice.to(language),
    )
    return Response(no, status_code=status)


def _zone(request: Request[Any, Any, Any]) -> ZoneInfo:
    visit = _visit(request)
    return ZoneInfo("UTC") if visit is None else visit.zone


def _language(request: Request[Any, Any, Any]) -> Language:
    visit = _visit(request)
    return Language.EN if visit is None else visit.language


def _visit(request: Request[Any, Any, Any]) -> Visit | None:
    """Return who asks; None where that was not found out yet."""
    visit = request.scope.get("state", {}).get("visit")
    return visit if isinstance(visit, Visit) else None


#: What the till's addresses do with each kind of error.
HANDLERS: ExceptionHandlersMap = {
    TillRefused: on_refusal,
    Trouble: on_trouble,
    SQLAlchemyError: on_database,
    CounterIsFull: on_full,
    HTTPException: on_http,
    RecursionError: on_unreadable,
    UnicodeError: on_unreadable,
    Exception: on_fault,
}
