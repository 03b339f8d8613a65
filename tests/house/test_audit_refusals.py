"""What `counterfoil audit` refuses, and what it leaves behind: nothing half-done, and nobody's card number."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from counterfoil.audit.outputs import FORMATS, write_json, write_table
from counterfoil.cli import app
from counterfoil.errors import BadOption

from .bakery import AS_OF, audit, explained


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
