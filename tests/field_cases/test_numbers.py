"""The page of the field cases and the tests that carry their numbers tell the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).parent
_PAGE = Path(__file__).parents[2] / "docs/reference/field-cases.md"
#: What the live counter has to prove; the others are proven by tapes, or belong to rooms that are not built yet.
_OF_THE_COUNTER = {*range(1, 26), *range(33, 39), *range(43, 54), 56}


def _tests() -> Iterator[tuple[int, ast.FunctionDef]]:
    for path in sorted(_HERE.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and (found := re.match(r"test_field_case_(\d\d)_", node.name)):
                yield int(found[1]), node


def test_each_field_case_of_the_counter_has_one_test_with_its_number() -> None:
    assert sorted(number for number, _ in _tests()) == sorted(_OF_THE_COUNTER)


def test_each_test_says_in_a_sentence_what_went_wrong_there_and_why_not_here() -> None:
    for number, test in _tests():
        said = ast.get_docstring(test)
        assert said, number
        assert "; here " in said, number


def test_the_page_names_the_cases_that_have_a_test() -> None:
    rows = re.findall(r"^\| (\d+) \|.*\|(.*)\|$", _PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {int(number) for number, today in rows if "test" in today} == _OF_THE_COUNTER
