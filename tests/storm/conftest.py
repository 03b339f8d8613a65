"""What the tests of the doubles share."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a database in memory, for the audit's readers."""
    with duckdb.connect() as connected:
        yield connected
