"""How a sale is offered, with whatever goes wrong at the till; what comes back is how it stands then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from counterfoil.storm.plan.model import Purchase, Twist, Upload
from counterfoil.storm.shoppers.line import Said
from counterfoil.storm.shoppers.papers import Paper, offer_of, sale_of
from counterfoil.storm.shoppers.till import Till

OFFER = "/api/v1/sales"
UPLOAD = "/api/v1/sales/batch"
_OK, _CREATED, _CONFLICT = 200, 201, 409
#: A sale that is there, as it was offered or otherwise, is answered with how it stands.
_STANDS = frozenset({_OK, _CREATED, _CONFLICT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an offered sale stands."""

    order_id: str
    state: str
    #: By payment: its state.
    tenders: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """Offers sales."""

    till: Till
    clock: Callable[[], datetime]

    async def offer(self, purchase: Purchase, *, is_parked: bool = False) -> list[Standing]:
        """Offer a purchase and return the orders that it became: none, one, or two where the cashier is confused."""
        sale = sale_of(purchase, placed_at=self._time_at(purchase), is_parked=is_parked)
        match purchase.twist:
            case Twist.NONE | Twist.CLOCK_BACK:
                answers = [await self._offered(purchase, sale)]
            case Twist.DOUBLE_CLICK:
                answers = [*await asyncio.gather(self._offered(purchase, sale), self._offered(purchase, sale))]
            case Twist.IMPATIENT:
                await self.till.ask_in_a_hurry(
                    "POST", OFFER, offer_of(purchase, sale), patience_s=purchase.impatience_ms / 1000
                )
                answers = [await self._offered(purchase, sale)]
            case Twist.TWO_TERMINALS:
                there = {**sale, "terminal_id": purchase.other_terminal_id}
                answers = [*await asyncio.gather(self._offered(purchase, sale), self._offered(purchase, there))]
            case Twist.NEW_ORDER:
                answers = [await self._offered(purchase, sale), await self._offered(purchase, self._again(sale))]
            case Twist.CONFUSED:
                self.till.memory.confused.add(purchase.number)
                other = sale_of(purchase, placed_at=self._time_at(purchase), order_id=purchase.second_order_id)
                answers = [await self._offered(purchase, sale), await self._offered(purchase, other)]
            case Twist.CLOCK_AHEAD:
                first = await self._offered(purchase, sale)
                # It was not recorded, so the same sale may be dated anew.
                right = {**sale, "placed_at": self.clock().isoformat()}
                answers = [first, *([] if first is not None else [await self._offered(purchase, right)])]
            case other_twist:
                assert_never(other_twist)
        return list({answer.order_id: answer for answer in answers if answer is not None}.values())

    async def upload(self, upload: Upload) -> None:
        """Hand in what was sold offline, twice where the first answer does not come."""
        sales = [sale_of(purchase, placed_at=self._time_at(purchase)) for purchase in upload.purchases]
        said = await self.till.ask("POST", UPLOAD, {"sales": sales}, what="upload")
        if said is None:
            return
        for purchase, answer in zip(upload.purchases, said.body.get("answers", ()), strict=False):
            code = answer.get("code")
            if code is not None:
                self.till.memory.refusals[code] += 1
                if answer.get("transient"):
                    await self._offered_alone(purchase, sales[purchase.number - upload.purchases[0].number])
                continue
            self._remember(purchase, answer["answer"])

    async def _offered_alone(self, purchase: Purchase, sale: Paper) -> None:
        said = await self.till.ask("POST", UPLOAD, {"sales": [sale]}, what="upload")
        if said is not None and (answer := said.body["answers"][0].get("answer")) is not None:
            self._remember(purchase, answer)

    async def _offered(self, purchase: Purchase, sale: Paper) -> Standing | None:
        said = await self.till.ask("POST", OFFER, offer_of(purchase, sale), what="sale")
        return None if said is None else self._standing(purchase, said)

    def _standing(self, purchase: Purchase, said: Said) -> Standing | None:
        if said.status not in _STANDS or said.code:
            return None
        if said.status != _CONFLICT:
            self._remember(purchase, said.body)
        return Standing(
            order_id=said.body["order_id"],
            state=said.body["state"],
            tenders={tender["payment_id"]: tender["state"] for tender in said.body["tenders"]},
        )

    def _remember(self, purchase: Purchase, answer: Mapping[str, Any]) -> None:
        if answer["recorded"] in {"created", "exists"}:
            self.till.memory.taken[answer["order_id"]] = purchase.number

    def _again(self, sale: Paper) -> Paper:
        """Return what a till offers that restarted after the press of the button: a new order of the same request."""
        order_id = f"{sale['order_id']}-b"
        tenders = [
            {**tender, "payment_id": tender["payment_id"].replace(sale["order_id"], order_id)}
            for tender in sale["tenders"]
        ]
        return {**sale, "order_id": order_id, "tenders": tenders}

    def _time_at(self, purchase: Purchase) -> datetime:
        return self.clock() + timedelta(seconds=purchase.clock_off_s)
