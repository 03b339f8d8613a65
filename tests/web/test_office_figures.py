"""The office's figures over weeks: sales, findings by what they have in common, times to resolve, voids."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from counterfoil.counter.figures.store import OperatorCount
from counterfoil.desk.figures.peers import beside_peers
from counterfoil.policy import OutlierLimits
from counterfoil.shop.staff.model import Role
from tests.counter.shop import ANN, BEN, OTHER_STORE, STORE, SUE
from tests.counter.till import Counter, sale_line
from tests.desk.steps.shop import found, lost
from tests.web.conftest import Opening
from tests.web.desk import read
from tests.web.shop import Visitor, hire

FIGURES = "/office/overview"


@pytest.fixture
def office(counter: Counter, opening: Opening) -> Visitor:
    """A browser of somebody who audits."""
    hire(counter.database, counter.merchant_id, "ada", Role.AUDITOR)
    visitor = opening()
    visitor.sign_in("ada")
    return visitor


def charts(page: httpx.Response) -> list[Any]:
    """Return what the charts of a page are drawn from."""
    assert page.status_code == 200, page.text
    return [json.loads(unescape(laid)) for laid in re.findall(r'data-chart="([^"]+)"', page.text)]


def write(counter: Counter, statement: str, **values: object) -> None:
    with counter.database.transaction(counter.merchant_id) as connection:
        connection.execute(sa.text(statement), values)


def test_days_without_anything_say_so(office: Visitor) -> None:
    page = office.get(FIGURES)
    said = read(page)
    for words in ("Nothing was sold", "Nothing was found", "No case ended", "Nobody has sold or voided"):
        assert words in said
    assert charts(page) == []


def test_sales_stand_by_day_and_tender_and_what_was_given_back_is_taken_off(office: Visitor, counter: Counter) -> None:
    counter.sell(counter.sale(counter.tender()))
    counter.clock.passes(days=1)
    counter.sell(counter.sale(counter.tender("wechat", 300), lines=[sale_line("milk")]))
    voided = counter.sale(counter.tender())
    counter.sell(voided)
    counter.undo(voided.tenders[0].payment_id, 500)
    counter.sell(counter.sale(counter.tender(), training=True))
    office.sign_in("ada")
    page = office.get(f"{FIGURES}?days=7")
    (laid,) = charts(page)
    assert (len(laid["labels"]), laid["labels"][-1]) == (7, "Wed, 4 Mar")
    assert {one["name"]: one["values"][-2:] for one in laid["series"]} == {"cash": [5.0, 0.0], "WeChat Pay": [0.0, 3.0]}
    assert "Taken CNY 13.00 3 payments" in read(page)
    assert "Given back CNY 5.00" in read(page)
    counter.clock.passes(days=8)
    office.sign_in("ada")
    assert "Nothing was sold" in read(office.get(f"{FIGURES}?days=7"))
    assert len(charts(office.get(FIGURES))[0]["labels"]) == 30
    assert len(charts(office.get(f"{FIGURES}?days=90"))[0]["labels"]) == 90
    assert len(charts(office.get(f"{FIGURES}?days=31"))[0]["labels"]) == 30


def test_findings_are_counted_by_what_they_have_in_common(office: Visitor, counter: Counter) -> None:
    for n, gone in enumerate((False, False, True)):
        finding = counter.number(f"F{n}")
        found(counter, finding, amount_at_risk_minor=1_250)
        if gone:
            write(counter, "UPDATE findings SET gone_at = last_seen_at WHERE finding_id = :id", id=finding)
    write(counter, "UPDATE findings SET occurred_at = :at, store_id = 's1'", at=counter.clock.now)
    page = office.get(FIGURES)
    said = read(page)
    assert "Findings 3 2 still stand" in said
    assert "Money at risk CNY 25.00" in said
    hours = next(laid for laid in charts(page) if laid["labels"][0] == "00:00")
    assert len(hours["labels"]) == 24
    assert [one["values"][17] for one in hours["series"]] == [2, 1]
    assert sum(sum(one["values"]) for one in hours["series"]) == 3
    stores = next(laid for laid in charts(page) if laid["labels"] == ["s1"])
    assert [one["values"] for one in stores["series"]] == [[2], [1]]


def test_what_an_audit_of_files_found_is_of_no_live_day(office: Visitor, counter: Counter) -> None:
    found(counter, counter.number("F"))
    write(counter, "UPDATE findings SET occurred_at = :at, found_by = 'audit'", at=counter.clock.now)
    assert "Nothing was found" in read(office.get(FIGURES))


def test_the_time_to_resolve_is_told_of_cases_that_ended(office: Visitor, counter: Counter) -> None:
    names = [counter.number("F"), counter.number("F")]
    for name in names:
        found(counter, name)
    assert "No case ended" in read(office.get(FIGURES))
    for name in names:
        counter.clock.passes(hours=3)
        lost(counter, name)
    office.sign_in("ada")
    said = read(office.get(FIGURES))
    assert "All together 2 3 hours 6 hours" in said
    assert "Missing slip 2 3 hours 6 hours" in said


def test_voids_stand_beside_those_of_peers_with_their_confidence(office: Visitor, counter: Counter) -> None:
    for operator in (ANN, BEN, BEN, BEN, BEN):
        counter.sell(counter.sale(counter.tender(), operator_id=operator))
    sale = counter.sale(counter.tender(), operator_id=ANN)
    counter.sell(sale)
    counter.void(sale.tenders[0].payment_id, 500)
    said = read(office.get(FIGURES))
    # One void in six sales falls to somebody with two of them by chance in a third of all cases.
    assert "A ann s1 2 1 50.0 0.0 66.7 % ordinary" in said
    assert "B ben s1 4 0 0.0 50.0 0.0 % ordinary" in said


def test_who_stands_out_by_the_rules_comes_first_and_few_peers_say_nothing() -> None:
    def count(store: str, operator: str, sales_n: int, voids_n: int) -> OperatorCount:
        return OperatorCount(store_id=store, operator_id=operator, sales_n=sales_n, voids_n=voids_n)  # type: ignore[arg-type]  # plain texts are ids here

    here = [count(STORE, f"o{n}", 1_000, 5) for n in range(4)] + [count(STORE, SUE, 1_000, 60)]
    there = [count(OTHER_STORE, ANN, 100, 50), count(OTHER_STORE, BEN, 0, 0)]
    told = beside_peers([*there, *here], OutlierLimits())
    assert [one.operator_id for one in told if one.stands_out] == [SUE]
    assert told[0].operator_id == SUE
    assert told[0].confidence is not None
    assert told[0].confidence > 0.999
    assert {one.operator_id: one.confidence for one in told if one.store_id == OTHER_STORE} == {ANN: None, BEN: None}


def test_who_reads_at_one_store_sees_that_store_alone(counter: Counter, opening: Opening) -> None:
    counter.sell(counter.sale(counter.tender()))
    found(counter, counter.number("F"))
    write(counter, "UPDATE findings SET occurred_at = :at, store_id = 's1'", at=counter.clock.now)
    hire(counter.database, counter.merchant_id, "moe", Role.MANAGER, at=OTHER_STORE)
    visitor = opening()
    visitor.sign_in("moe")
    said = read(visitor.get(FIGURES))
    for words in ("Nothing was sold", "Nothing was found", "Nobody has sold or voided"):
        assert words in said


def test_another_merchants_figures_are_not_there(office: Visitor, town_of_another: Counter) -> None:
    town_of_another.sell(town_of_another.sale(town_of_another.tender()))
    assert "Nothing was sold" in read(office.get(FIGURES))


def test_a_cashier_may_not_look(counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "pat", Role.CASHIER)
    visitor = opening()
    visitor.sign_in("pat")
    assert visitor.get(FIGURES).status_code == 403
