"""A shop in a street, for whole journeys: pages over HTTP, books in PostgreSQL, cards at the simulated bank.

Nothing is handed to it by a side door: sales come from a till, bills from the bank, findings from the rules themselves.
Only time is a test's own, for the shop and for the bank: it runs, and jumps where a journey waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
import sqlalchemy as sa

from counterfoil import clock as machine
from counterfoil.books.payments.model import Tender
from counterfoil.bootstrap import ConfiguredAcquirers, house_over
from counterfoil.counter.acquiring import Lane
from counterfoil.counter.house import House
from counterfoil.db.engine import Database
from counterfoil.desk.watching import Watcher
from counterfoil.ids import MerchantId, new_id
from counterfoil.jobs import tasks
from counterfoil.jobs.background import Background
from counterfoil.languages import Language
from counterfoil.links.acquirers.channels import Built
from counterfoil.links.acquirers.iso8583 import SIMULATED_HOST, Account, Address, Iso8583Acquirer
from counterfoil.links.acquirers.iso8583.profile import in_milliseconds
from counterfoil.shop.staff.model import Role
from counterfoil.shop.staff.pins import Pins
from counterfoil.storm.acquirer.started import Started, started
from counterfoil.storm.acquirer.wire import Message
from tests.counter.shop import BEN, OPENING, PRICES, SECRET, STORE, T2, found, token_of
from tests.shop.stage import QUICK
from tests.storm.terminals import terminal
from tests.web.browser import served_house
from tests.web.shop import give_passwords, hire, quick_passwords, quick_pins

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: Who reconciles, and works on cases at every store.
FAY = "fay"
BANK = "bank"
#: A busy machine is no fault of the shop.
PATIENCE_S = 90
#: The bank is next door, and nobody waits for what it does not answer: it drops the line instead.
ANSWER_MS = 20_000
_numbers = count(1)


@dataclass(slots=True)
class StreetClock:
    """The machine's clock, at the hour of a test; it jumps when a test says so."""

    ahead: timedelta = field(default_factory=lambda: OPENING - machine.now())

    def __call__(self) -> datetime:
        return machine.now() + self.ahead


@dataclass(slots=True, kw_only=True)
class Street:
    """One shop, its bank, and the people who come and go."""

    merchant_id: MerchantId
    language: Language
    house: House
    bank: Started
    clock: StreetClock
    watcher: Watcher
    chromium: Browser
    address: str
    #: What later messages of the bank's own terminal point at, by payment.
    sent: dict[str, str] = field(default_factory=dict)

    def passes(self, **span: float) -> None:
        """Let time pass, at the bank too."""
        self.clock.ahead += timedelta(**span)
        self.bank.order("clock", at=self.clock().isoformat())

    def sells(self, sku: str) -> str:
        """Let a program at the second till sell one piece for a card, with nobody there to ask; returns the payment."""
        now = self.clock()
        order_id, payment_id = new_id(now), new_id(now)
        sale = {
            "order_id": order_id,
            "store_id": STORE,
            "terminal_id": T2,
            "operator_id": BEN,
            "placed_at": now.isoformat(),
            "currency": "CNY",
            "total_minor": PRICES[sku],
            "lines": [{"sku": sku, "quantity": "1", "amount_minor": PRICES[sku]}],
            "tenders": [{"payment_id": payment_id, "tender": "card", "amount_minor": PRICES[sku]}],
        }
        shown = {"entry": "chip", "number": "4242424242424242", "expiry": "2912"}
        answer = httpx.post(
            f"{self.address}/api/v1/sales",
            json={"sale": sale, "presented": {payment_id: shown}},
            headers={"Authorization": f"Bearer {token_of(self.merchant_id)}"},
            timeout=PATIENCE_S,
        )
        assert (answer.status_code, answer.json()["state"]) == (201, "paid"), answer.text
        return payment_id

    def watch(self) -> None:
        """Let the five rules look at what moved, as the worker does."""
        _apart(lambda: self.watcher.look_until_done(self.merchant_id, now=self.clock()))

    def work(self) -> None:
        """Let the worker run the audits that wait, and take to the desk what somebody asked for."""
        background = Background(house=self.house)
        _apart(lambda: tasks.run_audits(background, merchant_id=self.merchant_id))
        _apart(lambda: tasks.take_audits_to_desk(background, merchant_id=self.merchant_id))

    def rows(self, query: str, **values: object) -> list[sa.RowMapping]:
        """Ask the books."""
        with self.house.database.transaction(self.merchant_id) as connection:
            return list(connection.execute(sa.text(query), values).mappings())

    def case(self, diagnosis: str) -> str:
        """Return the id of the newest case of a diagnosis, one in hand before one that is closed."""
        cases = self.rows("SELECT case_id, diagnosis FROM cases ORDER BY state = 'closed', opened_at DESC, case_id")
        found = [str(case["case_id"]) for case in cases if case["diagnosis"] == diagnosis]
        assert found, [case["diagnosis"] for case in cases]
        return found[0]

    def last(self, column: str, table: str, when: str = "true") -> str:
        """Return a column of the newest row of a book."""
        (row,) = self.rows(f"SELECT {column} AS it FROM {table} WHERE {when} ORDER BY recorded_at DESC LIMIT 1")
        return str(row["it"])

    def said(self, case_id: str) -> str:
        """Return the sentence of a case, as its reader sees it in the inbox."""
        (row,) = self.rows(f"SELECT explanation_{self.language} AS it FROM findings WHERE finding_id = :id", id=case_id)
        return str(row["it"])

    def at_the_bank(self, payment_id: str, amount_minor: int, *, refunds: str | None = None) -> None:
        """Let the bank's own terminal move money behind the shop's back, on the shop's account."""
        now, sale = self.clock(), self.sent.get(refunds or "", "")
        elements = {
            3: "000000" if refunds is None else "200000",
            4: f"{amount_minor:012d}",
            7: f"{now:%m%d%H%M%S}",
            11: f"{next(_numbers):06d}",
            41: "BANKTERM",
            42: self.merchant_id.ljust(15),
            48: payment_id if refunds is None else f"{payment_id}/{refunds}",
            49: "156",
            **({} if refunds is None else {90: sale.ljust(42, "0")}),
        }
        self.sent[payment_id] = f"0200{elements[11]}{elements[7]}"
        with terminal(self.bank.port) as keyed:
            keyed.send([Message(mti="0200", elements=elements)])
            keyed.read_all(1)
        (answer,) = keyed.answers.values()
        assert answer.get(39) == "00", answer

    def bill(self, day: date) -> Path:
        """Return the bank's bill of a day."""
        (file,) = self.bank.order("bill", day=day.isoformat())["files"]
        return Path(file)

    def held(self, payment_id: str) -> int:
        """Return what the bank holds of a payment, in minor units."""
        truth = self.bank.truth(self.merchant_id, payment_id)
        return truth.taken_minor - truth.given_back_minor


def _apart(do: Callable[[], object]) -> None:
    """Do something in a thread of its own: the browser's loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(do).result()


@pytest.fixture(scope="module")
def street_watcher(town: Database) -> Iterator[Watcher]:
    """The rules, loaded once for a file of tests."""
    with Watcher.over(town.address) as watcher:
        yield watcher


@pytest.fixture(scope="module", params=list(Language), ids=str)
def street(
    request: pytest.FixtureRequest,
    town: Database,
    chromium: Browser,
    street_watcher: Watcher,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Street]:
    """A shop whose people read this language."""
    merchant_id, language = MerchantId(f"STREET{next(_numbers):03d}"), Language(request.param)
    found(town, merchant_id)
    with town.transaction(merchant_id) as connection:
        connection.execute(sa.text("UPDATE staff SET language = :language"), {"language": language})
    give_passwords(town, merchant_id)
    hire(town, merchant_id, FAY, Role.FINANCE, language=language)
    clock, folder = StreetClock(), tmp_path_factory.mktemp("street")
    with ExitStack() as stack:
        bank = stack.enter_context(started(folder / "bank", seed=8583))
        house = stack.enter_context(_opened(town, merchant_id, bank, clock, folder / "audits"))
        opened = Street(
            merchant_id=merchant_id,
            language=language,
            house=house,
            bank=bank,
            clock=clock,
            watcher=street_watcher,
            chromium=chromium,
            address=stack.enter_context(served_house(house)),
        )
        opened.passes()
        yield opened


@contextmanager
def _opened(
    town: Database, merchant_id: MerchantId, bank: Started, clock: StreetClock, audits: Path
) -> Iterator[House]:
    """Put the house together as the settings would, with cheap PINs and the street's clock."""
    acquirer = Iso8583Acquirer(
        name=BANK,
        address=Address(host="127.0.0.1", port=bank.port),
        account=Account(merchant_number=merchant_id),
        profile=in_milliseconds(SIMULATED_HOST, answer=ANSWER_MS, back_off=1),
        on_late=lambda _late: None,
        now=clock,
    )
    built = Built(acquirer=acquirer, is_traced=True, call_max=timedelta(seconds=5))
    channels = ConfiguredAcquirers(
        lanes={(merchant_id, Tender.CARD): Lane(acquirer=acquirer, is_traced=True)},
        channels={(merchant_id, BANK): built},
    )
    house = house_over(town, acquirers=channels, channels=channels, secret=SECRET, now=clock)
    authorising = replace(house.authorising, pins=lambda owner: Pins(SECRET.for_merchant(owner).pins, QUICK))
    yield replace(
        house,
        authorising=authorising,
        selling=replace(house.selling, authorising=authorising),
        signing_in=replace(house.signing_in, passwords=quick_passwords, pins=quick_pins),
        setting_passwords=replace(house.setting_passwords, passwords=quick_passwords),
        audits_home=audits,
    )
    acquirer.close()
