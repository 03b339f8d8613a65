"""What Alembic runs for each command: it is handed an open connection, and makes none of its own."""

from __future__ import annotations

from alembic import context

from counterfoil.db.migrations.history import REVISION_SCHEMA, REVISION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=REVISION_TABLE,
    version_table_schema=REVISION_SCHEMA,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
