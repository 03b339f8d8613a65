"""Foreign tables in every form become the same raw table, with the true line of every row."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from counterfoil.audit.readers import decoding, excel_tables, numbered_lines
from counterfoil.audit.readers.raw_table import Layout, RawTable
from counterfoil.audit.readers.tables import read_table
from counterfoil.errors import BadFile
from tests.audit.readers.files import source_at, written
from tests.audit.readers.workbooks import workbook

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

AB = Layout(required=("a", "b"))


def _rows(connection: duckdb.DuckDBPyConnection, table: RawTable) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT * FROM {table.table} ORDER BY source_line").fetchall()


def _read(
    connection: duckdb.DuckDBPyConnection, folder: Path, content: bytes | str, layout: Layout = AB
) -> tuple[RawTable, list[tuple[Any, ...]]]:
    table = read_table(connection, source_at(written(folder, content)), layout)
    return table, _rows(connection, table)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_lines_are_numbered_as_an_editor_does(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, encoding: str, line_end: str
) -> None:
    lines = ["#账单", "", " a ,订单金额（元）,b", "1,2,三", "", ",,", '"4,5",6,"七""八"']
    layout = Layout(required=("a", "订单金额(元)"), comment="#")

    table, rows = _read(connection, tmp_path, line_end.join(lines).encode(encoding), layout)

    assert rows == [(4, "1", "2", "三"), (7, "4,5", "6", '七"八')]
    assert (table.header_line, table.rows, table.before) == (3, 2, ((1, "#账单"), (2, "")))
    assert table.names == ("a", "订单金额(元)", "b")


def test_mixed_line_ends_lose_no_line(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    _, rows = _read(connection, tmp_path, b"a,b\r\n1,2\n3,4\r5,6\r\n7,8")

    assert [row[0] for row in rows] == [2, 3, 4, 5]


def test_a_quoted_value_may_span_lines_and_the_next_row_keeps_its_line(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    _, rows = _read(connection, tmp_path, 'a,b\n"one\ntwo","x,y"\n3,4\n')

    assert rows == [(2, "one two", "x,y"), (4, "3", "4")]


def test_a_quoted_tab_between_tabs_is_a_blank_as_it_is_between_commas(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    _, rows = _read(
        connection, tmp_path, 'a\tb\n1\t"\t"\n"\t2"\t"3 \t"\n', Layout(required=("a", "b"), delimiters=("\t",))
    )

    assert rows == [(2, "1", None), (3, "2", "3")]


def test_inches_are_no_quotes(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    _, rows = _read(connection, tmp_path, 'a,b\n5" x 7" card,1\n')

    assert rows == [(2, '5" x 7" card', "1")]


def test_a_quote_that_is_never_closed_is_told_with_its_line(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(BadFile, match="begins in line 3 "):
        _read(connection, tmp_path, 'a,b\n1,2\n3,"4\n5,6\n')


def test_rows_of_another_width_are_set_aside_with_their_line(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    table, rows = _read(connection, tmp_path, "a,b\n1\n1,2\n1,2,\n1,2,3\n")

    assert [row[0] for row in rows] == [3, 4]
    assert table.rows == 4
    assert [aside.rows.fetchall() for aside in table.misfits] == [
        [(2, None, "1 fields, not 2"), (5, None, "3 fields, not 2")]
    ]


def test_back_ticks_separate_values_that_hold_commas(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    layout = Layout(required=("a", "b"), back_ticks=True, footers=("sum",))

    table, rows = _read(connection, tmp_path, "a,b\n`1,`tea, green\n`3`,4\n5,6\n`sum,x\n`1,`2\n", layout)

    assert rows == [(2, "1", "tea, green"), (3, "3", "4"), (4, "5", "6")]
    assert table.after == ((5, "`sum,x"), (6, "`1,`2"))


def test_the_order_of_columns_says_nothing_and_a_repeated_label_gets_its_place(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    table, rows = _read(connection, tmp_path, "b,A,a\n1,2,3\n")

    assert table.names == ("b", "a", "a #3")
    assert rows == [(2, "1", "2", "3")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"x,y\n1,2\n", "none in the first 3 lines"),
        (b"#c\na,c\n1,2\n", "the nearest in line 2, without b"),
        (b"a,b\n1,\xff\xfe\n" + b"\xe4\xb8\xad" * 20, "bytes that are none in line 2"),
        (b"a,b\n1,2\n" + b"x" * (numbered_lines.LINE_BYTES_MAX + 10) + b",2\n", "more in line 3|something else"),
    ],
)
def test_a_text_that_is_no_such_table_is_told_in_one_line(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(BadFile, match=message) as raised:
        _read(connection, tmp_path, content)

    assert "\n" not in str(raised.value)


def test_a_zero_byte_and_an_empty_file_are_told(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="a zero byte in line 2"):
        _read(connection, tmp_path, b"a,b\n1,\0002\n" + b"3,4\n" * 50)
    empty = source_at(written(tmp_path, "a,b\n"))
    empty.path.write_bytes(b"")
    with pytest.raises(BadFile, match="an empty file"):
        read_table(connection, type(empty)(path=empty.path, name="e", encoding="utf-8", size_bytes=0), AB)


def test_a_text_larger_than_the_limit_is_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "TEXT_BYTES_MAX", 5)

    with pytest.raises(BadFile, match="at most 5 bytes, found 8 bytes"):
        _read(connection, tmp_path, "a,b\n1,2\n")


_CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")) | st.sampled_from(',;"\n\t '), max_size=8)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([("", "\t", ""), ("\t", "\tx", "x\t")], "\t", "utf-8", "\n")
@given(
    st.lists(st.tuples(_CELLS, _CELLS, _CELLS), min_size=1, max_size=12),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_csv_writer_wrote_is_read_back(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    rows: list[tuple[str, str, str]],
    delimiter: str,
    encoding: str,
    line_end: str,
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(("key", "value", "note"))
    writer.writerows((f"k{cells[0]}", *cells[1:]) for cells in rows)
    path = written(tmp_path, text.getvalue().encode(encoding))
    source = source_at(path)
    layout = Layout(required=("key", "value", "note"), delimiters=(delimiter,))

    table = read_table(connection, type(source)(path=path, name="f", encoding=encoding, size_bytes=1), layout)

    expected = [tuple(_clean(cell) for cell in (f"k{first}", *rest)) for first, *rest in rows]
    assert [row[1:] for row in _rows(connection, table)] == expected
    assert not table.misfits


def _clean(cell: str) -> str | None:
    """Write a cell as the raw table has it: one space for a line end, blanks around it and a bare blank gone."""
    return re.sub("\n+", " ", cell).strip(" \t\r\n\u00a0\u3000\ufeff\u200b") or None


def test_a_workbook_gives_the_same_table(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(
        workbook(
            {
                "Notes": [["nothing here"]],
                "Data": [
                    ["title"],
                    [],
                    ["a", "b（元）", "c"],
                    ["x", 12.3, 45],
                    [],
                    ["y", 0.1, 2.0, "beyond"],
                    ["z", 1e20, -3],
                ],
            }
        )
    )

    table = read_table(connection, source_at(path), Layout(required=("a", "b(元)")))

    assert table.names == ("a", "b(元)", "c")
    assert _rows(connection, table) == [(4, "x", "12.3", "45"), (7, "z", "1.000000E+20", "-3")]
    assert [aside.rows.fetchall() for aside in table.misfits] == [[(6, None, "4 cells")]]


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook({"Data": [["a", "b"], ["1", "2"]]}))
    source = source_at(path)
    monkeypatch.setattr(excel_tables, "UNPACKED_BYTES_MAX", 100)

    with pytest.raises(BadFile, match="at most"):
        read_table(connection, source, AB)


def test_a_zip_that_is_no_workbook_is_told(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook({"Data": [["a", "b"]]}))
    source = source_at(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.txt", "no sheet")

    with pytest.raises(BadFile, match="expected an Excel workbook"):
        read_table(connection, source, AB)


def test_a_workbook_without_the_header_names_its_sheets(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook({"Data": [["x", "y"]]}))

    with pytest.raises(BadFile, match="the sheets Data"):
        read_table(connection, source_at(path), AB)


def test_parquet_gives_texts_and_row_numbers(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"A": [1, None], "b": ["x ", " "], "Price": [12.3, 0.1]}), path)

    table = read_table(connection, source_at(path), AB)

    assert _rows(connection, table) == [(1, "1", "x", "12.3"), (2, None, None, "0.1")]


def test_parquet_that_is_cut_short_or_lacks_a_column_is_told(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"a": [1]}), path)
    source = source_at(path)
    with pytest.raises(BadFile, match="found no b"):
        read_table(connection, source, AB)
    path.write_bytes(path.read_bytes()[:-6])
    with pytest.raises(BadFile, match="cannot be read"):
        read_table(connection, source, AB)
