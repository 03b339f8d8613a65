"""A workbench that remembers its answers: what was asked before, to the letter, is not computed again.

Under another policy the rules ask mostly what they asked under the first. Only what differs, and what follows from it,
costs anything. A question is known by what it says (see `fingerprints`), in another process too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from counterfoil.audit.engines.fingerprints import fingerprint
from counterfoil.audit.engines.rounds import RoundsBench
from counterfoil.desk.copies.model import Answer
from counterfoil.errors import Bug

if TYPE_CHECKING:
    import pyarrow as pa

    from counterfoil.detectors.ground import Workbench


class RememberingBench(RoundsBench):
    """Asks another bench what it was not asked yet. It forgets nothing, for somebody may ask again."""

    def __init__(self, bench: Workbench, answers: Mapping[str, Answer] | None = None) -> None:
        self._bench = bench
        #: Every answer, by its question; those of an earlier process name tables that the other bench still has.
        self.answers: dict[str, Answer] = dict(answers or {})

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table once."""
        return self._kept(_question("keep", table), lambda: self._bench.keep(name, table))

    def crowded(self, name: str, table: ir.Table, *keys: Sequence[str]) -> ir.Table:
        """Keep the rows of a table that share one of the keys with another row of it."""
        question = _question("crowded", table, of=tuple(map(tuple, keys)))
        return self._kept(question, lambda: self._bench.crowded(name, table, *keys))

    def pick(self, name: str, table: ir.Table, names: ir.Table, on: Sequence[str]) -> ir.Table:
        """Keep the rows of a large table that a smaller one names."""
        return self._kept(
            _question("pick", table, names, of=tuple(on)), lambda: self._bench.pick(name, table, names, on)
        )

    def unlike(self, name: str, one: ir.Table, other: ir.Table) -> ir.Table:
        """Keep the rows of either table that do not stand in the other."""
        return self._kept(_question("unlike", one, other), lambda: self._bench.unlike(name, one, other))

    def is_empty(self, table: ir.Table) -> bool:
        """Say whether a table has no rows."""
        question = _question("is_empty", table)
        return self._answered(question, lambda: Answer(is_empty=self._bench.is_empty(table))).is_empty

    def fetch(self, table: ir.Table) -> pa.Table:
        """Compute a table and bring it here; that is not remembered."""
        return self._bench.fetch(table)

    def forget(self, table: ir.Table) -> None:
        """Keep it all the same."""

    def _kept(self, question: str, compute: Callable[[], ir.Table]) -> ir.Table:
        answer = self._answered(question, lambda: _of_table(compute()))
        return ibis.table(dict(answer.columns), name=answer.table)

    def _answered(self, question: str, compute: Callable[[], Answer]) -> Answer:
        if question not in self.answers:
            self.answers[question] = compute()
        return self.answers[question]


def _question(verb: str, *tables: ir.Table, of: tuple[object, ...] = ()) -> str:
    """Spell what is asked."""
    return " ".join((verb, *map(_spelt, tables), *map(repr, of)))


def _spelt(table: ir.Table) -> str:
    mark = fingerprint(table)
    if mark is None:
        raise Bug("the rules ask something that cannot be spelt")
    return mark.hex()


def _of_table(table: ir.Table) -> Answer:
    return Answer(table=table.op().name, columns={name: str(kind) for name, kind in table.schema().items()})
