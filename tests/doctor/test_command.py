"""`counterfoil doctor`, as somebody at a terminal sees it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.db.address import URL_VARIABLE
from counterfoil.db.roles import Role
from tests.doctor.busy import Busy


@pytest.fixture
def run(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv(URL_VARIABLE, busy.addresses.of(Role.APPLICATION))
    monkeypatch.setenv("COUNTERFOIL_HOME", str(busy.folder))
    return CliRunner()


def test_a_shop_that_is_well_ends_with_0(run: CliRunner) -> None:
    examined = run.invoke(app, ["doctor", "--lang", "en"])
    assert (examined.exit_code, examined.output) == (0, "Everything holds: 26 checks, 1 merchants.\n")


def test_what_is_broken_is_told_in_both_languages_and_ends_with_1(run: CliRunner, busy: Busy) -> None:
    busy.tamper("UPDATE stock SET on_hand = 1 WHERE sku = 'tea'")
    english = run.invoke(app, ["doctor", "--lang", "en"])
    assert english.exit_code == 1
    first, subject, last = english.output.splitlines()
    assert first.startswith("merchant m1: HIGH · 1 items of which another quantity is on hand than came in")
    assert subject == "  stock:s1/tea"
    assert last == "1 of 26 checks are broken; docs/reference/doctor.md says what to do."
    chinese = run.invoke(app, ["doctor", "--lang", "zh"])
    assert "商户 m1：严重 · 1 处：商品的现有数量与出入库及销售不符" in chinese.output


def test_json_tells_each_check(run: CliRunner, busy: Busy) -> None:
    busy.tamper("UPDATE stock SET on_hand = 1 WHERE sku = 'tea'")
    told = json.loads(run.invoke(app, ["doctor", "--json"]).output)
    assert told["holds"] is False
    [broken] = [check for check in told["checks"] if not check["holds"]]
    assert (broken["check"], broken["invariant"], broken["n"]) == ("stock_is_its_movements", 5, 1)
    assert broken["subjects"] == ["stock:s1/tea"]
