"""Every "no" of the API: problem+json (RFC 9457) with a stable code and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.status_codes import (
    HTTP_400_BAD_REQUEST,
    HTTP_401_UNAUTHORIZED,
    HTTP_403_FORBIDDEN,
    HTTP_404_NOT_FOUND,
    HTTP_405_METHOD_NOT_ALLOWED,
    HTTP_409_CONFLICT,
    HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    HTTP_422_UNPROCESSABLE_ENTITY,
    HTTP_500_INTERNAL_SERVER_ERROR,
    HTTP_503_SERVICE_UNAVAILABLE,
)
from sqlalchemy.exc import SQLAlchemyError

from counterfoil.counter.group_commit import CounterIsFull
from counterfoil.db.trouble import Trouble, is_no_text, trouble_behind
from counterfoil.error_words import in_chinese
from counterfoil.fact_words import in_words
from counterfoil.languages import Language, Text
from counterfoil.refusals import Refused

PROBLEM_JSON = "application/problem+json"
RETRY_SECONDS = 1

log = structlog.get_logger()


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One "no", as RFC 9457 lays it out."""

    #: `about:blank` with a code beside it: the code is what programs compare.
    code: str
    title: str
    status: int
    #: The sentence, in the language that was asked for, and in each of the two.
    detail: str
    detail_en: str
    detail_zh: str
    #: Whether the same request may succeed later, unchanged.
    transient: bool = False
    facts: dict[str, Any] = {}
    type: str = "about:blank"


class Refuse(Exception):
    """Ends a handler with a refusal."""

    def __init__(self, refused: Refused, status: int = HTTP_409_CONFLICT) -> None:
        self.refused = refused
        self.status = status
        super().__init__(refused.code)


_SAID: Mapping[int, tuple[str, Text]] = {
    HTTP_400_BAD_REQUEST: ("malformed", Text(en="The request cannot be read: {why}.", zh="请求无法读取：{why}。")),
    HTTP_401_UNAUTHORIZED: (
        "no_such_token",
        Text(en="Send a valid token: Authorization: Bearer cft_….", zh="请发送有效令牌：Authorization: Bearer cft_…。"),
    ),
    HTTP_403_FORBIDDEN: (
        "token_may_not",
        Text(
            en="This token may not do that. Use one with the scope for it.",
            zh="该令牌无此权限。请使用具备相应权限的令牌。",
        ),
    ),
    HTTP_404_NOT_FOUND: ("not_found", Text(en="There is nothing at this address.", zh="此地址没有内容。")),
    HTTP_405_METHOD_NOT_ALLOWED: (
        "method_not_allowed",
        Text(en="This address does not take that method.", zh="此地址不接受该方法。"),
    ),
    HTTP_413_REQUEST_ENTITY_TOO_LARGE: (
        "too_large",
        Text(en="The request is too large. Send fewer sales at once.", zh="请求过大。请减少单次发送的数量。"),
    ),
    HTTP_422_UNPROCESSABLE_ENTITY: (
        "malformed",
        Text(en="The request cannot be read: {why}.", zh="请求无法读取：{why}。"),
    ),
}
_NO_HOST = Text(
    en="The Host header is missing, or is no name or address of a server. Nothing was looked at.",
    zh="缺少 Host 标头，或其内容不是有效的服务器名称或地址。本次未予处理。",
)
_FAULT = Text(
    en="A fault of Counterfoil itself; nothing is known of the outcome. Look at the order before trying again.",
    zh="Counterfoil 自身故障，结果未知。重试前请先查看订单。",
)
_FULL = Text(
    en="Too many sales are waiting. Nothing was taken: send it again with the same id.",
    zh="等待的销售过多，未接收。请用同一编号重新发送。",
)


_DESCRIPTIONS: Mapping[int, str] = {
    HTTP_400_BAD_REQUEST: "a Host header that names no server",
    HTTP_401_UNAUTHORIZED: "no valid token",
    HTTP_403_FORBIDDEN: "a token without the scope for it",
    HTTP_404_NOT_FOUND: "nothing of this merchant has that id",
    HTTP_405_METHOD_NOT_ALLOWED: "another method",
    HTTP_409_CONFLICT: "a refusal; `code` says which, and nothing was done",
    HTTP_413_REQUEST_ENTITY_TOO_LARGE: "a larger request than is taken",
    HTTP_422_UNPROCESSABLE_ENTITY: "a request that does not fit this description",
    HTTP_500_INTERNAL_SERVER_ERROR: "a fault of Counterfoil itself",
    HTTP_503_SERVICE_UNAVAILABLE: "the books cannot be reached, or too many wait: send it again with the same ids",
}


#: What every address may answer beside what it is for; in the description of the API, so that no till is surprised.
PROBLEMS = {
    status: ResponseSpec(
        data_container=Problem, generate_examples=False, description=description, media_type=PROBLEM_JSON
    )
    for status, description in _DESCRIPTIONS.items()
}


def language_of(request: Request[Any, Any, Any]) -> Language:
    """Tell which language the caller reads first."""
    asked = request.headers.get("accept-language", "")
    return Language.ZH if asked.strip().lower().startswith("zh") else Language.EN


def response_of(
    request: Request[Any, Any, Any],
    *,
    status: int,
    code: str,
    text: Text,
    facts: Mapping[str, object] | None = None,
    transient: bool = False,
) -> Response[Problem]:
    """Make the answer of one "no"."""
    told = {
        name: value if isinstance(value, int | str | bool | list) else str(value)
        for name, value in (facts or {}).items()
    }
    problem = Problem(
        code=code,
        title=code.replace("_", " "),
        status=status,
        detail=text.to(language_of(request), **in_words(told, language_of(request))),
        detail_en=text.to(Language.EN, **in_words(told, Language.EN)),
        detail_zh=text.to(Language.ZH, **in_words(told, Language.ZH)),
        transient=transient,
        facts=dict(told),
    )
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == HTTP_503_SERVICE_UNAVAILABLE else {}
    if status == HTTP_401_UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(problem, status_code=status, media_type=PROBLEM_JSON, headers=headers)


def on_refusal(request: Request[Any, Any, Any], error: Refuse) -> Response[Problem]:
    """Word a refusal of the business."""
    no = error.refused
    return response_of(request, status=error.status, code=no.code, text=no.text, facts=no.facts, transient=no.transient)


def on_trouble(request: Request[Any, Any, Any], error: Trouble) -> Response[Problem]:
    """Word the database's trouble: the till keeps the sale and offers it again."""
    log.warning("books_in_trouble", kind=error.kind)
    return response_of(request, status=HTTP_503_SERVICE_UNAVAILABLE, code=error.kind, text=error.text, transient=True)


def on_database(request: Request[Any, Any, Any], error: SQLAlchemyError) -> Response[Problem]:
    """Word what the database says where nobody has worded it yet: it is away, read-only, or too busy."""
    if is_no_text(error):
        return _malformed(request, ["a text holds a zero byte"])
    trouble = trouble_behind(error)
    return on_fault(request, error) if trouble is None else on_trouble(request, trouble)


def on_full(request: Request[Any, Any, Any], _error: CounterIsFull) -> Response[Problem]:
    """Word a counter at which too many wait."""
    return response_of(request, status=HTTP_503_SERVICE_UNAVAILABLE, code="counter_is_full", text=_FULL, transient=True)


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """Word what the framework refuses."""
    known = error.status_code if error.status_code in _SAID else HTTP_400_BAD_REQUEST
    code, text = _SAID[known]
    status = HTTP_422_UNPROCESSABLE_ENTITY if code == "malformed" else known
    if code == "malformed":
        return _malformed(request, _why(error))
    return response_of(request, status=status, code=code, text=text)


def on_too_deep(request: Request[Any, Any, Any], _error: RecursionError) -> Response[Problem]:
    """Word a request that is nested more deeply than anything could be read."""
    return _malformed(request, ["it is nested too deeply"])


def on_odd_bytes(request: Request[Any, Any, Any], _error: UnicodeError) -> Response[Problem]:
    """Word a request whose bytes are no text."""
    return _malformed(request, ["it is not written in UTF-8"])


def on_host(request: Request[Any, Any, Any]) -> Response[Problem]:
    """Word a request that does not say to which server it goes."""
    return response_of(request, status=HTTP_400_BAD_REQUEST, code="no_host", text=_NO_HOST)


def on_fault(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Word a fault of our own; its details go to the log, without the request's content."""
    log.error("fault", kind=type(error).__name__, path=request.scope["path"], exc_info=error)
    return response_of(request, status=HTTP_500_INTERNAL_SERVER_ERROR, code="fault", text=_FAULT)


def _malformed(request: Request[Any, Any, Any], places: Sequence[str]) -> Response[Problem]:
    """Word a request that cannot be read, with what is wrong at each place."""
    code, text = _SAID[HTTP_422_UNPROCESSABLE_ENTITY]
    why = Text(en="; ".join(places), zh="；".join(map(in_chinese, places)))
    status = HTTP_422_UNPROCESSABLE_ENTITY
    return response_of(request, status=status, code=code, text=text.filled(why=why), facts={"why": why.en})


def _why(error: HTTPException) -> Sequence[str]:
    """Say where a request breaks its description; what was sent is not repeated."""
    parts = [part for part in error.extra or [] if isinstance(part, Mapping)]
    places = [f"{part.get('key', '')}: {part.get('message', '')}".removeprefix(": ") for part in parts]
    return places or ["no JSON of the described form"]
