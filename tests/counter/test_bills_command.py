"""`counterfoil bills take`, from the outside: an answer for people, in both languages, and no line of a log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from counterfoil.cli import app
from counterfoil.db.address import URL_VARIABLE, Addresses
from counterfoil.db.embedded.home import HOME_VARIABLE
from tests.audit.readers.wechat import trade_bill
from tests.counter.test_bills import ROW

Run = Callable[..., Result]


@pytest.fixture
def run(addresses: Addresses, tmp_path: Path) -> Run:
    environ = {URL_VARIABLE: addresses.application, HOME_VARIABLE: str(tmp_path / "home")}

    def ran(*arguments: str | Path, lang: str = "en") -> Result:
        return CliRunner().invoke(app, [str(each) for each in arguments], env={**environ, "COUNTERFOIL_LANG": lang})

    made = ran("shop", "create", "corner", "--currency", "CNY", "--zone", "Asia/Shanghai")
    assert made.exit_code == 0, made.output
    return ran


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    path = tmp_path / "bill.csv"
    path.write_text(trade_bill([ROW]), encoding="utf-8", newline="")
    return path


def test_people_read_an_answer_and_no_line_of_a_log(run: Run, bill: Path) -> None:
    said = run("bills", "take", "--merchant", "corner", bill)
    assert said.exit_code == 0, said.output
    assert said.output.startswith("bill.csv: wechat-trade-bill, 2026-03-0")
    assert "bill_taken" not in said.output
    assert "merchant_id" not in said.output


def test_a_file_that_is_in_already_says_when_and_as_what(run: Run, bill: Path) -> None:
    run("bills", "take", "--merchant", "corner", bill)
    other = bill.rename(bill.with_name("other.csv"))
    said = run("bills", "take", "--merchant", "corner", "--acquirer", "wx", other)
    assert said.exit_code == 0
    assert said.output.startswith("other.csv: in the books already, taken in at ")
    assert "as bill.csv, a bill of wechat; nothing was changed" in said.output
    assert "its rows stay those of wechat" in said.output
    chinese = run("bills", "take", "--merchant", "corner", other, lang="zh").output
    assert "以 bill.csv 录入，所属渠道 wechat" in chinese


def test_a_name_that_nobody_knows_is_one_line_in_the_language_asked_for(run: Run, bill: Path) -> None:
    for lang, what in (("en", "No acquirer of this merchant is called wx"), ("zh", "该商户没有名为 wx 的收单渠道")):
        said = run("bills", "take", "--merchant", "corner", "--acquirer", "wx", bill, lang=lang)
        assert said.exit_code == 2
        assert what in said.output
        assert len(said.output.splitlines()) == 1
