"""A walk around the shop leaves no database behind that was not there before."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.commands import demo
from counterfoil.db.embedded.home import Home
from counterfoil.db.embedded.server import down, process_of, up
from counterfoil.languages import Language
from counterfoil.playing.keeping import database_left_as_it_was, home_in


@pytest.fixture
def home() -> Iterator[Home]:
    """A data folder that the server's account may reach."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-test-") as folder:
        Path(folder).chmod(0o711)
        made = home_in(Path(folder))
        yield made
        down(made)


def test_a_database_that_the_run_started_ends_with_it_and_one_from_before_goes_on(home: Home) -> None:
    told: list[bool] = []
    with database_left_as_it_was(home, told.append):
        assert up(home).started
    assert process_of(home) is None
    up(home)
    with database_left_as_it_was(home, told.append):
        before = process_of(home)
    assert before is not None
    assert process_of(home) == before
    assert told == [True, False]


def test_where_there_never_was_one_nothing_is_said(tmp_path: Path) -> None:
    told: list[bool] = []
    with database_left_as_it_was(home_in(tmp_path), told.append):
        pass
    assert told == []


def test_what_goes_on_is_said_with_the_command_that_stops_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "a shop")
    for language in Language:
        demo._tell_of_database(home, language, is_stopped=False)
        said = capsys.readouterr().out
        assert f"COUNTERFOIL_HOME='{home.path}' counterfoil db down" in said
