"""Lets whoever asks for health see how far the watch has read, of every merchant at once."""

from __future__ import annotations

from pathlib import Path

from counterfoil.db.migrations.sql_file import run_sql

revision = "0003"
down_revision = "0002"

PHASE = "pre"


def upgrade() -> None:
    """Make the function."""
    run_sql(Path(__file__).with_suffix(".sql"))
