"""Every test here may have a desk of its own."""

from __future__ import annotations

import pytest

from counterfoil.db.engine import Database
from tests.desk.cases.shop import Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    """An empty desk with people around it."""
    return Desk(database).open()
