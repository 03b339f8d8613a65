"""The rules as a script: their SQL, written once by Ibis and run every minute by PostgreSQL.

To write the rules' SQL takes Ibis some seconds, to run it over a few hundred sales takes PostgreSQL a fraction of
one. So the rules are read once, over books without rows and at a moment that cannot be; what they keep becomes a list
of statements, in which that moment is a parameter. Nothing of a rule is spelled here, and no statement is run here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from counterfoil.audit.engines.kept import NAME_LENGTH_MAX
from counterfoil.audit.engines.postgres import columns
from counterfoil.audit.engines.postgres.dialect import written
from counterfoil.books.format import TABLES
from counterfoil.books.schema import ibis_schema
from counterfoil.detectors.ground import Books, Calendar
from counterfoil.detectors.run import Verdict, detect
from counterfoil.errors import Bug
from counterfoil.policy import Policy

if TYPE_CHECKING:
    import pyarrow as pa

#: The moment at which the rules are read, and the days that a bill must and may be there through. They lie so far
#: beyond every time that a book may hold that no literal of a rule can be mistaken for them.
_MARK = datetime(2291, 7, 1, tzinfo=UTC)
_READY, _LATEST = date(2290, 1, 1), date(2290, 2, 2)
_MARKED_YEAR_MIN = 2150

#: How the dialect writes instants and days.
_INSTANT = re.compile(r"CAST\('(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)' AS TIMESTAMP\)")
_DAY = re.compile(r"MAKE_DATE\((\d+), (\d+), (\d+)\)")
#: A marked moment in any other spelling.
_LEFT_OVER = re.compile(r"(?:MAKE_\w+\(|')2(?:1[5-9]|2\d)\d\b")

#: What stands for the moment and the two days, in the order of the parameters.
PARAMETERS = ("as_of", "ready_through", "latest_through")


class _MarkedCalendar(Calendar):
    """A calendar of the shop at the moment that cannot be."""

    @property
    def ready_through(self) -> date:
        """A day that is known again."""
        return _READY

    @property
    def latest_through(self) -> date:
        """Another one."""
        return _LATEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A query whose rows go into a table, with the parameters that it uses, as `$1` and on."""

    into: str
    query: str
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """What is done until a pile is empty: `best` is taken of it, `rest` is left."""

    pile: str
    taken: str
    best: Statement
    rest: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Tables to be made once in a session, and what fills them in a run."""

    #: Table -> its columns as CREATE TABLE wants them; those of the books are among them.
    shapes: dict[str, str]
    steps: Sequence[Statement | Rounds]
    #: What the rules say, over those tables; its bench fetches nothing.
    verdict: Verdict
    books: Books


def script_of(policy: Policy, offsets: tuple[tuple[datetime, int], ...]) -> Script:
    """Read the rules into a script; takes some seconds, and the script is good for this policy and these offsets."""
    bench = _ScriptBench()
    books = Books(
        tables={name: ibis.table(ibis_schema(book), name=name) for name, book in TABLES.items()},
        # In the live shop every book is there, with all its columns.
        carried={name: frozenset(book.optional) for name, book in TABLES.items()},
    )
    for name, table in books.tables.items():
        bench.shapes[name] = columns.shape(table)
    verdict = detect(bench, books, _MarkedCalendar(as_of=_MARK, policy=policy, offsets=offsets), narrow=False)
    return Script(shapes=bench.shapes, steps=tuple(bench.steps), verdict=verdict, books=books)


@dataclass(slots=True)
class _ScriptBench:
    """Writes down what it is asked to keep. It says of no table that it is empty: a script does not branch."""

    shapes: dict[str, str] = field(default_factory=dict)
    steps: list[Statement | Rounds] = field(default_factory=list)

    def keep(self, name: str, table: ir.Table) -> ir.Table:
        """Write down how a table is filled."""
        made = self._made(name, table)
        self.steps.append(_statement(made, table))
        return made

    def forget(self, table: ir.Table) -> None:
        """Forget nothing: the tables are emptied when the run ends."""

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
        of = list(one.columns)
        return self.keep(name, ibis.union(one.anti_join(other, of), other.select(of).anti_join(one, of)))

    def exhaust(
        self,
        name: str,
        pile: ir.Table,
        best: Callable[[ir.Table], ir.Table],
        rest: Callable[[ir.Table, ir.Table], ir.Table],
    ) -> ir.Table:
        """Write down a round, to be repeated until the pile is empty."""
        left = self.keep(f"{name}_contested", pile)
        taken, of_round, after = (self._made(f"{name}_{noun}", pile) for noun in ("taken", "best", "left"))
        self.steps.append(
            Rounds(
                pile=left.op().name,
                taken=taken.op().name,
                best=_statement(of_round, best(left)),
                rest=_statement(after, rest(left, of_round)),
            )
        )
        return taken

    def fetch(self, table: ir.Table) -> pa.Table:
        """Refuse: the rules ask for no rows while they are read."""
        raise Bug(f"a rule wanted to see rows of {table.columns}")

    def is_empty(self, table: ir.Table) -> bool:
        """Say no."""
        return False

    def _made(self, name: str, table: ir.Table) -> ir.Table:
        made = ibis.table(table.schema(), name=f"kept_{len(self.shapes)}_{name}"[:NAME_LENGTH_MAX])
        self.shapes[made.op().name] = columns.shape(made)
        return made


def _statement(into: ir.Table, table: ir.Table) -> Statement:
    query, uses = with_parameters(columns.promised(written(table), table.schema()))
    return Statement(into=into.op().name, query=query, uses=uses)


def with_parameters(query: str) -> tuple[str, tuple[str, ...]]:
    """Put parameters in the place of the marked moment and days; return their names in the order of `$1`, `$2`."""
    uses: list[str] = []

    def parameter(name: str, kind: str) -> str:
        if name not in uses:
            uses.append(name)
        return f"CAST(${uses.index(name) + 1} AS {kind})"

    def instant(found: re.Match[str]) -> str:
        at = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
        if at.year < _MARKED_YEAR_MIN:
            return found[0]
        before = _MARK - at
        return f"({parameter('as_of', 'timestamp')} - INTERVAL '{int(before.total_seconds())} seconds')"

    def day(found: re.Match[str]) -> str:
        named = {_READY: "ready_through", _LATEST: "latest_through"}
        if int(found[1]) < _MARKED_YEAR_MIN:
            return found[0]
        return parameter(named[date(int(found[1]), int(found[2]), int(found[3]))], "date")

    filled = _DAY.sub(day, _INSTANT.sub(instant, query))
    if _LEFT_OVER.search(filled):
        raise Bug("a rule writes the moment of the run in a way that the script does not know")
    return filled, tuple(uses)
