"""Any table by a mapping: which rows feed which books."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from counterfoil.audit.intake.sniffing import sample_of
from counterfoil.audit.readers.hashing import keyed
from counterfoil.audit.readers.mapping.reader import load_mapping
from counterfoil.errors import BadOption
from tests.audit.readers.files import OPTIONS, aside_of, reading_of, rows_of, written
from tests.audit.readers.mappings import mapped, orders, read
from tests.audit.readers.workbooks import workbook

if TYPE_CHECKING:
    import duckdb


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(connection: duckdb.DuckDBPyConnection, tmp_path: Path, delimiter: str) -> None:
    content = "title line\nId,At,Total\n1,2025-01-01T10:00:00Z,12.30\n".replace(",", delimiter)

    assert [row["total_minor"] for row in rows_of(read(connection, tmp_path, orders(), content), "orders")] == [1230]


def test_parquet_excel_and_ndjson_give_the_same_as_csv(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    mapping = orders(customer_key="who.phone")
    row = {"Id": "A1", "At": "2025-01-01T10:00:00+08:00", "Total": 12.3, "who.phone": "170"}
    paths = [
        written(tmp_path, "Id,At,Total,who.phone\nA1,2025-01-01T10:00:00+08:00,12.3,170\n", "a.csv"),
        written(
            tmp_path,
            json.dumps({"Id": "A1", "At": row["At"], "Total": 12.3, "who": {"phone": 170}}) + "\n",
            "b.ndjson",
        ),
        tmp_path / "c.parquet",
        tmp_path / "d.xlsx",
    ]
    pq.write_table(pa.Table.from_pylist([row]), paths[2])
    paths[3].write_bytes(workbook({"S": [list(row), list(row.values())]}))

    found = [rows_of(reading_of(connection, mapped(mapping), path), "orders")[0] for path in paths]

    for one in found:
        one.pop("source_line")
    assert found[1:] == found[:1] * 3
    assert found[0]["placed_at"] == datetime.fromisoformat("2025-01-01 02:00")
    assert found[0]["customer_key"] == keyed("170", OPTIONS.key)


def test_lines_that_are_no_json_objects_are_set_aside(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    content = '{"Id": "1", "At": "2025-01-01T10:00:00Z", "Total": "1.00"}\n{"Id": \n[1]\n\n{"Id": null}\n'

    reading = read(connection, tmp_path, orders(), content, "orders.ndjson")

    assert reading.rows_read == 4
    assert aside_of(reading) == {"bad_json": [(2, None, None), (3, None, None)]}
    assert [row["order_id"] for row in rows_of(reading, "orders")] == ["1", None]


def test_rows_that_no_book_takes_and_columns_that_none_uses_are_told(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    mapping = orders()
    mapping["books"][0]["where"] = [
        {"column": "Kind", "is": ["Sale", "Resale"]},
        {"column": "Total", "above": "0.50", "below": 100},
        {"column": "Test", "blank": True},
        {"column": "Id", "is_not": "9", "matches": "^[0-9]"},
    ]
    kept = "1,2025-01-01T10:00:00Z,1.00,Sale,,x\n"
    left = [
        kept.replace("Sale", "Refund"),
        kept.replace("1.00", "0.50"),
        kept.replace("1.00", "100"),
        kept.replace(",,", ",yes,"),
        kept.replace("1,2025", "9,2025"),
        kept.replace("1,2025", "a,2025"),
        kept.replace("Sale", ""),
    ]

    reading = read(connection, tmp_path, mapping, "Id,At,Total,Kind,Test,Note\n" + kept + "".join(left))

    assert len(rows_of(reading, "orders")) == 1
    assert aside_of(reading) == {"not_mapped": [(line, None, None) for line in range(3, 10)]}
    assert [aside.why for aside in reading.set_aside] == ["by_rule"]
    assert reading.remarks[0][0] == "Columns that the mapping does not use: Note."


def test_one_file_feeds_several_books_and_one_book_twice(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    record = {"record_id": "Id", "acquirer": {"is": "bank"}, "state": {"is": "succeeded"}, "occurred_at": "At"}
    mapping = {
        "name": "bank",
        "glob": "bank-*.csv",
        "currency": "JPY",
        "amounts": "major",
        "books": [
            {
                "table": "acquirer_records",
                "where": [{"column": "Amount", "above": 0}],
                "columns": record | {"kind": {"is": "sale"}, "amount_minor": "Amount"},
            },
            {
                "table": "acquirer_records",
                "where": [{"column": "Amount", "below": 0}],
                "columns": record | {"kind": {"is": "refund"}, "amount_minor": {"from": "Amount", "sign": "minus"}},
            },
        ],
    }
    content = "Id,At,Amount\n1,2025-01-01T10:00:00Z,500\n2,2025-01-01T10:00:00Z,-200\n3,2025-01-01T10:00:00Z,1.5\n"

    reading = read(connection, tmp_path, mapping, content, "bank-1.csv")

    assert [(row["kind"], row["amount_minor"], row["currency"]) for row in rows_of(reading)] == [
        ("sale", 500, "JPY"),
        ("refund", 200, "JPY"),
    ]
    assert aside_of(reading) == {"bad_amount": [(4, "Amount", "1.5")]}


def test_a_bad_row_takes_its_group_along_where_the_group_is_summed(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    mapping = orders(total_minor={"from": "Total", "amount": "minor", "take": "sum"})
    mapping["books"][0]["one_row_per"] = ["Id"]
    content = "Id,At,Total\n1,2025-01-01T10:00:00Z,5\n1,2025-01-01T10:00:00Z,x\n2,2025-01-01T10:00:00Z,7\n"

    reading = read(connection, tmp_path, mapping, content)

    assert [(row["order_id"], row["total_minor"]) for row in rows_of(reading, "orders")] == [("2", 7)]
    assert aside_of(reading) == {"bad_amount": [(3, "Total", "x")], "incomplete_group": [(2, None, None)]}


@pytest.mark.parametrize(("take", "expected"), [("first", "b"), ("last", "c"), ("min", "a"), ("max", "c")])
def test_what_stands_for_a_group_is_said(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, take: str, expected: str
) -> None:
    mapping = orders(terminal_id={"from": "Till", "take": take})
    mapping["books"][0]["one_row_per"] = "Id"
    content = "Id,At,Total,Till\n" + "".join(f"1,2025-01-01T10:00:00Z,5,{till}\n" for till in ("", "b", "a", "c"))

    assert [row["terminal_id"] for row in rows_of(read(connection, tmp_path, mapping, content), "orders")] == [expected]


def test_name_and_header_decide_whether_a_file_is_meant(tmp_path: Path) -> None:
    sample = sample_of(written(tmp_path, "Id,At\n1,2\n"), "folder/orders-1.csv")
    named = orders() | {"glob": "orders-*.csv"}

    assert mapped(orders()).recognises(sample)
    assert mapped(named).recognises(sample)
    assert not mapped(named | {"glob": "sales-*.csv"}).recognises(sample)
    assert not mapped(named | {"header": ["Id", "Total"]}).recognises(sample)
    assert mapped(named | {"header": "id"}).recognises(sample)


@pytest.mark.parametrize("bound", ["abc", "1,5", "NaN", "", True, 10**30])
def test_a_bound_that_is_no_number_is_refused_and_drops_no_row_in_silence(bound: object) -> None:
    mapping = orders()
    mapping["books"][0]["where"] = [{"column": "Total", "above": bound}]

    with pytest.raises(BadOption, match=r"where\[0\]\.above wants a whole number, or a decimal in quotes"):
        mapped(mapping)


def test_a_mapping_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(f"a = {'[' * 5000}{']' * 5000}", encoding="utf-8")

    with pytest.raises(BadOption, match=r"m\.toml: expected a mapping in TOML"):
        load_mapping(path)
