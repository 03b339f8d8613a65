"""The parser of tapes: what it fills in, and what it refuses."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from counterfoil.books.format import TABLES

from .files import books_to_csv, books_to_parquet
from .tape import Expected, TapeError, parse_tape, parse_tapes, read_tapes

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.tape"))
SALE = "# a sale\nsale O1 10:00 12.30 wechat customer=K1 lines=tea*1@12.30\n"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_can_be_read(path: Path) -> None:
    assert all(tape.title and tape.books["orders"] for tape in read_tapes(path))


def test_a_sale_lays_order_line_payment_record_and_slip() -> None:
    books = parse_tape(SALE + "=> nothing").books
    counts = {table: len(rows) for table, rows in books.items() if rows}
    assert counts == {"orders": 1, "order_lines": 1, "payments": 1, "acquirer_records": 1, "slips": 1}
    assert books["acquirer_records"][0]["our_reference"] == books["payments"][0]["payment_id"] == "P1"
    assert books["orders"][0]["total_minor"] == books["slips"][0]["amount_minor"] == 1230


def test_every_row_has_every_column_and_all_that_are_required() -> None:
    text = SALE + "take-back B1 of O1\nparcel K1 of O1 shipped\ntrack K1 +1d in_transit\n"
    text += "notice N1 of P1\nterminal T1 10:00 network online\nvoid V1 of P1\n=> nothing"
    books = parse_tape(text).books
    assert all(books[table] for table in TABLES)
    for table, rows in books.items():
        for row in rows:
            assert tuple(row) == TABLES[table].names
            assert all(row[column.name] is not None for column in TABLES[table] if column.required)


def test_a_shift_counts_from_the_row_it_is_of() -> None:
    books = parse_tape(SALE + "void V1 of P1 +29min59.2s\n=> nothing").books
    void = next(p for p in books["payments"] if p["kind"] == "void")
    assert void["occurred_at"] == datetime(2026, 3, 1, 10, 29, 59, 200_000, tzinfo=UTC)
    assert books["orders"][0]["state"] == "voided"


def test_absent_and_without_take_books_and_columns_away() -> None:
    tape = parse_tape("# few books\nabsent slips\nwithout payments.acquirer\n" + SALE + "=> clean")
    assert "slips" not in tape.books
    assert "acquirer" not in tape.carried["payments"]
    assert tape.books["payments"][0]["acquirer"] is None
    assert tape.ignores_info


def test_expected_findings_are_read_with_their_currency() -> None:
    line = "=> double_charge order:O2 order:O1 1230 JPY critical merchant=M2"
    (finding,) = parse_tape(SALE + line).expected
    assert finding == Expected(
        merchant_id="M2",
        diagnosis="double_charge",
        subject="order:O2",
        other_subject="order:O1",
        amount_at_risk_minor=1230,
        severity="critical",
    )


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("sael O2 10:00 1.00", "unknown word 'sael'"),
        ("payment P9 of O1 colour=red", "no column 'colour'"),
        ("payment P9 of O1 plastic", "unknown word 'plastic'"),
        ("payment P9 of O7", "names no row"),
        ("payment P9 of O1 1.234", "more digits"),
        ("payment P9 of O1 state=done", "'done' is no state"),
        ("payment P1 of O1", "already"),
        ("payment P9 of P1", "say which"),
        ("notice N1 of O1 delivered", "can mean says or state"),
        ("order O2 10:00 5.00 lines=tea*1@4.00", "the lines sum to 400"),
        ("order O2 5.00", "wants a time"),
        ("policy colour=red", "unknown key"),
        ("absent boats", "unknown table"),
        ("without orders.order_id", "may be absent"),
        ("absent orders\norder O2 10:00 1.00", "yet has a line"),
        ('sale O2 10:00 "1.00', "No closing quotation"),
        ("record R9 10:00 1.00", "wants acquirer"),
        ("=> double_charge order:O2", "a finding is"),
    ],
)
def test_what_it_does_not_know_is_refused_with_file_and_line(line: str, complaint: str) -> None:
    with pytest.raises(TapeError, match=r"x\.tape:\d+: ") as caught:
        parse_tape(SALE + line + "\n=> clean", name="x.tape")
    assert complaint in str(caught.value)


@pytest.mark.parametrize("text", ["", "# no end\nsale O1 10:00 1.00", "sale O1 10:00 1.00\n=> clean", "---"])
def test_a_tape_without_title_or_verdict_is_refused(text: str) -> None:
    with pytest.raises(TapeError):
        parse_tapes(text, name="x.tape")


def test_books_written_as_files_read_back_the_same(tmp_path: Path) -> None:
    tape = parse_tape("# t\nabsent notices\nwithout orders.channel\n" + SALE + "=> nothing")
    for path in books_to_parquet(tape.books, tape.carried, tmp_path):
        rows = pq.read_table(path).to_pylist()
        assert rows == [{k: v for k, v in row.items() if k in rows[0]} for row in tape.books[path.stem]]
    assert not (tmp_path / "notices.parquet").exists()
    assert "channel" not in pq.read_schema(tmp_path / "orders.parquet").names
    for path in books_to_csv(tape.books, tape.carried, tmp_path):
        with path.open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == len(tape.books[path.stem])
