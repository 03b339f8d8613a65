"""Runs a file of SQL as it is, inside the step that asks for it."""

from __future__ import annotations

from pathlib import Path

from alembic import op


def run_sql(file: Path) -> None:
    """Run every statement of a file; nothing in it is a parameter."""
    as_it_is = op.get_bind().execution_options(no_parameters=True)
    as_it_is.exec_driver_sql(file.read_text(encoding="utf-8"))
