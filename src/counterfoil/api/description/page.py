"""The description of the API as a page: plain HTML and one style sheet of ours, no script, nothing from elsewhere.

It shows what `openapi.json` says, and knows nothing besides. Its own few words are in the reader's language.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from litestar import Request, Response, Router, get
from litestar.openapi.plugins import OpenAPIRenderPlugin

from counterfoil.api.problems import PROBLEM_JSON, language_of
from counterfoil.languages import Language, Text

#: Where the description stands; `openapi.json` and the style sheet lie below it.
PATH = "/api/v1/schema"

_STYLE = (Path(__file__).parent / "plain.css").read_text(encoding="utf-8")
_METHODS = ("get", "post", "put", "patch", "delete")

_FOR_PROGRAMS = Text(en="For programs:", zh="供程序使用：")
_ASK = Text(en="Request", zh="请求")
_ANSWERS = Text(en="Answers", zh="应答")
_PARAMETERS = Text(en="Parameters", zh="参数")
_REQUIRED = Text(en="required", zh="必填")
_NO_TOKEN = Text(en="No token is needed.", zh="无需令牌。")
_EXAMPLE = Text(en="an example", zh="示例")


class PlainPage(OpenAPIRenderPlugin):
    """Shows the description to people."""

    def __init__(self) -> None:
        """Stand at the root of the description."""
        super().__init__(path="/")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Write the page."""
        return "\n".join(_page(openapi_schema, language_of(request))).encode()

    def receive_router(self, router: Router) -> None:
        """Put the style sheet beside the page."""
        router.register(_style)


@get("/plain.css", sync_to_thread=False)
def _style() -> Response[str]:
    return Response(_STYLE, media_type="text/css; charset=utf-8")


def _page(schema: Mapping[str, Any], language: Language) -> Iterator[str]:
    info = schema["info"]
    title = f"{escape(info['title'])} {escape(info['version'])} API"
    yield f'<!doctype html>\n<html lang="{"zh-CN" if language is Language.ZH else "en"}">\n<head>'
    yield f'<meta charset="utf-8">\n<title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<link rel="stylesheet" href="{PATH}/plain.css">\n</head>\n<body>\n<main>'
    yield f"<h1>{title}</h1>\n<p>{escape(info.get('description', ''))}</p>"
    yield f'<p>{_FOR_PROGRAMS.to(language)} <a href="{PATH}/openapi.json">openapi.json</a></p>'
    groups = _by_tag(schema)
    links = (f'<li><a href="#{escape(tag)}">{escape(tag)}</a></li>' for tag in groups)
    yield f"<nav>\n<ul>\n{chr(10).join(links)}\n</ul>\n</nav>"
    for tag, operations in groups.items():
        yield f'<h2 id="{escape(tag)}">{escape(tag)}</h2>'
        for method, path, operation in operations:
            yield from _operation(language, f"{method.upper()} {path}", operation)
    yield "</main>\n</body>\n</html>"


def _by_tag(schema: Mapping[str, Any]) -> dict[str, list[tuple[str, str, Mapping[str, Any]]]]:
    """Return method, path and operation of each address, under the words that group them."""
    groups: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {}
    for path, methods in schema["paths"].items():
        for method in _METHODS:
            if method in methods:
                for tag in methods[method].get("tags", ["other"]):
                    groups.setdefault(tag, []).append((method, path, methods[method]))
    return groups


def _operation(language: Language, address: str, operation: Mapping[str, Any]) -> Iterator[str]:
    place = escape(operation["operationId"])
    yield f'<section id="{place}">\n<h3>{escape(operation["summary"])}</h3>\n<p><code>{escape(address)}</code></p>'
    if operation.get("description"):
        yield f"<p>{escape(operation['description'])}</p>"
    if operation.get("security") in ([], [{}]):
        yield f"<p>{_NO_TOKEN.to(language)}</p>"
    yield from _parameters(operation.get("parameters", ()), language)
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    for example in body.get("schema", {}).get("examples", ()):
        yield f"<h4>{_ASK.to(language)}</h4>\n{_json(example)}"
    yield from _answers(operation["responses"], language)
    yield "</section>"


def _parameters(parameters: Any, language: Language) -> Iterator[str]:  # noqa: ANN401 — a list of JSON
    if not parameters:
        return
    yield f"<h4>{_PARAMETERS.to(language)}</h4>\n<table>"
    for each in parameters:
        required = _REQUIRED.to(language) if each.get("required") else ""
        said = escape(each.get("description", ""))
        yield f"<tr><td><code>{escape(each['name'])}</code></td><td>{required}</td><td>{said}</td></tr>"
    yield "</table>"


def _answers(responses: Mapping[str, Any], language: Language) -> Iterator[str]:
    yield f"<h4>{_ANSWERS.to(language)}</h4>\n<table>"
    for status, answer in responses.items():
        yield f"<tr><td><code>{escape(status)}</code></td><td>{escape(answer.get('description', ''))}</td></tr>"
    yield "</table>"
    for status, answer in responses.items():
        for kind, content in answer.get("content", {}).items():
            for example in content.get("examples", {}).values():
                if kind != PROBLEM_JSON:
                    yield f"<p><code>{escape(status)}</code>, {_EXAMPLE.to(language)}:</p>"
                    yield _json(example["value"])


def _json(value: Any) -> str:  # noqa: ANN401 — any JSON
    return f"<pre><code>{escape(json.dumps(value, indent=2, ensure_ascii=False))}</code></pre>"
