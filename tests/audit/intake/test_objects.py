"""NDJSON books: one object a line, and a line that is none is laid aside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.audit.intake.conftest import TakeIn
from tests.audit.intake.laid import is_balanced, order, quarantined, row_of, rows_of

GOOD = json.dumps({**order("O1"), "total_minor": 5})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"order_id": ', "broken_json"),
        ("[1]", "broken_json"),
        ("text", "broken_json"),
        (GOOD + GOOD, "broken_json"),
        (GOOD.replace('"O1"', '"\\ud800"'), "broken_json"),
        (GOOD.replace('"O1"', '"O\x1f1"'), "broken_json"),
        (GOOD.replace('"O1"', '{"a": 1}'), "nested_value"),
        (GOOD.replace(": 5,", ": [5],"), "nested_value"),
        (GOOD.replace(": 5,", ": 1e9,"), "bad_amount"),
        (GOOD.replace(": 5,", ": NaN,"), "bad_amount"),
        (GOOD.replace(": 5,", ": -1,"), "negative_amount"),
        (GOOD.replace(": 5,", ": 12345678901234567890123,"), "amount_out_of_range"),
        (GOOD.replace(": 5,", ": null,"), "missing_value"),
        (GOOD.replace('"O1"', '"O\\u0000"'), "control_character"),
        ("{}", "missing_value"),
    ],
)
def test_a_bad_line_is_laid_aside_and_the_others_go_on(take: TakeIn, tmp_path: Path, line: str, reason: str) -> None:
    last = GOOD.replace('"O1"', '"O2"')
    (tmp_path / "orders.ndjson").write_text(f"{GOOD}\n{line}\n\n{last}\n", encoding="utf-8")
    shelf = take(tmp_path / "orders.ndjson")
    assert quarantined(shelf, columns="source_line, reason") == [(2, reason)]
    assert rows_of(shelf, "orders", columns="order_id, source_line") == [("O1", 1), ("O2", 4)]
    assert shelf.files[0].counts == {"blank_lines": 1}
    assert is_balanced(shelf)


def test_a_quantity_with_more_digits_than_a_json_number_holds_is_laid_aside(take: TakeIn, tmp_path: Path) -> None:
    line = row_of("order_lines", quantity="@")
    exact, inexact = json.dumps(line), json.dumps(line | {"line_no": "2"})
    text = exact.replace('"@"', '"12345678901234.5678"') + "\n" + inexact.replace('"@"', "12345678901234.5678") + "\n"
    (tmp_path / "order_lines.ndjson").write_text(text, encoding="utf-8")
    shelf = take(tmp_path / "order_lines.ndjson")
    assert [str(cell) for (cell,) in rows_of(shelf, "order_lines", columns="quantity")] == ["12345678901234.5678"]
    assert quarantined(shelf) == [(2, None, "bad_number")]


def test_a_column_is_carried_when_any_line_has_it(take: TakeIn, tmp_path: Path) -> None:
    lines = [json.dumps(order(f"O{n}")) for n in range(200)] + [json.dumps(order("O", store_id=None, more="1"))]
    (tmp_path / "orders.jsonl").write_text("\n".join(lines), encoding="utf-8")
    shelf = take(tmp_path / "orders.jsonl")
    assert shelf.carried["orders"] == {"store_id"}
    assert shelf.files[0].columns_unknown == ("more",)


def test_lines_end_in_either_way_and_a_mark_may_stand_before_them(take: TakeIn, tmp_path: Path) -> None:
    text = f"\ufeff{GOOD}\r\n{GOOD.replace('O1', '早')}"
    (tmp_path / "orders.ndjson").write_bytes(text.encode())
    shelf = take(tmp_path / "orders.ndjson")
    assert rows_of(shelf, "orders", columns="order_id, source_line") == [("O1", 1), ("早", 2)]
