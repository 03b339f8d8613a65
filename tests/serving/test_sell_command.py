"""`counterfoil sell`: what a cashier reads on the terminal for every end that a sale can come to."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from counterfoil.cli import app
from counterfoil.db.address import Addresses
from counterfoil.storm.acquirer.started import Started
from tests.serving.counters import ISO_TABLE, environment
from tests.serving.shop import Shop

PAN = "4000000000000002"


@pytest.fixture
def till(addresses: Addresses, shop: Shop, tmp_path: Path, bank: Started) -> dict[str, str]:
    """The surroundings of a till whose shop takes cards."""
    return environment(tmp_path / "home", database=addresses.application, config=ISO_TABLE.format(port=bank.port))


def sell(till: dict[str, str], *words: str, typed: str = "") -> Result:
    at = ("--merchant", "M1", "--terminal", "T1", "--operator", "ann")
    return CliRunner().invoke(app, ["sell", *words, *at], env=till, input=typed)


def rows(ended: Result) -> list[list[str]]:
    return [line.split() for line in ended.stdout.splitlines()]


def test_cash_is_taken_and_change_is_told(till: dict[str, str]) -> None:
    ended = sell(till, "tea×2", "--cash", "20.00")
    assert (ended.exit_code, ended.stderr) == (0, "")
    head, tea, total, cash, change, paid = rows(ended)
    assert head == "A shop · A store · A till · ann".split()
    assert (tea, total) == (["2", "×", "Tea", "10.00"], ["Total", "CNY", "10.00"])
    assert (cash, change) == (["Cash", "20.00"], ["Change", "10.00"])
    assert paid[:2] == ["Paid.", "Order"]


def test_a_card_that_is_approved_pays_and_its_number_is_nowhere(till: dict[str, str]) -> None:
    ended = sell(till, "tea", "--card", "--lang", "zh", typed=f"{PAN}\n3012\n")
    assert ended.exit_code == 0
    assert rows(ended)[3] == ["银行卡:", "已批准", "5.00"]
    assert ended.stdout.splitlines()[-1].startswith("已付款。订单 ")
    assert PAN not in ended.stdout + ended.stderr


def test_a_card_that_is_declined_leaves_the_sale_open(till: dict[str, str], bank: Started) -> None:
    bank.plan(decline="51", classes="2")
    ended = sell(till, "tea", "--card", typed=f"{PAN}\n3012\n")
    assert ended.exit_code == 1
    assert rows(ended)[3] == ["Card:", "declined", "5.00"]
    assert ended.stdout.splitlines()[-1].startswith("NOT PAID: 5.00 CNY is due. Order ")


def test_a_card_whose_outcome_nobody_knows_is_not_charged_again(till: dict[str, str], bank: Started) -> None:
    bank.plan("lost_answer", classes="2")
    ended = sell(till, "tea", "--card", typed=f"{PAN}\n3012\n")
    assert ended.exit_code == 1
    assert "Nobody knows yet whether Card was charged" in ended.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("tea", "--cash", "3.00"), "--cash 3.00: 5.00 CNY is due"),
        (("tea", "--cash", "a lot"), "--cash a lot: expected an amount in CNY, such as 20.00"),
        (("coffee", "--cash", "5"), "coffee: "),
        (("tea",), "sell: expected one of --cash AMOUNT, --card, --test-card, --wechat, --alipay"),
        (
            ("tea", "--cash", "5", "--card"),
            "sell: expected one of --cash AMOUNT, --card, --test-card, --wechat, --alipay",
        ),
    ],
)
def test_what_cannot_be_rung_up_is_one_line(till: dict[str, str], words: tuple[str, ...], told: str) -> None:
    ended = sell(till, *words)
    assert ended.exit_code == 2
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"counterfoil: {told}")


def test_a_refusal_is_worded(till: dict[str, str]) -> None:
    ended = sell(till, "tea", "--alipay", typed="280000000000000001\n")
    assert ended.exit_code == 1
    assert ended.stdout.splitlines()[-1].startswith("Not sold: ")


def test_the_test_card_rehearses_a_card_sale(till: dict[str, str]) -> None:
    ended = sell(till, "tea", "--test-card")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert rows(ended)[3] == ["Card:", "approved", "5.00"]
    assert PAN not in ended.stdout


@pytest.mark.parametrize(
    ("option", "typed", "told"),
    [
        ("--card", "", "expected the card's number or token"),
        ("--card", "\n\n", "expected the card's number or token"),
        ("--card", "41111\n3012\n", "expected a number of 12 to 19 digits"),
        ("--card", f"{PAN}\n\n", "expected a number of 12 to 19 digits and an expiry"),
        ("--card", f"{PAN}\n3013\n", "expected a number of 12 to 19 digits and an expiry"),
        ("--wechat", "", "expected the payment code"),
    ],
)
def test_where_nothing_is_presented_nothing_is_sold(
    till: dict[str, str], addresses: Addresses, option: str, typed: str, told: str
) -> None:
    ended = sell(till, "tea", option, typed=typed)
    assert ended.exit_code == 2
    (line,) = ended.stderr.splitlines()
    assert told in line
    assert line.endswith("nothing was sold")
    assert PAN not in ended.stdout + ended.stderr
    assert addresses.keeper is not None
    with psycopg.connect(addresses.keeper) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchall() == [(0,)]
