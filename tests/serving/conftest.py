"""What the tests of the serving processes share: a shop in a database of the test, and a host for its cards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.db.engine import Database
from counterfoil.storm.acquirer.started import Started, started
from tests.db.conftest import home as home
from tests.db.conftest import open_folder as open_folder
from tests.serving.shop import Shop, opened


@pytest.fixture
def shop(database: Database) -> Shop:
    """A shop in the test's own database."""
    return opened(database)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Started]:
    """A card host that does what it is told."""
    with started(tmp_path / "bank", faults="slow_ms=1500") as running:
        yield running
