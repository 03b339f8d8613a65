"""What the ground asks of an engine: to keep tables, to compare millions of keys, to say what is empty.

Everything else that rules and ground do is a lazy Ibis expression. This module must never name an engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


class Workbench(Protocol):
    """An engine, as far as the rules may know it."""

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table once and return it as a table of the engine; `name` is for people who watch."""
        ...

    def forget(self, table: ir.Table) -> None:
        """Give back the room of a kept table that nobody will ask again."""
        ...

    def crowded(self, name: str, table: ir.Table, *keys: Sequence[str]) -> ir.Table:
        """Keep the rows of a table that share one of the keys with another row of it; no column of a key may be null.

        An engine may keep a few rows too many, as long as it keeps every one that is asked for.
        """
        ...

    def pick(self, name: str, table: ir.Table, names: ir.Table, on: Sequence[str]) -> ir.Table:
        """Keep the rows of a large table that a smaller one names by the columns `on`."""
        ...

    def unlike(self, name: str, one: ir.Table, other: ir.Table) -> ir.Table:
        """Keep the rows of either table that do not stand in the other; same columns, none of them null."""
        ...

    def exhaust(
        self,
        name: str,
        pile: ir.Table,
        best: Callable[[ir.Table], ir.Table],
        rest: Callable[[ir.Table, ir.Table], ir.Table],
    ) -> ir.Table:
        """Take from a pile in rounds until nothing is left, and return all that was taken.

        `best` says what a round takes of what is left, and must take something; `rest` what is left after that.
        """
        ...

    def fetch(self, table: ir.Table) -> pa.Table:
        """Compute a table and bring it into this process, as columns."""
        ...

    def is_empty(self, table: ir.Table) -> bool:
        """Say whether a table has no rows, so that work can be spared; an engine may always say no."""
        ...
