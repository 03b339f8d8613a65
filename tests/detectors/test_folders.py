"""A detector is a folder, and a folder that lacks a part of it is refused."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from counterfoil.detectors.catalogue import EXCEPTIONS

from .folders import complaints

ROOT = Path(__file__).parents[2]
DETECTORS = ROOT / "src/counterfoil/detectors"
DOCS = ROOT / "docs"
#: The folder that the tests below break.
MODEL = "duplicate_order"


@pytest.mark.parametrize("exception", EXCEPTIONS)
def test_every_detector_folder_is_complete(exception: str) -> None:
    assert complaints(DETECTORS / exception, DOCS) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good folder, to be broken."""
    return Path(shutil.copytree(DETECTORS / MODEL, tmp_path / MODEL, ignore=shutil.ignore_patterns("__pycache__")))


@pytest.mark.parametrize("name", ["__init__.py", "rule.py", "detector.toml", "playbook.en.md", "playbook.zh.md"])
def test_a_missing_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert complaints(folder, DOCS) == [f"has no {name}"]


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("playbook.en.md", "## Check first\n", "", "has not the six headings"),
        ("playbook.zh.md", "## 以何结案", "## 结束", "has not the six headings"),
        ("playbook.en.md", "# Duplicate order\n", "# Doubles\n", "does not begin with its title"),
        ("playbook.zh.md", "`double_entry`", "`other`", "does not say what happened in double_entry"),
        ("playbook.en.md", "### `ask_then_refund_one`", "### Ask", "does not explain ask_then_refund_one"),
        ("playbook.zh.md", "### `replayed_request`", "### `other`", "different parts in the two languages"),
        ("playbook.zh.md", "`voided_once`", "`voided`", "different reasons in the two languages"),
        ("detector.toml", 'id = "duplicate_order"', 'id = "doubles"', "calls itself doubles"),
        ("detector.toml", 'title_zh = "订单重复"', 'title_zh = "Doubles"', "has no title_zh in Chinese"),
        ("detector.toml", 'question_en = "Did one press', 'asked_en = "Did one press', "has no question_en"),
        ("detector.toml", 'sentence_zh = "顾客付了两次', 'said_zh = "顾客付了两次', "has no sentence_zh in Chinese"),
        ("detector.toml", 'policy = ["duplicate_window"', 'policy = ["hurry"', "unknown policy key hurry"),
        ("detector.toml", 'severity = "low"', 'severity = "mild"', "unknown severity mild"),
        ("detector.toml", '"cancel_the_unpaid_one"', '"?"', "no verb as its next step"),
        ("detector.toml", '["order_lines"]', '["order_goods"]', "needs order_goods, which no book has"),
        ("detector.toml", "orders.request_id", "orders.request", "needs orders.request, which no book has"),
        ("detector.toml", '[["orders.request_id"], ["payments.order_id"]]', "[]", "replayed_request needs nothing"),
        ("detector.toml", 'on = "open_order"', 'on = "shop"', "unknown scope shop"),
        ("detector.toml", 'branch = "b"', 'branch = "c"', "unknown branch c"),
        (
            "detector.toml",
            "missing_slip.charged_no_order",
            "missing_slip.charged",
            "unknown diagnosis missing_slip.charged",
        ),
        ("detector.toml", "; one is paid and", "; {which} is paid and", "says {which}, which nobody fills in"),
        ("detector.toml", "，相隔 {gap}；", "；", "tells other things in Chinese"),
        ("detector.toml", "[diagnoses.sentences.a]", "[diagnoses.sentences.d]", "a sentence and no such branch"),
        (
            "detector.toml",
            "diagnoses.md#duplicate_order",
            "diagnoses.md#doubles",
            "does not name its section of the law",
        ),
        ("detector.toml", "requirements D1", "requirements D99", "unknown requirement D99"),
        ("detector.toml", "cases 1-25", "cases 1-99", "names no span of field cases"),
    ],
)
def test_a_part_that_is_missing_or_wrong_is_refused(
    folder: Path, file: str, old: str, new: str, complaint: str
) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    assert any(complaint in found for found in complaints(folder, DOCS))


def test_a_diagnosis_without_an_example_is_refused(folder: Path) -> None:
    (folder / "examples/finds_paid_and_unpaid.tape").unlink()
    assert complaints(folder, DOCS) == ["has no example that finds paid_and_unpaid"]


def test_a_folder_that_ignores_nothing_is_refused(folder: Path) -> None:
    for path in (folder / "examples").glob("ignores_*"):
        path.unlink()
    assert complaints(folder, DOCS) == ["has no example of what must be ignored"]


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("ignores_doubles.tape", "=> double_charge order:O2 order:O1 5.00 critical", "and expects findings"),
        ("finds_double_charge_not.tape", "=> clean", "neither an example of a diagnosis"),
        ("odd.tape", "=> clean", "neither an example of a diagnosis"),
        ("finds_double_charge_broken.tape", "sail O2", "unknown word 'sail'"),
    ],
)
def test_an_example_that_is_not_what_its_name_says_is_refused(
    folder: Path, name: str, text: str, complaint: str
) -> None:
    (folder / "examples" / name).write_text(f"# a title\nsale O1 10:00 5.00 cash\n{text}\n", encoding="utf-8")
    assert any(complaint in found for found in complaints(folder, DOCS))


def test_the_law_names_every_diagnosis_with_its_severity() -> None:
    page = (DOCS / "reference/diagnoses.md").read_text(encoding="utf-8")
    for exception in EXCEPTIONS:
        section = page.split(f"\n## {exception}\n")[1].split("\n## ")[0]
        rows = [line.split("|") for line in section.splitlines() if line.startswith("| `")]
        told = [(one, cells) for cells in rows for one in re.findall(r"`(\w+)`", cells[1])]
        law = [row["id"] for row in _detector(exception)["diagnoses"]]
        assert list(dict.fromkeys(one for one, _ in told)) == law
        for row in _detector(exception)["diagnoses"]:
            assert all(f" {row['severity']} " in cells for one, cells in told if one == row["id"]), row["id"]


def test_the_page_of_needs_says_what_the_detectors_say() -> None:
    page = (DOCS / "reference/diagnoses.md").read_text(encoding="utf-8")
    section = page.split("## What needs what")[1].split("\n## ")[0]
    told = [line for line in section.splitlines() if line.startswith("| `")]
    assert told == [_needs_line(row) for exception in EXCEPTIONS for row in _detector(exception)["diagnoses"]]


def test_field_cases_and_examples_name_each_other() -> None:
    page = (DOCS / "reference/field-cases.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if re.match(r"\| \d+ \|", line)]
    assert [int(cells[1]) for cells in rows] == list(range(1, 63))
    told = {int(cells[1]) for cells in rows if "example:" in cells[4]}
    texts = [path.read_text(encoding="utf-8") for path in DETECTORS.glob("*/examples/*.tape")]
    taped = {int(number) for text in texts for number in re.findall(r"^#.*?field_case_(\d+)", text, re.MULTILINE)}
    assert told == taped


def _detector(exception: str) -> dict[str, list[dict[str, object]]]:
    return tomllib.loads((DETECTORS / exception / "detector.toml").read_text(encoding="utf-8"))


def _needs_line(row: dict[str, object]) -> str:
    """Write the needs of a diagnosis as the reference page does."""
    cell, branches = _groups(row["needs"]), row.get("branches")
    if isinstance(branches, dict):
        ways = " ".join(f"({branch}) {_groups(needs)}." for branch, needs in branches.items())
        cell = f"{cell}; and one of: {ways}" if row["needs"] else f"one of: {ways}"
    return f"| `{row['id']}` | {cell} |"


def _groups(needs: object) -> str:
    assert isinstance(needs, list)
    return "; ".join(" or ".join(f"`{need}`" for need in group) for group in needs)
