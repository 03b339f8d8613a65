"""An office whose audits lie in a folder of the test's own, and a browser of somebody who reconciles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from litestar.testing import TestClient

from counterfoil.counter.house import House
from counterfoil.desk.audits import auditing, running
from counterfoil.desk.audits.folders import Folder, Folders
from counterfoil.desk.audits.model import AuditId, State
from counterfoil.jobs import tasks
from counterfoil.jobs.background import Background
from counterfoil.shop.staff.model import Role
from counterfoil.world.parameters import WorldParameters
from tests.applications import application_over
from tests.counter.till import Counter
from tests.web.desk import form_on, send
from tests.web.shop import Visitor, hire, house_of, leads_to
from tests.world.towns import town as made_town

EXAMPLES = Path(__file__).parents[2] / "examples"
BILL = EXAMPLES / "wechat_trade_bill_2019-02-19_ALL.csv"
#: Small, with something of each exception in it.
SMALL = WorldParameters(seed=11, orders=300, faults=0.2)
BOOKS = ("orders", "order_lines", "payments", "acquirer_records", "slips", "notices", "parcels", "returns")


@dataclass(slots=True, kw_only=True)
class Office:
    """A shop whose audits lie in a folder of the test's own, and a browser of somebody who reconciles."""

    counter: Counter
    house: House
    visitor: Visitor

    def begin(self) -> str:
        """Begin an audit, and return its id."""
        answer = send(self.visitor, form_on(self.visitor.get("/office/audits"), "/office/audits"))
        return leads_to(answer).rpartition("/")[2]

    def page(self, audit_id: str) -> httpx.Response:
        page = self.visitor.get(f"/office/audits/{audit_id}")
        assert page.status_code == 200, page.text
        return page

    def put(self, audit_id: str, name: str, content: bytes, **headers: str) -> httpx.Response:
        """Send one file, as the script of the page does."""
        told = {"x-csrf-token": self.visitor.token("/design"), **headers}
        address = f"/office/audits/{audit_id}/files"
        return self.visitor.client.put(address, params={"name": name}, content=content, headers=told)

    def press(self, audit_id: str, ending: str) -> httpx.Response:
        """Press a button on the page of an audit as it is now."""
        return send(self.visitor, form_on(self.page(audit_id), ending))

    def work(self) -> Background:
        return Background(house=self.house)

    def run(self, audit_id: str) -> None:
        """Press the button, and let the worker do what is queued."""
        assert leads_to(self.press(audit_id, "/run")) == f"/office/audits/{audit_id}"
        tasks.run_audits(self.work(), merchant_id=self.counter.merchant_id)

    def state(self, audit_id: str) -> State:
        return State(str(self.counter.value("SELECT state FROM audits WHERE audit_id = :id", id=audit_id)))

    def folder(self, audit_id: str) -> Folder:
        assert self.house.audits_home is not None
        return Folders(self.house.audits_home).of(self.counter.merchant_id, AuditId(audit_id))

    def kept(self) -> set[str]:
        """Return everything that lies in the folders, as paths from their root."""
        assert self.house.audits_home is not None
        return {
            path.relative_to(self.house.audits_home).as_posix()
            for path in self.house.audits_home.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def office(counter: Counter, tmp_path: Path) -> Iterator[Office]:
    house = replace(house_of(counter), audits_home=tmp_path / "audits")
    hire(counter.database, counter.merchant_id, "fay", Role.FINANCE)
    with application_over(house) as app, TestClient(app) as client:
        visitor = Visitor(merchant_id=counter.merchant_id, client=client)
        visitor.sign_in("fay")
        yield Office(counter=counter, house=house, visitor=visitor)


class InThisProcess:
    """Stands in for the process of an audit where that costs seconds and shows nothing: it does the same, here."""

    def __init__(self, folder: Folder, _key: bytes) -> None:
        self.folder = folder

    def wait(self, _timeout: float | None = None) -> int:
        self.folder.clear()
        return auditing.audit_in(self.folder)

    def poll(self) -> int:
        return 0


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Audits run in the process of the test."""
    monkeypatch.setenv("COUNTERFOIL_HASH_KEY", "ab" * 32)
    monkeypatch.setattr(running, "start_process", InThisProcess)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The books of a small town, as files of book format 1."""
    folder = tmp_path_factory.mktemp("town")
    made: dict[str, pa.Table] = {name: table for name, table in made_town(SMALL).items() if name in BOOKS}
    for name, table in made.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return {f"{name}.parquet": (folder / f"{name}.parquet").read_bytes() for name in made}


@pytest.fixture
def audited(office: Office, books: Mapping[str, bytes], quick: None) -> str:
    """An audit of the town's books that is done."""
    return done(office, books)


def done(office: Office, books: Mapping[str, bytes]) -> str:
    """Send the town's books, and have them audited."""
    audit_id = office.begin()
    for name, content in books.items():
        assert office.put(audit_id, name, content).status_code == 200
    office.run(audit_id)
    assert office.state(audit_id) is State.DONE, office.folder(audit_id).says.read_text()
    return audit_id


def cases(counter: Counter) -> int:
    return int(str(counter.value("SELECT count(*) FROM cases")))
