"""Taking from a pile in rounds, for engines that look after each round whether anything is left."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from counterfoil.errors import Bug

#: More rounds than any history needs that people could have written; each round takes the best of all.
ROUNDS_MAX = 10_000


class RoundsBench(ABC):
    """The part of a workbench that follows from keeping tables and looking whether they are empty."""

    @abstractmethod
    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table once."""

    @abstractmethod
    def is_empty(self, table: ir.Table) -> bool:
        """Say whether a table has no rows."""

    def exhaust(
        self,
        name: str,
        pile: ir.Table,
        best: Callable[[ir.Table], ir.Table],
        rest: Callable[[ir.Table, ir.Table], ir.Table],
    ) -> ir.Table:
        """Take the best of the pile, and of what that leaves, until nothing is left."""
        taken: list[ir.Table] = []
        left = self.keep(f"{name}_contested", pile)
        for _ in range(ROUNDS_MAX):
            if self.is_empty(left):
                return ibis.union(*taken) if len(taken) > 1 else (taken or [left])[0]
            taken.append(self.keep(f"{name}_best", best(left)))
            left = self.keep(f"{name}_contested", rest(left, taken[-1]))
        raise Bug(f"matching {name} did not end in {ROUNDS_MAX} rounds")
