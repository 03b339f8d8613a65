"""A shop after a busy day, with everything that can happen to a sale: made once, and copied for each test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from counterfoil.db.address import Addresses
from counterfoil.db.engine import Database
from counterfoil.db.roles import Role, close_database
from counterfoil.doctor.examining import Patient, examine
from counterfoil.doctor.model import Examined
from counterfoil.ids import MerchantId, OrderId
from counterfoil.journal.checkpoints import Checkpoints
from counterfoil.journal.sealing import Sealer
from tests.counter.acquirer import Fate
from tests.counter.shop import ANN, OPENING
from tests.counter.till import Counter, counter_over, sale_line
from tests.databases import ServerOfTests

MERCHANT = MerchantId("m1")
_OPENED_STOCK = """
    INSERT INTO stock_movements (merchant_id, movement_id, store_id, sku, quantity, reason, occurred_at)
    SELECT merchant_id, 'opening ' || sku, store_id, sku, on_hand, 'opening', '2026-01-01' FROM stock
"""
_BILL = """
    INSERT INTO acquirer_records (merchant_id, record_id, acquirer, source, kind, state, amount_minor, currency,
        occurred_at, our_reference, acquirer_reference)
    SELECT merchant_id, 'bill ' || payment_id, acquirer, 'bill', kind, 'succeeded', amount_minor, currency,
        occurred_at, payment_id, 'their ' || payment_id
    FROM payments
    WHERE acquirer IS NOT NULL AND state = 'approved' AND kind IN ('sale', 'refund')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What is copied for each test."""

    name: str
    folder: Path
    now: datetime
    #: Sales by what happened to them.
    orders: dict[str, str]
    payments: dict[str, str]


@dataclass(slots=True, kw_only=True)
class Busy:
    """A copy that a test may break."""

    addresses: Addresses
    folder: Path
    model: Model
    logs: list[Path]

    def tamper(self, statement: str, *values: object) -> None:
        """Change anything, as a superuser whom no right stops."""
        assert self.addresses.keeper is not None
        with psycopg.connect(self.addresses.keeper) as connection:
            connection.execute(statement.encode(), values or None)

    def examined(self, *, full: bool = True) -> list[Examined]:
        """Let the doctor look at everything."""
        with Database(self.addresses.of(Role.APPLICATION), application="test", pool_size=1) as database:
            patient = Patient(database=database, checkpoints=_checkpoints(self.folder), logs=self.logs, full=full)
            return examine(patient, [MERCHANT], now=self.model.now, heard=lambda _stage, _done, _total: None)

    def broken(self, *, full: bool = True) -> dict[str, tuple[str, ...]]:
        """Return the checks that are broken, with the rows that break them."""
        return {found.check.name: found.subjects for found in self.examined(full=full) if not found.holds}


@pytest.fixture(scope="session")
def model(postgres: ServerOfTests, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The busy shop itself; nobody may be connected to it once it is made."""
    addresses = postgres.copy()
    folder = tmp_path_factory.mktemp("home")
    with Database(addresses.of(Role.APPLICATION), application="test") as database:
        counter = counter_over(database, MERCHANT)
        with psycopg.connect(addresses.keeper or "") as connection:
            connection.execute(_OPENED_STOCK)
        orders, payments = _a_day(counter)
        asyncio.run(counter.house.selling.group.close())
    with psycopg.connect(addresses.keeper or "") as connection:
        connection.execute(_BILL)
    now = max(counter.clock.now, datetime.now(OPENING.tzinfo)) + timedelta(days=2)
    with Database(addresses.of(Role.SEALER), application="test") as database:
        sealer = Sealer(database=database, checkpoints=_checkpoints(folder), clock=lambda: now)
        assert sealer.seal(MERCHANT, sign_now=True).facts_n > 20
    return Model(name=addresses.name, folder=folder, now=now, orders=orders, payments=payments)


@pytest.fixture
def busy(postgres: ServerOfTests, model: Model, tmp_path: Path) -> Iterator[Busy]:
    """A copy of the busy shop."""
    addresses = postgres.addresses(f"copy_of_{model.name}")
    with psycopg.connect(postgres.superuser, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(addresses.name), sql.Identifier(Role.OWNER), sql.Identifier(model.name)
            )
        )
        close_database(connection, addresses.name)
    folder = tmp_path / "home"
    shutil.copytree(model.folder, folder)
    yield Busy(addresses=addresses, folder=folder, model=model, logs=[])
    postgres.drop(addresses)


def _checkpoints(folder: Path) -> Checkpoints:
    return Checkpoints(file=folder / "checkpoints.jsonl", key_file=folder / "checkpoint.key")


def _a_day(counter: Counter) -> tuple[dict[str, str], dict[str, str]]:
    """Sell, and let everything happen that may; returns orders and payments by what happened to them."""
    orders: dict[str, str] = {}
    payments: dict[str, str] = {}

    def sell(name: str, tender: str, pieces: int = 2, **more: object) -> str:
        sale = counter.sale(counter.tender(tender, 500 * pieces), lines=[sale_line(quantity=pieces)], **more)
        counter.sell(sale)
        orders[name], payments[name] = sale.order_id, sale.tenders[0].payment_id
        return payments[name]

    sell("cash", "cash")
    sell("wechat", "wechat")
    sell("training", "cash", training=True)
    counter.undo(sell("voided", "wechat"), 1000)
    counter.undo(sell("voided cash", "cash"), 1000)
    counter.wechat.plan("charge", Fate.DECLINED)
    sell("declined", "wechat")
    counter.wechat.plan("charge", Fate.LOST_ANSWER)
    sell("answer lost", "wechat")
    counter.wechat.plan("charge", Fate.LOST_REQUEST)
    sell("request lost", "wechat")
    counter.host.plan("charge", Fate.LATE_REQUEST)
    sell("reversed", "card")
    counter.resolve()
    counter.refund(sell("refunded", "wechat"), 500, lines={1: Decimal(1)})
    counter.refund(sell("refunded cash", "cash"), 500)
    counter.wechat.plan("refund", Fate.DECLINED)
    counter.refund(sell("refund declined", "wechat"), 500, lines={1: Decimal(1)})
    split = counter.sale(counter.tender("cash", 300), lines=[sale_line()])
    counter.sell(split)
    counter.add_tender(split.order_id, counter.tender("wechat", 200))
    orders["split"] = split.order_id
    parked = counter.sale(parked=True)
    counter.sell(parked)
    counter.house.parking.cancel(MERCHANT, OrderId(parked.order_id), ANN, "went home")
    orders["cancelled"] = parked.order_id
    return orders, payments
