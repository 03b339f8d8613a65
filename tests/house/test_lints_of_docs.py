"""The docs are held to the code, and each check of them can fail."""

from __future__ import annotations

import pytest

from tools.lints.docs import coverage, decisions, examples, links, shown
from tools.lints.tree import Source


def page(text: str, path: str = "docs/a.md") -> Source:
    return Source(path=path, text=text)


@pytest.mark.parametrize("target", ["b.md", "b.md#second-part", "#here", "../Makefile", "reference/", "b.md#named"])
def test_a_link_that_resolves_is_left_alone(target: str) -> None:
    tree = [
        page(f"# Here\n[x]({target})\n"),
        page('## Second `part`\n<a id="named"></a>\n', "docs/b.md"),
        page("[a](../a.md) [b](../b.md) [c](c.md)", "docs/reference/c.md"),
        page("[a](docs/a.md) [b](docs/b.md) [c](docs/reference/c.md)", "README.md"),
        page("", "Makefile"),
    ]
    assert list(links.check(tree)) == []


@pytest.mark.parametrize("target", ["c.md", "b.md#third", "#there", "../../x.md"])
def test_a_link_that_leads_nowhere_is_found(target: str) -> None:
    index = page("[a](docs/a.md) [b](docs/b.md)", "README.md")
    assert len(list(links.check([page(f"# Here\n[x]({target})\n"), page("## Second\n", "docs/b.md"), index]))) == 1


def test_a_page_that_nobody_links_to_is_found() -> None:
    assert [text for _, _, text in links.check([page("[itself](a.md)")])] == [
        "no other page links to it, so nobody finds it"
    ]


def test_links_in_code_and_to_the_outside_are_left_alone() -> None:
    text = "```\n[x](nowhere)\n```\n`[x](nowhere)` [y](https://example.com)\n"
    assert list(links.check([page(text, "NOTES.md")])) == []


@pytest.mark.parametrize(
    "command", ["make run", "counterfoil policy --lang zh", "counterfoil --version", "$ make test  # all"]
)
def test_a_command_that_exists_is_left_alone(command: str) -> None:
    makefile = page("run: x\ntest:\n", "Makefile")
    assert list(examples.check([page(f"```sh\n{command}\n```\n"), makefile])) == []


@pytest.mark.parametrize("command", ["make tea", "counterfoil brew", "counterfoil policy --langue zh"])
def test_a_command_that_does_not_exist_is_found(command: str) -> None:
    assert len(list(examples.check([page(f"```sh\n{command}\n```\n"), page("run:\n", "Makefile")]))) == 1


RECORD = "# 1. X\n\n## Status\n\n## Why it came up\n\n## Decision\n\n## Consequences\n\n## Held by\n"


def test_a_decision_that_is_listed_and_complete_is_left_alone() -> None:
    tree = [page(RECORD, "docs/decisions/0001-x.md"), page("[x](0001-x.md)", "docs/decisions/index.md")]
    assert list(decisions.check(tree)) == []


@pytest.mark.parametrize(
    ("path", "text", "index"),
    [
        ("docs/decisions/0001-x.md", RECORD, ""),
        ("docs/decisions/0001-x.md", RECORD.replace("## Held by\n", ""), "[x](0001-x.md)"),
        ("docs/decisions/0001-x.md", RECORD + "\n" * 60, "[x](0001-x.md)"),
    ],
)
def test_a_decision_with_a_gap_is_found(path: str, text: str, index: str) -> None:
    assert len(list(decisions.check([page(text, path), page(index, "docs/decisions/index.md")]))) == 1


def test_two_decisions_of_one_number_are_found() -> None:
    tree = [page(RECORD, f"docs/decisions/0001-{name}.md") for name in "xy"]
    index = page("[x](0001-x.md) [y](0001-y.md)", "docs/decisions/index.md")
    assert len(list(decisions.check([*tree, index]))) == 2


def test_a_tree_without_docs_is_told_everything_that_is_missing() -> None:
    said = [text for _, _, text in coverage.check([])]
    assert any("has fallen behind" in text for text in said)
    assert any("`ship_within`" in text for text in said)
    assert any("void_not_honoured" in text for text in said)


def test_a_setting_that_no_page_explains_is_found() -> None:
    source = Source(path="src/counterfoil/x.py", text='VARIABLE = "COUNTERFOIL_TEA"\n')
    explained = Source(path=coverage.SETTINGS, text="| `COUNTERFOIL_TEA` | how strong | strong |\n")
    complaint = "does not explain `COUNTERFOIL_TEA`"
    assert complaint in [text for _, _, text in coverage.check([source])]
    assert complaint not in [text for _, _, text in coverage.check([source, explained])]


TEST = Source(path="tests/web/test_x.py", text="async def test_a_thing() -> None:\n    ...\n")
ROWS = "\n".join(f"| {name} | x | x | `tests/web/test_x.py::test_a_thing` |" for name in sorted(shown.REQUIRED))


def test_a_test_that_a_page_names_and_that_is_there_is_left_alone() -> None:
    assert list(shown.check([page(f"{shown.SECTION}\n{ROWS}\n", shown.REQUIREMENTS), TEST])) == []


def test_a_test_that_a_page_names_and_that_is_not_there_is_found() -> None:
    named = "`tests/web/test_x.py::test_a_thin`"
    assert len(list(shown.check([page(named), TEST]))) == 1
    assert len(list(shown.check([page("`tests/web/test_y.py::test_a_thing`"), TEST]))) == 1


def test_a_requirement_that_nothing_shows_has_to_say_so() -> None:
    silent = ROWS.replace("| D2 | x | x | `tests/web/test_x.py::test_a_thing` |", "| D2 | x | x | the till |")
    said = silent.replace("the till", shown.NOT_SHOWN)
    assert len(list(shown.check([page(f"{shown.SECTION}\n{silent}\n", shown.REQUIREMENTS), TEST]))) == 1
    assert list(shown.check([page(f"{shown.SECTION}\n{said}\n", shown.REQUIREMENTS), TEST])) == []


def test_a_requirement_without_a_row_is_found() -> None:
    rows = "\n".join(line for line in ROWS.splitlines() if not line.startswith("| V4 "))
    (complaint,) = shown.check([page(f"{shown.SECTION}\n{rows}\n", shown.REQUIREMENTS), TEST])
    assert "no row for V4" in complaint[2]
