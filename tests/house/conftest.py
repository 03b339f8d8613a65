"""The tutorial's bakery, as files and audited."""

from __future__ import annotations

from pathlib import Path

import pytest

from .bakery import AS_OF, audit, bake


@pytest.fixture
def bakery(tmp_path: Path) -> Path:
    """Write the tutorial's two files, as the reader of the tutorial would."""
    return bake(tmp_path / "bakery")


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Audit the tutorial's two files once, in a folder whose name is a pattern to an engine."""
    folder = tmp_path_factory.mktemp("audited")
    out = folder / "o[1][_b]"
    code, said = audit(
        str(bake(folder / "bakery")), "--as-of", AS_OF, "--out", str(out), "--format", "csv", "--lang", "en"
    )
    assert (code, f"{out}/findings.csv" in said) == (0, True)
    return out
