"""The token is asked for first: who has none, or one without the scope, is told that, whatever else is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Router
from litestar.handlers import get

from counterfoil.api.access import insist_on_declarations
from counterfoil.errors import Bug
from counterfoil.shop.tokens.model import Scope
from counterfoil.shop.tokens.store import add_token
from tests.api.asking import Asking, problem
from tests.counter.shop import OPENING

#: Nothing of these fits any description.
_BODIES = (b"", b"{", b'{"nonsense": 1}', b"\xff\xfe", b"[" * 10_000)
_QUERY = "?limit=none&open=perhaps&since=never"
_ODD_DATE = "no-day"


def _asked(asking: Asking) -> list[tuple[str, str]]:
    """Return every method and address of the description that needs a token, with ids that cannot be."""
    told: dict[str, Any] = asking.client.get("/api/v1/schema/openapi.json").json()
    found = [
        (method.upper(), path)
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
        if operation.get("security") != [{}]
    ]
    assert len(found) > 15
    odd = [
        (method, path.replace("{business_date}", _ODD_DATE).replace("{", "").replace("}", "")) for method, path in found
    ]
    return [*odd, ("GET", "/metrics")]


def _without_scopes(asking: Asking, *but: Scope) -> str:
    with asking.counter.database.transaction(asking.counter.merchant_id) as connection:
        made = add_token(connection, asking.counter.merchant_id, scopes=but, now=OPENING, name="few scopes")
    return made.text()


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer cft_m.k1.wrong", "Basic eHg6eQ=="])
def test_who_has_no_token_is_told_so_at_every_address_whatever_else_is_wrong(asking: Asking, header: str) -> None:
    for method, path in _asked(asking):
        for body in _BODIES:
            headers = {"Authorization": header, "Content-Type": "application/json"}
            answer = asking.client.request(method, path + _QUERY, content=body, headers=headers)
            assert (answer.status_code, problem(answer)) == (401, "no_such_token"), (method, path, body)
            assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_without_the_scope_is_told_so_before_anything_else(asking: Asking) -> None:
    few = [_without_scopes(asking, scope) for scope in (Scope.METRICS, Scope.CLOSE)]
    for method, path in _asked(asking):
        may_not = few[1] if path == "/metrics" else few[0]
        for body in _BODIES:
            headers = {"Authorization": f"Bearer {may_not}", "Content-Type": "application/json"}
            answer = asking.client.request(method, path + _QUERY, content=body, headers=headers)
            assert (answer.status_code, problem(answer)) == (403, "token_may_not"), (method, path, body)


def test_a_good_token_is_told_of_its_body(asking: Asking) -> None:
    answer = asking.client.post("/api/v1/sales", content=b"{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, problem(answer)) == (422, "malformed")
    answer = asking.ask("POST", f"/api/v1/stores/s1/days/{_ODD_DATE}/closing", {"operator_id": "sue", "pin": "1"})
    assert (answer.status_code, problem(answer)) == (422, "malformed")


def test_what_methods_there_are_is_told_without_a_token(asking: Asking) -> None:
    answer = asking.client.options("/api/v1/sales", headers={"Authorization": ""})
    assert answer.status_code == 204


def test_a_route_that_does_not_say_which_token_it_needs_does_not_exist() -> None:
    @get("/undeclared", sync_to_thread=False)
    def undeclared() -> None:
        """Declare nothing."""

    with pytest.raises(Bug, match="declares which token"):
        insist_on_declarations(Router(path="/", route_handlers=[undeclared]))
