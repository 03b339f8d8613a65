"""How fast an audit is and how much memory it takes, over books that the bench makes itself.

Books are made once by `world` and kept. Each step runs in a process of its own; the memory is that of its whole
process tree, looked at many times a second. Beside it stands what DuckDB alone needs to read every column once.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from counterfoil.world.parameters import WorldParameters
from counterfoil.world.run import run_world

#: What is promised of ten million orders on two cores.
ORDERS_PROMISED = 10_000_000
SECONDS_MAX = 60
MEMORY_BYTES_MAX = 8 << 30
#: The audit takes at most so many times what DuckDB needs to read every column once.
READ_RATIO_MAX = 8
#: Ten times the orders cost at most so many times as much.
SCALING_MAX = 12

THREADS = 2
FAULTS = 0.02
SEED = 1
#: How long a look at the memory waits for the next one.
LOOK_SECONDS = 0.05
#: A step that takes longer than this is ended.
STEP_SECONDS_MAX = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One size of books, audited once."""

    orders: int
    #: From the start of the process to `findings.parquet`.
    findings_seconds: float
    #: Checks, timelines and report.html, after that.
    report_seconds: float
    #: DuckDB alone, reading every column of the same files.
    read_seconds: float
    memory_bytes: int

    @property
    def read_ratio(self) -> float:
        """How many times the reading the audit takes."""
        return self.findings_seconds / self.read_seconds


def measure_audit(orders: int, folder: Path, making: Callable[[int, int], None]) -> Measured:
    """Measure the audit of `orders` orders; the books are kept in `folder` for the next time."""
    books = folder / f"books-{orders}"
    if not (books / "world.json").exists():
        run_world(WorldParameters(seed=SEED, orders=orders, faults=FAULTS), books, progress=making)
    read = min(_step("read", books, folder)[0]["read"] for _ in range(2))
    seconds, memory, whole = _step("audit", books, folder)
    return Measured(
        orders=orders,
        findings_seconds=whole - seconds["report"],
        report_seconds=seconds["report"],
        read_seconds=read,
        memory_bytes=memory,
    )


def broken_promises(measured: Sequence[Measured]) -> Iterator[str]:
    """Yield every promise that a measurement does not keep."""
    for each in measured:
        if each.orders == ORDERS_PROMISED:
            yield from (f"{each.orders:,} orders: {said}" for said in _broken_by(each))
    by_orders = {each.orders: each for each in measured}
    for orders, each in by_orders.items():
        tenth = by_orders.get(orders // 10)
        if tenth is not None and each.findings_seconds > SCALING_MAX * tenth.findings_seconds:
            times = each.findings_seconds / tenth.findings_seconds
            yield f"{orders:,} orders took {times:.1f} times {tenth.orders:,}, promised are {SCALING_MAX}"


def _broken_by(each: Measured) -> Iterator[str]:
    if each.findings_seconds > SECONDS_MAX:
        yield f"{each.findings_seconds:.1f} s, promised are {SECONDS_MAX}"
    if each.memory_bytes > MEMORY_BYTES_MAX:
        yield f"{each.memory_bytes >> 20:,} MiB, promised are {MEMORY_BYTES_MAX >> 20:,}"
    if each.read_ratio > READ_RATIO_MAX:
        yield f"{each.read_ratio:.1f} times the reading, promised are {READ_RATIO_MAX}"


def _step(name: str, books: Path, folder: Path) -> tuple[dict[str, float], int, float]:
    """Run a step; return its own seconds, the most memory of its process tree, and its seconds from outside."""
    out = folder / "out"
    command = [sys.executable, "-m", "counterfoil.bench.once", name, str(books), str(out), str(THREADS)]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 — our own interpreter
        memory = _watch(process, started)
        said, _ = process.communicate()
    whole = time.perf_counter() - started
    if process.returncode != 0:
        raise RuntimeError(f"the step {name} ended with {process.returncode}")
    return json.loads(said), memory, whole


def _watch(process: subprocess.Popen[str], started: float) -> int:
    """Return the most memory that a process and those below it held together, in bytes."""
    most = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        if time.perf_counter() - started > STEP_SECONDS_MAX:
            process.kill()
        most = max(most, _memory_of_tree(watched))
        time.sleep(LOOK_SECONDS)
    return most


def _memory_of_tree(watched: psutil.Process) -> int:
    total = 0
    try:
        for process in (watched, *watched.children(recursive=True)):
            total += process.memory_info().rss
    except psutil.NoSuchProcess:
        pass  # it ended between two looks
    return total
