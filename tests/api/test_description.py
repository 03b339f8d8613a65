"""What the API says of itself: examples that the decoders take, and a page that loads nothing from anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

import msgspec
import pytest
from litestar import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import Example
from litestar.params import KwargDefinition

from counterfoil.api.app import api_routes
from counterfoil.web.headers import CONTENT_SECURITY_POLICY
from tests.api.asking import Asking


def handlers() -> list[HTTPRouteHandler]:
    every = (handler for route in api_routes().routes for handler in getattr(route, "route_handlers", ()))
    return [handler for handler in every if handler.http_methods != {HttpMethod.OPTIONS}]


def told_examples() -> Iterator[tuple[str, Any, Any]]:
    """Yield where an example stands, the type that it is of, and the example."""
    for handler in handlers():
        name = f"{handler.owner.__class__.__name__}.{handler.handler_name}"
        data = handler.parsed_fn_signature.parameters.get("data")
        if data is not None and isinstance(data.kwarg_definition, KwargDefinition):
            for example in data.kwarg_definition.examples or ():
                yield f"{name} asked", data.annotation, example.value
        for status, spec in (handler.responses or {}).items():
            for example in spec.examples or ():
                assert isinstance(example, Example)
                yield f"{name} {status}", spec.data_container, example.value


#: In one order everywhere: the framework keeps what stands at one path in a set.
EXAMPLES = sorted(told_examples(), key=lambda told: told[0])


@pytest.mark.parametrize(("kind", "value"), [pytest.param(kind, value, id=at) for at, kind, value in EXAMPLES])
def test_an_example_is_what_its_decoder_takes(kind: Any, value: Any) -> None:  # noqa: ANN401 — any type, any JSON
    read = msgspec.json.decode(msgspec.json.encode(value), type=kind)
    assert _without_defaults(value) <= _without_defaults(msgspec.to_builtins(read)), "it names no field that is none"


def _without_defaults(value: Any) -> set[str]:  # noqa: ANN401 — any JSON
    """Return the names of all fields, wherever they stand."""
    match value:
        case dict():
            return {*value, *(name for each in value.values() for name in _without_defaults(each))}
        case list() | tuple():
            return {name for each in value for name in _without_defaults(each)}
        case _:
            return set()


def description(asking: Asking) -> dict[str, Any]:
    told: dict[str, Any] = asking.client.get("/api/v1/schema/openapi.json").json()
    return told


def operations(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
        if method in {"get", "post", "delete", "put", "patch"}
    }


def test_every_operation_has_a_summary_of_its_own(asking: Asking) -> None:
    found = {name: operation["summary"] for name, operation in operations(description(asking)).items()}
    assert len(set(found.values())) == len(found)
    assert all(re.fullmatch(r"[A-Z][^.]{5,79}", summary) for summary in found.values()), found


def test_whoever_sends_a_body_finds_an_example_of_it(asking: Asking) -> None:
    for name, operation in operations(description(asking)).items():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is not None:
            assert body["schema"]["examples"], name


def test_the_page_loads_nothing_from_anywhere_else_and_runs_no_script(asking: Asking) -> None:
    answer = asking.client.get("/api/v1/schema")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    page = answer.text
    assert "<script" not in page
    assert "<style" not in page
    assert " style=" not in page
    assert re.findall(r"(?:src|href)=\"(?!#|/api/v1/schema/)[^\"]*", page) == []
    for place in re.findall(r"href=\"(/[^\"]*)\"", page):
        assert asking.client.get(place).status_code == 200, place


def test_the_page_shows_every_operation_with_its_examples_in_the_reader_s_words(asking: Asking) -> None:
    english = asking.client.get("/api/v1/schema").text
    for name, operation in operations(description(asking)).items():
        assert f"<code>{name}</code>" in english
        assert escape(operation["summary"]) in english
    assert "till-1-000042" in english
    chinese = asking.client.get("/api/v1/schema", headers={"Accept-Language": "zh-CN"}).text
    assert "<h4>应答</h4>" in chinese
    assert "<h4>Answers</h4>" not in chinese
