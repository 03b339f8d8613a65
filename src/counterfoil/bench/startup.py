"""How long `counterfoil --help` takes, beside the `--help` of a bare Typer program in the same run.

Each is started in turn in a process of its own, so that a busy moment of the machine hits both; medians are
compared. Nothing is kept and nothing else is measured.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

#: What `--help` may cost, in multiples of a bare Typer program's.
RATIO_MAX = 1.5
ROUNDS_MAX = 1_000

#: As small as a Typer program with commands can be.
_BARE = """
import typer
app = typer.Typer()
@app.command()
def one(): "One."
@app.command()
def two(): "Two."
app()
"""
_OURS = "from counterfoil.cli import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Startup:
    """Medians of both programs."""

    rounds: int
    ours_ms: float
    bare_ms: float

    @property
    def ratio(self) -> float:
        """How many times the bare program's `--help` ours costs."""
        return self.ours_ms / self.bare_ms


def measure_startup(rounds: int) -> Startup:
    """Start both programs `rounds` times in turn, after one start each that does not count."""
    _milliseconds(_BARE)
    _milliseconds(_OURS)
    pairs = [(_milliseconds(_OURS), _milliseconds(_BARE)) for _ in range(min(rounds, ROUNDS_MAX))]
    return Startup(
        rounds=len(pairs),
        ours_ms=median(ours for ours, _ in pairs),
        bare_ms=median(bare for _, bare in pairs),
    )


def _milliseconds(program: str) -> float:
    """Return how long a program's `--help` takes, from start to end of its process."""
    command: Sequence[str] = [sys.executable, "-c", program, "--help"]
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 — our own interpreter, our own text
    return (time.perf_counter() - started) * 1000
