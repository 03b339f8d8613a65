"""The rules on Spark, for a history that outgrows one machine: on this machine, or on the user's own cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from counterfoil.audit.engines.spark.engine import SparkEngine
from counterfoil.audit.engines.spark.session import spark_session
from counterfoil.audit.intake.options import Progress
from counterfoil.audit.intake.shelf import Shelf


@contextmanager
def spark_engine(shelf: Shelf, scratch: Path, progress: Progress | None) -> Iterator[SparkEngine]:
    """Lay the shelf before Spark: `SPARK_REMOTE`, else `SPARK_MASTER`, else Spark on this machine."""
    rows_n = sum(sum(file.gave.values()) for file in shelf.files)
    with spark_session(scratch, rows_n) as session:
        engine = SparkEngine(session, shelf, scratch / "spark-tables", progress)
        engine.load()
        yield engine
