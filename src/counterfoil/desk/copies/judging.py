"""Copied books, judged once, or under one policy after the other: then the second costs what the policies differ in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Self

from counterfoil.books.format import TABLES
from counterfoil.desk.copies.model import Answer, Judgement, Offsets
from counterfoil.desk.copies.remembering import RememberingBench
from counterfoil.desk.copies.store import engine_over, keep_findings, kept_findings
from counterfoil.detectors.finishing.finish import finish
from counterfoil.detectors.ground import Books, Calendar
from counterfoil.detectors.run import Verdict, detect
from counterfoil.policy import Policy

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


def judged(connection: duckdb.DuckDBPyConnection, calendar: Calendar) -> pa.Table:
    """Return what the rules find in the loaded books of a connection, in the schema of the findings file."""
    engine = engine_over(connection)
    return _finished(detect(engine, engine.books(), calendar))


@dataclass(slots=True, kw_only=True)
class JudgedBooks:
    """The books in a DuckDB, at one moment."""

    connection: duckdb.DuckDBPyConnection
    bench: RememberingBench
    books: Books
    as_of: datetime
    offsets: Offsets
    #: What was found, by policy.
    known: dict[Policy, pa.Table] = field(default_factory=dict)

    @classmethod
    def over(
        cls,
        connection: duckdb.DuckDBPyConnection,
        *,
        as_of: datetime,
        offsets: Offsets,
        lasting: bool = False,
        answers: Mapping[str, Answer] | None = None,
    ) -> Self:
        """Take the loaded books of a connection; with `lasting` what is found out stays in its file."""
        engine = engine_over(connection, lasting=lasting)
        bench = RememberingBench(engine, answers)
        return cls(connection=connection, bench=bench, books=engine.books(), as_of=as_of, offsets=offsets)

    @classmethod
    def of_earlier(cls, connection: duckdb.DuckDBPyConnection, judgement: Judgement) -> Self:
        """Take books that were judged by the same rules before, and kept; nothing is computed again."""
        judged = cls.over(connection, as_of=judgement.as_of, offsets=judgement.offsets, answers=judgement.answers)
        judged.known[judgement.policy] = kept_findings(connection)
        return judged

    def findings(self, policy: Policy) -> pa.Table:
        """Return what the rules find under a policy, in the schema of the findings file."""
        if policy not in self.known:
            calendar = Calendar(as_of=self.as_of, policy=policy, offsets=self.offsets)
            self.known[policy] = _finished(detect(self.bench, self.books, calendar))
        return self.known[policy]

    def keep(self, policy: Policy, *, rows_n: int) -> Judgement:
        """Judge the books, leave what was found in the file of the connection, and say what else must be known."""
        keep_findings(self.connection, self.findings(policy))
        return Judgement(
            policy=policy, as_of=self.as_of, offsets=self.offsets, rows_n=rows_n, answers=dict(self.bench.answers)
        )


def _finished(verdict: Verdict) -> pa.Table:
    """Return the findings of live books, where every book is there."""
    findings, _core = finish(verdict, frozenset(TABLES))
    return findings
