"""A till in a browser, asked over HTTP as its script asks it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx
import msgspec

from counterfoil.ids import StaffId, new_id
from tests.counter.shop import ANN, PINS, SUE, T1
from tests.counter.till import Counter, instrument
from tests.web.shop import Visitor, leads_to

_TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')
_BEGINNING = re.compile(r'data-beginning="([^"]*)"')


@dataclass(slots=True, kw_only=True)
class BrowserTill:
    """Somebody at a till, and the shop behind it."""

    counter: Counter
    visitor: Visitor

    def open(self, who: str = ANN) -> None:
        """Sign in, and put the browser at the first till."""
        self.visitor.sign_in(who)
        assert leads_to(self.visitor.post("/till/choice", form_on="/till/choice", terminal=T1)) == "/till"

    def take_over(self, who: str) -> None:
        """Let somebody else stand there, by their PIN."""
        answer = self.visitor.post("/till/switch", form_on="/till/switch", who=who, pin=PINS[StaffId(who)])
        assert leads_to(answer) == "/till"

    def page(self) -> str:
        """Open the till."""
        page = self.visitor.get("/till")
        assert page.status_code == 200, page.text
        return page.text

    def beginning(self) -> Mapping[str, Any]:
        """Return what the page hands to its script."""
        found = _BEGINNING.search(self.page())
        assert found is not None
        told: Mapping[str, Any] = msgspec.json.decode(unescape(found[1]))
        return told

    def ask(self, method: str, path: str, body: object = None, *, token: str | None = None) -> httpx.Response:
        """Send one request as the script does."""
        if token is None:
            found = _TOKEN.search(self.page())
            assert found is not None
            token = found[1]
        content = b"" if body is None else msgspec.json.encode(body)
        headers = {"X-CSRF-Token": token, "Content-Type": "application/json"}
        return self.visitor.client.request(
            method, f"/till/data/{path}", content=content, headers=headers, follow_redirects=False
        )

    def price(self, *lines: Mapping[str, Any], **more: object) -> dict[str, Any]:
        """Price a basket of (sku, quantity and more) lines."""
        told = {"lines": [{"quantity": "1", "entry": "keyed", **line} for line in lines], **more}
        priced: dict[str, Any] = done(self.ask("POST", "basket", told))
        return priced

    def sale(self, *tenders: Mapping[str, Any], priced: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 — fields of a sale
        """Lay a sale out as the script does; of one bread, where nothing else was priced."""
        basket = priced or self.price({"sku": "bread"})
        return {
            "order_id": new_id(self.counter.clock.now),
            "store_id": "s1",
            "terminal_id": T1,
            "operator_id": ANN,
            "placed_at": self.counter.clock.now,
            "currency": "CNY",
            "total_minor": basket["total_minor"],
            "lines": basket["lines"],
            "tenders": tenders,
            **more,
        }

    def offer(self, sale: Mapping[str, Any], **more: object) -> httpx.Response:
        """Offer a sale, with a card or a code for each tender that needs one."""
        shown = {one["payment_id"]: instrument(one["tender"]) for one in sale["tenders"]}
        presented = {
            name: {"entry": one.entry, "number": one.number, "expiry": one.expiry}
            for name, one in shown.items()
            if one is not None
        }
        return self.ask("POST", "sales", {"sale": sale, "presented": presented, **more})

    def tender(self, tender: str = "cash", amount_minor: int = 500, **more: object) -> dict[str, Any]:
        """Make a tender with an id of its own."""
        return {"payment_id": self.counter.number("p"), "tender": tender, "amount_minor": amount_minor, **more}

    def consent(self, who: StaffId = SUE, pin: str | None = None) -> dict[str, str]:
        """Say who allows it, with their PIN."""
        return {"staff_id": who, "pin": pin or PINS[who]}


def done(answer: httpx.Response) -> Any:  # noqa: ANN401 — whatever was asked for
    """Insist that it was done, and return what was answered."""
    assert answer.status_code == 200, answer.text
    return answer.json()


def no(answer: httpx.Response) -> str:
    """Insist on a "no" that says what happened and what it means, and return its code."""
    assert answer.status_code >= 400, answer.text
    told = answer.json()
    assert told["happened"]
    assert told["means"]
    return str(told["code"])
