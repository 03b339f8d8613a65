"""One measured step, in a process of its own: `python -m counterfoil.bench.once STEP FOLDER OUT THREADS`.

Prints one line of JSON with the seconds of each part; the bench that started it adds what only it can see.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def read(folder: Path, out: Path, threads: int) -> dict[str, float]:
    """Read every column once, as DuckDB does it alone."""
    from counterfoil.bench.store import read_every_column  # noqa: PLC0415 — the other step must not pay for it

    started = time.perf_counter()
    read_every_column(folder, threads)
    return {"read": time.perf_counter() - started}


def audit(folder: Path, out: Path, threads: int) -> dict[str, float]:
    """Audit the books to `findings.parquet`, then write everything that a user gets besides."""
    from counterfoil.audit.outcome import tell  # noqa: PLC0415 — the other step must not pay for it
    from counterfoil.audit.run import AuditRequest, auditing  # noqa: PLC0415 — as above
    from counterfoil.policy import read_policy  # noqa: PLC0415 — as above

    request = AuditRequest(paths=[folder], out=out, policy=read_policy(folder / "policy.toml"), threads=threads)
    started = time.perf_counter()
    with auditing(request) as done:
        found = time.perf_counter()
        tell(done, "en")
        told = time.perf_counter()
    return {"findings": found - started, "report": told - found}


_STEPS = {"read": read, "audit": audit}


def main() -> None:
    """Run the step that is named."""
    step, folder, out, threads = sys.argv[1:]
    sys.stdout.write(json.dumps(_STEPS[step](Path(folder), Path(out), int(threads))) + "\n")


if __name__ == "__main__":
    main()
