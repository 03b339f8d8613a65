"""Two expressions have the same fingerprint where they are the same, in this process and in any other."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import combinations

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from counterfoil.audit.engines.fingerprints import fingerprint
from counterfoil.audit.engines.postgres import dialect
from counterfoil.desk.watch.script import script_of
from counterfoil.policy import Policy, policy_from

#: The same twice, made anew each time; each differs from every other in one thing.
TABLES: tuple[Callable[[], ir.Table], ...] = (
    lambda: _orders(name="orders"),
    lambda: _orders(name="sales"),
    lambda: _orders(total="int32"),
    lambda: _orders(total="!int64"),
    lambda: _orders(at="timestamp('UTC')"),
    lambda: _orders().mutate(mark=ibis.literal(1)),
    lambda: _orders().mutate(mark=ibis.literal(True)),
    lambda: _orders().mutate(mark=ibis.literal("1")),
    lambda: _orders().mutate(mark=ibis.literal(1.0)),
    lambda: _orders().mutate(mark=ibis.literal(1, "int64")),
    lambda: _orders().mutate(mark=ibis.null("int64")),
    lambda: _orders().mutate(mark=ibis.literal(datetime(2026, 1, 1, tzinfo=UTC))),
    lambda: _orders().mutate(mark=ibis.interval(seconds=60)),
    lambda: _orders().mutate(mark=ibis.interval(minutes=60)),
    lambda: _orders().filter(ibis._.total > 1),
    lambda: _orders().filter(ibis._.total >= 1),
    lambda: _orders().filter(ibis._.total < 1),
    lambda: _orders().order_by("total"),
    lambda: _orders().order_by(ibis.desc("total")),
    lambda: _orders().drop("total", "at"),
    lambda: _orders().drop("total"),
    lambda: _orders().join(_orders(name="sales"), "order_id"),
    lambda: _orders().left_join(_orders(name="sales"), "order_id"),
    lambda: _orders().semi_join(_orders(name="sales"), "order_id"),
    lambda: _orders().union(_orders(), distinct=True),
    lambda: _orders().union(_orders(), distinct=False),
    lambda: _orders().group_by("order_id").agg(n=ibis._.count()),
    lambda: _orders().group_by("order_id").agg(n=ibis._.total.sum()),
    lambda: _orders().mutate(n=ibis.row_number().over(group_by="order_id", order_by="at")),
    lambda: _orders().mutate(n=ibis.row_number().over(group_by="order_id", order_by=ibis.desc("at"))),
)


def _orders(*, name: str = "orders", total: str = "int64", at: str = "timestamp") -> ir.Table:
    return ibis.table({"order_id": "string", "total": total, "at": at}, name=name)


def test_the_same_said_twice_has_one_fingerprint_and_what_differs_in_anything_another() -> None:
    prints = [fingerprint(make()) for make in TABLES]
    assert prints == [fingerprint(make()) for make in TABLES]
    assert None not in prints
    for (one, first), (other, second) in combinations(enumerate(prints), 2):
        assert first != second, (one, other)


def test_a_fingerprint_is_the_same_in_a_process_that_orders_its_sets_otherwise() -> None:
    asked = f"from {__name__} import TABLES, fingerprint; print([fingerprint(make()) for make in TABLES])"
    said = {
        subprocess.run(
            [sys.executable, "-c", asked],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_rows_of_its_own_give_a_table_no_fingerprint() -> None:
    assert fingerprint(ibis.memtable(pa.table({"order_id": ["A"]}))) is None
    assert fingerprint(_orders().semi_join(ibis.memtable(pa.table({"order_id": ["A"]})), "order_id")) is None


def test_whatever_the_rules_ask_under_any_policy_one_fingerprint_is_one_statement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: dict[bytes, str] = {}
    write_anew = dialect.written.__wrapped__

    def write(table: ir.Table) -> str:
        name = fingerprint(table.unbind())
        assert name is not None
        query: str = write_anew(table.unbind())
        assert written.setdefault(name, query) == query
        return query

    monkeypatch.setattr("counterfoil.desk.watch.script.written", write)
    for policy in (Policy(), policy_from({"duplicate_window": "3h", "slip_within": "90s", "match_window": "1s"})):
        script_of(policy, ((datetime(2026, 1, 1, tzinfo=UTC), 480),))
    assert len(written) > 280
