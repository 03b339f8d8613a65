"""An auditor that trusts nobody: it lays the books beside the acquirers' truth, after every step.

What must hold is written from the design (DESIGN: money that may or may not have moved), not from the code: it knows
no rule, no ladder and no table of transitions, only words of the books.
"""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.counter.shop import IN_STOCK, PRICES
from tests.counter.till import Counter

_OPEN = {"intended", "unknown"}
_NOT_HELD = {"declined", "cancelled"}
Row = Mapping[str, Any]


@dataclass(slots=True)
class Auditor:
    """What an outsider knows of one shop."""

    counter: Counter
    #: Ids whose message arrived after its end, or whose answer was false: nobody has told the shop yet.
    untold: set[str] = field(default_factory=set)
    #: Orders that were paid when they were last looked at.
    were_paid: set[str] = field(default_factory=set)
    #: What is in the drawer, by the cashier's own count.
    drawer: int = 0

    def faults(self, *, at_the_end: bool = False) -> Iterator[str]:
        """Yield every sentence in which the books and the truth disagree."""
        rows = self.counter.rows
        payments = {row["payment_id"]: row for row in rows("SELECT * FROM payments")}
        orders = {row["order_id"]: row for row in rows("SELECT * FROM orders")}
        yield from self._against_acquirers(payments, at_the_end=at_the_end)
        yield from self._refunds(payments)
        yield from self._orders(orders, payments)
        yield from self._left_alone(payments)
        yield from self._shelf(orders)
        yield from self._slips(orders, payments)
        yield from self._journal(orders, payments)
        yield from self._cash(payments)

    def _against_acquirers(self, payments: Mapping[str, Row], *, at_the_end: bool) -> Iterator[str]:
        for acquirer in self.counter.acquirers:
            for (verb, name), times in acquirer.sent.items():
                if verb == "charge" and times > 1:
                    yield f"{name} was charged {times} times"
            for name, movement in acquirer.movements.items():
                row = payments.get(name)
                if row is None:
                    yield f"{name} is at {acquirer.name} and in no book"
                    continue
                undos = {one["payment_id"] for one in payments.values() if one["original_payment_id"] == name}
                if row["kind"] not in {"void", "reversal"} and not self.untold & {name, *undos}:
                    yield from _unlike(row, holds=movement.done and not movement.undone, whose=acquirer.name)
                if at_the_end and row["state"] in _OPEN and not self._found(name, row):
                    yield f"{name} is {row['state']} at the end, and no finding says so"

    def _found(self, name: str, row: Row) -> bool:
        about = name if row["kind"] in {"sale", "refund"} else row["original_payment_id"]
        query = "SELECT count(*) FROM findings WHERE subject = :subject AND gone_at IS NULL"
        return bool(self.counter.value(query, subject=f"payment:{about}"))

    def _refunds(self, payments: Mapping[str, Row]) -> Iterator[str]:
        for name, row in payments.items():
            back: Count[str] = Count()
            mine = [one for one in payments.values() if one["original_payment_id"] == name]
            for one in mine:
                if one["kind"] == "refund":
                    back["open" if one["state"] in _OPEN else one["state"]] += one["amount_minor"]
            if (row["refund_reserved_minor"], row["refunded_minor"]) != (back["open"], back["approved"]):
                yield f"{name} counts {row['refund_reserved_minor']}/{row['refunded_minor']} back, and it is {back}"
            if back["open"] + back["approved"] > row["amount_minor"]:
                yield f"{name} gives back {back} of {row['amount_minor']}"
            undos = [one for one in mine if one["kind"] != "refund" and one["state"] not in _NOT_HELD]
            if len(undos) > 1:
                yield f"{name} has {len(undos)} undos"
        for acquirer in self.counter.acquirers:
            for name, movement in acquirer.movements.items():
                if acquirer.refunded(name) > movement.amount_minor and not self.untold:
                    yield f"{acquirer.name} gave back more of {name} than it took"

    def _orders(self, orders: Mapping[str, Row], payments: Mapping[str, Row]) -> Iterator[str]:
        for order_id, order in orders.items():
            sales = [one for one in payments.values() if one["order_id"] == order_id and one["kind"] == "sale"]
            approved = [one for one in sales if one["state"] == "approved"]
            held = [one for one in approved if one["standing"] != "voided"]
            taken = sum(one["amount_minor"] for one in approved)
            sure = sum(
                one["amount_minor"] - one["refunded_minor"] - one["refund_reserved_minor"]
                for one in held
                if one["standing"] == "held"
            )
            state = order["state"]
            if state == "paid" and order_id not in self.were_paid and sure < order["total_minor"]:
                yield f"{order_id} has just been paid, by {sure} of {order['total_minor']} that nobody takes back"
            if state == "paid" and taken < order["total_minor"]:
                yield f"{order_id} is paid with {taken} of {order['total_minor']}"
            waits = order["parked_at"] is not None and not sales
            if state == "open" and sure >= order["total_minor"] and not waits:
                yield f"{order_id} is open, and {sure} of {order['total_minor']} are there"
            if state == "voided" and held:
                yield f"{order_id} is voided, and money of it is held"
            if (
                state == "paid"
                and not held
                and order["total_minor"]
                and all(one["state"] not in _OPEN for one in sales)
            ):
                yield f"{order_id} is paid, and nothing of it is held"
            if state == "cancelled" and sure:
                yield f"{order_id} was given up, and {sure} of it are held"
            if sure > order["total_minor"]:
                yield f"{order_id} over {order['total_minor']} holds {sure}"

    def look_who_paid(self) -> None:
        """Remember which orders are paid."""
        self.were_paid |= {row["order_id"] for row in self.counter.rows("SELECT * FROM orders WHERE state = 'paid'")}

    def _left_alone(self, payments: Mapping[str, Row]) -> Iterator[str]:
        for name, row in payments.items():
            if row["state"] not in _OPEN or row["resolve_at"] is not None:
                continue
            original = payments.get(row["original_payment_id"] or "")
            driven = row["kind"] == "reversal" and original is not None and original["state"] in _OPEN
            if not driven and not self._found(name, row):
                yield f"{name} ({row['kind']}) is {row['state']}, and nobody looks at it"

    def _shelf(self, orders: Mapping[str, Row]) -> Iterator[str]:
        out: Count[str] = Count()
        for line in self.counter.rows("SELECT * FROM order_lines"):
            if orders[line["order_id"]]["state"] == "paid":
                out[line["sku"]] += line["quantity"]
        for sku in PRICES:
            expected = IN_STOCK - Decimal(out[sku])
            if self.counter.on_hand(sku) != expected:
                yield f"{self.counter.on_hand(sku)} of {sku} are on the shelf, and should be {expected}"

    def _slips(self, orders: Mapping[str, Row], payments: Mapping[str, Row]) -> Iterator[str]:
        slips = Count((row["kind"], row["order_id"]) for row in self.counter.rows("SELECT * FROM slips"))
        for order_id, order in orders.items():
            owed = order["state"] in {"paid", "voided"}
            if slips["sale", order_id] != owed:
                yield f"{order_id} is {order['state']} and has {slips['sale', order_id]} slips"
            refunds = [
                one
                for one in payments.values()
                if one["order_id"] == order_id and one["kind"] == "refund" and one["state"] == "approved"
            ]
            voids = [
                one
                for one in payments.values()
                if one["order_id"] == order_id and one["kind"] == "void" and one["state"] == "approved"
            ]
            if order["state"] == "paid" and voids and not slips["void", order_id]:
                yield f"{order_id} is paid, was voided in part, and owes no slip of that"
            if slips["refund", order_id] < len(refunds):
                yield f"{order_id} has {len(refunds)} refunds and {slips['refund', order_id]} slips of them"

    def _journal(self, orders: Mapping[str, Row], payments: Mapping[str, Row]) -> Iterator[str]:
        """Fold the facts: the last word of each must be the state that stands in the book."""
        states: dict[str, str] = {}
        facts = self.counter.rows("SELECT * FROM journal ORDER BY recorded_at, fact_id")
        for fact in facts:
            _, _, word = fact["tag"].split(":")
            subject = fact["subject"]
            if word in _FOLD:
                states[subject] = _FOLD[word]
            for name, state in (fact["body"].get("payments") or {}).items():
                states[f"payment:{name}"] = state
        for order_id, order in orders.items():
            if states.get(f"order:{order_id}") != order["state"]:
                yield f"{order_id} is {order['state']}, and its facts say {states.get(f'order:{order_id}')}"
        for name, row in payments.items():
            if states.get(f"payment:{name}") != row["state"]:
                yield f"{name} is {row['state']}, and its facts say {states.get(f'payment:{name}')}"

    def _cash(self, payments: Mapping[str, Row]) -> Iterator[str]:
        cash = [one for one in payments.values() if one["tender"] == "cash" and one["state"] == "approved"]
        counted = sum(one["amount_minor"] * (1 if one["kind"] == "sale" else -1) for one in cash)
        if counted != self.drawer:
            yield f"the books say that {counted} are in the drawer, and {self.drawer} are"


#: What an event leaves a thing as; everything else (`heard`, `parked`, …) moves nothing.
_FOLD = {
    "open": "open",
    "paid": "paid",
    "voided": "voided",
    "reopened": "open",
    "intended": "intended",
    "approved": "approved",
    "declined": "declined",
    "silent": "unknown",
    "contradicted": "unknown",
    "reversed": "cancelled",
    "withdrawn": "cancelled",
    "cancelled": "cancelled",
}


def _unlike(row: Row, *, holds: bool, whose: str) -> Iterator[str]:
    """Yield in what a sale or refund in our book is not what the acquirer holds."""
    name, state, standing = row["payment_id"], row["state"], row["standing"]
    if state in _NOT_HELD and holds:
        yield f"{name} is {state}, and {whose} did it"
    if state == "approved" and standing in {"held", None} and not holds:
        yield f"{name} is approved and {standing}, and {whose} does not hold it"
    if standing == "voided" and holds:
        yield f"{name} is voided, and {whose} still holds it"
