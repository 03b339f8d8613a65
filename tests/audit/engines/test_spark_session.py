"""Spark that is not there is one line that says what to install; none of these tests needs it."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from counterfoil import cli
from counterfoil.audit.engines.spark import session


def said_by_audit(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> str:
    """Ask for Spark as a user would, and return all that is said; it is said before any file is read."""
    arguments = ["audit", str(folder / "no such file"), "--engine", "spark", "--out", str(folder / "out")]
    monkeypatch.setattr("sys.argv", ["counterfoil", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert not (folder / "out").exists()
    return "".join(capfd.readouterr())


def test_without_the_extra_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(session, "find_spec", lambda _name: None)
    said = said_by_audit(tmp_path, monkeypatch, capfd)
    assert said.count("\n") == 1
    assert 'pip install ".[spark]"' in said
    assert "Java" in said


@pytest.mark.parametrize("home", ["", "/no/such/java"])
def test_without_java_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], home: str
) -> None:
    monkeypatch.setattr(session, "find_spec", lambda name: ModuleSpec(name, None))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", home)
    said = said_by_audit(tmp_path, monkeypatch, capfd)
    assert said.count("\n") == 1
    assert "apt install default-jre-headless" in said
    assert home in said
