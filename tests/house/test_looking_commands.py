"""The commands that only look: `readers` and `sniff`."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from counterfoil.audit.intake.recognition import readers_found
from counterfoil.cli import app

ROOT = Path(__file__).resolve().parents[2]
BILL = ROOT / "examples" / "wechat_trade_bill_2019-02-19_ALL.csv"


def answer(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_every_reader_is_listed_and_says_when_it_has_not_met_a_real_file() -> None:
    code, said = answer("readers", "--lang", "en")
    assert code == 0
    lines = {line.split()[0]: line for line in said.splitlines() if line[:1].strip()}
    for reader in readers_found():
        assert ("untested on real files" in lines[reader.name]) != reader.tested_on_real_files


def test_one_reader_tells_its_books_and_columns_in_both_languages() -> None:
    assert "acquirer_records: acquirer_reference," in answer("readers", "wechat-trade-bill", "--lang", "en")[1]
    assert "微信支付交易账单" in answer("readers", "wechat-trade-bill", "--lang", "zh")[1]


def test_the_own_books_are_listed_and_told_of_like_any_other_format() -> None:
    code, said = answer("readers", "book-format-1", "--lang", "en")
    assert code == 0
    assert "see `counterfoil books`" in said


def test_a_reader_that_does_not_exist_is_refused_with_those_that_do() -> None:
    code, said = answer("readers", "abacus")
    assert code == 2
    assert "wechat-trade-bill" in said


def test_a_bill_is_recognised_with_its_totals() -> None:
    code, said = answer("sniff", str(BILL), "--lang", "en")
    assert code == 0
    assert "format: wechat-trade-bill" in said
    assert "encoding: utf-8-sig" in said
    assert "rows: 45" in said
    assert "control total: 申请退款总金额 0.14, right" in said
    assert "count: Payments 31" in said
    assert "计数：付款笔数 31" in answer("sniff", str(BILL), "--lang", "zh")[1]


def test_a_bill_that_was_cut_off_shows_both_figures_and_ends_with_1(tmp_path: Path) -> None:
    lines = BILL.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    cut = tmp_path / "cut.csv"
    cut.write_text("".join([*lines[:10], *lines[11:]]), encoding="utf-8-sig")
    code, said = answer("sniff", str(cut), "--lang", "zh")
    assert code == 1
    assert "不符：文件写的是 45，各行合计为 44" in said


def test_a_file_that_nobody_knows_is_one_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page\n", encoding="utf-8")
    code, said = answer("sniff", str(page))
    assert code == 2
    assert said.startswith("counterfoil: page.md: expected a book of format 1")
    assert said.count("\n") == 1


def test_a_town_is_made_and_its_books_can_be_looked_at(tmp_path: Path) -> None:
    town = tmp_path / "town"
    code, said = answer("world", "--out", str(town), "--orders", "400", "--seed", "7", "--faults", "0", "--lang", "zh")
    assert code == 0
    assert said.startswith("400 张订单，0 个故障")
    assert "gives: orders 400" in answer("sniff", str(town / "orders.parquet"), "--lang", "en")[1]


def test_a_score_shows_precision_recall_and_f1_for_each_exception_and_diagnosis(tmp_path: Path) -> None:
    truth, findings = tmp_path / "truth.csv", tmp_path / "findings.csv"
    columns = "exception,diagnosis,merchant_id,subject,other_subject"
    truth.write_text(
        f"{columns}\nmissing_slip,paid_no_slip,m,order:1,\nmissing_slip,slip_failed,m,order:2,\n", encoding="utf-8"
    )
    findings.write_text(
        f"{columns},severity\nmissing_slip,paid_no_slip,m,order:1,,high\nmissing_slip,paid_no_slip,m,order:9,,high\n",
        encoding="utf-8",
    )
    code, said = answer("score", str(findings), str(truth), "--lang", "en")
    assert code == 0
    assert said.splitlines()[1].split() == ["missing_slip", "2", "2", "1", "0.500", "0.500", "0.500", "1.000"]


def test_a_town_is_not_made_over_other_peoples_files(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("Monday", encoding="utf-8")
    code, said = answer("world", "--out", str(tmp_path))
    assert code == 2
    assert said.startswith("counterfoil: --out:")
