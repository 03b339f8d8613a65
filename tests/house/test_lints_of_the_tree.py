"""The lints that look at more than one file, the places, the changelog, and the runner with its excuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable

import pytest

from tools.lints import changelog, glossary, languages, places
from tools.lints.__main__ import OF_FILES, OF_TREE, ROOT, complaints
from tools.lints.complaint import Complaint
from tools.lints.tree import Source, read_project

#: Written in two pieces, so that the lint does not find them here.
HOST = "pypi" + ".org"
SHARED = "shared" + " folder"


def said(check: Callable[[Source], Iterable[Complaint]], text: str, path: str = "docs/x.md") -> list[int]:
    return [complaint.line for complaint in check(Source(path=path, text=text))]


@pytest.mark.parametrize(
    "text",
    [f"see https://{HOST}/x", "ls /" + "work/main", "read /" + "root/.x", f"it lies in the {SHARED}", "'/" + "tmp/x'"],
)
def test_a_place_of_one_machine_is_found(text: str) -> None:
    assert said(places.check, text) == [1]


@pytest.mark.parametrize(
    "text", ["the paperwork/office", "/till and /desk", "npm ci", "a/work", "homework", "/workers", "'/tmp'"]
)
def test_other_places_are_left_alone(text: str) -> None:
    assert said(places.check, text) == []


def test_a_word_that_the_glossary_does_not_use_is_found() -> None:
    assert said(glossary.check, "五本" + "账" + "册") == [1]
    assert said(glossary.check, "五本账本") == []


def test_a_page_without_its_twin_is_found() -> None:
    page = Source(path="src/a/playbook.en.md", text="## What happened\n")
    assert [complaint.text for complaint in languages.check_tree([page])] == ["src/a/playbook.zh.md is missing"]


def test_pages_whose_headings_do_not_pair_are_found_and_pairing_ones_are_not() -> None:
    def pair(chinese: str) -> list[Source]:
        english = "# A\n```sh\n# no heading\n```\n## B\n"
        return [Source(path="README.md", text=english), Source(path="README.zh-CN.md", text=chinese)]

    assert len(list(languages.check_tree(pair("# 甲\n")))) == 2
    assert list(languages.check_tree(pair("# 甲\n## 乙\n"))) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("changelog.d/2.new.md", "Something that people can do now."),
        ("changelog.d/x.md", "Something that people can do now."),
        ("changelog.d/2.added.md", "Short."),
    ],
)
def test_a_fragment_that_does_not_fit_is_found(path: str, text: str) -> None:
    assert said(changelog.check, text, path) == [1]


@pytest.mark.parametrize("path", ["changelog.d/2.added.md", "changelog.d/+start.fixed.md", "changelog.d/README.md"])
def test_a_fragment_that_fits_is_left_alone(path: str) -> None:
    assert said(changelog.check, "Something that people can do now.", path) == []


def test_a_line_is_excused_only_with_a_reason() -> None:
    def found(comment: str) -> int:
        source = Source(path="src/counterfoil/x.py", text=f"{comment}\nshare = paid_total / due_total\n")
        return len(list(complaints([source], ["float-near-money"])))

    assert found("# a ratio") == 1
    assert found("# house: allow float-near-money") == 1
    assert found("# house: allow clock, because a ratio is no amount") == 1
    assert found("# house: allow float-near-money, because a ratio is no amount") == 0


def test_every_lint_has_a_name_of_its_own_and_an_unknown_one_is_refused() -> None:
    assert len({*OF_FILES, *OF_TREE}) == 13
    asked = subprocess.run(
        [sys.executable, "-m", "tools.lints", "nonsense"], cwd=ROOT, capture_output=True, check=False
    )
    assert asked.returncode == 2


def test_the_project_is_read_without_what_git_ignores() -> None:
    paths = {source.path for source in read_project(ROOT)}
    assert "tools/lints/places.py" in paths
    assert not any(path.startswith((".venv/", "audit-out/")) or "__pycache__" in path for path in paths)
