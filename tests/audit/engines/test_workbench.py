"""What the ground asks of an engine besides expressions: each answers as plain counting and joining would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

import ibis.expr.types as ir
import pytest

from counterfoil.audit.engines import Engine

from . import expressions
from .on_engine import engine_over, shelf_of

KEY = ["merchant_id", "kind", "amount_minor"]
SHIFTED = ["merchant_id", "tender", "currency"]


def _rows(engine: Engine, table: ir.Table) -> list[tuple[object, ...]]:
    return sorted((tuple(row.values()) for row in engine.fetch(table).to_pylist()), key=repr)


def _crowded(rows: Sequence[dict[str, object]], *keys: Sequence[str]) -> list[tuple[object, ...]]:
    counts = [Counter(tuple(row[name] for name in key) for row in rows) for key in keys]
    kept = [
        row
        for row in rows
        if any(count[tuple(row[name] for name in key)] > 1 for count, key in zip(counts, keys, strict=True))
    ]
    return sorted((tuple(row.values()) for row in kept), key=repr)


@pytest.mark.parametrize("name", ["duckdb", "postgres"])
def test_company_strangers_and_picks_are_what_counting_would_find(name: str) -> None:
    dice = Random(3)  # noqa: S311  # a test's choice of rows
    with engine_over(name, shelf_of(expressions.history())) as engine:
        book = engine.books()["payments"].select("payment_id", *KEY, "tender", "currency")
        every = engine.fetch(book).to_pylist()
        chosen = {row["payment_id"] for row in every if dice.random() < 0.4}
        some = engine.keep("some", book.filter(book.payment_id.isin(sorted(chosen))))
        mine = [row for row in every if row["payment_id"] in chosen]

        assert _rows(engine, engine.crowded("crowd", book, ["payment_id"])) == []
        assert _rows(engine, engine.crowded("crowd", some, KEY)) == _crowded(mine, KEY)
        assert _rows(engine, engine.crowded("crowd", some, ["payment_id"], SHIFTED)) == _crowded(mine, SHIFTED)

        alone = engine.unlike(
            "strangers", book.select("merchant_id", "payment_id"), some.select("payment_id", "merchant_id")
        )
        expected = sorted((row["merchant_id"], row["payment_id"]) for row in every if row["payment_id"] not in chosen)
        assert _rows(engine, alone) == sorted(expected, key=repr)
        assert _rows(engine, engine.unlike("strangers", some.select(KEY), some.select(KEY))) == []

        picked = engine.pick("picked", book, some, ["payment_id"])
        assert _rows(engine, picked) == _rows(engine, some)
        engine.forget(picked)
        assert not engine.is_empty(some)
