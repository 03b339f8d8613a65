"""The process that judges one preview, as its parent sees it: it is started early, told to begin, and ended in time."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: The last line of a traceback.
_ERROR = re.compile(r"((?:[A-Za-z_]\w*\.)*[A-Z]\w*)(?::|$)")


@dataclass(frozen=True, slots=True)
class Judge:
    """A process that waits for the word."""

    process: subprocess.Popen[bytes]
    says: Path

    def judged(self, *, seconds: float) -> int | None:
        """Let it judge, and return the exit code; None where it took longer."""
        try:
            self.process.communicate(b"now\n", timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        return self.process.returncode

    def last_error(self) -> str:
        """Return what kind of error ended it, and no more of it: the rest may hold what the books hold."""
        lines = self.says.read_text(encoding="utf-8", errors="replace").splitlines()
        return next((found[1] for line in reversed(lines) if (found := _ERROR.match(line))), "")


@contextmanager
def waiting_judge(folder: Path) -> Iterator[Judge]:
    """Start a judge for a folder and lend it; at the end of the block it is gone."""
    says_path = folder / "says.txt"
    with says_path.open("wb") as says:
        process = subprocess.Popen(  # noqa: S603 — our own module, and a path that we have made
            [sys.executable, "-m", "counterfoil.desk.previews.judging", str(folder), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=says,
            start_new_session=True,
        )
    try:
        yield Judge(process, says_path)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdin is not None:
            process.stdin.close()
