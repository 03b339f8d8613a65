"""The queries of a package are found by name, whichever of its files they stand in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from counterfoil.db.queries import queries_of
from counterfoil.errors import Bug


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "a_slice_of_queries"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "queries.sql").write_text(
        "-- name: one\n-- Says one.\nSELECT 1\n\n-- name: two\n-- Says two.\nSELECT 2\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, folder.name, raising=False)
    return folder


def test_a_second_noun_has_a_file_of_its_own(package: Path) -> None:
    (package / "queries_of_threes.sql").write_text("-- name: three\n-- Says three.\nSELECT 3\n")
    (package / "notes.sql").write_text("-- name: four\nSELECT 4\n")
    found = queries_of(package.name)
    assert list(found) == ["one", "two", "three"]
    assert found["three"] == "-- Says three.\nSELECT 3"


def test_two_queries_of_one_name_are_a_fault(package: Path) -> None:
    (package / "queries_of_threes.sql").write_text("-- name: two\n-- Says two.\nSELECT 3\n")
    with pytest.raises(Bug, match="two"):
        queries_of(package.name)
