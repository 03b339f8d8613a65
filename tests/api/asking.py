"""Asks the API and holds every "no" to its form: problem+json, a stable code, a sentence in both languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
from litestar import Litestar
from litestar.testing import TestClient

from counterfoil.books.orders.model import Sale
from counterfoil.books.payments.ports import Presented
from tests.counter.shop import PINS, SUE
from tests.counter.till import Counter, instrument

_CODE = re.compile(r"[a-z][a-z0-9_]*")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(slots=True, kw_only=True)
class Asking:
    """A caller of the API, and the shop behind it."""

    counter: Counter
    client: TestClient[Litestar]

    def ask(self, method: str, path: str, body: object = None, **more: Any) -> httpx.Response:  # noqa: ANN401 — as httpx takes them
        """Send one request, with a JSON body where there is one."""
        if body is not None:
            more["content"] = msgspec.json.encode(body)
            more.setdefault("headers", {})["Content-Type"] = "application/json"
        return self.client.request(method, path, **more)

    def sale_body(self, sale: Sale) -> dict[str, Any]:
        """Lay a sale out as a till sends it."""
        shown = {one.payment_id: instrument(one.tender) for one in sale.tenders}
        presented = {name: _laid_out(one) for name, one in shown.items() if one is not None}
        body: dict[str, Any] = msgspec.to_builtins({"sale": sale, "presented": presented})
        return body

    def offer(self, sale: Sale) -> httpx.Response:
        """Offer a sale."""
        return self.ask("POST", "/api/v1/sales", self.sale_body(sale))

    def undo_body(self, amount_minor: int | None = None, **more: object) -> dict[str, Any]:
        """Ask for money back, allowed by the manager."""
        return {
            "payment_id": self.counter.number("u"),
            "operator_id": "ann",
            "reason": "broken",
            "consent": {"staff_id": SUE, "pin": PINS[SUE]},
            "amount_minor": amount_minor,
            **more,
        }


def _laid_out(shown: Presented) -> dict[str, str | None]:
    return {"entry": shown.entry, "number": shown.number, "expiry": shown.expiry}


def problem(answer: httpx.Response) -> str:
    """Insist on a "no" in its proper form, and return its code."""
    assert answer.status_code >= 400, answer.text
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json", answer.text
    told = answer.json()
    assert told["status"] == answer.status_code
    assert _CODE.fullmatch(told["code"])
    assert told["detail"] in {told["detail_en"], told["detail_zh"]}
    assert told["detail_en"].endswith(".")
    assert _CHINESE.search(told["detail_zh"])
    return str(told["code"])
