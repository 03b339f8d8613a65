"""Who gets through to which address: held to a page that lists every route, and asked of the application itself."""

from __future__ import annotations

import re

import pytest

from counterfoil.shop.staff.model import Role
from counterfoil.web.access import Kind
from counterfoil.web.forms import HEADER
from counterfoil.web.reference import Route, pages_reference, routes
from tests.counter.till import Counter
from tests.web.conftest import Opening
from tests.web.shop import Visitor, hire
from tools.reference.pages import ROOT

PAGE = ROOT / "docs/reference/pages.md"
_PARAMETER = re.compile(r"\{[^}]*\}")
#: They go on answering for as long as somebody listens.
STREAMS = re.compile(r"/live|/events|/stream")
FORBIDDEN = 403


def test_a_new_route_stands_on_the_page_that_says_who_may_use_it() -> None:
    assert PAGE.read_text(encoding="utf-8").partition("\n")[2] == pages_reference(), "run `make docs`, and read it"


def test_no_route_is_for_everybody_but_these() -> None:
    assert {route.path for route in routes() if route.access.kind is Kind.EVERYBODY} == {
        *("/", "/sign-in", "/look"),
    }


def asked(visitor: Visitor, route: Route, token: str) -> int:
    path = _PARAMETER.sub("nobody", route.path)
    headers = {HEADER: token, "Accept": "text/html"}
    return visitor.client.request(route.method, path, headers=headers, follow_redirects=False).status_code


@pytest.mark.parametrize("role", Role)
def test_a_role_gets_through_to_what_the_page_says_and_to_nothing_else(
    counter: Counter, opening: Opening, role: Role
) -> None:
    hire(counter.database, counter.merchant_id, f"only-{role}", role)
    visitor = opening()
    visitor.sign_in(f"only-{role}")
    token = visitor.token("/design")
    wrong = []
    for route in routes():
        is_for = route.is_for(role)
        # What somebody may do is not done here: a press that is allowed would end the session, or sell something.
        if is_for and (route.method != "GET" or STREAMS.search(route.path)):
            continue
        status = asked(visitor, route, token)
        if (status == FORBIDDEN) == is_for:
            wrong.append((route.method, route.path, status, is_for))
    assert wrong == []


def test_whoever_has_not_signed_in_gets_through_to_nothing(visitor: Visitor) -> None:
    token = visitor.token("/sign-in")
    for route in routes():
        if route.access.kind is not Kind.EVERYBODY:
            assert asked(visitor, route, token) in {303, 401}, route
