"""One made-up sale as rows of the books: a basket, a payment, the acquirer's record, a slip, a notice.

Stories feed the report's bench and its tests. They must never be mistaken for data: rules are not tried on them,
`counterfoil world` is for that.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

#: Which columns of a table are moments, in the order in which they happen.
MOMENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "orders": ("placed_at", "closed_at"),
        "order_lines": (),
        "payments": ("occurred_at", "decided_at"),
        "acquirer_records": ("occurred_at",),
        "slips": ("occurred_at",),
        "notices": ("occurred_at",),
        "parcels": ("shipped_at", "uploaded_at", "delivered_at", "disputed_at", "confirmed_at"),
        "tracking_events": ("occurred_at",),
        "returns": ("requested_at", "decided_at", "received_at", "restocked_at"),
        "return_lines": (),
        "terminal_events": ("occurred_at",),
    }
)

GOODS = (
    ("SKU-1041", "Oolong tea 250 g", 6800),
    ("SKU-2207", "Stoneware mug", 12900),
    ("SKU-3310", "Linen apron", 23800),
    ("SKU-4106", "Cast-iron pan", 45900),
    ("SKU-5512", "Rice 5 kg", 7990),
    ("SKU-6009", "Olive oil 1 l", 9950),
    ("SKU-7720", "Desk lamp", 31500),
    ("SKU-8801", "Notebook A5", 2450),
)

Row = dict[str, object]


@dataclass(slots=True)
class Story:
    """One sale and everything that the books say about it."""

    rng: random.Random
    number: int
    at: datetime
    store: str
    terminal: str
    operator: str
    rows: list[tuple[str, str, Row]] = field(default_factory=list)
    subject: str = ""
    other: str | None = None
    total: int = 0

    def add(self, table: str, key: str, **row: object) -> Row:
        """Add one row of a book."""
        self.rows.append((table, key, row))
        return row

    def id(self, letter: str, suffix: str = "") -> str:
        """Name one of the story's rows."""
        return f"{letter}{self.at:%y%m%d}-{self.number:06d}{suffix}"

    def after(self, **span: float) -> datetime:
        """Return a moment so long after the sale began."""
        return self.at + timedelta(**span)

    def order(self, suffix: str = "", *, later: float = 0, **changes: object) -> str:
        """Take an order of one to three lines; a second one repeats the first one's basket."""
        key = self.id("O", suffix)
        self.add(
            "orders",
            key,
            order_id=key,
            store_id=self.store,
            terminal_id=self.terminal,
            operator_id=self.operator,
            placed_at=self.after(seconds=later),
            closed_at=self.after(seconds=later + 41),
            state="paid",
            total_minor=self._basket(key),
            currency="CNY",
            customer_key=f"{self.number * 7919:064x}",
            request_id=self.id("Q", suffix),
            fulfilment="carry_out",
            channel="till",
        ).update(changes)
        return key

    def _basket(self, order: str) -> int:
        basket = random.Random(self.number).sample(GOODS, k=1 + self.number % 3)  # the same for both twins
        self.total = 0
        for line, (sku, name, price) in enumerate(basket, start=1):
            quantity = 1 + (self.number + line) % 2 + (11 if self.number % 97 == 0 else 0)
            self.total += price * quantity
            self.add(
                "order_lines",
                f"{order}/{line}",
                order_id=order,
                line_no=line,
                sku=sku,
                name=name,
                quantity=str(quantity),
                amount_minor=price * quantity,
            )
        return self.total

    def pay(self, order: str | None, suffix: str = "", *, later: float = 20, **changes: object) -> str:
        """Pay by wallet; the acquirer is not asked here."""
        key = self.id("P", suffix)
        self.add(
            "payments",
            key,
            payment_id=key,
            order_id=order,
            kind="sale",
            tender="wechat",
            amount_minor=self.total,
            currency="CNY",
            state="approved",
            occurred_at=self.after(seconds=later),
            decided_at=self.after(seconds=later + 3),
            instrument_key=f"{self.number * 104729:064x}",
            instrument_tail=f"{self.number % 10000:04d}",
            terminal_id=self.terminal,
            operator_id=self.operator,
            acquirer="wechatpay",
        ).update(changes)
        return key

    def record(self, payment: str | None, suffix: str = "", *, later: float = 22, **changes: object) -> str:
        """Add what the acquirer's bill says."""
        key = self.id("R", suffix)
        self.add(
            "acquirer_records",
            key,
            record_id=key,
            acquirer="wechatpay",
            source="bill",
            kind="sale",
            state="succeeded",
            amount_minor=self.total,
            currency="CNY",
            occurred_at=self.after(seconds=later),
            our_reference=payment,
            acquirer_reference=f"42000{self.number:011d}{len(suffix)}",
            terminal_id=self.terminal,
        ).update(changes)
        return key

    def slip(self, order: str | None, suffix: str = "", *, later: float = 44, **changes: object) -> str:
        """Print a slip."""
        key = self.id("S", suffix)
        self.add(
            "slips",
            key,
            slip_id=key,
            order_id=order,
            kind="sale",
            form="paper",
            state="printed",
            copy_no=0,
            amount_minor=self.total,
            currency="CNY",
            occurred_at=self.after(seconds=later),
            terminal_id=self.terminal,
        ).update(changes)
        return key

    def notice(self, payment: str | None, *, later: float = 25, **changes: object) -> str:
        """Tell the customer that money was taken."""
        key = self.id("N")
        self.add(
            "notices",
            key,
            notice_id=key,
            origin="acquirer",
            channel="push",
            says="charged",
            state="delivered",
            payment_id=payment,
            amount_minor=self.total,
            currency="CNY",
            occurred_at=self.after(seconds=later),
        ).update(changes)
        return key

    def till(self, kind: str, value: str, *, later: float) -> None:
        """Let the terminal say how it is."""
        at = self.after(seconds=later)
        key = f"{self.terminal}@{at:%H:%M:%S}/{kind}"
        self.add("terminal_events", key, terminal_id=self.terminal, occurred_at=at, kind=kind, value=value)

    def sale(self, **changes: object) -> tuple[str, str]:
        """Run a sale that is right in every book but the slips; return order and payment."""
        key = self.order("", later=0, **changes)
        payment = self.pay(key)
        self.record(payment)
        self.notice(payment)
        self.subject = f"order:{key}"
        return key, payment
