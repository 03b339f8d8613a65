"""People in the office: who is listed, who may lead whom, and what each press leaves in the books."""

from __future__ import annotations

import threading

import httpx
import pytest

from counterfoil.counter.leading_people import retire
from counterfoil.ids import StaffId
from counterfoil.languages import Language
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Person, Role
from counterfoil.shop.staff.pins import Pin
from tests.counter.shop import ANN, OLD, STORE, SUE
from tests.counter.till import Counter
from tests.web.conftest import Opening
from tests.web.desk import read
from tests.web.shop import PASSWORD, Visitor, hire, leads_to

PEOPLE = "/office/people"
#: What nobody's name should be.
ODD = "<script>alert(1)</script>"


@pytest.fixture
def office(counter: Counter, opening: Opening) -> Visitor:
    """A browser of the owner."""
    hire(counter.database, counter.merchant_id, "ona", Role.OWNER)
    visitor = opening()
    visitor.sign_in("ona")
    return visitor


@pytest.fixture
def manager(counter: Counter, opening: Opening) -> Visitor:
    """A browser of somebody who leads one store."""
    hire(counter.database, counter.merchant_id, "mia", Role.MANAGER, at=STORE)
    visitor = opening()
    visitor.sign_in("mia")
    return visitor


def person(counter: Counter, staff_id: str) -> Person | None:
    with counter.database.transaction(counter.merchant_id) as connection:
        return staff.person(connection, counter.merchant_id, StaffId(staff_id))


def roles(counter: Counter, staff_id: str) -> list[tuple[str, str]]:
    found = person(counter, staff_id)
    assert found is not None
    return [(grant.role.value, grant.store_id) for grant in found.grants]


def facts(counter: Counter, staff_id: str) -> list[tuple[str, str | None]]:
    """Return what the journal says of somebody, without sign-ins, and who did it."""
    rows = counter.rows("SELECT tag, subject, actor_id FROM journal ORDER BY recorded_at, fact_id")
    return [
        (row["tag"], row["actor_id"])
        for row in rows
        if row["subject"] == f"staff:{staff_id}" and "sign_in" not in row["tag"]
    ]


def press(visitor: Visitor, staff_id: str, ending: str, **fields: str) -> httpx.Response:
    return visitor.post(f"{PEOPLE}/{staff_id}/{ending}", form_on=PEOPLE, **fields)


def test_everybody_is_listed_with_roles_and_proofs(office: Visitor, counter: Counter) -> None:
    hire(counter.database, counter.merchant_id, "zed", name=ODD)
    page = office.get(PEOPLE)
    said = read(page)
    assert "A ann ann cashier at every store PIN · password" in said
    assert "O old old" in said
    assert "left" in said
    assert "zed no role password" in said
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


def test_somebody_is_taken_on_given_a_role_a_pin_and_a_password(office: Visitor, counter: Counter) -> None:
    taken = office.post(PEOPLE, form_on=PEOPLE, staff_id="lin", name="Lin 林", language="zh")
    assert leads_to(taken) == f"{PEOPLE}/lin"
    assert leads_to(press(office, "lin", "grants", role="cashier", store=STORE)) == f"{PEOPLE}/lin"
    press(office, "lin", "pin", pin="83017")
    press(office, "lin", "password", password="green paper lantern")  # noqa: S106 — of a person of this test
    lin = person(counter, "lin")
    assert lin is not None
    assert (lin.name, lin.language, lin.has_pin, lin.has_password) == ("Lin 林", Language.ZH, True, True)
    assert roles(counter, "lin") == [("cashier", STORE)]
    assert facts(counter, "lin") == [
        ("staff:person:taken_on", "ona"),
        ("staff:grant:given", "ona"),
        ("staff:pin:set", "ona"),
        ("staff:password:set", "ona"),
    ]
    assert counter.house.authorising.why_not(counter.merchant_id, StaffId("lin"), Pin(digits="83017")) is None


def test_no_name_and_no_secret_is_written_into_the_journal(office: Visitor, counter: Counter) -> None:
    office.post(PEOPLE, form_on=PEOPLE, staff_id="lin", name="Very Unusual", language="en")
    press(office, "lin", "pin", pin="83017")
    bodies = str([row["body"] for row in counter.rows("SELECT body FROM journal")])
    assert "Unusual" not in bodies
    assert "83017" not in bodies


def test_an_id_that_somebody_had_is_refused_and_what_was_typed_stays(office: Visitor) -> None:
    answer = office.post(PEOPLE, form_on=PEOPLE, staff_id=OLD, name="New one", language="en")
    assert answer.status_code == 409
    assert "Somebody has this id already" in read(answer)
    assert 'value="New one"' in answer.text


def test_an_odd_id_or_name_is_refused_in_words(office: Visitor) -> None:
    odd = office.post(PEOPLE, form_on=PEOPLE, staff_id="a b", name="New", language="en")
    assert "An id has 1 to 64 letters" in read(odd)
    assert "A name has 1 to" in read(office.post(PEOPLE, form_on=PEOPLE, staff_id="ab", name=" ", language="en"))


def test_a_role_is_revoked_and_both_presses_are_facts(office: Visitor, counter: Counter) -> None:
    press(office, ANN, "revocations", role="cashier", store="*")
    assert roles(counter, ANN) == []
    again = press(office, ANN, "revocations", role="cashier", store="*")
    assert again.status_code == 409
    assert "It was so already" in read(again)
    assert facts(counter, ANN) == [("staff:grant:revoked", "ona")]


def test_somebody_who_leaves_is_signed_out_at_once(office: Visitor, counter: Counter, opening: Opening) -> None:
    other = opening()
    other.sign_in(ANN)
    assert other.is_signed_in()
    leads_to(press(office, ANN, "retirement"))
    assert not other.is_signed_in()
    assert facts(counter, ANN)[-1] == ("staff:person:retired", "ona")
    assert press(office, ANN, "retirement").status_code == 409


def test_nobody_retires_themselves_or_takes_their_own_role(office: Visitor, counter: Counter) -> None:
    for answer in (press(office, "ona", "retirement"), press(office, "ona", "revocations", role="owner", store="*")):
        assert answer.status_code == 409
    assert "Nobody retires themselves" in read(press(office, "ona", "revocations", role="owner", store="*"))
    assert roles(counter, "ona") == [("owner", "")]
    ona = person(counter, "ona")
    assert ona is not None
    assert ona.retired_at is None


def test_two_owners_who_retire_each_other_at_once_leave_one(office: Visitor, counter: Counter) -> None:
    hire(counter.database, counter.merchant_id, "otto", Role.OWNER)
    begin = threading.Barrier(2)
    ended: list[object] = []

    def retires(actor: str, other: str) -> None:
        begin.wait()
        with counter.database.transaction(counter.merchant_id) as connection:
            ended.append(
                retire(
                    connection,
                    counter.merchant_id,
                    StaffId(other),
                    actor_id=StaffId(actor),
                    now=counter.clock.now,
                )
            )

    threads = [threading.Thread(target=retires, args=pair) for pair in (("ona", "otto"), ("otto", "ona"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended.count(None) == 1
    owners = [person(counter, staff_id) for staff_id in ("ona", "otto")]
    assert sum(owner is not None and owner.retired_at is None for owner in owners) == 1


def test_a_manager_leads_only_those_below_at_their_own_store(manager: Visitor, counter: Counter) -> None:
    hire(counter.database, counter.merchant_id, "cas", Role.CASHIER, at=STORE)
    for staff_id in (SUE, ANN):
        assert press(manager, staff_id, "pin", pin="83017").status_code == 409
        assert press(manager, staff_id, "password", password="green paper lantern").status_code == 409  # noqa: S106 — as above
        assert press(manager, staff_id, "retirement").status_code == 409
    assert facts(counter, SUE) == facts(counter, ANN) == []
    assert press(manager, "cas", "pin", pin="83017").status_code == 303
    assert press(manager, "cas", "grants", role="manager", store=STORE).status_code == 409
    assert press(manager, "cas", "grants", role="supervisor", store="*").status_code == 409
    assert press(manager, "cas", "grants", role="supervisor", store="s2").status_code == 409
    assert press(manager, "cas", "grants", role="supervisor", store=STORE).status_code == 303
    assert roles(counter, "cas") == [("cashier", STORE), ("supervisor", STORE)]
    assert "You do not lead this person" in read(manager.get(f"{PEOPLE}/{SUE}"))


def test_a_role_at_a_store_that_is_not_there_is_refused(office: Visitor) -> None:
    assert "no open store of this id" in read(press(office, ANN, "grants", role="support", store="nowhere"))


def test_a_weak_pin_is_refused_in_its_form_and_does_not_come_back(office: Visitor) -> None:
    answer = press(office, ANN, "pin", pin="111111")
    assert answer.status_code == 409
    assert "Everybody tries this PIN first" in read(answer)
    assert "111111" not in answer.text


def test_a_form_without_its_token_changes_nothing(office: Visitor, counter: Counter) -> None:
    for path in ("", "/ann/grants", "/ann/revocations", "/ann/pin", "/ann/password", "/ann/retirement"):
        answer = office.client.post(PEOPLE + path, data={"role": "owner", "store": "*"}, follow_redirects=False)
        assert answer.status_code == 419, path
    assert roles(counter, ANN) == [("cashier", "")]


def test_people_of_another_merchant_are_not_there(office: Visitor, town_of_another: Counter) -> None:
    hire(town_of_another.database, town_of_another.merchant_id, "pia", Role.CASHIER)
    assert office.get(f"{PEOPLE}/pia").status_code == 404
    assert press(office, "pia", "retirement").status_code == 404
    assert roles(town_of_another, "pia") == [("cashier", "")]
    assert "pia" not in read(office.get(PEOPLE))


@pytest.mark.parametrize("role", [Role.CASHIER, Role.SUPERVISOR, Role.FINANCE, Role.SUPPORT, Role.AUDITOR])
def test_roles_that_lead_nobody_may_neither_look_nor_press(role: Role, counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "pat", role)
    visitor = opening()
    visitor.sign_in("pat")
    assert visitor.get(PEOPLE).status_code == 403
    assert visitor.get(f"{PEOPLE}/{ANN}").status_code == 403
    for path in ("", "/ann/grants", "/ann/revocations", "/ann/pin", "/ann/password", "/ann/retirement"):
        assert visitor.post(PEOPLE + path, role="owner", store="*", pin="83017", password=PASSWORD).status_code == 403
    assert roles(counter, ANN) == [("cashier", "")]


def test_the_page_speaks_chinese(counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "lao", Role.OWNER, language=Language.ZH)
    visitor = opening()
    visitor.sign_in("lao")
    assert "员工" in read(visitor.get(PEOPLE))
    assert "收银员" in read(visitor.get(f"{PEOPLE}/{ANN}"))
