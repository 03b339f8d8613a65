"""Whatever bytes come in: a shelf whose figures add up, or one line of BadInput, and never anything else."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from counterfoil.audit.intake.options import IntakeOptions
from counterfoil.audit.intake.shelf import Shelf
from counterfoil.audit.intake.taking import take_in
from counterfoil.books.format import TABLES, Column, Kind, Table
from counterfoil.errors import BadInput
from tests.audit.intake.laid import cell_of, csv_text, is_balanced, order, quarantined, row_of, rows_of, write_shape

#: Without shrinking: a file is small anyway, and a failure should not take minutes.
FEW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
HEADER = list(order())

_CONNECTION = duckdb.connect()


def taken(content: bytes, name: str = "orders.csv") -> Shelf | None:
    """Take one file in; None where it was refused in one line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        refusal = ""
        try:
            shelf = take_in(_CONNECTION, [path], IntakeOptions(scratch=scratch, readers=()))
        except BadInput as error:
            refusal = str(error)
        assert "\n" not in refusal
        if refusal:
            return None
        check(shelf)
        return shelf


def check(shelf: Shelf) -> None:
    """Check what must hold of every shelf."""
    assert is_balanced(shelf)
    kept = sum(file.rows_kept for file in shelf.files)
    in_views = sum(int(str(cell_of(shelf, f"SELECT count(*) FROM {view}"))) for view in shelf.tables.values())
    assert kept == in_views
    laid_aside = sum(sum(file.set_aside.values()) for file in shelf.files)
    assert laid_aside == len(quarantined(shelf))


@FEW
@given(st.binary(max_size=2000))
def test_arbitrary_bytes_are_a_shelf_or_one_line(content: bytes) -> None:
    taken(content)


@FEW
@given(
    st.sampled_from(
        [b"PAR1", b"PK\x03\x04", b"\x1f\x8b", b"\xef\xbb\xbf", b"\xff\xfe", b"{", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
    ),
    st.binary(max_size=300),
)
def test_arbitrary_bytes_after_a_known_beginning_are_a_shelf_or_one_line(magic: bytes, content: bytes) -> None:
    taken(magic + content)


@FEW
@given(st.binary(max_size=600))
def test_arbitrary_bytes_after_a_header_are_a_shelf_or_one_line(content: bytes) -> None:
    taken(",".join(HEADER).encode() + b"\n" + content)


@FEW
@given(st.text(st.sampled_from('",\n\r\t;MO1 \0é早'), max_size=200))
def test_arbitrary_csv_after_a_header_is_a_shelf_or_one_line(content: str) -> None:
    taken((",".join(HEADER) + "\n" + content).encode())


@FEW
@given(st.lists(st.text(max_size=60) | st.sampled_from(["{}", "[]", '{"order_id": 1}', '{"state": {}}']), max_size=8))
def test_arbitrary_lines_after_an_object_are_a_shelf_or_one_line(lines: list[str]) -> None:
    first = json.dumps(order("O", total_minor=None))
    taken("\n".join([first, *lines]).encode("utf-8", "replace"), "orders.ndjson")


_NASTY = ["", "M", "O1", "NaN", "-0", "1e9", "1,234", "0", "9999-12-31T00:00:00Z", "paid", "CNY", '"', "a\nb", "\r"]
_CELLS = st.sampled_from(_NASTY) | st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=70)


@FEW
@given(st.lists(st.lists(_CELLS, min_size=6, max_size=8), max_size=8))
def test_arbitrary_cells_are_kept_or_laid_aside(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([HEADER, *rows])
    shelf = taken(text.getvalue().encode("utf-8", "replace"))
    assert shelf is not None
    blank = shelf.files[0].counts.get("blank_lines", 0)
    assert shelf.files[0].rows_read + blank == len(rows)


@FEW
@given(st.lists(st.text(st.sampled_from('a"\n\r;早'), max_size=6), min_size=1, max_size=12), st.randoms())
def test_every_row_knows_the_line_on_which_it_begins(cells: list[str], random: object) -> None:
    """The reference is Python's own CSV reader, which counts the lines that it consumes."""
    rows = [order(f"O{n}", sequence_no=cell) for n, cell in enumerate(cells)]
    text = csv_text(rows, line_end="\r\n")
    shelf = taken(text.encode())
    assert shelf is not None
    reader = csv.reader(io.StringIO(text, newline=""))
    begins, expected = 1, []
    for record in reader:
        if record[0] != "merchant_id":
            expected.append((record[1], begins))
        begins = reader.line_num + 1
    assert rows_of(shelf, "orders", columns="order_id, source_line") == expected


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
_FIRST, _LAST = datetime(2000, 1, 2, tzinfo=None), datetime(2100, 12, 30, tzinfo=None)  # noqa: DTZ001  # Hypothesis wants naive bounds

_CELLS_OF: dict[Kind, st.SearchStrategy[str]] = {
    Kind.MONEY: st.integers(0, 10**15 - 1).map(str),
    Kind.INT: st.integers(-(10**9), 10**9).map(str),
    Kind.DECIMAL: st.decimals(-(10**6), 10**6, places=4, allow_nan=False).map("{:f}".format),
    Kind.DEGREES: st.decimals(-90, 90, places=5, allow_nan=False).map("{:f}".format),
    Kind.CURRENCY: st.sampled_from(["CNY", "JPY", "KWD"]),
    Kind.BOOL: st.sampled_from(["true", "false"]),
    Kind.DATE: st.dates(_FIRST.date(), _LAST.date()).map(str),
    Kind.TIME: st.datetimes(_FIRST, _LAST).map(lambda at: at.isoformat(" ", "microseconds") + "+08:00"),
}


def cells_of(column: Column) -> st.SearchStrategy[str]:
    """Return valid cells of a column, as text."""
    return st.sampled_from(column.words) if column.kind is Kind.ENUM else _CELLS_OF.get(column.kind, _TEXT)


def books_of(table: Table) -> st.SearchStrategy[list[dict[str, str | None]]]:
    """Return valid rows with keys of their own."""
    cells = {column.name: cells_of(column) if column.required else st.none() | cells_of(column) for column in table}
    own = table.key[1]
    return st.lists(st.fixed_dictionaries(cells), min_size=1, max_size=5).map(
        lambda rows: [{name: (row | {own: f"{n}"})[name] for name in table.names} for n, row in enumerate(rows)]
    )


@settings(FEW, max_examples=4)
@pytest.mark.parametrize("table", TABLES)
@given(st.data())
def test_the_same_rows_in_every_shape_give_the_same_clean_book(table: str, data: st.DataObject) -> None:
    rows = data.draw(books_of(TABLES[table]))
    books = []
    for ending in (".parquet", ".csv", ".csv.gz", ".ndjson"):
        with tempfile.TemporaryDirectory() as folder:
            path = write_shape(Path(folder) / f"{table}{ending}", TABLES[table], rows)
            shelf = take_in(_CONNECTION, [path], IntakeOptions(scratch=Path(folder), readers=()))
            check(shelf)
            columns = ", ".join(f'"{name}"' for name in TABLES[table].names)
            books.append(rows_of(shelf, table, columns=columns))
    assert len(books[0]) == len(rows)
    assert books[0] == books[1] == books[2] == books[3]


def test_two_currencies_in_one_order_are_no_matter_of_the_intake(tmp_path: Path) -> None:
    """Each row is sound by itself; that they disagree is for the rules, which leave such comparisons out."""
    write_shape(tmp_path / "orders.csv", TABLES["orders"], [order("O1", currency="CNY")])
    payment = row_of("payments", order_id="O1", currency="USD")
    write_shape(tmp_path / "payments.csv", TABLES["payments"], [payment])
    shelf = take_in(_CONNECTION, [tmp_path], IntakeOptions(scratch=tmp_path, readers=()))
    assert [rows_of(shelf, name, columns="currency") for name in ("orders", "payments")] == [[("CNY",)], [("USD",)]]
