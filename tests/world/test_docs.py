"""The reference page knows every tale and every fault, in the words of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.world.faults.catalogue import FAULTS
from counterfoil.world.tale import CleanTale, Fault
from counterfoil.world.tales.repertoire import CLEAN_TALES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "world.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_page_tells_of_every_fault(page: str, fault: Fault) -> None:
    assert f"| `{fault.diagnosis}` | `{fault.way}` | {_in_one_line(fault.tell.__doc__)} |\n" in page


@pytest.mark.parametrize("tale", CLEAN_TALES, ids=lambda tale: tale.name)
def test_the_page_tells_of_every_clean_tale(page: str, tale: CleanTale) -> None:
    assert f"| {tale.name} | {tale.per_million or '*'} | {_in_one_line(tale.tell.__doc__)} |\n" in page


def test_the_page_tells_of_nothing_else(page: str) -> None:
    tales, _, faults = page.partition("\n## Clean tales\n")[2].partition("\n## Faults\n")
    assert sum(line.startswith("| ") for line in tales.splitlines()) == len(CLEAN_TALES) + 1
    assert sum(line.startswith("| `") for line in faults.splitlines()) == len(FAULTS)


def _in_one_line(docstring: str | None) -> str:
    assert docstring is not None
    return " ".join(docstring.split())
