"""Archives are unpacked within limits; what would do harm is refused in one line."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from counterfoil.audit.intake import archives, workbooks
from counterfoil.errors import BadFile
from tests.audit.intake.conftest import TakeIn
from tests.audit.intake.laid import csv_text, order, rows_of

ORDERS = csv_text([order("O1"), order("O2")]).encode()


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_members_are_read_and_named_after_their_archive(take: TakeIn, tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "shop.zip",
        **{
            "a/orders.csv": ORDERS,
            "__MACOSX/orders.csv": b"x",
            ".hidden": b"x",
            "truth.csv": b"x",
            "note.txt": b"x",
            "empty/": b"",
        },
    )
    shelf = take(path)
    assert rows_of(shelf, "orders", columns="order_id, source_file, source_line") == [
        ("O1", "shop.zip!a/orders.csv", 2),
        ("O2", "shop.zip!a/orders.csv", 3),
    ]
    assert [passed.name for passed in shelf.passed_over] == ["shop.zip!truth.csv", "shop.zip!note.txt"]


def test_a_name_in_chinese_is_shown_as_it_was_written(take: TakeIn, tmp_path: Path) -> None:
    path = zipped(tmp_path / "bill.zip", **{"@@@@@@@@.csv": ORDERS})
    path.write_bytes(path.read_bytes().replace(b"@@@@@@@@", "业务明细".encode("gb18030")))
    assert [file.name for file in take(path).files] == ["bill.zip!业务明细.csv"]


def test_gzip_keeps_the_name_of_the_file(take: TakeIn, tmp_path: Path) -> None:
    (tmp_path / "orders.csv.gz").write_bytes(gzip.compress(ORDERS))
    assert [file.name for file in take(tmp_path).files] == ["orders.csv.gz"]


@pytest.mark.parametrize(
    "name", ["../orders.csv", "/etc/orders.csv", "a/../../orders.csv", "C:/orders.csv", "..\\o.csv"]
)
def test_a_member_that_leads_out_of_the_archive_is_refused(take: TakeIn, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadFile, match=r"x\.zip: expected members inside the archive"):
        take(zipped(tmp_path / "x.zip", **{name: ORDERS}))
    assert not (tmp_path.parent / "orders.csv").exists()


def test_a_zip_bomb_is_refused_before_it_fills_the_disk(take: TakeIn, tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", **{"orders.csv": bytes(64 << 20)})
    with pytest.raises(BadFile, match=r"bomb\.zip: expected at most 250 times its size unpacked, found a zip bomb"):
        take(path)


def test_a_gzip_bomb_is_refused(take: TakeIn, tmp_path: Path) -> None:
    (tmp_path / "orders.csv.gz").write_bytes(gzip.compress(bytes(64 << 20)))
    with pytest.raises(BadFile, match=r"orders\.csv\.gz: expected at most 250 times its size unpacked"):
        take(tmp_path / "orders.csv.gz")


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        ("MEMBERS_MAX", 1, "expected at most 1 members, found 2"),
        ("UNPACKED_BYTES_MAX", 100, "expected at most 0 GiB unpacked, found more"),
        ("DISK_RESERVE_BYTES", 1 << 62, "expected room on the disk"),
    ],
)
def test_limits_hold(
    take: TakeIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, message: str
) -> None:
    monkeypatch.setattr(archives, limit, value)
    with pytest.raises(BadFile, match=message):
        take(zipped(tmp_path / "x.zip", **{"orders.csv": ORDERS, "slips.csv": b"x"}))


@pytest.mark.parametrize("inner", ["x.zip", "orders.csv.gz"])
def test_an_archive_inside_an_archive_is_refused(take: TakeIn, tmp_path: Path, inner: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("orders.csv", ORDERS)
    content = packed.getvalue() if inner == "x.zip" else gzip.compress(ORDERS)
    with pytest.raises(
        BadFile, match=rf"outer\.zip: expected files in the archive, found another archive, outer\.zip!{inner}"
    ):
        take(zipped(tmp_path / "outer.zip", **{inner: content}))


def test_an_encrypted_archive_is_refused(take: TakeIn, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", **{"orders.csv": ORDERS})
    content = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1
    path.write_bytes(content)
    with pytest.raises(BadFile, match="expected an archive without a password"):
        take(path)


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
def test_a_broken_archive_is_refused(take: TakeIn, tmp_path: Path, damage: str) -> None:
    path = zipped(tmp_path / "x.zip", **({} if damage == "empty" else {"orders.csv": ORDERS}))
    content = bytearray(path.read_bytes())
    if damage == "cut":
        del content[-30:]
    elif damage == "flipped":
        content[60] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(BadFile, match=r"x\.zip: expected"):
        take(path)


def test_a_broken_gzip_is_refused(take: TakeIn, tmp_path: Path) -> None:
    (tmp_path / "orders.csv.gz").write_bytes(gzip.compress(ORDERS)[:-9])
    with pytest.raises(BadFile, match=r"orders\.csv\.gz: expected an archive that can be unpacked"):
        take(tmp_path / "orders.csv.gz")


def test_a_workbook_that_would_not_fit_into_memory_is_refused(
    take: TakeIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "WORKBOOK_BYTES_MAX", 50)
    path = zipped(tmp_path / "x.xlsx", **{"[Content_Types].xml": b"x" * 100})
    with pytest.raises(BadFile, match=r"x\.xlsx: expected a workbook of at most"):
        take(path)


@pytest.mark.parametrize("packed", [False, True])
def test_a_stray_cell_in_the_last_corner_of_a_sheet_is_told_and_ends_no_process(
    take: TakeIn, tmp_path: Path, *, packed: bool
) -> None:
    book = zipped(
        tmp_path / "x.xlsx",
        **{
            "[Content_Types].xml": b"",
            "xl/worksheets/sheet1.xml": b'<row r="1"><c r="A1"><v>1</v></c></row>'
            b'<row r="1048576"><c s="2" r="XFD1048576" t="n"><v>2</v></c></row>',
        },
    )
    path = zipped(tmp_path / "x.zip", **{"x.xlsx": book.read_bytes()}) if packed else book
    with pytest.raises(BadFile, match=r"expected a sheet of at most .* found one of 1,048,576 rows by 16,384 columns"):
        take(path)


def test_a_cell_that_has_only_a_format_takes_no_room(tmp_path: Path) -> None:
    sheet = b'<c r="A1"><v>1</v></c><c r="XFD1048576" s="3"/>'
    path = zipped(tmp_path / "x.xlsx", **{"[Content_Types].xml": b"", "xl/worksheets/sheet1.xml": sheet})
    with zipfile.ZipFile(path) as archive:
        workbooks.refuse_huge_workbook(archive, "x.xlsx")


def test_a_member_s_name_is_one_line_that_no_terminal_obeys(take: TakeIn, tmp_path: Path) -> None:
    shelf = take(zipped(tmp_path / "x.zip", **{"ord\x1b[31m\ners.csv": ORDERS, "a\n.txt": b"x"}))
    assert [file.name for file in shelf.files] == ["x.zip!ord\ufffd[31m\ufffders.csv"]
    assert [passed.name for passed in shelf.passed_over] == ["x.zip!a\ufffd.txt"]


def test_the_same_member_in_two_archives_counts_once(take: TakeIn, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        zipped(tmp_path / name, **{"orders.csv": ORDERS})
    shelf = take(tmp_path)
    assert len(rows_of(shelf, "orders")) == 2
    assert [passed.text_en for passed in shelf.passed_over] == ["the same content as a.zip!orders.csv; counted once"]


def test_members_of_one_name_are_told_apart(take: TakeIn, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", **{"a.csv": ORDERS, "b.csv": csv_text([order("O3")]).encode()})
    path.write_bytes(path.read_bytes().replace(b"b.csv", b"a.csv"))
    shelf = take(path)
    assert [file.name for file in shelf.files] == ["x.zip!a.csv", "x.zip!a.csv (2)"]
    assert len(rows_of(shelf, "orders")) == 3


def test_archives_of_one_name_are_told_apart(take: TakeIn, tmp_path: Path) -> None:
    for folder in ("north", "south"):
        (tmp_path / folder).mkdir()
        zipped(tmp_path / folder / "x.zip", **{"a.csv": csv_text([order(folder)]).encode()})
    shelf = take(tmp_path / "north", tmp_path / "south")
    assert [file.name for file in shelf.files] == [f"{tmp_path}/{each}/x.zip!a.csv" for each in ("north", "south")]
