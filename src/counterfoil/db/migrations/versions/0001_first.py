"""Makes every table of the shop, who may do what with it, and whose rows are whose."""

from __future__ import annotations

from pathlib import Path

from counterfoil.db.migrations.sql_file import run_sql

revision = "0001"
down_revision = None

PHASE = "pre"


def upgrade() -> None:
    """Run the file beside this one, which `python -m tools.first_migration` wrote."""
    run_sql(Path(__file__).with_suffix(".sql"))
