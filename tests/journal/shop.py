"""A small shop for tests of the journal: it sells for cash, undoes, and lets a superuser reach into its books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import psycopg
import sqlalchemy as sa

from counterfoil.books.orders.model import Line, Sale, Tendered
from counterfoil.books.payments.model import Kind, Payment, Tender
from counterfoil.books.payments.states import State
from counterfoil.books.payments.store import intend
from counterfoil.counter.sale_rows import Offer, digest_of
from counterfoil.counter.store import SaleRecorder
from counterfoil.db.address import Addresses
from counterfoil.db.engine import Database
from counterfoil.db.roles import Role
from counterfoil.ids import MerchantId, OrderId, PaymentId, StaffId, StoreId, TerminalId
from counterfoil.journal.breaks import Verified
from counterfoil.journal.checkpoints import Checkpoints
from counterfoil.journal.sealing import UNSEALED_MAX, Sealer
from counterfoil.journal.store import note
from counterfoil.journal.verifying import verify

MERCHANT = MerchantId("m1")


@dataclass(slots=True, kw_only=True)
class Shop:
    """One merchant over one database; time stands where a test puts it."""

    addresses: Addresses
    folder: Path
    merchant: MerchantId = MERCHANT
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def checkpoints(self) -> Checkpoints:
        return Checkpoints(file=self.folder / "checkpoints.jsonl", key_file=self.folder / "checkpoint.key")

    def open(self) -> None:
        """Write the merchant's row."""
        self.tamper(
            "INSERT INTO merchants (merchant_id, name, currency, time_zone, created_at) "
            "VALUES (%s, 'Shop', 'CNY', 'Asia/Shanghai', now())",
            self.merchant,
        )

    def sell(self, n: int = 1) -> list[OrderId]:
        """Record cash sales as the counter does: an order, two lines, a payment, one fact."""
        offers = [self._offer(OrderId(f"o{next(self._numbers)}")) for _ in range(n)]
        recorder = SaleRecorder(self.addresses.of(Role.APPLICATION))
        recorder.record(offers)
        recorder.close()
        return [offer.sale.order_id for offer in offers]

    def refund(self, order_id: OrderId) -> PaymentId:
        """Intend a refund, with the line that it gives back and its fact."""
        refund = Payment(
            merchant_id=self.merchant,
            payment_id=PaymentId(f"r{next(self._numbers)}"),
            kind=Kind.REFUND,
            tender=Tender.CASH,
            amount_minor=300,
            currency="CNY",
            state=State.INTENDED,
            occurred_at=self.now,
            order_id=order_id,
            original_payment_id=PaymentId(f"p{order_id}"),
        )
        with self.application() as database, database.transaction(self.merchant) as connection:
            intend(connection, refund, resolve_at=None)
            connection.execute(
                sa.text("INSERT INTO refund_lines VALUES (:merchant, :payment, 1, 1)"),
                {"merchant": self.merchant, "payment": refund.payment_id},
            )
            note(
                connection,
                self.merchant,
                "payment:refund:intended",
                f"payment:{refund.payment_id}",
                occurred_at=self.now,
                body={"of": refund.original_payment_id},
            )
        return refund.payment_id

    def application(self) -> Database:
        return Database(self.addresses.of(Role.APPLICATION), application="test", pool_size=1)

    def sealer(self) -> Sealer:
        database = Database(self.addresses.of(Role.SEALER), application="test", pool_size=1)
        return Sealer(database=database, checkpoints=self.checkpoints, clock=lambda: self.now)

    def seal(self) -> int:
        """Seal and sign everything in a fresh process, as it were; returns how many facts."""
        sealer = self.sealer()
        with sealer.database:
            return sealer.seal(self.merchant, sign_now=True).facts_n

    def verified(self, *, later: timedelta = timedelta(0)) -> Verified:
        with self.application() as database:
            return verify(database, self.checkpoints, self.merchant, now=self.now + later, unsealed_max=UNSEALED_MAX)

    def tamper(self, statement: str, *values: object) -> None:
        """Change the books behind everybody's back, as a superuser whom no right and no trigger stops."""
        assert self.addresses.keeper is not None
        with psycopg.connect(self.addresses.keeper) as connection:
            connection.execute(statement.encode(), values)

    def asked(self, question: str, *values: object) -> list[tuple[object, ...]]:
        assert self.addresses.keeper is not None
        with psycopg.connect(self.addresses.keeper) as connection:
            return connection.execute(question.encode(), values).fetchall()

    def _offer(self, order_id: OrderId) -> Offer:
        sale = Sale(
            order_id=order_id,
            store_id=StoreId("s1"),
            terminal_id=TerminalId("t1"),
            operator_id=StaffId("a1"),
            placed_at=self.now,
            currency="CNY",
            total_minor=1000,
            lines=(
                Line(sku="bread", name="Bread, dark", quantity=Decimal(2), amount_minor=600),
                Line(sku="milk", name='Milk "fresh"', quantity=Decimal(1), amount_minor=400),
            ),
            tenders=(Tendered(payment_id=PaymentId(f"p{order_id}"), tender="cash", amount_minor=1000),),
        )
        return Offer(
            merchant_id=self.merchant,
            sale=sale,
            business_date=date(2026, 3, 1),
            now=self.now,
            routes={},
            instruments={},
            digest=digest_of(sale),
        )
