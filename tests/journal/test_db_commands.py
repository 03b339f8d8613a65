"""`counterfoil db seal`, `verify` and `accept-restore`, as somebody at a terminal sees them."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from counterfoil.cli import app
from counterfoil.db.address import SEALER_VARIABLE, URL_VARIABLE
from counterfoil.db.roles import Role
from tests.journal.shop import Shop


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv(URL_VARIABLE, shop.addresses.of(Role.APPLICATION))
    monkeypatch.setenv(SEALER_VARIABLE, shop.addresses.of(Role.SEALER))
    monkeypatch.setenv("COUNTERFOIL_HOME", str(shop.folder))
    return CliRunner()


def db(run: CliRunner, *arguments: str, lang: str = "en") -> Result:
    return run.invoke(app, ["db", *arguments, "--lang", lang])


def test_a_journal_is_sealed_and_holds(run: CliRunner, shop: Shop) -> None:
    shop.sell(3)
    assert db(run, "seal").output == "m1: 3 facts sealed; the chain is 3 long\n"
    verified = db(run, "verify")
    assert (verified.exit_code, verified.output) == (0, "m1: holds; 3 seals computed anew, 1 checkpoints agree\n")
    assert db(run, "verify", lang="zh").output == "m1：完好；重算封印 3 个，检查点 1 个相符\n"


def test_a_broken_journal_ends_with_1_and_names_the_first_link(run: CliRunner, shop: Shop) -> None:
    shop.sell(3)
    shop.seal()
    shop.tamper("UPDATE payments SET amount_minor = 1 WHERE payment_id = 'po2'")
    verified = db(run, "verify")
    assert verified.exit_code == 1
    assert verified.output.splitlines()[0] == "m1: BROKEN in 1 places; the first:"
    assert "position 2: fact" in verified.output
    told = json.loads(db(run, "verify", "--json").output)
    assert told["holds"] is False
    [merchant] = told["merchants"]
    [found] = merchant["breaks"]
    assert (found["broken"], found["position"], found["subject"]) == ("rows_changed", 2, "order:o2")
    assert found["explanation_zh"].startswith("位置 2")


def test_a_merchant_that_is_not_there_is_told_in_one_line(run: CliRunner) -> None:
    refused = db(run, "verify", "--merchant", "m9")
    assert (refused.exit_code, refused.output) == (2, "counterfoil: --merchant: there is no merchant m9\n")


def test_a_restore_is_accepted_once_and_with_a_reason(run: CliRunner, shop: Shop) -> None:
    shop.sell(3)
    shop.seal()
    shop.tamper("DELETE FROM seals WHERE position = 3")
    shop.tamper("DELETE FROM journal WHERE subject = 'order:o3'")
    for table in ("payments", "order_lines", "orders"):
        shop.tamper(f"DELETE FROM {table} WHERE order_id = 'o3'")
    assert db(run, "verify").exit_code == 1
    assert db(run, "accept-restore", "--merchant", "m1", "--because", " ").exit_code == 2
    accepted = db(run, "accept-restore", "--merchant", "m1", "--because", "the disk of Monday")
    assert accepted.output == "m1: accepted; the chain goes on from position 2\n"
    verified = db(run, "verify")
    assert verified.exit_code == 0
    assert "1 earlier checkpoints do not agree" in verified.output


def test_the_merchant_of_the_environment_is_heeded(run: CliRunner, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.sell(3)
    shop.seal()
    shop.tamper("DELETE FROM seals WHERE position = 3")
    shop.tamper("DELETE FROM journal WHERE subject = 'order:o3'")
    monkeypatch.setenv("COUNTERFOIL_MERCHANT", "m1")
    accepted = db(run, "accept-restore", "--because", "the disk of Monday")
    assert (accepted.exit_code, accepted.output) == (0, "m1: accepted; the chain goes on from position 2\n")


def test_without_a_merchant_there_is_nothing_to_verify(run: CliRunner, shop: Shop) -> None:
    shop.tamper("DELETE FROM merchants")
    assert db(run, "verify").output == "There is no merchant yet.\n"
