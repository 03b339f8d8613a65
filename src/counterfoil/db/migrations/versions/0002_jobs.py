"""Makes the queue of jobs, in a schema of its own, and lets the application use it.

The queue's tables are procrastinate's own, made by the SQL that its package brings. `SCHEMA_DIGEST` is of the one that
this step was written for; a test fails when an upgrade brings another, and then this file gets a copy of the old one
and the upgrade a step of its own.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

from counterfoil.db.migrations.sql_file import run_sql

revision = "0002"
down_revision = "0001"

PHASE = "pre"

#: SHA-256 of `procrastinate/sql/schema.sql`, release 3.10.
SCHEMA_DIGEST = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"


def upgrade() -> None:
    """Make procrastinate's tables in `jobs`, then what stands around them."""
    as_it_is = op.get_bind().execution_options(no_parameters=True)
    as_it_is.exec_driver_sql("CREATE SCHEMA jobs")
    as_it_is.exec_driver_sql("SET LOCAL search_path = jobs")
    as_it_is.exec_driver_sql(SchemaManager.get_schema())
    as_it_is.exec_driver_sql("SET LOCAL search_path = public")
    run_sql(Path(__file__).with_suffix(".sql"))
