"""The engines that can run the rules: DuckDB in this process, PostgreSQL, Spark; the same findings on each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from counterfoil.audit.intake.options import Progress
from counterfoil.audit.intake.shelf import Shelf
from counterfoil.detectors.ground import Books, Workbench
from counterfoil.errors import BadOption

ENGINES = ("duckdb", "postgres", "spark")


class Engine(Workbench, Protocol):
    """A workbench with the books laid out on it."""

    def books(self) -> Books:
        """Return the five books as tables of this engine."""
        ...


def refuse_unusable_engine(name: str) -> None:
    """BadOption where there is no such engine, or where what it needs is not installed; before any file is read."""
    if name not in ENGINES:
        raise BadOption(f"--engine: expected one of {', '.join(ENGINES)}, found {name!r}")
    if name == "spark":
        from counterfoil.audit.engines.spark.session import refuse_without_spark  # noqa: PLC0415  # one engine

        refuse_without_spark()


@contextmanager
def open_engine(name: str, shelf: Shelf, scratch: Path, progress: Progress | None) -> Iterator[Engine]:
    """Lay the shelf before an engine; BadOption where there is no such engine or it is not installed."""
    refuse_unusable_engine(name)
    if name == "duckdb":
        from counterfoil.audit.engines.duckdb import DuckDBEngine  # noqa: PLC0415  # one engine, one import

        yield DuckDBEngine(shelf.connection, shelf.tables, shelf.carried, progress)
    elif name == "postgres":
        from counterfoil.audit.engines.postgres import postgres_engine  # noqa: PLC0415  # one engine, one import

        with postgres_engine(shelf, scratch, progress) as engine:
            yield engine
    else:
        from counterfoil.audit.engines.spark import spark_engine  # noqa: PLC0415  # one engine, one import

        with spark_engine(shelf, scratch, progress) as engine:
            yield engine
