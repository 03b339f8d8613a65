"""A connection and a scratch folder for every test, and a way to take files in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from counterfoil.audit.intake.options import IntakeOptions
from counterfoil.audit.intake.shelf import Shelf
from counterfoil.audit.intake.taking import take_in

TakeIn = Callable[..., Shelf]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.fixture
def options(tmp_path_factory: pytest.TempPathFactory) -> IntakeOptions:
    """Return options without any reader, so that a test sees native books alone."""
    return IntakeOptions(scratch=tmp_path_factory.mktemp("scratch"), readers=())


@pytest.fixture
def take(connection: duckdb.DuckDBPyConnection, options: IntakeOptions) -> TakeIn:
    def taking(*paths: Path, **changes: object) -> Shelf:
        return take_in(connection, paths, replace(options, **changes))  # type: ignore[arg-type]  # a test's own words

    return taking
