"""The process that judges one preview, as its parent sees it: it is started early, told to begin, and ended in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Judge:
    """A process that waits for the word."""

    process: subprocess.Popen[bytes]

    def judged(self, *, seconds: float) -> int | None:
        """Let it judge, and return the exit code; None where it took longer."""
        try:
            self.process.communicate(b"now\n", timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        return self.process.returncode


@contextmanager
def waiting_judge(folder: Path) -> Iterator[Judge]:
    """Start a judge for a folder and lend it; at the end of the block it is gone."""
    with (folder / "says.txt").open("wb") as says:
        process = subprocess.Popen(  # noqa: S603 — our own module, and a path that we have made
            [sys.executable, "-m", "counterfoil.desk.previews.judging", str(folder), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=says,
            start_new_session=True,
        )
    try:
        yield Judge(process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdin is not None:
            process.stdin.close()
