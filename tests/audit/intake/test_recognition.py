"""What a file is, is said by its content; what nobody or two readers know is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.audit.intake.recognition import readers_found
from counterfoil.audit.intake.sniffing import encoding_of
from counterfoil.books.format import TABLES
from counterfoil.errors import BadFile, BadOption, Bug
from tests.audit.intake.conftest import TakeIn
from tests.audit.intake.laid import order, row_of, rows_of, write_csv
from tests.audit.intake.readers import FakeReader


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("columns", ["all", "required"])
def test_every_table_is_known_by_its_header_whatever_the_file_is_called(
    take: TakeIn, tmp_path: Path, table: str, columns: str
) -> None:
    shelf = take(write_csv(tmp_path / "export.csv", [row_of(table, whole=columns == "all")]))
    assert list(shelf.tables) == [table]


def test_of_two_tables_that_fit_the_name_of_the_file_decides(take: TakeIn, tmp_path: Path) -> None:
    both = {**row_of("order_lines"), **row_of("return_lines")}
    assert list(take(write_csv(tmp_path / "return_lines.csv", [both])).tables) == ["return_lines"]
    assert list(take(write_csv(tmp_path / "order_lines.csv", [both])).tables) == ["order_lines"]
    with pytest.raises(BadFile, match="expected the columns of one table, found those of order_lines and return_lines"):
        take(write_csv(tmp_path / "lines.csv", [both]))


def test_of_two_tables_that_fit_the_one_that_leaves_less_unknown_is_meant(take: TakeIn, tmp_path: Path) -> None:
    both = {**row_of("order_lines", whole=True), "return_id": "R1"}
    assert list(take(write_csv(tmp_path / "lines.csv", [both])).tables) == ["order_lines"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("orders.csv", b"", "orders.csv: expected rows or at least a header, found an empty file"),
        (
            "orders.csv",
            b"merchant_id,order_id\nM,O\n",
            "orders.csv: expected the columns of orders, found none called placed_at, state, total_minor, currency",
        ),
        (
            "x.csv",
            b"merchant_id,order_id,state\nM,O,paid\n",
            "x.csv: expected the columns of orders, found none called",
        ),
        (
            "orders.csv",
            b"merchant_id|order_id|placed_at|state|total_minor|currency|fulfilment\nM|O|t|paid|1|CNY|pickup\n",
            "orders.csv: expected columns separated by comma, semicolon or tab, found '|' between them",
        ),
        ("x.csv", b"a,b\n1,2\n", r"x.csv: expected a book of format 1, or a format that `counterfoil readers` lists"),
        ("x.json", b'[{"merchant_id": "M"}]', "a JSON list; a book has one object a line"),
        ("x.parquet", b"PAR1", "x.parquet: expected a whole Parquet file"),
        ("x.bin", bytes(range(256)) * 10, "x.bin: expected a book of format 1.*found a binary file"),
        ("x.pdf", b"%PDF-1.7 ...", "found a binary file"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "x.xls: expected a workbook that can be opened"),
        ("orders.ndjson", b'{"merchant_id": "M"}\n', "orders.ndjson: expected the columns of orders"),
        ("x.txt", b'{"broken": \n', "x.txt: expected a book of format 1"),
        ("x.csv", b"\n\n\n", "x.csv: expected a book of format 1"),
    ],
)
def test_a_file_that_nobody_knows_is_refused_in_one_line(
    take: TakeIn, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadFile, match=message.replace("|", r"\|")) as refused:
        take(tmp_path / name)
    assert "\n" not in str(refused.value)


def test_a_refusal_shows_nothing_of_the_content(take: TakeIn, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("王小明,13800138000\n李,4111111111111111\n", encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        take(tmp_path / "x.csv")
    assert "王" not in str(refused.value)
    assert "138" not in str(refused.value)


def test_a_file_that_two_readers_know_is_refused(take: TakeIn, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("fake\n1\n")
    with pytest.raises(BadFile, match=r"x\.csv: expected a file that one reader knows, found one that a and b take"):
        take(tmp_path / "x.csv", readers=(FakeReader(name="b"), FakeReader(name="a")))


def test_a_mapping_has_the_first_word(take: TakeIn, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "orders.csv", [order("fake")])
    shelf = take(path, mapped=(FakeReader(name="mapping", sign="fake"),), readers=(FakeReader(name="a", sign="fake"),))
    assert shelf.files[0].reader == "mapping"


def test_a_book_is_never_offered_to_a_reader(take: TakeIn, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "orders.csv", [order("fake")])
    shelf = take(path, readers=(FakeReader(name="a", sign="fake"),))
    assert shelf.files[0].reader == "book-format-1"
    assert len(rows_of(shelf, "orders")) == 1


def test_a_reader_that_fails_while_looking_is_named(take: TakeIn, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("fake\n1\n")
    with pytest.raises(Bug, match=r"reader a failed while looking at x\.csv"):
        take(tmp_path / "x.csv", readers=(FakeReader(name="a", fails=True),))


def test_the_readers_of_the_project_are_found() -> None:
    names = [reader.name for reader in readers_found()]
    assert names == sorted(names)
    assert "wechat-trade-bill" in names


def test_a_reader_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        name, value = "lost", "nowhere:READER"

        def load(self) -> None:
            raise ImportError("no module named nowhere")

    monkeypatch.setattr("counterfoil.audit.intake.recognition.entry_points", lambda **_: [Point()])
    with pytest.raises(BadOption, match="reader lost: nowhere:READER cannot be loaded"):
        readers_found()


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("早餐".encode(), "utf-8"),
        ("\ufeff早餐".encode(), "utf-8-sig"),
        ("早餐".encode("gb18030"), "gb18030"),
        ("交易时间,商户号\n2024-01-01,小明的店".encode("gbk"), "gb18030"),
        ("Zoë, Käufer".encode("cp1252"), "cp1252"),
        ("早餐 order".encode("utf-16"), "utf-16"),
        ("order,早餐".encode("utf-16-be"), "utf-16-be"),
        ("早餐早餐早餐".encode() + b"\xff", "utf-8"),
        ("早餐".encode()[:-1], "utf-8"),
        (b"plain", "utf-8"),
        (b"PK\x03\x04....", "binary"),
        (b"\x00" * 100, "binary"),
        (bytes(range(256)), "binary"),
    ],
)
def test_encodings_are_told_apart(head: bytes, encoding: str) -> None:
    assert encoding_of(head) == encoding
