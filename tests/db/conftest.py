"""What the tests of the embedded server share: a folder that its account can reach, and a server that is gone after."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.db.embedded.home import Home
from tests.db.processes import stopped_hard


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the server's account can reach; root's own temporary folders let nobody in."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-test-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def home(open_folder: Path) -> Iterator[Home]:
    """A data folder whose server, if the test started one, is gone after it."""
    made = Home(open_folder / "shop")
    yield made
    stopped_hard(made)
