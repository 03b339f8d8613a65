"""The shop of the tests of the journal."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.db.address import Addresses
from tests.journal.shop import Shop


@pytest.fixture
def shop(addresses: Addresses, tmp_path: Path) -> Shop:
    """An open shop without any sale."""
    opened = Shop(addresses=addresses, folder=tmp_path / "home")
    opened.open()
    return opened
