"""What the tests of the embedded server share: a folder that its account can reach, and a server that is gone after."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.db.embedded.home import Home
from counterfoil.db.embedded.server import down
from tests.db.processes import started, stopped_hard


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the server's account can reach; root's own temporary folders let nobody in."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-test-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    """A cluster as a first start leaves it; making one is most of what a start costs."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-test-") as folder:
        Path(folder).chmod(0o711)
        home = Home(Path(folder) / "shop")
        started(home)
        down(home)
        yield home.path


@pytest.fixture
def shop(home: Home, made_once: Path) -> Home:
    """The data folder of a shop that was opened before, and is not running now."""
    subprocess.run(["/bin/cp", "-a", str(made_once), str(home.path)], check=True)
    return home


@pytest.fixture
def home(open_folder: Path) -> Iterator[Home]:
    """A data folder that is not there yet, and whose server, if the test started one, is gone after it."""
    made = Home(open_folder / "shop")
    yield made
    stopped_hard(made)
