"""Readers made up for tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import duckdb

from counterfoil.audit.readers.contract import (
    ControlTotal,
    Draft,
    Reading,
    ReadOptions,
    Sample,
    SetAside,
    SourceFile,
)

ORDER_QUERY = """
    SELECT 'M' AS merchant_id, 'O' || n AS order_id, '2025-03-01T09:30:00+08:00' AS placed_at, 'paid' AS state,
           n * 100 AS total_minor, 'CNY' AS currency, 'carry_out' AS fulfilment, 'S1' AS store_id, n + 1 AS source_line
    FROM range(3) AS t(n)
"""


@dataclass(frozen=True, kw_only=True)
class FakeReader:
    """A reader of files that hold the word of its sign."""

    name: str = "fake"
    sign: str = "fake"
    title_en: str = "A made-up format"
    title_zh: str = "虚构格式"
    tested_on_real_files: bool = False
    gives: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fails: bool = False
    query: str = ORDER_QUERY
    table: str = "orders"
    totals: tuple[ControlTotal, ...] = ()
    set_aside: Callable[[duckdb.DuckDBPyConnection], tuple[SetAside, ...]] = lambda _: ()
    raises: Exception | None = None

    def recognises(self, sample: Sample) -> bool:
        if self.fails:
            raise KeyError("a bug of the reader")
        return self.sign in sample.text

    def read(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, options: ReadOptions) -> Reading:
        if self.raises is not None:
            raise self.raises
        return Reading(
            reader=self.name,
            drafts=[Draft(table=self.table, rows=connection.sql(self.query), carries=frozenset({"store_id"}))],
            rows_read=4,
            set_aside=self.set_aside(connection),
            control_totals=self.totals,
            counts={"mirrors": 2},
            remarks=[("a remark", "说明")],
        )
