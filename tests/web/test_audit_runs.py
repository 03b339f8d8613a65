"""The worker audits what was sent: the report is read, findings become cases, and nothing that breaks off is lost."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from litestar.testing import TestClient

from counterfoil import clock
from counterfoil.desk.audits import running, store, tidying
from counterfoil.desk.audits.folders import Folders
from counterfoil.desk.audits.model import KEPT_FOR, TRIES_MAX, AuditId, State
from counterfoil.ids import MerchantId
from counterfoil.jobs import tasks
from counterfoil.shop.staff.model import Role
from tests.applications import application_over
from tests.counter.counters import counter as counter
from tests.counter.counters import town as town
from tests.counter.till import counter_over
from tests.web.audits import BILL, Office, cases, done
from tests.web.audits import audited as audited
from tests.web.audits import books as books
from tests.web.audits import office as office
from tests.web.audits import quick as quick
from tests.web.desk import form_on, read, send
from tests.web.shop import Visitor, give_passwords, hire, house_of, leads_to


def test_files_become_a_report_and_cases(office: Office, books: Mapping[str, bytes]) -> None:
    """With a process of its own, as in a shop."""
    audited = done(office, books)
    said = read(office.page(audited))
    assert "findings. " in said
    assert "orders.parquet Counterfoil book, format 1 " in said
    report = office.visitor.get(f"/office/audits/{audited}/report")
    assert report.status_code == 200
    assert '<div id="page"></div>' in report.text
    before = cases(office.counter)
    assert leads_to(office.press(audited, "/desk")) == f"/office/audits/{audited}"
    assert "on their way to the desk" in read(office.page(audited))
    tasks.take_audits_to_desk(office.work(), merchant_id=office.counter.merchant_id)
    made = cases(office.counter) - before
    assert made > 0
    said = read(office.page(audited))
    assert f"The findings are on the desk {made} new cases." in said
    assert "known before" not in said


def test_to_the_desk_pressed_twice_is_once(office: Office, audited: str) -> None:
    form = form_on(office.page(audited), "/desk")
    for _ in range(2):
        assert send(office.visitor, form).status_code == 303
        tasks.take_audits_to_desk(office.work(), merchant_id=office.counter.merchant_id)
    made = cases(office.counter)
    assert send(office.visitor, form).status_code == 303
    tasks.take_audits_to_desk(office.work(), merchant_id=office.counter.merchant_id)
    assert cases(office.counter) == made
    asked = "SELECT count(*) FROM journal WHERE tag = 'case:audit:taken_in'"
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


@pytest.mark.usefixtures("quick")
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


def test_another_merchant_sees_nothing_of_it(office: Office, audited: str, tmp_path: Path) -> None:
    other = counter_over(office.counter.database, MerchantId(f"{office.counter.merchant_id}x"))
    give_passwords(other.database, other.merchant_id)
    hire(other.database, other.merchant_id, "eve", Role.OWNER)
    house = replace(house_of(other), audits_home=tmp_path / "audits")
    with application_over(house) as app, TestClient(app) as client:
        eve = Visitor(merchant_id=other.merchant_id, client=client)
        eve.sign_in("eve")
        assert "No audit yet" in read(eve.get("/office/audits"))
        for address in (audited, f"{audited}/now", f"{audited}/report"):
            assert eve.get(f"/office/audits/{address}").status_code == 404
        for ending in ("run", "cancellation", "desk", "removals", "choices", "mapping/removals"):
            answer = eve.post(f"/office/audits/{audited}/{ending}", form_on="/design", name="orders.parquet")
            assert answer.status_code == 404
    assert office.state(audited) is State.DONE
    other.close()


@pytest.mark.usefixtures("quick")
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


@pytest.mark.usefixtures("quick")
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
