"""Names in the places of ids: in the sentence of a finding, read back by the template that it was worded from."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from counterfoil.desk.cases.refusals import CaseRefusal, refused
from counterfoil.detectors.catalogue import catalogue
from counterfoil.ids import MerchantId, StaffId
from counterfoil.languages import Language, Text
from counterfoil.shop.staff.model import Person
from counterfoil.web.desk.naming import Names, by_name
from counterfoil.web.refusing import refusal_said
from tests.counter.till import Counter
from tests.desk.steps.shop import found
from tests.web.desk import read
from tests.web.shop import Visitor

DAI = Person(
    merchant_id=MerchantId("lantern"), staff_id=StaffId("dai"), name="Dai Feng", language=Language.ZH,
    has_pin=True, pin_locked_until=None, retired_at=None,
)  # fmt: skip
NAMES = Names(people={"dai": "Dai Feng", "237": "nobody"}, tills={"r4": "River 4"}, stores={"river": "River Street"})


def sentence(exception: str, diagnosis: str, **filled: str) -> Text:
    """Word a finding as its detector would."""
    found = next(one for one in catalogue()[exception].diagnoses if one.id == diagnosis)
    return Text(en=found.sentence["en"].format(**filled), zh=found.sentence["zh"].format(**filled))


OUTLIER = sentence(
    "void_mismatch", "operator_outlier",
    operator="dai", k="14", n="237", amount="313.70 CNY", store="river", peers_k="1", peers_n="725",
)  # fmt: skip


def test_a_sentence_names_whom_and_what_the_shop_knows() -> None:
    said = NAMES.in_sentence("void_mismatch", "operator_outlier", OUTLIER)
    assert said.en.startswith("Operator Dai Feng voided 14 of 237 sales (313.70 CNY); the others at store River Street")
    assert said.zh.startswith("收银员 Dai Feng 在 237 笔销售中撤销了 14 笔（313.70 CNY），而门店 River Street 的其他人")


def test_what_only_looks_like_an_id_stays_as_it_is() -> None:
    """A till of the name of a number of the sentence, and a customer of the name of a till, are not taken for one."""
    said = sentence(
        "orphan_return", "serial_returner",
        customer="r4", k="3", days="30", amount="9.00 EUR", other_amount="10.00 EUR",
    )  # fmt: skip
    assert NAMES.in_sentence("orphan_return", "serial_returner", said).en == said.en


def test_an_id_that_nobody_has_says_itself() -> None:
    nobody = Names(people={}, tills={}, stores={})
    assert nobody.in_sentence("void_mismatch", "operator_outlier", OUTLIER).en == OUTLIER.en


@pytest.mark.parametrize(("exception", "diagnosis"), [("void_mismatch", "operator_outlier"), ("gone", "unheard_of")])
def test_a_sentence_of_another_version_stays_as_it_is(exception: str, diagnosis: str) -> None:
    said = Text(en="Operator dai did {something}.", zh="收银员 dai 做了 {something}。")
    named = NAMES.in_sentence(exception, diagnosis, said)
    assert (named.en, named.zh) == (said.en, said.zh)


def test_a_refusal_says_who_and_when_as_people_do() -> None:
    """It comes from the desk with a staff number and a moment in UTC; the page has names and the clock of the shop."""
    no = refused(
        CaseRefusal.CHANGED_MEANWHILE,
        who_en="dai", who_zh="dai", what_en="took it", what_zh="接手了个案", at="2026-11-30T03:12:44+00:00",
    )  # fmt: skip
    told = refusal_said(by_name(no, [DAI]), ZoneInfo("Asia/Shanghai"), Language.EN)
    plain = told.replace("\N{NO-BREAK SPACE}", " ")
    assert plain.startswith("Dai Feng took it meanwhile (30 Nov 2026, 11:12); nothing was done")


def test_a_long_name_in_a_refusal_is_not_taken_for_an_id() -> None:
    """Ids stand there by their ends; of `Alexandra Featherstone` only `herstone` was left."""
    alexandra = replace(DAI, staff_id=StaffId("alexandra"), name="Alexandra Featherstone")
    no = by_name(refused(CaseRefusal.OWNED_BY_ANOTHER, owner_id="alexandra"), [alexandra])
    assert refusal_said(no, ZoneInfo("Asia/Shanghai"), Language.EN).startswith("Alexandra Featherstone works on this")


def test_a_column_names_what_it_holds_and_no_other() -> None:
    assert NAMES.of("operator_id", "dai") == "Dai Feng"
    assert NAMES.of("terminal_id", "r4") == "River 4"
    assert NAMES.of("store_id", "river") == "River Street"
    assert NAMES.of("reason", "r4") == "r4"


def test_a_case_names_the_till_of_its_sentence(desk: Visitor, counter: Counter) -> None:
    case_id = found(
        counter,
        counter.number("F"),
        exception="void_mismatch",
        diagnosis="void_then_cash",
        explanation_en="Operator ann voided payment P1 at t1 and 2 min later rang up the same goods in cash "
        "as order O2; usually a change of tender, worth a look.",
    )
    for address in ("/desk", f"/desk/cases/{case_id}"):
        assert "Operator ann voided payment P1 at till and" in read(desk.get(address))
