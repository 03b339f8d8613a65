"""Counts while the counter sells, in memory that all web processes share: whichever is asked answers for all of them.

The library keeps each number in a mapped file of its process and adds them up when it is asked (its multiprocess
mode), where the environment names a folder for them. That has to be so before it is loaded, so it is loaded here alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

#: The library's own name for the folder of the mapped files.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
#: What the folder is called in the data home.
FOLDER = "measures"

#: Of a commit, in seconds: most take a few milliseconds, and above some seconds somebody is waiting.
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
#: Of a group, in sales, up to the largest that is written at once.
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


def emptied_folder(home: Path) -> Path:
    """Return the folder of the mapped files, without those of processes that are over; counts begin at nothing."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink(missing_ok=True)
    return folder


class Counters:
    """Counts for one process; made once, before it serves."""

    def __init__(self) -> None:
        """Load the library and make the counters."""
        from prometheus_client import CollectorRegistry, Counter, Histogram  # noqa: PLC0415 — as the module says

        self._own = CollectorRegistry()
        self._sales = Counter(
            "counterfoil_sales", "Offered sales, by how they were answered.", ["answer"], registry=self._own
        )
        self._sizes = Histogram(
            "counterfoil_group_size", "Sales that one commit held.", buckets=SIZES, registry=self._own
        )
        self._seconds = Histogram(
            "counterfoil_group_commit_seconds", "How long a commit of sales took.", buckets=SECONDS, registry=self._own
        )

    def sale_answered(self, answer: str) -> None:
        """Count an answer to an offered sale."""
        self._sales.labels(answer).inc()

    def group_written(self, sales_n: int, seconds: float) -> None:
        """Count one commit of sales."""
        self._sizes.observe(sales_n)
        self._seconds.observe(seconds)

    def registry(self) -> CollectorRegistry:
        """Return a fresh registry with what all processes have counted; others may be told in it as well."""
        from prometheus_client import CollectorRegistry  # noqa: PLC0415 — as above
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415 — as above

        told = CollectorRegistry()
        if os.environ.get(FOLDER_VARIABLE):
            MultiProcessCollector(told)  # type: ignore[no-untyped-call]  # the library has no types here
        else:
            told.register(self._own)
        return told
