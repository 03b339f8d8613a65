"""What a till does in the shop of a test, in short words; and what the books say afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import msgspec
import sqlalchemy as sa

from counterfoil.books.orders.model import Line, Sale, Tendered
from counterfoil.books.payments.model import Kind, Payment, Tender
from counterfoil.books.payments.ports import Answer, Entry, Presented
from counterfoil.bootstrap import ConfiguredAcquirers, house_over
from counterfoil.counter.acquiring import Lane
from counterfoil.counter.answers import SaleAnswer
from counterfoil.counter.house import House
from counterfoil.counter.sale_rows import Instrument
from counterfoil.counter.selling import Offered
from counterfoil.counter.taking_answers import Source, Taken, take_answer
from counterfoil.counter.tendering import TenderOffer
from counterfoil.counter.undoing import UndoOrder
from counterfoil.db.engine import Database
from counterfoil.db.tables import METADATA
from counterfoil.db.trouble import Trouble
from counterfoil.ids import MerchantId, OrderId, PaymentId, StaffId
from counterfoil.languages import Language
from counterfoil.refusals import Refused
from counterfoil.shop.staff.pins import Pins
from tests.counter.acquirer import SimulatedAcquirer
from tests.counter.shop import ANN, OPENING, PRICES, SECRET, STORE, SUE, T1, Clock, found
from tests.shop.stage import QUICK


def sale_line(sku: str = "bread", quantity: int | str = 1, **more: Any) -> Line:  # noqa: ANN401 — fields of a line
    """Make a line at the listed price."""
    exact = Decimal(quantity)
    return Line(sku=sku, quantity=exact, amount_minor=int(exact * PRICES[sku]), **more)


@dataclass(slots=True)
class Counter:
    """A house over a database, its acquirers, its clock; and short words for what a test does there."""

    merchant_id: MerchantId
    database: Database
    clock: Clock
    wechat: SimulatedAcquirer
    host: SimulatedAcquirer
    lanes: ConfiguredAcquirers
    house: House
    #: One event loop for the whole test, as a process has one.
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    @property
    def acquirers(self) -> Sequence[SimulatedAcquirer]:
        """Both acquirers."""
        return (self.wechat, self.host)

    # ------------------------------------------------------------ what a till does

    def number(self, letter: str) -> str:
        """Make an id that no other thing of this test has."""
        return f"{letter}{next(self._numbers):04d}"

    def sale(self, *tenders: Tendered, lines: Sequence[Line] | None = None, **more: Any) -> Sale:  # noqa: ANN401 — fields of a sale
        """Make a sale of one bread, or of some lines, dated now."""
        chosen = tuple(lines or (sale_line(),))
        made: dict[str, Any] = {
            "order_id": OrderId(self.number("o")),
            "store_id": STORE,
            "terminal_id": T1,
            "operator_id": ANN,
            "placed_at": self.clock.now,
            "currency": "CNY",
            "total_minor": sum(line.amount_minor for line in chosen),
            "lines": chosen,
            "tenders": tenders,
        }
        return Sale(**made | more)

    def tender(self, tender: str = "cash", amount_minor: int = 500, payment_id: str | None = None) -> Tendered:
        """Make a tender with an id of its own."""
        return Tendered(payment_id=PaymentId(payment_id or self.number("p")), tender=tender, amount_minor=amount_minor)

    def offered(self, sale: Sale) -> Offered:
        """Hand a sale in, with a card or a code for each tender that needs one."""
        presented = {tender.payment_id: instrument(tender.tender) for tender in sale.tenders}
        return Offered(
            sale=sale, presented={name: one for name, one in presented.items() if one is not None}, consents={}
        )

    def sell(self, sale: Sale) -> SaleAnswer | Refused:
        """Take one sale, as its till would."""
        return self.runner.run(self.house.selling.sell(self.merchant_id, self.offered(sale)))

    def sell_all(self, sales: Sequence[Sale]) -> list[SaleAnswer | Refused | Trouble]:
        """Take the sales of a till that was offline."""
        return self.runner.run(self.house.selling.sell_all(self.merchant_id, [self.offered(one) for one in sales]))

    def close(self) -> None:
        """Answer what was taken, and let go of the loop; the database is another's."""
        self.runner.run(self.house.selling.group.close())
        self.runner.close()

    def another_house(self) -> House:
        """Put a second house together over the same database, acquirers and clock, as a second process would."""
        return _house(self.database, self.lanes, self.clock)

    def add_tender(self, order_id: str, tendered: Tendered, operator_id: StaffId = ANN) -> Taken | Refused:
        """Pay an open order further."""
        shown = instrument(tendered.tender)
        return self.house.tendering.tender(
            TenderOffer(
                merchant_id=self.merchant_id,
                order_id=OrderId(order_id),
                tendered=tendered,
                operator_id=operator_id,
                presented=shown,
                instrument=None if shown is None else Instrument(key="k" * 32, tail=shown.tail),
            )
        )

    def undo(self, original: str, amount_minor: int, **more: Any) -> Taken | Refused:  # noqa: ANN401 — fields of an order
        """Give money back, allowed by a second person."""
        return self.house.undoing.undo(self.undo_order(original, amount_minor, **more))

    def undo_order(self, original: str, amount_minor: int, **more: Any) -> UndoOrder:  # noqa: ANN401 — as above
        """Return what is ordered where money goes back, allowed by a second person."""
        asked: dict[str, Any] = {
            "merchant_id": self.merchant_id,
            "payment_id": PaymentId(self.number("u")),
            "original_payment_id": PaymentId(original),
            "amount_minor": amount_minor,
            "reason": "customer changed their mind",
            "operator_id": ANN,
            "authoriser_id": SUE,
            "terminal_id": T1,
            "today": OPENING.date(),
            "lines": {},
        }
        return UndoOrder(**asked | more)

    def refund(self, original: str, amount_minor: int, **more: Any) -> Taken | Refused:  # noqa: ANN401 — as above
        """Refund, on a later day than the sale so that a refund is what is right."""
        return self.undo(original, amount_minor, kind=Kind.REFUND, **{"today": _TOMORROW} | more)

    def void(self, original: str, amount_minor: int, **more: Any) -> Taken | Refused:  # noqa: ANN401 — as above
        """Void, on the day of the sale."""
        return self.undo(original, amount_minor, kind=Kind.VOID, **more)

    def hear(self, payment_id: str, answer: Answer, source: Source = Source.WEBHOOK) -> Taken:
        """Take an acquirer's word that nobody waits for."""
        with self.database.transaction(self.merchant_id) as connection:
            return take_answer(
                connection, self.merchant_id, PaymentId(payment_id), answer, source=source, now=self.clock.now
            )

    def resolve(self, *, hours: float = 30, step_seconds: float = 5) -> None:
        """Let the resolver work until nothing is due for so long, or nothing is open any more."""
        until = self.clock.now + timedelta(hours=hours)
        while True:
            self.house.resolver.step_due(self.merchant_id)
            due = self.value(
                "SELECT min(greatest(resolve_at, leased_until)) FROM payments WHERE resolve_at IS NOT NULL"
            )
            if due is None or due > until:
                return
            self.clock.now = max(self.clock.now + timedelta(seconds=step_seconds), due)

    # ------------------------------------------------------------ what the books say

    def rows(self, query: str, **values: object) -> list[sa.RowMapping]:
        """Ask the books."""
        with self.database.transaction(self.merchant_id) as connection:
            return list(connection.execute(sa.text(query), values).mappings())

    def value(self, query: str, **values: object) -> Any:  # noqa: ANN401 — whatever stands there
        """Ask the books for one value."""
        with self.database.transaction(self.merchant_id) as connection:
            return connection.execute(sa.text(query), values).scalar_one()

    def payment(self, payment_id: str) -> sa.RowMapping:
        """Return one payment's row."""
        (row,) = self.rows("SELECT * FROM payments WHERE payment_id = :id", id=payment_id)
        return row

    def order(self, order_id: str) -> sa.RowMapping:
        """Return one order's row."""
        (row,) = self.rows("SELECT * FROM orders WHERE order_id = :id", id=order_id)
        return row

    def state(self, payment_id: str) -> str:
        """Return a payment's state."""
        return str(self.payment(payment_id)["state"])

    def on_hand(self, sku: str = "bread") -> Decimal:
        """Return what is on the shelf."""
        return Decimal(self.value("SELECT on_hand FROM stock WHERE sku = :sku AND store_id = 's1'", sku=sku))

    def findings(self) -> list[str]:
        """Return the diagnoses that stand."""
        return [row["diagnosis"] for row in self.rows("SELECT diagnosis FROM findings WHERE gone_at IS NULL")]

    def counts(self) -> Mapping[str, int]:
        """Count the merchant's rows in every table."""
        tables = (f"SELECT '{table.name}' AS name, count(*) AS n FROM {table.name}" for table in METADATA.sorted_tables)
        return {row["name"]: row["n"] for row in self.rows(" UNION ALL ".join(tables))}


_TOMORROW = OPENING.date() + timedelta(days=1)


def instrument(tender: str) -> Presented | None:
    """Return what a customer shows for a tender; None for cash."""
    match tender:
        case "card":
            return Presented(entry=Entry.CHIP, number="4242424242424242", expiry="2912")
        case "wechat":
            return Presented(entry=Entry.CODE, number="134567890123456789")
        case _:
            return None


def counter_over(database: Database, merchant_id: MerchantId) -> Counter:
    """Found a shop in a database, and open it."""
    found(database, merchant_id)
    clock = Clock()
    wechat = SimulatedAcquirer()
    host = SimulatedAcquirer(name="bank", channel="iso8583", remembers_reversals=False)
    acquirers = ConfiguredAcquirers(
        lanes={
            (merchant_id, Tender.WECHAT): Lane(acquirer=wechat, is_traced=False),
            (merchant_id, Tender.CARD): Lane(acquirer=host, is_traced=True),
        }
    )
    return Counter(
        merchant_id=merchant_id,
        database=database,
        clock=clock,
        wechat=wechat,
        host=host,
        lanes=acquirers,
        house=_house(database, acquirers, clock),
    )


def _house(database: Database, acquirers: ConfiguredAcquirers, clock: Clock) -> House:
    """Put a house together whose PINs cost next to nothing: what is tested is what is done with them."""
    house = house_over(database, acquirers=acquirers, secret=SECRET, now=clock)
    quick = replace(house.authorising, pins=lambda merchant: Pins(SECRET.for_merchant(merchant).pins, QUICK))
    return replace(house, authorising=quick, selling=replace(house.selling, authorising=quick))


def sold(answer: object) -> SaleAnswer:
    """Insist that a sale was taken."""
    assert isinstance(answer, SaleAnswer), answer
    return answer


def no(answer: object) -> str:
    """Insist on a refusal, and return its code; its sentence must be sayable in both languages."""
    assert isinstance(answer, Refused), answer
    assert all(answer.said(language) for language in Language)
    return str(answer.code)


def done(answer: object) -> Payment:
    """Insist that a verb was carried out, and return how its payment stands."""
    assert isinstance(answer, Taken), answer
    return answer.payment


def with_other(sale: Sale, **fields: Any) -> Sale:  # noqa: ANN401 — fields of a sale
    """Return the same sale with something else in it."""
    return msgspec.structs.replace(sale, **fields)
