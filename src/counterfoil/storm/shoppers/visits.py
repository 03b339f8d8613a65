"""A customer's visit: the sale, what they do when their card does not pay, and what they want back afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from counterfoil.storm.plan.model import Closing, Course, GivingBack, Means, Purchase, Then
from counterfoil.storm.shop_map import pin_of
from counterfoil.storm.shoppers.giving_back import GivingBacks
from counterfoil.storm.shoppers.offering import Offering, Standing
from counterfoil.storm.shoppers.papers import card, cash, presented

#: How often a till looks whether a payment has come to its end, and for how long a customer stays for that.
LOOK_S, STAYS_S_MAX = 1.0, 90.0
#: More often nobody tries to pay one purchase.
TRIES_MAX = 4
_ENDS = frozenset({"approved", "declined", "cancelled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """What customers do at the counter."""

    offering: Offering

    async def at_counter(self, purchase: Purchase) -> list[Standing]:
        """Ring the purchase up, and let the customer pay as far as that goes at once."""
        return await self.offering.offer(purchase, is_parked=purchase.course is Course.PARKED)

    async def afterwards(self, purchase: Purchase, standings: list[Standing]) -> None:
        """Bring what became of it to its end; the till has turned to the next customer meanwhile."""
        for standing in standings:
            await self._brought_to_end(purchase, standing)

    async def close(self, closing: Closing) -> None:
        """Close a store's day, as often as it takes to hear that it is closed."""
        path = f"/api/v1/stores/{closing.store_id}/days/{self.offering.clock().date()}/closing"
        by_pin = {"operator_id": closing.operator_id, "pin": pin_of(closing.operator_id)}
        await self.offering.till.ask("POST", path, by_pin, what="closing")

    async def _brought_to_end(self, purchase: Purchase, standing: Standing) -> None:
        paid = dict(standing.tenders)
        if purchase.course is Course.PARKED:
            await self._ask("DELETE", f"/api/v1/sales/{standing.order_id}/parking", _by(purchase), what="recall")
        for turn in range(1, TRIES_MAX + 1):
            for payment_id, state in paid.items():
                if state not in _ENDS:
                    paid[payment_id] = await self._waited_for(payment_id)
            if any(state not in _ENDS for state in paid.values()):
                return  # Nobody knows, and the customer had to go.
            order = await self._ask("GET", f"/api/v1/sales/{standing.order_id}", None, what="look")
            if order is None or order["state"] != "open":
                break
            due = order["total_minor"] - sum(
                one["amount_minor"]
                for one in order["payments"]
                if one["kind"] == "sale" and one["state"] == "approved" and one["standing"] != "voided"
            )
            paid |= await self._pay_further(purchase, standing.order_id, turn, due)
        if standing.order_id == purchase.order_id and purchase.giving_back is not GivingBack.NONE:
            await GivingBacks(till=self.offering.till).give_back(purchase, standing.order_id)

    async def _pay_further(self, purchase: Purchase, order_id: str, turn: int, due_minor: int) -> Mapping[str, str]:
        payment_id = purchase.payment_id(turn + 1, order_id=order_id)
        is_first_of_parked = purchase.course is Course.PARKED and turn == 1
        by_card = purchase.means is not Means.CASH if is_first_of_parked else purchase.then is Then.CARD_AGAIN
        if not is_first_of_parked and purchase.then is Then.LEAVES and purchase.means is Means.CARD:
            self.offering.till.memory.left.add(purchase.number)
            await self._ask(
                "POST",
                f"/api/v1/sales/{order_id}/cancellation",
                {**_by(purchase), "reason": "the customer left"},
                what="cancellation",
            )
            return {}
        # A customer whose card failed twice pays in cash.
        by_card = by_card and turn <= TRIES_MAX // 2
        tender = card(payment_id, due_minor) if by_card else cash(payment_id, due_minor)
        body = {**_by(purchase), "tender": tender, **({"presented": presented(purchase)} if by_card else {})}
        order = await self._ask("POST", f"/api/v1/sales/{order_id}/tenders", body, what="tender")
        if order is None:
            return {}
        return {one["payment_id"]: one["state"] for one in order["payments"] if one["payment_id"] == payment_id}

    async def _waited_for(self, payment_id: str) -> str:
        """Ask again and again what became of a payment, for as long as the customer stays."""
        path = f"/api/v1/payments/{payment_id}"
        await self._ask("POST", f"{path}/inquiries", {}, what="inquiry")
        for _ in range(round(STAYS_S_MAX / LOOK_S)):
            seen = await self._ask("GET", path, None, what="look")
            if seen is None or seen["payment"]["state"] in _ENDS:
                return "unknown" if seen is None else str(seen["payment"]["state"])
            await asyncio.sleep(LOOK_S)
        return "unknown"

    async def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None, *, what: str
    ) -> Mapping[str, Any] | None:
        return await self.offering.till.ask_for(method, path, body, what=what)


def _by(purchase: Purchase) -> dict[str, str]:
    return {"operator_id": purchase.operator_id}
