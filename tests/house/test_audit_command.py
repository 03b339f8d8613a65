"""`counterfoil audit` on the terminal: its summary, its exit codes; and the tutorial, word for word."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow as pa
import pytest

from counterfoil.audit.engines import ENGINES
from counterfoil.audit.moments import moment_asked
from counterfoil.audit.outputs import FORMATS
from counterfoil.commands.audit import EngineName, FailOn, is_at_least
from counterfoil.commands.audit_summary import money, tallies_of
from counterfoil.commands.options import Form
from counterfoil.detectors.catalogue import Severity
from counterfoil.errors import BadOption

from .bakery import AS_OF, audit, explained


def finding(exception: str, diagnosis: str, severity: str, minor: int, currency: str | None) -> dict[str, object]:
    return {
        "finding_id": f"{diagnosis}{minor}",
        "exception": exception,
        "diagnosis": diagnosis,
        "severity": severity,
        "amount_at_risk_minor": minor,
        "currency": currency,
    }


def table(*findings: dict[str, object]) -> pa.Table:
    return pa.Table.from_pylist(list(findings))


def test_the_tutorial_finds_what_it_promises_and_what_is_put_right_is_gone(bakery: Path, tmp_path: Path) -> None:
    options = ["--as-of", AS_OF, "--out", str(tmp_path / "out"), "--format", "csv", "--lang", "en", "--fail-on", "high"]
    code, said = audit(str(bakery), *options)
    assert code == 1
    assert re.search(r"Payment without an answer +high +1 +3\.80 EUR", said)
    assert (tmp_path / "out" / "report.html").exists()
    story = explained(tmp_path / "out")
    assert "next step: Ask the acquirer" in story
    assert "times in UTC" in story
    assert "payments p2" in story
    assert "acquirer_records r2" in story
    assert "nobody gave" in said
    payments = bakery / "payments.csv"
    payments.write_text(payments.read_text(encoding="utf-8").replace("unknown", "approved"), encoding="utf-8")
    code, said = audit(str(bakery), *options)
    assert code == 0
    assert "Nothing was found" in said


def test_the_summary_speaks_chinese_and_has_no_colours_where_nobody_looks(bakery: Path, tmp_path: Path) -> None:
    code, said = audit(str(bakery), "--as-of", AS_OF, "--out", str(tmp_path / "out"), "--lang", "zh")
    assert code == 0
    assert "付款结果未知" in said
    assert "未检查" in said
    assert "\x1b" not in said


def test_rows_that_break_the_format_are_shown_with_file_and_line_and_files_left_alone_by_name(
    bakery: Path, tmp_path: Path
) -> None:
    payments = bakery / "payments.csv"
    payments.write_text(payments.read_text(encoding="utf-8").replace(",card,", ",plastic,"), encoding="utf-8")
    (bakery / "manual.pdf").write_text("%PDF", encoding="utf-8")
    code, said = audit(str(bakery), "--as-of", AS_OF, "--out", str(tmp_path / "out"), "--lang", "en")
    assert code == 0
    assert "payments.csv:2 · payments.tender · plastic" in said
    assert re.search(r"manual\.pdf +no book, bill or export", said)
    rows = json.loads((tmp_path / "out" / "checks.json").read_text(encoding="utf-8"))["quarantined"]
    assert [(row["file"], row["line"], row["found"]) for row in rows] == [
        ("payments.csv", line, "plastic") for line in (2, 3, 4)
    ]


def test_what_a_file_says_never_reaches_a_terminal_as_a_command(bakery: Path, tmp_path: Path) -> None:
    payments = bakery / "payments.csv"
    payments.write_text(payments.read_text(encoding="utf-8").replace(",bank", ",ba\x1b[31mnk"), encoding="utf-8")
    out = str(tmp_path / "out")
    audit(str(bakery), "--as-of", AS_OF, "--out", out, "--format", "csv", "--lang", "en")
    story = explained(tmp_path / "out")
    assert "ba [31mnk" in story
    assert "\x1b" not in story


def test_of_many_rows_that_break_the_format_a_few_are_shown_and_the_others_counted(
    bakery: Path, tmp_path: Path
) -> None:
    payments = bakery / "payments.csv"
    header, first, *_ = payments.read_text(encoding="utf-8").splitlines()
    bad = [first.replace("p1", f"p{number}").replace(",card,", ",plastic,") for number in range(150)]
    payments.write_text("\n".join([header, *bad]) + "\n", encoding="utf-8")
    said = audit(str(bakery), "--as-of", AS_OF, "--out", str(tmp_path / "out"), "--lang", "zh")[1]
    assert said.count("plastic") == 3
    assert "另有 147 行" in said
    assert "订单 orders、" in said
    rows = json.loads((tmp_path / "out" / "checks.json").read_text(encoding="utf-8"))["quarantined"]
    assert [row["line"] for row in rows] == list(range(2, 102))


def test_findings_are_counted_by_diagnosis_and_currency_and_the_worst_comes_first() -> None:
    tallies = tallies_of(
        table(
            finding("orphan_return", "double_refund", "critical", 100, "CNY"),
            finding("void_mismatch", "void_then_cash", "info", 0, None),
            finding("void_mismatch", "void_not_honoured", "critical", 250, "CNY"),
            finding("void_mismatch", "void_not_honoured", "critical", 50, "JPY"),
            finding("void_mismatch", "void_not_honoured", "critical", 1, "CNY"),
        )
    )
    assert [(key[1], tally.count, dict(tally.at_risk_minor)) for key, tally in tallies.items()] == [
        ("void_not_honoured", 3, {"CNY": 251, "JPY": 50}),
        ("void_then_cash", 1, {}),
        ("double_refund", 1, {"CNY": 100}),
    ]


def test_money_is_written_in_the_digits_of_each_currency() -> None:
    assert money({"JPY": 1500, "CNY": 123456, "KWD": 1}) == "1,234.56 CNY  1,500 JPY  0.001 KWD"


@pytest.mark.parametrize(
    ("severities", "fail_on", "fails"),
    [
        (["low", "info", "info"], "high", False),
        (["critical"], "high", True),
        (["low", "high"], "high", True),
        (["info"], "info", True),
        ([], "info", False),
    ],
)
def test_the_severity_that_fails_is_the_one_asked_for_or_worse(
    severities: list[str], fail_on: str, fails: object
) -> None:
    found = pa.table({"severity": pa.array(severities, pa.string())})
    assert is_at_least(found, FailOn(fail_on)) is fails


@pytest.mark.parametrize("text", ["yesterday", "2026-03-01", "2026-03-01T12:00:00", "2026-13-01T00:00:00Z", ""])
def test_a_moment_without_offset_is_refused(text: str) -> None:
    with pytest.raises(BadOption, match="--as-of"):
        moment_asked(text)


def test_the_words_of_the_options_are_those_of_the_product() -> None:
    assert tuple(Form) == FORMATS
    assert tuple(EngineName) == ENGINES
    assert list(FailOn) == list(Severity)
