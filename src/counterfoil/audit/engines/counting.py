"""Comparing millions of keys for engines that know nothing better than to count, group and join."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from counterfoil.audit.engines.rounds import RoundsBench


class CountingBench(RoundsBench):
    """The part of a workbench that follows from being able to keep tables."""

    def crowded(self, name: str, table: ir.Table, *keys: Sequence[str]) -> ir.Table:
        """Keep the rows that share one of the keys with another row."""
        parts = []
        for key in keys:
            counted = table.group_by(list(key)).agg(rows_n=ibis._.count())
            parts.append(table.semi_join(counted.filter(counted.rows_n > 1), list(key)))
        return self.keep(name, ibis.union(*parts, distinct=True) if len(parts) > 1 else parts[0])

    def pick(self, name: str, table: ir.Table, names: ir.Table, on: Sequence[str]) -> ir.Table:
        """Keep the rows that the other table names."""
        return self.keep(name, table.semi_join(names, list(on)))

    def unlike(self, name: str, one: ir.Table, other: ir.Table) -> ir.Table:
        """Keep the rows of either table that do not stand in the other."""
        columns = list(one.columns)
        return self.keep(name, ibis.union(one.anti_join(other, columns), other.select(columns).anti_join(one, columns)))
