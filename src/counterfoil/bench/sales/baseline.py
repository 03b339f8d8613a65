"""What PostgreSQL does with the same sale by itself: `pgbench` from the wheel, one statement a transaction.

The statement is prepared, and its session is set up as ours is (same role, same row-level security, plans by key), so
the baseline is as quick as the server lets it be; it is not made slower to be beaten.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from psycopg.conninfo import make_conninfo

from counterfoil.db.embedded.program import newest_program
from counterfoil.db.metadata import MERCHANT_SETTING

_RATE = re.compile(r"tps = ([0-9.]+)")
_LATENCY = re.compile(r"latency average = ([0-9.]+) ms")
_FAILED = re.compile(r"number of failed transactions: (\d+)")
_SETTINGS = "-c enable_seqscan=off -c enable_hashjoin=off -c plan_cache_mode=force_generic_plan -c jit=off"
#: Threads of pgbench: as many as the machine has cores.
_THREADS = os.cpu_count() or 1
SECONDS_BEYOND_MAX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What pgbench reached."""

    clients: int
    sales_per_second: float
    latency_ms: float


def measure_baseline(address: str, merchant_id: str, clients: int, seconds: int) -> Baseline:
    """Run pgbench for so many seconds with so many clients; RuntimeError where one of its sales failed."""
    script = files(__package__).joinpath("baseline.sql").read_text(encoding="utf-8").replace("'m1'", f"'{merchant_id}'")
    with tempfile.TemporaryDirectory(prefix="counterfoil-") as folder:
        written = Path(folder) / "baseline.sql"
        written.write_text(script, encoding="utf-8")
        command = [
            *(
                str(newest_program("pgbench") / "bin" / "pgbench"),
                "--no-vacuum",
                "--file",
                str(written),
                "--protocol",
                "prepared",
            ),
            *("--client", str(clients), "--jobs", str(min(clients, _THREADS)), "--time", str(seconds)),
            *("-d", make_conninfo(address, options=f"{_SETTINGS} -c {MERCHANT_SETTING}={merchant_id}")),
        ]
        ran = subprocess.run(  # noqa: S603 — the program of the wheel, our own arguments
            command,
            env={"PATH": os.environ.get("PATH", os.defpath)},
            capture_output=True,
            check=False,
            text=True,
            timeout=seconds + SECONDS_BEYOND_MAX,
        )
    rate, latency, failed = _RATE.search(ran.stdout), _LATENCY.search(ran.stdout), _FAILED.search(ran.stdout)
    if ran.returncode != 0 or rate is None or latency is None or failed is None or int(failed[1]):
        raise RuntimeError(f"pgbench failed: {ran.stderr.strip()[-300:] or ran.stdout[-300:]}")
    return Baseline(clients=clients, sales_per_second=float(rate[1]), latency_ms=float(latency[1]))
