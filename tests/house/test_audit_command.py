"""`counterfoil audit` on the terminal: its summary, its exit codes; and the tutorial, word for word."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from counterfoil.audit.engines import ENGINES
from counterfoil.audit.outputs import FORMATS, write_json, write_table
from counterfoil.cli import app
from counterfoil.commands.audit import EngineName, FailOn, is_at_least, moment
from counterfoil.commands.audit_summary import money, tallies_of
from counterfoil.commands.options import Form
from counterfoil.detectors.catalogue import Severity
from counterfoil.errors import BadOption

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs" / "tutorials" / "first-audit.md"
AS_OF = "2026-03-06T12:00:00+01:00"


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


def audit(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["audit", *arguments])
    return result.exit_code, result.output


def explained(folder: Path) -> str:
    """Ask for the story of the only finding of a folder, by the beginning of its id."""
    header, row = (folder / "findings.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("finding_id,")
    result = CliRunner().invoke(app, ["explain", row[:8].lower(), "--in", str(folder), "--lang", "en"])
    assert result.exit_code == 0
    return result.output


@pytest.fixture
def bakery(tmp_path: Path) -> Path:
    """Write the tutorial's two files, as the reader of the tutorial would."""
    return bake(tmp_path / "bakery")


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Audit the tutorial's two files once, in a folder whose name is a pattern to an engine."""
    folder = tmp_path_factory.mktemp("audited")
    out = folder / "o[1][_b]"
    code, said = audit(
        str(bake(folder / "bakery")), "--as-of", AS_OF, "--out", str(out), "--format", "csv", "--lang", "en"
    )
    assert (code, f"{out}/findings.csv" in said) == (0, True)
    return out


def bake(folder: Path) -> Path:
    """Write the tutorial's two files into a folder."""
    folder.mkdir()
    files = re.findall(r"`(\w+\.csv)`:\n\n```csv\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), re.DOTALL)
    assert [name for name, _ in files] == ["payments.csv", "acquirer_records.csv"]
    for name, text in files:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


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
    assert "No findings" in said


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
        moment(text)


def test_the_words_of_the_options_are_those_of_the_product() -> None:
    assert tuple(Form) == FORMATS
    assert tuple(EngineName) == ENGINES
    assert list(FailOn) == list(Severity)


@pytest.mark.parametrize(
    "arguments", [["no-such-file.csv"], [], ["x.csv", "--as-of", "now"], ["x.csv", "--format", "xls"]]
)
def test_bad_input_is_refused_before_anything_is_written(arguments: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, said = audit(*arguments, "--out", str(out))
    assert code == 2
    assert "Traceback" not in said
    assert not out.exists()


@pytest.mark.parametrize("year", ["0001", "1999", "2101", "9999"])
def test_an_audit_outside_the_years_of_the_books_is_refused(bakery: Path, tmp_path: Path, year: str) -> None:
    code, said = audit(str(bakery), "--as-of", f"{year}-01-01T12:00:00+00:00", "--out", str(tmp_path / "out"))
    assert code == 2
    assert f"--as-of: expected a year from 2000 to 2100, found {int(year)}" in said


def test_a_folder_that_takes_nothing_is_refused_before_anybody_waits(
    bakery: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    code, said = audit(str(bakery), "--out", str(file / "out"))
    assert (code, "expected a folder, found the file" in said) == (2, True)
    monkeypatch.setattr("os.access", lambda _, mode: mode == os.R_OK)
    code, said = audit(str(bakery), "--out", str(tmp_path / "out"))
    assert (code, "expected a folder that can be written" in said) == (2, True)
    assert not (tmp_path / "out").exists()


def test_books_whose_rows_were_all_set_aside_say_where_and_why(bakery: Path, tmp_path: Path) -> None:
    for file in bakery.iterdir():
        file.write_text(file.read_text(encoding="utf-8").replace("EUR", "euro"), encoding="utf-8")
    code, said = audit(str(bakery), "--out", str(tmp_path / "out"))
    assert code == 2
    assert "6 rows were set aside, the first in acquirer_records.csv, line 2, currency: not an ISO 4217 code" in said


def test_signs_in_the_name_of_a_folder_are_only_a_name(audited: Path) -> None:
    (audited.parent / "o1_" / "timelines.parquet").parent.mkdir()
    shutil.copy(audited / "checks.json", audited.parent / "o1_" / "timelines.parquet")  # what the pattern would find
    assert "acquirer_records r2" in explained(audited)


def test_findings_in_another_form_leave_none_of_the_last_audit(tmp_path: Path) -> None:
    for form in FORMATS:
        write_table(tmp_path, "findings", pa.table({"a": ["x"]}), form)
        assert [path.name for path in tmp_path.iterdir()] == [f"findings.{form}"]


def test_a_file_that_cannot_be_written_whole_is_not_there(tmp_path: Path) -> None:
    rows = pa.table({"a": ["x"]})
    with pytest.raises(BadOption, match=r"--out: expected a folder that takes findings\.csv"):
        write_table(tmp_path / "gone", "findings", rows, "csv")
    with pytest.raises(TypeError):
        write_json(tmp_path, "checks.json", {"a": object()})
    (tmp_path / "checks.json").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_json(tmp_path, "checks.json", {})
    assert [path.name for path in tmp_path.iterdir()] == ["checks.json"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("findings.csv", "", "expected a whole file of an audit"),
        ("findings.csv", "finding_id\nABCDEFG1\n", "found no exception, diagnosis"),
        ("findings.ndjson", '{"finding_id":', "expected a whole file of an audit"),
        ("timelines.parquet", "PAR1", "expected a whole file of an audit"),
    ],
)
def test_a_damaged_folder_is_told_in_one_line(
    audited: Path, tmp_path: Path, name: str, text: str, message: str
) -> None:
    out = shutil.copytree(audited, tmp_path / "out")
    identity = (out / "findings.csv").read_text(encoding="utf-8").splitlines()[1].partition(",")[0]
    if name == "findings.ndjson":
        (out / "findings.csv").unlink()
    (out / name).write_text(text, encoding="utf-8")
    wanted = "ABCDEFG1" if "ABCDEFG1" in text else identity
    result = CliRunner().invoke(app, ["explain", wanted, "--in", str(out)])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert message in result.stderr


def test_an_id_of_digits_only_is_an_id(audited: Path, tmp_path: Path) -> None:
    out = shutil.copytree(audited, tmp_path / "out")
    header, row = (out / "findings.csv").read_text(encoding="utf-8").splitlines()
    text = f"{header}\n0123456789012345,{row.partition(',')[2]}\n"
    (out / "findings.csv").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["explain", "0123456", "--in", str(out), "--lang", "en"])
    assert (result.exit_code, "0123456789012345" in result.output) == (0, True)


def test_cards_and_people_in_a_shop_s_own_books_reach_no_output(bakery: Path, tmp_path: Path) -> None:
    out, payments = tmp_path / "out", bakery / "payments.csv"
    lines = payments.read_text(encoding="utf-8").splitlines()
    extra = [
        "instrument_key,instrument_tail,reason",
        ",,",
        "4111111111111111,4111111111111111,call +8613800138000 a@b.cn",
    ]
    text = "\n".join(f"{line},{more}" for line, more in zip(lines, extra, strict=False)) + "\n"
    payments.write_text(text, encoding="utf-8")
    audit(str(bakery), "--as-of", AS_OF, "--out", str(out), "--format", "csv", "--no-report")
    story = explained(out)
    assert "instrument_tail 1111" in story
    assert "reason call *** ***" in re.sub(r"\s+", " ", story)
    shown = story + str(pq.read_table(out / "timelines.parquet").to_pylist())
    assert not re.search(r"41111111|13800138000|a@b", shown)
