"""Runs SQL as it is, inside the step that asks for it: ours in `public`, a library's in a schema of its own."""

from __future__ import annotations

from pathlib import Path

from alembic import op
from sqlalchemy import text

_HOME = "public"


def run_sql(file: Path) -> None:
    """Run every statement of a file; nothing in it is a parameter."""
    _run(file.read_text(encoding="utf-8"))


def run_sql_of_library(sql: str, *, schema: str) -> None:
    """Make a schema, where there is none, and run the SQL that a library brings for its own tables in it.

    Its tables know no merchant; the test of the structure names each such schema with its reason.
    """
    op.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    _look_in(schema)
    _run(sql)
    _look_in(_HOME)


def _run(sql: str) -> None:
    as_it_is = op.get_bind().execution_options(no_parameters=True)
    as_it_is.exec_driver_sql(sql)


def _look_in(schema: str) -> None:
    op.get_bind().execute(text("SELECT set_config('search_path', :schema, true)"), {"schema": schema})
