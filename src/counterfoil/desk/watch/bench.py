"""What the finishing step asks of an engine, over the watch's session: to fetch, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.audit.engines.postgres import columns
from counterfoil.audit.engines.postgres.dialect import written
from counterfoil.desk.watch.script import with_parameters
from counterfoil.errors import Bug

if TYPE_CHECKING:
    import ibis.expr.operations as ops
    import ibis.expr.types as ir
    import pyarrow as pa

    from counterfoil.desk.watch.session import WatchSession


@dataclass(slots=True, kw_only=True)
class SessionBench:
    """Fetches tables of a session; what was written once for Ibis is not written again."""

    session: WatchSession
    known: dict[ops.Node, str] = field(default_factory=dict)

    def fetch(self, table: ir.Table) -> pa.Table:
        """Compute a table and bring it here as columns."""
        node = table.op()
        if node not in self.known:
            query, uses = with_parameters(columns.promised(written(table), table.schema()))
            if uses:
                raise Bug("what is fetched after the rules must not depend on the moment")
            self.known[node] = query
        return columns.unload(self.session.driver, self.known[node], table.schema())

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Refuse: everything was kept by the script."""
        raise Bug(f"{name} was wanted after the rules had been read")

    def forget(self, table: ir.Table) -> None:
        """Forget nothing: the tables are emptied when the run ends."""

    def crowded(self, name: str, table: ir.Table, *keys: Sequence[str]) -> ir.Table:
        """Refuse, as `keep` does."""
        return self.keep(name, table)

    def pick(self, name: str, table: ir.Table, names: ir.Table, on: Sequence[str]) -> ir.Table:
        """Refuse, as `keep` does."""
        return self.keep(name, table)

    def unlike(self, name: str, one: ir.Table, other: ir.Table) -> ir.Table:
        """Refuse, as `keep` does."""
        return self.keep(name, one)

    def exhaust(
        self,
        name: str,
        pile: ir.Table,
        best: Callable[[ir.Table], ir.Table],
        rest: Callable[[ir.Table, ir.Table], ir.Table],
    ) -> ir.Table:
        """Refuse, as `keep` does."""
        return self.keep(name, pile)

    def is_empty(self, table: ir.Table) -> bool:
        """Say whether a table has no rows."""
        return bool(self.fetch(table).num_rows == 0)
