"""Stripe: localstripe behind a door of ours, which adds what localstripe lacks and lets messages meet faults.

Added here, as Stripe's documents have it: answers kept by idempotency key (and refused for other parameters), the cap
on refunds, a token at confirmation, a refused card as HTTP 402, the time filter of lists, and the size of their pages.
What lies in the book is localstripe's own.
"""

from __future__ import annotations

import atexit
import http.client
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.links.acquirers.peers.http import Asked, Peer, Told
from tests.links.acquirers.stage import Fault

API_KEY = "sk_test_counterfoil"
GOOD_CARD = "pm_card_visa"
_REFUSED_CARD = "pm_card_chargeCustomerFail"
_ASKING_CARD = {"number": "4000002500003155", "exp_month": "12", "exp_year": "2030", "cvc": "123"}
_AUTHORIZED = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/x-www-form-urlencoded"}


@cache
def localstripe_port() -> int:
    """Start localstripe once for this run."""
    program = Path(__file__).with_name("localstripe_on_loopback.py")
    started = subprocess.Popen(
        [sys.executable, "-P", str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert started.stdout is not None
    atexit.register(started.kill)
    return int(started.stdout.readline())


def localstripe(method: str, target: str, form: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    """Ask localstripe itself."""
    connection = http.client.HTTPConnection("127.0.0.1", localstripe_port(), timeout=20)
    try:
        connection.request(method, target, body=urlencode(form) if form else None, headers=_AUTHORIZED)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer that is repeated under its key."""

    asked: tuple[str, str]
    told: Told


class StripePeer(Peer):
    """The door before localstripe, for one account."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        #: Keys whose first message is not answered yet.
        self.under_way: set[str] = set()
        #: Intents by our payment id, as far as this door has seen them made.
        self.intents: dict[str, list[str]] = {}
        self.decline_next: str | None = None
        self.declined: dict[str, str] = {}
        self.questions_left: dict[str, int] = {}
        self.page_max = 100
        #: Whether an answer of 500 is kept under its key, as Stripe does once it has begun.
        self.keeps_trouble = False
        localstripe_port()
        super().__init__()

    #: Set by the stage while it asks.
    is_asking = False

    def meets_faults(self, asked: Asked) -> bool:
        """Faults are for the message that moves money, and for inquiries while somebody asks."""
        if asked.method == "GET":
            return self.is_asking
        return asked.path != "/v1/payment_intents"

    def handle(self, asked: Asked) -> Told | None:
        key = asked.headers.get("idempotency-key") if asked.method == "POST" else None
        if key is None:
            return super().handle(asked)
        with self.book:
            kept = self.kept.get(key)
            if kept is None and key in self.under_way:
                return _told(409, {"error": {"type": "invalid_request_error", "code": "idempotency_key_in_use"}})
            if kept is None:
                self.under_way.add(key)
        if kept is not None:
            self.heard.append(asked)
            if kept.asked != (asked.path, asked.body.decode()):
                return _told(400, {"error": {"type": "idempotency_error", "message": "other parameters"}})
            return Told(
                status=kept.told.status,
                headers={**kept.told.headers, "Idempotent-Replayed": "true"},
                body=kept.told.body,
            )
        try:
            return super().handle(asked)
        finally:
            self.under_way.discard(key)

    def answer(self, asked: Asked, fault: Fault | None) -> Told:
        if asked.headers.get("authorization") != f"Bearer {API_KEY}":
            return _told(401, {"error": {"type": "invalid_request_error", "message": "no such key"}})
        status, data = self._do(asked, fault)
        told = _told(status, data)
        if (key := asked.headers.get("idempotency-key")) and asked.method == "POST":
            self.kept[key] = Kept(asked=(asked.path, asked.body.decode()), told=told)
        if fault is Fault.WRONG_AMOUNT:
            return _told(status, data | {"amount": 1, "amount_received": 1})
        if fault is Fault.WRONG_TERMINAL:
            return _told(status, data | {"metadata": {"counterfoil_payment_id": "somebody-elses"}})
        return told

    def trouble(self) -> Told:
        told = _told(500, {"error": {"type": "api_error", "message": "trouble"}})
        asked = self.heard[-1]
        if self.keeps_trouble and (key := asked.headers.get("idempotency-key")):
            self.kept[key] = Kept(asked=(asked.path, asked.body.decode()), told=told)
        return told

    def garbled(self, told: Told) -> Told:
        return Told(status=told.status, headers=told.headers, body=told.body[: len(told.body) // 2])

    def _do(self, asked: Asked, fault: Fault | None) -> tuple[int, dict[str, Any]]:
        form = dict(parse_qsl(asked.body.decode()))
        query = dict(parse_qsl(asked.target.partition("?")[2]))
        match [asked.method, *asked.path.strip("/").split("/")[1:]]:
            case ["POST", "payment_intents"]:
                return self._create(form)
            case ["POST", "payment_intents", intent_id, "confirm"]:
                return self._confirm(intent_id, form, fault)
            case ["POST", "payment_intents", intent_id, "cancel"]:
                status, data = localstripe("POST", asked.path)
                return (status, data) if status == 200 else self._unexpected(intent_id)
            case ["GET", "payment_intents", intent_id]:
                return self._retrieve(intent_id, asked.target)
            case ["GET", "payment_intents"]:
                return self._list(query)
            case ["POST", "refunds"]:
                return self._refund(form)
            case ["GET", "refunds"]:
                return self._refunds(query, asked.target)
            case _:
                return localstripe(asked.method, asked.target, form)

    def _create(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        assert "payment_method" not in form
        status, data = localstripe("POST", "/v1/payment_intents", form)
        if status == 200:
            self.intents.setdefault(form["metadata[counterfoil_payment_id]"], []).append(data["id"])
        return status, data

    def _confirm(self, intent_id: str, form: dict[str, str], fault: Fault | None) -> tuple[int, dict[str, Any]]:
        _, before = localstripe("GET", f"/v1/payment_intents/{intent_id}")
        if before["status"] != "requires_payment_method" or before["last_payment_error"]:
            return self._unexpected(intent_id)
        means = form["payment_method"]
        refusal, self.decline_next = self.decline_next, None
        if refusal is not None:
            means, self.declined[intent_id] = _REFUSED_CARD, refusal
        if fault is Fault.PENDING:
            card = {f"card[{name}]": value for name, value in _ASKING_CARD.items()}
            means = localstripe("POST", "/v1/payment_methods", {"type": "card"} | card)[1]["id"]
            self.questions_left[intent_id] = 1
        # localstripe takes no token at confirmation; it takes it before.
        localstripe("POST", f"/v1/payment_intents/{intent_id}", {"payment_method": means})
        status, data = localstripe("POST", f"/v1/payment_intents/{intent_id}/confirm")
        if status == 404:
            error = {"type": "invalid_request_error", "code": "resource_missing", "param": "payment_method"}
            return 400, {"error": error}
        if refusal is not None and data["status"] == "requires_payment_method":
            error = {"type": "card_error", "code": "card_declined", "decline_code": refusal}
            return 402, {"error": error | {"message": "Your card was declined.", "payment_intent": data}}
        return status, data

    def _retrieve(self, intent_id: str, target: str) -> tuple[int, dict[str, Any]]:
        left = self.questions_left.get(intent_id)
        if left is not None:
            self.questions_left[intent_id] = left - 1
            if left == 0:
                secret = localstripe("GET", f"/v1/payment_intents/{intent_id}")[1]["client_secret"]
                done = {"client_secret": secret, "success": "true"}
                localstripe("POST", f"/v1/payment_intents/{intent_id}/_authenticate", done)
        status, data = localstripe("GET", target)
        if status != 200:
            return 404, {"error": {"type": "invalid_request_error", "code": "resource_missing", "param": "intent"}}
        if intent_id in self.declined and data["last_payment_error"]:
            data["last_payment_error"]["decline_code"] = self.declined[intent_id]
        return status, data

    def _list(self, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        since, until = int(query["created[gte]"]), int(query["created[lte]"])
        _, data = localstripe("GET", "/v1/payment_intents?limit=100000")
        found = [intent for intent in reversed(data["data"]) if since <= intent["created"] <= until]
        if after := query.get("starting_after"):
            found = found[[intent["id"] for intent in found].index(after) + 1 :]
        size = min(self.page_max, int(query["limit"]))
        return 200, {"object": "list", "data": found[:size], "has_more": len(found) > size}

    @staticmethod
    def _refunds(query: dict[str, str], target: str) -> tuple[int, dict[str, Any]]:
        status, intent = localstripe("GET", f"/v1/payment_intents/{query['payment_intent']}")
        if status == 200 and intent["latest_charge"] is None:
            # localstripe breaks where there is no charge to have been refunded.
            return 200, {"object": "list", "data": [], "has_more": False}
        return localstripe("GET", target)

    def _refund(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        status, intent = localstripe("GET", f"/v1/payment_intents/{form['payment_intent']}")
        if status != 200:
            return 404, {"error": {"type": "invalid_request_error", "code": "resource_missing", "param": "intent"}}
        charge = intent["latest_charge"]
        if charge is None or charge["status"] != "succeeded":
            return 400, {"error": {"type": "invalid_request_error", "message": "no successful charge"}}
        left = charge["amount"] - charge["amount_refunded"]
        if left == 0:
            return 400, {"error": {"type": "invalid_request_error", "code": "charge_already_refunded"}}
        if int(form["amount"]) > left:
            return 400, {"error": {"type": "invalid_request_error", "param": "amount", "message": "too much"}}
        return localstripe("POST", "/v1/refunds", form)

    @staticmethod
    def _unexpected(intent_id: str) -> tuple[int, dict[str, Any]]:
        status, intent = localstripe("GET", f"/v1/payment_intents/{intent_id}")
        if status != 200:
            return 404, {"error": {"type": "invalid_request_error", "code": "resource_missing", "param": "intent"}}
        error = {"type": "invalid_request_error", "code": "payment_intent_unexpected_state", "payment_intent": intent}
        return 400, {"error": error}


def _told(status: int, data: dict[str, Any]) -> Told:
    return Told(status=status, headers={"Content-Type": "application/json"}, body=json.dumps(data).encode())
