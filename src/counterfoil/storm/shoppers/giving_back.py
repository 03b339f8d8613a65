"""Money that goes back after a purchase: two people are needed, and sometimes four try at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from counterfoil.storm.plan.model import GivingBack, Purchase
from counterfoil.storm.shop_map import pin_of
from counterfoil.storm.shoppers.memory import Wish
from counterfoil.storm.shoppers.till import Till

_MORE_THAN_HALF_PERCENT = 60
_THIRD, _QUARTER = 3, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A payment that can be given back."""

    purchase: Purchase
    payment_id: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivingBacks:
    """Gives back what a purchase says."""

    till: Till

    async def give_back(self, purchase: Purchase, order_id: str) -> None:
        """Give money back of the order's first payment, if there is any."""
        order = await self.till.ask_for("GET", f"/api/v1/sales/{order_id}", None, what="look")
        if order is None or order["state"] != "paid":
            return
        held = next((one for one in order["payments"] if one["kind"] == "sale" and one["state"] == "approved"), None)
        if held is not None:
            ways: Mapping[GivingBack, Callable[[_Held], Awaitable[None]]] = {
                GivingBack.UNDO: self._undone,
                GivingBack.UNDO_TWICE: self._undone_twice,
                GivingBack.UNDO_BY_TWO: self._undone_by_two,
                GivingBack.REFUND_PART: self._part,
                GivingBack.REFUND_PARTS: self._parts,
                GivingBack.REFUND_BY_TWO: self._refunded_by_two,
                GivingBack.REFUND_LINE: self._line,
            }
            await ways[purchase.giving_back](
                _Held(purchase=purchase, payment_id=held["payment_id"], amount_minor=held["amount_minor"])
            )

    async def _undone(self, held: _Held) -> None:
        await self._undo(held, 1, held.amount_minor)

    async def _undone_twice(self, held: _Held) -> None:
        await asyncio.gather(*(self._undo(held, 1, held.amount_minor) for _ in range(2)))

    async def _undone_by_two(self, held: _Held) -> None:
        await asyncio.gather(*(self._undo(held, turn, held.amount_minor) for turn in (1, 2)))

    async def _part(self, held: _Held) -> None:
        await self._undo(held, 1, max(held.amount_minor // _THIRD, 1))

    async def _parts(self, held: _Held) -> None:
        await self._undo(held, 1, max(held.amount_minor // _THIRD, 1))
        await self._undo(held, 2, max(held.amount_minor // _QUARTER, 1))

    async def _refunded_by_two(self, held: _Held) -> None:
        part = held.amount_minor * _MORE_THAN_HALF_PERCENT // 100 + 1
        await asyncio.gather(*(self._undo(held, turn, part) for turn in (1, 2)))

    async def _line(self, held: _Held) -> None:
        line = held.purchase.lines[0]
        lines = [{"line_no": 1, "quantity": str(line.quantity)}]
        await self._undo(held, 1, min(line.amount_minor, held.amount_minor), lines=lines)

    async def _undo(
        self, held: _Held, turn: int, amount_minor: int, *, lines: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Ask for it; each turn is a wish of its own, and allowed by another person."""
        purchase, undo_id = held.purchase, held.purchase.undo_id(turn)
        by = purchase.authoriser_ids[turn - 1]
        self.till.memory.wishes[undo_id] = Wish(
            number=purchase.number, payment_id=held.payment_id, amount_minor=amount_minor
        )
        body = {
            "payment_id": undo_id,
            "operator_id": purchase.operator_id,
            "reason": "the customer changed their mind",
            "consent": {"staff_id": by, "pin": pin_of(by)},
            "amount_minor": amount_minor,
            "lines": list(lines),
        }
        await self.till.ask("POST", f"/api/v1/payments/{held.payment_id}/undo", body, what="undo")
