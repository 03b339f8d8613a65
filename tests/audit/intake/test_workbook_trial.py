"""Workbooks that were written to end whoever opens them: each is refused by its name, and this process goes on."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from counterfoil.audit.intake import workbook_trial
from counterfoil.audit.intake.sniffing import sample_of
from counterfoil.errors import BadFile
from counterfoil.shop.imports.files import read_file
from tests.audit.intake.conftest import TakeIn

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BOOK = (
    f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_RELATION}">'
    '<sheets><sheet name="first" sheetId="1" r:id="r1"/>'
    '<sheet name="second" sheetId="2" r:id="r2"/></sheets></workbook>'
)
_ROOT = (
    f'<Relationships><Relationship Id="r1" Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>sku</t></is></c></row>'
_CORNER = '<c r="XFD1048576"><v>1</v></c>'


def sheet(cell: str = "") -> str:
    """Return a sheet with a header, and with one cell more in its last row."""
    more = f'<row r="1048576">{cell}</row>' if cell else ""
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{_HEADER}{more}</sheetData></worksheet>"
    )


def workbook(first: str, second: str = sheet(), place: str = "worksheets/sheet1.xml") -> bytes:
    """Return a workbook of two sheets, the first of which lies where somebody has put it."""
    packed = io.BytesIO()
    relations = "".join(
        f'<Relationship Id="{name}" Type="{_RELATION}/worksheet" Target="{target}"/>'
        for name, target in (("r1", place), ("r2", "worksheets/sheet2.xml"))
    )
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _ROOT)
        archive.writestr("xl/workbook.xml", _BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{relations}</Relationships>")
        archive.writestr(f"xl/{place}", first)
        archive.writestr("xl/worksheets/sheet2.xml", second)
    return packed.getvalue()


BOMBS = {
    "in the first sheet": workbook(sheet(_CORNER)),
    "in a sheet behind the first": workbook(sheet(), sheet(_CORNER)),
    "blanks around the sign": workbook(sheet('<c r = "XFD1048576"><v>1</v></c>')),
    "a bracket in front": workbook(sheet('<c cm=">" r="XFD1048576"><v>1</v></c>')),
    "far behind its tag": workbook(sheet(f'<c {" " * 300}r="XFD1048576"><v>1</v></c>')),
    "in another folder": workbook(sheet(_CORNER), place="elsewhere/s.xml"),
}


@pytest.fixture(params=BOMBS)
def bomb(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "items.xlsx"
    path.write_bytes(BOMBS[request.param])
    return path


def test_a_sheet_that_asks_for_all_memory_ends_nobody_who_looks_at_it(bomb: Path) -> None:
    with pytest.raises(BadFile, match=r"items\.xlsx: expected a workbook whose sheets take at most \d+ MiB in memory"):
        sample_of(bomb, bomb.name)


def test_it_ends_no_import_of_a_shop(bomb: Path) -> None:
    with pytest.raises(BadFile, match=r"items\.xlsx: expected"):
        read_file(bomb)


def test_it_ends_no_audit(bomb: Path, take: TakeIn) -> None:
    with pytest.raises(BadFile, match=r"items\.xlsx: expected"):
        take(bomb)


def test_a_workbook_that_harms_nobody_says_its_header(tmp_path: Path) -> None:
    path = tmp_path / "items.xlsx"
    path.write_bytes(workbook(sheet('<c r="B1048576"><v>1</v></c>')))
    assert sample_of(path, path.name).columns == ("sku", "")


def test_a_sheet_that_was_put_where_nobody_measures_it_is_measured_all_the_same(tmp_path: Path) -> None:
    """It passed the trial, and then took minutes and a gigabyte of the process that serves the tills."""
    path = tmp_path / "items.xlsx"
    path.write_bytes(workbook(sheet('<c r="XFD400"><v>1</v></c>'), place="elsewhere/s.xml"))
    assert sample_of(path, path.name).columns[0] == "sku"
    with pytest.raises(BadFile, match=r"at most 5,000,000 cells.* found one of 400 rows by 16,384 columns"):
        read_file(path)


def test_one_that_takes_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_trial, "WORKBOOK_SECONDS_MAX", 0.001)
    path = tmp_path / "items.xlsx"
    path.write_bytes(workbook(sheet()))
    with pytest.raises(BadFile, match=r"take at most .* found one that takes more, or is damaged"):
        sample_of(path, path.name)


def test_bytes_that_are_no_workbook_are_told(tmp_path: Path) -> None:
    path = tmp_path / "items.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(BadFile, match=r"expected a workbook that can be opened, found a broken one"):
        sample_of(path, path.name)
