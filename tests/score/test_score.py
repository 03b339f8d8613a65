"""The arithmetic of a score, by examples small enough to be counted by hand."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterfoil.errors import BadFile
from counterfoil.score.model import Confusion, InfoCount, Score, Tally
from counterfoil.score.run import run_score
from counterfoil.score.store import score

Row = Mapping[str, str | None]


def truth(exception: str, diagnosis: str, subject: str, other: str | None = None, merchant: str = "m") -> Row:
    return {
        "exception": exception,
        "diagnosis": diagnosis,
        "merchant_id": merchant,
        "subject": subject,
        "other_subject": other,
    }


def finding(
    exception: str,
    diagnosis: str,
    subject: str,
    other: str | None = None,
    *,
    severity: str = "high",
    merchant: str = "m",
) -> Row:
    return {**truth(exception, diagnosis, subject, other, merchant), "severity": severity, "score": "0.5"}


#: Two deliveries and two doubles went wrong.
TRUTH = [
    truth("unconfirmed_delivery", "late", "order:1"),
    truth("unconfirmed_delivery", "lost", "order:2"),
    truth("duplicate_order", "double_charge", "order:4", "order:3"),
    truth("duplicate_order", "double_entry", "order:6", "order:5"),
]
#: One delivery is found; one under another diagnosis; a double with its subjects turned; a slip that is no fault.
FINDINGS = [
    finding("unconfirmed_delivery", "late", "order:1"),
    finding("unconfirmed_delivery", "stalled", "order:2"),
    finding("duplicate_order", "double_charge", "order:3", "order:4"),
    finding("missing_slip", "paid_no_slip", "order:9"),
    finding("void_mismatch", "operator_outlier", "operator:7", severity="info"),
]


def write_csv(path: Path, rows: Sequence[Row]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_ndjson(path: Path, rows: Sequence[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_parquet(path: Path, rows: Sequence[Row]) -> Path:
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path)
    return path


WRITERS: dict[str, Callable[[Path, Sequence[Row]], Path]] = {
    "csv": write_csv,
    "ndjson": write_ndjson,
    "parquet": write_parquet,
}


def scored(folder: Path, findings: Sequence[Row], truths: Sequence[Row]) -> Score:
    return score(write_csv(folder / "findings.csv", findings), write_csv(folder / "truth.csv", truths))


def test_the_example_counted_by_hand(tmp_path: Path) -> None:
    result = scored(tmp_path, FINDINGS, TRUTH)
    assert result.overall.tally == Tally(truths=4, findings=4, matched=3)
    assert (result.overall.tally.precision, result.overall.tally.recall, result.overall.tally.f1) == (0.75, 0.75, 0.75)
    assert result.overall.diagnosis_right == 2
    assert {each.exception: each.tally for each in result.exceptions} == {
        "unconfirmed_delivery": Tally(truths=2, findings=2, matched=2),
        "duplicate_order": Tally(truths=2, findings=1, matched=1),
        "missing_slip": Tally(truths=0, findings=1, matched=0),
    }
    delivery = next(each for each in result.exceptions if each.exception == "unconfirmed_delivery")
    assert delivery.diagnosis_accuracy == 0.5


def test_by_diagnosis_only_the_right_diagnosis_matches(tmp_path: Path) -> None:
    result = scored(tmp_path, FINDINGS, TRUTH)
    assert {each.diagnosis: each.tally for each in result.diagnoses} == {
        "late": Tally(truths=1, findings=1, matched=1),
        "lost": Tally(truths=1, findings=0, matched=0),
        "stalled": Tally(truths=0, findings=1, matched=0),
        "double_charge": Tally(truths=1, findings=1, matched=1),
        "double_entry": Tally(truths=1, findings=0, matched=0),
        "paid_no_slip": Tally(truths=0, findings=1, matched=0),
    }
    confused = Confusion(exception="unconfirmed_delivery", truth="lost", found="stalled", findings=1)
    assert list(result.confusions) == [confused]


def test_info_is_told_apart_and_costs_nothing(tmp_path: Path) -> None:
    result = scored(tmp_path, FINDINGS, TRUTH)
    assert list(result.info) == [InfoCount(exception="void_mismatch", diagnosis="operator_outlier", findings=1)]
    assert all(each.exception != "void_mismatch" for each in result.exceptions)


def test_info_about_a_fault_does_not_find_it(tmp_path: Path) -> None:
    result = scored(tmp_path, [finding("unconfirmed_delivery", "late", "order:1", severity="info")], TRUTH[:1])
    assert result.overall.tally == Tally(truths=1, findings=0, matched=0)
    assert result.overall.tally.precision is None
    assert result.overall.tally.recall == 0


def test_a_finding_that_is_told_twice_is_right_once(tmp_path: Path) -> None:
    twice = [finding("duplicate_order", "double_charge", "order:4", "order:3"), FINDINGS[2]]
    result = scored(tmp_path, twice, TRUTH[2:3])
    assert result.overall.tally == Tally(truths=1, findings=2, matched=1)
    assert result.repeated == 1


@pytest.mark.parametrize(
    "near_miss",
    [
        finding("missing_slip", "late", "order:1"),
        finding("unconfirmed_delivery", "late", "order:1", merchant="n"),
        finding("unconfirmed_delivery", "late", "order:10"),
        finding("unconfirmed_delivery", "late", "order:1", "order:2"),
    ],
)
def test_exception_merchant_and_all_subjects_must_agree(tmp_path: Path, near_miss: Row) -> None:
    assert scored(tmp_path, [near_miss], TRUTH[:1]).overall.tally == Tally(truths=1, findings=1, matched=0)


def test_nothing_found_in_a_clean_town_has_no_shares(tmp_path: Path) -> None:
    header = "exception,diagnosis,merchant_id,subject,other_subject,severity\n"
    for name in ("findings.csv", "truth.csv"):
        (tmp_path / name).write_text(header, encoding="utf-8")
    result = run_score(tmp_path, tmp_path)
    assert result.overall.tally == Tally(truths=0, findings=0, matched=0)
    assert (result.overall.tally.precision, result.overall.tally.recall, result.overall.tally.f1) == (None, None, None)
    assert result.overall.diagnosis_accuracy is None


@pytest.mark.parametrize("findings_form", WRITERS)
@pytest.mark.parametrize("truth_form", WRITERS)
def test_any_format_is_read_alike(tmp_path: Path, findings_form: str, truth_form: str) -> None:
    findings = WRITERS[findings_form](tmp_path / f"findings.{findings_form}", FINDINGS)
    truths = WRITERS[truth_form](tmp_path / f"truth.{truth_form}", TRUTH)
    assert score(findings, truths) == scored(tmp_path, FINDINGS, TRUTH)


def test_other_subject_may_be_absent(tmp_path: Path) -> None:
    lean = [{name: value for name, value in row.items() if name != "other_subject"} for row in (FINDINGS[0], TRUTH[0])]
    findings, truths = write_csv(tmp_path / "f.csv", lean[:1]), write_ndjson(tmp_path / "t.ndjson", lean[1:])
    assert score(findings, truths).overall.tally == Tally(truths=1, findings=1, matched=1)


def test_folders_stand_for_the_files_in_them(tmp_path: Path) -> None:
    write_parquet(tmp_path / "findings.parquet", FINDINGS)
    write_ndjson(tmp_path / "truth.ndjson", TRUTH)
    assert run_score(tmp_path, tmp_path).overall.tally.matched == 3


def test_an_id_that_looks_like_a_number_stays_a_text(tmp_path: Path) -> None:
    rows = truth("duplicate_order", "double_charge", "order:1", merchant="007")
    findings = finding("duplicate_order", "double_charge", "order:1", merchant="7")
    assert scored(tmp_path, [findings], [rows]).overall.tally.matched == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.csv", None, "expected a file with findings, found none there"),
        ("findings.xlsx", "x", r"a name that ends in \.parquet, \.csv, \.ndjson, found '\.xlsx'"),
        ("findings.csv", "exception,subject\na,b\n", "found no diagnosis, severity, merchant_id"),
        ("findings.csv", "", "findings"),
        ("findings.ndjson", "{broken", "findings as ndjson"),
        ("findings.parquet", "PAR1 but not really", "findings as parquet"),
        (
            "findings.csv",
            "exception,diagnosis,severity,merchant_id,subject\nduplicate_order,,high,m,order:1\n",
            "all filled in, found 1 rows with a blank",
        ),
    ],
)
def test_a_bad_file_is_told_in_one_line(tmp_path: Path, name: str, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    truths = write_csv(tmp_path / "truth.csv", TRUTH)
    with pytest.raises(BadFile, match=message) as told:
        score(tmp_path / name, truths)
    assert "\n" not in str(told.value)


def test_a_truth_that_repeats_itself_is_refused(tmp_path: Path) -> None:
    turned = truth("duplicate_order", "double_charge", "order:3", "order:4")
    with pytest.raises(BadFile, match="at most once in an exception, found 1 rows"):
        scored(tmp_path, FINDINGS, [*TRUTH, turned])
