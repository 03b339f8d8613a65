"""Audits in the browser: files come in, the worker audits them, the report is read, and findings become cases."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from litestar.testing import TestClient

from counterfoil import clock
from counterfoil.counter.house import House
from counterfoil.desk.audits import rules, running, store, tidying
from counterfoil.desk.audits.folders import Folder, Folders
from counterfoil.desk.audits.model import KEPT_FOR, NAME_BYTES_MAX, TRIES_MAX, AuditId, State
from counterfoil.ids import StoreId
from counterfoil.jobs import tasks
from counterfoil.jobs.background import Background
from counterfoil.serving.application import application
from counterfoil.shop.staff.model import Role
from counterfoil.world.parameters import WorldParameters
from tests.counter.counters import counter as counter
from tests.counter.counters import town as town
from tests.counter.till import Counter, counter_over
from tests.web.desk import form_on, read, send
from tests.web.shop import ANN, SUE, Visitor, give_passwords, hire, house_of, leads_to
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
    with TestClient(application(house)) as client:
        visitor = Visitor(merchant_id=counter.merchant_id, client=client)
        visitor.sign_in("fay")
        yield Office(counter=counter, house=house, visitor=visitor)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The books of a small town, as files of book format 1."""
    folder = tmp_path_factory.mktemp("town")
    made: dict[str, pa.Table] = {name: table for name, table in made_town(SMALL).items() if name in BOOKS}
    for name, table in made.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return {f"{name}.parquet": (folder / f"{name}.parquet").read_bytes() for name in made}


@pytest.fixture
def audited(office: Office, books: Mapping[str, bytes]) -> str:
    """An audit of the town's books that is done."""
    audit_id = office.begin()
    for name, content in books.items():
        assert office.put(audit_id, name, content).status_code == 200
    office.run(audit_id)
    assert office.state(audit_id) is State.DONE, office.folder(audit_id).says.read_text()
    return audit_id


def cases(counter: Counter) -> int:
    return int(str(counter.value("SELECT count(*) FROM cases")))


def test_the_first_page_says_that_there_is_no_audit_yet(office: Office) -> None:
    assert "No audit yet" in read(office.visitor.get("/office/audits"))


def test_a_file_is_recognised_when_it_comes(office: Office) -> None:
    audit_id = office.begin()
    assert office.put(audit_id, "bill.csv", BILL.read_bytes()).status_code == 200
    said = read(office.page(audit_id))
    assert "1 file is here." in said
    assert "bill.csv wechat" in said
    assert (office.folder(audit_id).files / "bill.csv").read_bytes() == BILL.read_bytes()


def test_files_become_a_report_and_cases(office: Office, audited: str) -> None:
    said = read(office.page(audited))
    assert "findings. " in said
    assert "orders.parquet book-format-1 " in said
    report = office.visitor.get(f"/office/audits/{audited}/report")
    assert report.status_code == 200
    assert '<div id="page"></div>' in report.text
    before = cases(office.counter)
    assert leads_to(office.press(audited, "/desk")) == f"/office/audits/{audited}"
    assert "on their way to the desk" in read(office.page(audited))
    tasks.take_audits_to_desk(office.work(), merchant_id=office.counter.merchant_id)
    made = cases(office.counter) - before
    assert made > 0
    assert "The findings are on the desk" in read(office.page(audited))


def test_to_the_desk_pressed_twice_is_once(office: Office, audited: str) -> None:
    form = form_on(office.page(audited), "/desk")
    for _ in range(2):
        assert send(office.visitor, form).status_code == 303
        tasks.take_audits_to_desk(office.work(), merchant_id=office.counter.merchant_id)
    made = cases(office.counter)
    assert send(office.visitor, form).status_code == 303
    tasks.take_audits_to_desk(office.work(), merchant_id=office.counter.merchant_id)
    assert cases(office.counter) == made
    asked = "SELECT count(*) FROM facts WHERE tag = 'case:audit:taken_in'"
    assert office.counter.value(asked) == 1


def test_the_report_runs_its_own_script_and_is_shut_in(office: Office, audited: str) -> None:
    report = office.visitor.get(f"/office/audits/{audited}/report")
    policy = report.headers["content-security-policy"]
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]+';", policy)
    assert "sandbox allow-scripts allow-downloads" in policy
    assert "allow-same-origin" not in policy
    assert "frame-ancestors 'none'" in policy
    assert report.headers["content-type"].startswith("text/html")
    assert report.headers["cache-control"] == "no-store"


def test_a_file_that_is_none_of_ours_is_refused_by_name_and_leaves_nothing(office: Office) -> None:
    audit_id = office.begin()
    answer = office.put(audit_id, "holiday.csv", b"what,ever\n1,2\n")
    assert answer.status_code == 409
    assert answer.text.startswith("holiday.csv: expected ")
    assert office.kept() == set()
    assert "No file yet" in read(office.page(audit_id))


def test_a_bill_that_breaks_its_own_totals_fails_in_one_line_and_can_be_replaced(office: Office) -> None:
    audit_id = office.begin()
    lines = BILL.read_bytes().splitlines(keepends=True)
    assert office.put(audit_id, "cut.csv", b"".join(lines[:1] + lines[2:])).status_code == 200
    office.run(audit_id)
    assert office.state(audit_id) is State.FAILED
    said = read(office.page(audit_id))
    assert "The audit could not be done cut.csv: " in said
    assert office.press(audit_id, "/removals").status_code == 303
    assert office.state(audit_id) is State.COLLECTING
    assert office.put(audit_id, "whole.csv", BILL.read_bytes()).status_code == 200
    office.run(audit_id)
    assert office.state(audit_id) is State.DONE


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("..\\..\\bill.csv", "bill.csv"),
        ("/absolute.csv", "absolute.csv"),
        (".hidden.csv", "hidden.csv"),
        ("~$lock.csv", "lock.csv"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("what*[1]?.csv", "what__1__.csv"),
        ("账单.csv", "账单.csv"),
    ],
)
def test_names_that_lead_elsewhere_stay_in_the_folder(office: Office, sent: str, kept: str) -> None:
    audit_id = office.begin()
    assert office.put(audit_id, sent, BILL.read_bytes()).status_code == 200
    assert office.kept() == {f"{office.counter.merchant_id}/{audit_id}/files/{kept}"}


def test_names_of_which_nothing_is_left_are_refused(office: Office) -> None:
    audit_id = office.begin()
    for name in ("..", "/", "...", "~$", "///"):
        assert office.put(audit_id, name, BILL.read_bytes()).status_code == 409
    assert office.kept() == set()


def test_a_long_name_keeps_its_ending() -> None:
    kept = rules.clean_name("单" * 200 + ".csv")
    assert kept is not None
    assert kept.endswith("单.csv")
    assert len(kept.encode()) <= NAME_BYTES_MAX


def test_a_second_file_of_a_name_does_not_replace_the_first(office: Office) -> None:
    audit_id = office.begin()
    assert office.put(audit_id, "bill.csv", BILL.read_bytes()).status_code == 200
    assert office.put(audit_id, "BILL.csv", BILL.read_bytes()).status_code == 409
    assert (office.folder(audit_id).files / "bill.csv").read_bytes() == BILL.read_bytes()


def test_less_than_was_told_is_not_taken(office: Office) -> None:
    audit_id = office.begin()
    told = str(len(BILL.read_bytes()) + 1)
    answer = office.put(audit_id, "bill.csv", BILL.read_bytes(), **{"content-length": told})
    assert answer.status_code == 409
    assert office.kept() == set()


def test_a_plain_form_sends_several_files_at_once(office: Office, books: Mapping[str, bytes]) -> None:
    audit_id = office.begin()
    form = form_on(office.page(audit_id), "/files")
    sent = [("files", (name, content)) for name, content in books.items()]
    answer = office.visitor.client.post(form.action, data=form.fields, files=sent, follow_redirects=False)
    assert leads_to(answer) == f"/office/audits/{audit_id}"
    assert {path.name for path in office.folder(audit_id).files.iterdir()} == set(books)


@pytest.mark.parametrize("token", [None, "", "AAAA"])
def test_files_without_a_token_of_ours_are_refused(office: Office, token: str | None) -> None:
    audit_id = office.begin()
    address = f"/office/audits/{audit_id}/files"
    fields = {} if token is None else {"form_token": token}
    sent = {"files": ("bill.csv", BILL.read_bytes())}
    assert office.visitor.client.post(address, data=fields, files=sent).status_code == 419
    bare = office.visitor.client.put(address, params={"name": "bill.csv"}, content=BILL.read_bytes())
    assert bare.status_code == 419
    assert office.kept() == set()


def test_another_merchant_sees_nothing_of_it(office: Office, audited: str, tmp_path: Path) -> None:
    other = counter_over(office.counter.database, type(office.counter.merchant_id)(f"{office.counter.merchant_id}x"))
    give_passwords(other.database, other.merchant_id)
    hire(other.database, other.merchant_id, "eve", Role.OWNER)
    with TestClient(application(replace(house_of(other), audits_home=tmp_path / "audits"))) as client:
        eve = Visitor(merchant_id=other.merchant_id, client=client)
        eve.sign_in("eve")
        assert "No audit yet" in read(eve.get("/office/audits"))
        for address in (audited, f"{audited}/now", f"{audited}/report"):
            assert eve.get(f"/office/audits/{address}").status_code == 404
        for ending in ("run", "cancellation", "desk", "removals"):
            answer = eve.post(f"/office/audits/{audited}/{ending}", form_on="/design", name="orders.parquet")
            assert answer.status_code == 404
    assert office.state(audited) is State.DONE
    other.close()


def test_somebody_who_reconciles_at_one_store_sees_their_own_audits_alone(office: Office) -> None:
    audit_id = office.begin()
    hire(office.counter.database, office.counter.merchant_id, "max", Role.MANAGER, at=StoreId("s1"))
    office.visitor.sign_in("max")
    assert "No audit yet" in read(office.visitor.get("/office/audits"))
    assert office.visitor.get(f"/office/audits/{audit_id}").status_code == 404
    own = office.begin()
    office.visitor.sign_in("fay")
    assert office.page(own).status_code == 200


def test_who_does_not_reconcile_is_shown_the_door(office: Office) -> None:
    give_passwords(office.counter.database, office.counter.merchant_id, ANN, SUE)
    office.visitor.sign_in(ANN)
    assert office.visitor.get("/office/audits").status_code == 403


def test_an_audit_that_waits_is_cancelled_and_can_be_run_again(office: Office) -> None:
    audit_id = office.begin()
    office.put(audit_id, "bill.csv", BILL.read_bytes())
    office.press(audit_id, "/run")
    assert "hx-get" in office.page(audit_id).text
    assert office.put(audit_id, "late.csv", BILL.read_bytes()).status_code == 409
    office.press(audit_id, "/cancellation")
    assert office.state(audit_id) is State.CANCELLED
    tasks.run_audits(office.work(), merchant_id=office.counter.merchant_id)
    assert office.state(audit_id) is State.CANCELLED
    office.run(audit_id)
    assert office.state(audit_id) is State.DONE


def test_a_running_audit_is_cancelled_from_the_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    audit_id = office.begin()
    office.put(audit_id, "bill.csv", BILL.read_bytes())
    office.press(audit_id, "/run")
    monkeypatch.setattr(running, "LOOK_SECONDS", 0.05)
    worker = threading.Thread(
        target=tasks.run_audits, args=(office.work(),), kwargs={"merchant_id": office.counter.merchant_id}
    )
    worker.start()
    waiting = threading.Event()
    while office.state(audit_id) is State.WAITING:
        waiting.wait(0.01)
    office.press(audit_id, "/cancellation")
    worker.join(30)
    assert not worker.is_alive()
    assert office.state(audit_id) is State.CANCELLED
    assert not office.folder(audit_id).report.exists()


def test_a_worker_that_is_told_to_end_gives_its_audit_back(office: Office) -> None:
    audit_id = office.begin()
    office.put(audit_id, "bill.csv", BILL.read_bytes())
    office.press(audit_id, "/run")
    work = office.work()
    worker = threading.Thread(target=tasks.run_audits, args=(work,), kwargs={"merchant_id": office.counter.merchant_id})
    worker.start()
    waiting = threading.Event()
    while office.state(audit_id) is State.WAITING:
        waiting.wait(0.01)
    work.end()
    worker.join(30)
    assert office.state(audit_id) is State.WAITING
    tasks.run_audits(office.work(), merchant_id=office.counter.merchant_id)
    assert office.state(audit_id) is State.DONE


def silent(office: Office, audit_id: str, *, tries: int) -> None:
    """Leave an audit as a worker does that was killed a while ago."""
    merchant_id = office.counter.merchant_id
    with office.counter.database.transaction(merchant_id) as connection:
        long_ago = clock.now() - timedelta(minutes=5)
        store.change(connection, merchant_id, AuditId(audit_id), state=State.RUNNING, beat_at=long_ago, tries=tries)


def test_an_audit_whose_worker_was_killed_is_begun_anew(office: Office) -> None:
    audit_id = office.begin()
    office.put(audit_id, "bill.csv", BILL.read_bytes())
    silent(office, audit_id, tries=1)
    tasks.find_audits(office.work())
    queued = "SELECT count(*) FROM jobs.procrastinate_jobs WHERE queueing_lock = :name AND status = 'todo'"
    with office.counter.database.engine.connect() as connection:
        name = f"run_audits:{office.counter.merchant_id}"
        assert connection.exec_driver_sql(queued.replace(":name", f"'{name}'")).scalar_one() == 1
    tasks.run_audits(office.work(), merchant_id=office.counter.merchant_id)
    assert office.state(audit_id) is State.DONE


def test_an_audit_that_is_broken_off_again_and_again_is_given_up(office: Office) -> None:
    audit_id = office.begin()
    office.put(audit_id, "bill.csv", BILL.read_bytes())
    silent(office, audit_id, tries=TRIES_MAX)
    tasks.run_audits(office.work(), merchant_id=office.counter.merchant_id)
    assert office.state(audit_id) is State.FAILED
    assert "broken off 3 times" in read(office.page(audit_id))


def test_files_and_report_go_after_their_time_and_the_figures_stay(office: Office, audited: str) -> None:
    folders = Folders(office.folder(audited).path.parents[1])
    merchant_id = office.counter.merchant_id
    early, late = clock.now() + KEPT_FOR - timedelta(hours=1), clock.now() + KEPT_FOR + timedelta(hours=1)
    assert tidying.tidy(office.counter.database, folders, merchant_id, now=early) == 0
    assert tidying.tidy(office.counter.database, folders, merchant_id, now=late) == 1
    assert office.kept() == set()
    assert "The files and the report are removed" in read(office.page(audited))
    assert office.visitor.get(f"/office/audits/{audited}/report").status_code == 410
