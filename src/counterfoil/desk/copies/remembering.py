"""A workbench that remembers its answers: what was asked before, to the letter, is not computed again.

Under another policy the rules ask mostly what they asked under the first. Only what differs, and what follows from it,
costs anything. What was asked in another process is known once the same has been asked again, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from counterfoil.audit.engines.rounds import RoundsBench
from counterfoil.desk.copies.model import Answer
from counterfoil.errors import Bug

if TYPE_CHECKING:
    import pyarrow as pa

    from counterfoil.detectors.ground import Workbench


class RememberingBench(RoundsBench):
    """Asks another bench what it was not asked yet. It forgets nothing, for somebody may ask again."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        #: What was answered: a kept table, or whether one was empty.
        self._known: dict[Hashable, ir.Table | bool] = {}
        self._recalled: Iterator[Answer] | None = None
        #: Every answer, in the order of the questions.
        self.answers: list[Answer] = []

    @contextmanager
    def recalling(self, answers: Sequence[Answer]) -> Iterator[None]:
        """Take the answers to what is asked in a block from here: the same was asked before, and answered so."""
        self._recalled = iter(answers)
        yield
        if next(self._recalled, None) is not None:
            raise Bug("fewer questions are asked than were answered")
        self._recalled = None

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Compute a table once."""
        return self._kept(("keep", table.op()), lambda: self._bench.keep(name, table))

    def crowded(self, name: str, table: ir.Table, *keys: Sequence[str]) -> ir.Table:
        """Keep the rows of a table that share one of the keys with another row of it."""
        question = ("crowded", table.op(), tuple(map(tuple, keys)))
        return self._kept(question, lambda: self._bench.crowded(name, table, *keys))

    def pick(self, name: str, table: ir.Table, names: ir.Table, on: Sequence[str]) -> ir.Table:
        """Keep the rows of a large table that a smaller one names."""
        question = ("pick", table.op(), names.op(), tuple(on))
        return self._kept(question, lambda: self._bench.pick(name, table, names, on))

    def unlike(self, name: str, one: ir.Table, other: ir.Table) -> ir.Table:
        """Keep the rows of either table that do not stand in the other."""
        return self._kept(("unlike", one.op(), other.op()), lambda: self._bench.unlike(name, one, other))

    def is_empty(self, table: ir.Table) -> bool:
        """Say whether a table has no rows."""
        answer = self._answered(("is_empty", table.op()), lambda: Answer(is_empty=self._bench.is_empty(table)))
        if not isinstance(answer, bool):
            raise Bug("asked whether something is empty, recalled a table")
        return answer

    def fetch(self, table: ir.Table) -> pa.Table:
        """Compute a table and bring it here; that is not remembered."""
        return self._bench.fetch(table)

    def forget(self, table: ir.Table) -> None:
        """Keep it all the same."""

    def _kept(self, question: Hashable, compute: Callable[[], ir.Table]) -> ir.Table:
        answer = self._answered(question, lambda: _of_table(compute()))
        if isinstance(answer, bool):
            raise Bug("asked for a table, recalled whether one was empty")
        return answer

    def _answered(self, question: Hashable, compute: Callable[[], Answer]) -> ir.Table | bool:
        if question not in self._known:
            answer = compute() if self._recalled is None else next(self._recalled, None)
            if answer is None:
                raise Bug("more questions are asked than were answered")
            self.answers.append(answer)
            is_table = answer.table is not None
            self._known[question] = ibis.table(dict(answer.columns), name=answer.table) if is_table else answer.is_empty
        return self._known[question]


def _of_table(table: ir.Table) -> Answer:
    return Answer(table=table.op().name, columns={name: str(kind) for name, kind in table.schema().items()})
