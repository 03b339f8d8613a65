"""What holds for every test: properties are judged by what they say, never by how long they take."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest
from hypothesis import settings

from counterfoil.audit.engines.statements import FOLDER_VARIABLE as STATEMENTS_VARIABLE
from tests.databases import addresses as addresses
from tests.databases import database as database
from tests.databases import postgres as postgres
from tests.databases import sealing as sealing

# A busy machine is no fault of the code; nothing in these tests may depend on a clock.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")

_STATEMENTS = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Give every run statements of its own, which its workers share: none of another state of the code is found."""
    if not hasattr(config, "workerinput"):
        config.stash[_STATEMENTS] = os.environ[STATEMENTS_VARIABLE] = tempfile.mkdtemp(prefix="counterfoil-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove them."""
    if _STATEMENTS in config.stash:
        shutil.rmtree(config.stash[_STATEMENTS], ignore_errors=True)
