"""Bills are handed in, channels call, and findings are read, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from litestar.testing import TestClient

from counterfoil.counter.bills.webhooks import Webhooks
from counterfoil.desk import store
from tests.api.asking import Asking, problem
from tests.applications import application_over
from tests.audit.readers.wechat import PAYMENT, trade_bill
from tests.counter.test_webhooks import VERIFIER, paid
from tests.counter.till import Counter
from tests.links.acquirers.peers.wechat import WechatPeer

BILL = trade_bill([PAYMENT, PAYMENT | {"微信订单号": "42-2", "交易状态": "WHATEVER"}]).encode()


def test_a_bill_is_answered_with_totals_and_what_was_set_aside(asking: Asking) -> None:
    answer = asking.client.post("/api/v1/bills?name=march.csv", content=BILL)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["file"], told["new_n"], told["aside_n"], told["was_known"]) == ("march.csv", 1, 1, False)
    assert told["totals"]
    assert told["aside"][0]["line"] == 3
    assert asking.client.post("/api/v1/bills", content=BILL).json()["was_known"] is True
    (listed,) = asking.client.get("/api/v1/bills").json()
    assert (listed["file_name"], listed["file_digest"]) == ("march.csv", told["digest"])


def test_the_same_bill_under_another_name_says_when_and_as_what_it_was_taken(asking: Asking) -> None:
    first = asking.client.post("/api/v1/bills?name=march.csv", content=BILL).json()
    again = asking.client.post("/api/v1/bills?name=april.csv", content=BILL).json()
    assert (again["was_known"], again["file"], again["acquirer"]) == (True, "march.csv", "wechat")
    assert again["taken_at"] == first["taken_at"]


def test_an_acquirer_that_nobody_knows_is_refused_by_name(asking: Asking) -> None:
    answer = asking.client.post("/api/v1/bills?acquirer=wechatt", content=BILL)
    assert (answer.status_code, problem(answer)) == (409, "no_such_acquirer")
    assert answer.json()["facts"]["asked"] == "wechatt"


def test_what_is_no_bill_is_a_problem_in_one_line(asking: Asking) -> None:
    answer = asking.client.post("/api/v1/bills", content=b"a,b\n1,2\n")
    assert (answer.status_code, problem(answer)) == (422, "malformed")
    assert "\n" not in answer.json()["detail"]
    assert "expected" in answer.json()["detail_en"], "it says what is the matter with the file"


def test_nobody_without_a_token_hands_in_a_bill(asking: Asking) -> None:
    answer = asking.client.post("/api/v1/bills", content=BILL, headers={"Authorization": ""})
    assert answer.status_code == 401


@pytest.mark.parametrize(("key", "status"), [("wechat", 204), ("other", 401)])
def test_a_channel_calls_without_a_token_and_is_known_by_its_signature(counter: Counter, key: str, status: int) -> None:
    house = counter.another_house()
    webhooks = Webhooks(database=counter.database, verifiers=[(counter.merchant_id, VERIFIER)], clock=counter.clock)
    body = paid("p1")
    headers = WechatPeer.signature_of(body, stamp=int(counter.clock.now.timestamp()), key=key)
    with application_over(replace(house, webhooks=webhooks)) as app, TestClient(app) as client:
        answer = client.post("/api/v1/webhooks/wechat", content=body, headers=headers)
        assert answer.status_code == status, answer.text
        if status == 401:
            assert answer.headers["content-type"].startswith("application/problem+json")
        assert client.post("/api/v1/webhooks/nobody", content=body, headers=headers).status_code == 404


def found(counter: Counter, number: int, exception: str = "missing_slip", *, store_id: str | None = None) -> str:
    """Write a finding of a store, or of none."""
    finding_id = f"F{number:025d}"
    with counter.database.transaction(counter.merchant_id) as connection:
        store.see(
            connection,
            counter.merchant_id,
            [
                {
                    "finding_id": finding_id,
                    "exception": exception,
                    "diagnosis": "paid_no_slip",
                    "severity": "high",
                    "subject": f"order:o{number}",
                    "occurred_at": counter.clock.now,
                    "amount_at_risk_minor": 500,
                    "currency": "CNY",
                    "explanation_en": "No slip.",
                    "explanation_zh": "无小票。",
                    "next_step": "reprint_the_slip",
                    "evidence": [],
                    "store_id": store_id,
                    **dict.fromkeys(("other_subject", "terminal_id", "operator_id", "score")),
                }
            ],
            by="rule",
            now=counter.clock.now,
        )
    return finding_id


def ids(asking: Asking, query: str) -> list[str]:
    return [one["finding_id"] for one in asking.client.get(f"/api/v1/findings?{query}").json()["findings"]]


def test_findings_are_filtered_and_paged_by_key(asking: Asking) -> None:
    counter = asking.counter
    first, second = found(counter, 1), found(counter, 2, "void_mismatch")
    counter.clock.now += timedelta(hours=1)
    third = found(counter, 3)
    with counter.database.transaction(counter.merchant_id) as connection:
        store.lose(connection, counter.merchant_id, [first], now=counter.clock.now)
    assert ids(asking, "") == [second, third]
    assert ids(asking, "open=false") == [first, second, third]
    assert ids(asking, "open=false&exception=missing_slip") == [first, third]
    since = counter.clock.now.isoformat().replace("+", "%2B")
    assert ids(asking, f"open=false&since={since}") == [first, third]
    page = asking.client.get("/api/v1/findings?open=false&limit=2").json()
    assert (page["next"], len(page["findings"])) == (second, 2)
    rest = asking.client.get(f"/api/v1/findings?open=false&limit=2&after={page['next']}").json()
    assert (rest["next"], [one["finding_id"] for one in rest["findings"]]) == (None, [third])


def test_one_finding_is_shown_in_both_languages(asking: Asking) -> None:
    finding_id = found(asking.counter, 7)
    told = asking.client.get(f"/api/v1/findings/{finding_id}").json()
    assert (told["explanation_en"], told["explanation_zh"]) == ("No slip.", "无小票。")
    assert asking.client.get("/api/v1/findings/NONE").status_code == 404
