"""The set-up: which Python it takes, what it says when something is missing, and what it installs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tool(*command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / command[0]), *command[1:]],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def fake_program(folder: Path, name: str, says: str, code: int = 0) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def test_the_python_that_is_named_is_taken() -> None:
    found = tool("tools/find-python", PYTHON=sys.executable)
    assert (found.returncode, found.stderr) == (0, "")
    assert Path(found.stdout.strip()).exists()


def test_a_python_that_is_too_old_is_one_clear_line(tmp_path: Path) -> None:
    old = fake_program(tmp_path, "python3", "Python 3.9.2", code=1)
    refused = tool("tools/find-python", PYTHON=str(old))
    assert refused.returncode == 2
    assert refused.stderr.startswith("counterfoil: needs Python 3.11 or newer, found Python 3.9.2")
    assert refused.stderr.count("\n") == 1


def test_a_second_python_that_is_missing_is_no_error_message() -> None:
    assert tool("tools/find-python", "3.99").returncode == 1
    assert tool("tools/find-python", "3.99").stderr == ""


def test_a_virtual_environment_is_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "venv"
    python = tool("tools/find-python", PYTHON=sys.executable).stdout.strip()
    assert tool("tools/make-venv", str(folder), python).returncode == 0
    (folder / "stamps" / "base").touch()
    assert tool("tools/make-venv", str(folder), python).returncode == 0
    assert (folder / "stamps" / "base").exists()


def test_a_program_that_is_there_needs_nothing() -> None:
    assert tool("tools/need-debian", "sh", "dash", "the test").returncode == 0


def test_a_missing_program_is_named_with_its_package_where_nothing_can_be_installed(tmp_path: Path) -> None:
    fake_program(tmp_path, "id", "1000")
    missing = tool(
        "tools/need-debian", "no-such-program", "its-package", "Spark", PATH=f"{tmp_path}:{os.environ['PATH']}"
    )
    assert missing.returncode == 2
    assert (
        missing.stderr
        == "counterfoil: Spark needs no-such-program; install it, on Debian: apt-get install its-package\n"
    )


def test_make_alone_explains_every_target_that_is_for_people() -> None:
    shown = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout  # noqa: S607 — make is found on PATH on purpose
    wanted = "setup run audit test test-long lint bench docs docs-check format requirements clean".split()
    assert [target for target in wanted if f"make {target} " not in shown] == []


def test_the_checks_of_every_change_are_lint_and_test() -> None:
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("make")] == ["make lint", "make test"]


@pytest.mark.parametrize("name", ["base", "build", "dev", "spark"])
def test_every_requirement_is_pinned_with_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text.split("\n", 2)[2])
    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert "://" not in text


def test_what_is_asked_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {"base": project["project"]["dependencies"], **project["dependency-groups"]}
    for name, wanted in asked.items():
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        names = {re.match(r"[\w.-]+", requirement)[0].lower() for requirement in wanted}  # type: ignore[index]  # every requirement begins with a name
        assert [each for each in names if not re.search(rf"^{re.escape(each)}==", text, re.MULTILINE)] == []
