"""What the ground asks of an engine: to keep a table for the run, and to say whether it is empty.

Everything else that rules and ground do is a lazy Ibis expression. This module must never name an engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


class Workbench(Protocol):
    """An engine, as far as the rules may know it."""

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table once and return it as a table of the engine; `name` is for people who watch."""
        ...

    def fetch(self, table: ir.Table) -> pa.Table:
        """Compute a table and bring it into this process, as columns."""
        ...

    def is_empty(self, table: ir.Table) -> bool:
        """Say whether a kept table has no rows."""
        ...
