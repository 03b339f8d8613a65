"""Slips over HTTP: a till tells what became of them, and asks how they stand."""

from __future__ import annotations

import pytest

from tests.api.asking import Asking, problem


@pytest.fixture
def order_id(asking: Asking) -> str:
    sale = asking.counter.sale(asking.counter.tender())
    assert asking.offer(sale).status_code == 201
    return sale.order_id


def test_a_till_tells_of_its_slip_and_hears_how_it_stands(asking: Asking, order_id: str) -> None:
    (due,) = asking.client.get(f"/api/v1/slips/of/{order_id}").json()
    assert (due["slip_id"], due["state"], due["amount_minor"]) == (order_id, "due", 500)
    word = {"slip_id": order_id, "event": "printed", "told_at": asking.counter.clock.now.isoformat()}
    for _again in range(2):
        answer = asking.ask("POST", "/api/v1/slips/told", {"told": [word, word | {"slip_id": "nobody"}]})
        assert answer.status_code == 200, answer.text
        printed, unknown = answer.json()["answers"]
        assert printed["slip"]["state"] == "printed"
        assert unknown["code"] == "no_such_slip"
        assert "nobody" in unknown["detail"]


def test_more_words_than_one_request_carries_are_refused(asking: Asking) -> None:
    word = {"slip_id": "x", "event": "printed", "told_at": asking.counter.clock.now.isoformat()}
    assert asking.ask("POST", "/api/v1/slips/told", {"told": [word] * 501}).status_code == 413


def test_a_word_that_says_no_known_event_is_a_problem(asking: Asking, order_id: str) -> None:
    word = {"slip_id": order_id, "event": "vanished", "told_at": asking.counter.clock.now.isoformat()}
    answer = asking.ask("POST", "/api/v1/slips/told", {"told": [word]})
    assert problem(answer)
    assert answer.status_code == 422


def test_nobody_without_a_token_is_told_of_slips(asking: Asking, order_id: str) -> None:
    for method, path in (("GET", f"/api/v1/slips/of/{order_id}"), ("POST", "/api/v1/slips/told")):
        answer = asking.ask(method, path, {"told": []} if method == "POST" else None, headers={"Authorization": ""})
        assert answer.status_code == 401
