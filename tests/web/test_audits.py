"""Files come in by the browser: recognised, refused by name, kept in their folder, seen by those who may."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from counterfoil.desk.audits import rules
from counterfoil.desk.audits.model import NAME_BYTES_MAX
from counterfoil.ids import StoreId
from counterfoil.shop.staff.model import Role
from tests.counter.counters import counter as counter
from tests.counter.counters import town as town
from tests.counter.shop import ANN
from tests.web.audits import BILL, Office
from tests.web.audits import books as books
from tests.web.audits import office as office
from tests.web.desk import form_on, read
from tests.web.shop import give_passwords, hire, leads_to


def test_the_first_page_says_that_there_is_no_audit_yet(office: Office) -> None:
    assert "No audit yet" in read(office.visitor.get("/office/audits"))


def test_the_navigation_marks_one_page_alone(office: Office) -> None:
    page = office.visitor.get("/office/audits").text
    assert page.count('aria-current="page"') == 1
    assert 'href="/office/audits" data-keys="g a" aria-current="page"' in page


def test_a_file_is_recognised_when_it_comes(office: Office) -> None:
    audit_id = office.begin()
    assert office.put(audit_id, "bill.csv", BILL.read_bytes()).status_code == 200
    said = read(office.page(audit_id))
    assert "1 file is here." in said
    assert "bill.csv WeChat Pay trade bill" in said
    assert (office.folder(audit_id).files / "bill.csv").read_bytes() == BILL.read_bytes()


def test_a_file_that_is_none_of_ours_is_refused_by_name_and_leaves_nothing(office: Office) -> None:
    audit_id = office.begin()
    answer = office.put(audit_id, "holiday.csv", b"what,ever\n1,2\n")
    assert answer.status_code == 409
    assert answer.text.startswith("holiday.csv: expected ")
    assert office.kept() == set()
    assert "No file yet" in read(office.page(audit_id))


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


def test_somebody_who_reconciles_at_one_store_sees_their_own_audits_alone(office: Office) -> None:
    audit_id = office.begin()
    hire(office.counter.database, office.counter.merchant_id, "max", Role.MANAGER, at=StoreId("s1"))
    office.visitor.sign_in("max")
    assert "No audit yet" in read(office.visitor.get("/office/audits"))
    assert office.visitor.get(f"/office/audits/{audit_id}").status_code == 404
    own = office.begin()
    office.visitor.sign_in("fay")
    assert office.page(own).status_code == 200


def test_the_list_tells_audits_apart_by_their_files(office: Office) -> None:
    _empty, one, two = office.begin(), office.begin(), office.begin()
    office.put(one, "april.csv", BILL.read_bytes())
    office.put(two, "july.csv", BILL.read_bytes())
    office.put(two, "may.csv", BILL.read_bytes())
    said = read(office.visitor.get("/office/audits"))
    assert "april.csv" in said
    assert "july.csv and 1 more" in said
    assert "may.csv" not in said


def test_who_does_not_reconcile_is_shown_the_door(office: Office) -> None:
    give_passwords(office.counter.database, office.counter.merchant_id, ANN)
    office.visitor.sign_in(ANN)
    assert office.visitor.get("/office/audits").status_code == 403
