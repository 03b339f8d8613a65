"""Files of an import: read in whatever they were written, or refused as a whole in one line; rows that say why."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.db.engine import Database
from counterfoil.errors import BadFile, BadOption
from counterfoil.ids import MerchantId
from counterfoil.shop.imports.model import Noun, RowFlaw
from counterfoil.shop.imports.taking import How, take_files

from .importing import FILES, Import, asides, imports, told, workbook
from .stage import NOW, keys_of


@pytest.mark.parametrize(
    ("name", "text", "aside"),
    [
        ("items.csv", "sku,name_en\ntea,Tea,more\n", (2, "", RowFlaw.WRONG_WIDTH, "3 cells")),
        ("items.csv", "sku,name_en\n,Tea\n", (2, "sku", RowFlaw.MISSING_VALUE, "")),
        ("items.csv", "sku,name_en\ntea,\n", (2, "name_en", RowFlaw.MISSING_VALUE, "")),
        ("items.csv", "sku,name_en\nt e a,Tea\n", (2, "sku", RowFlaw.BAD_ID, "t e a")),
        ("items.csv", f"sku,name_en\ntea,{'x' * 200}\n", (2, "name_en", RowFlaw.BAD_NAME, "x" * 40)),
        ("items.csv", "sku,name_en,price\ntea,Tea,-1\n", (2, "price", RowFlaw.BAD_AMOUNT, "-1")),
        ("items.csv", "sku,name_en,price\ntea,Tea,1e3\n", (2, "price", RowFlaw.BAD_AMOUNT, "1e3")),
        ("stock.csv", "store_id,sku,on_hand\nnorth,tea,1.00001\n", (2, "on_hand", RowFlaw.BAD_NUMBER, "1.00001")),
        ("taxes.csv", "tax_code,rate,included\nvat,113%,yes\n", (2, "rate", RowFlaw.BAD_NUMBER, "113%")),
        ("taxes.csv", "tax_code,rate,included\nvat,13%,perhaps\n", (2, "included", RowFlaw.BAD_BOOL, "perhaps")),
        (
            "prices.csv",
            "price_list,sku,valid_from\neastern,tea,tomorrow\n",
            (2, "valid_from", RowFlaw.BAD_TIME, "tomorrow"),
        ),
        ("items.csv", "sku,name_en,kind\ntea,Tea,drink\n", (2, "kind", RowFlaw.UNKNOWN_WORD, "drink")),
        ("barcodes.csv", "barcode,sku\n6901234567893,tea\n", (2, "barcode", RowFlaw.BAD_CODE, "6901234567893")),
        ("barcodes.csv", "barcode,sku\n6.90123E+12,tea\n", (2, "barcode", RowFlaw.BAD_CODE, "6.90123E+12")),
        ("staff.csv", "staff_id,name,roles\nann,Ann,chef\n", (2, "roles", RowFlaw.BAD_ROLE, "")),
        ("staff.csv", "staff_id,name,roles\nann,Ann,cashier@west\n", (2, "roles", RowFlaw.UNKNOWN_REFERENCE, "west")),
        ("items.csv", "sku,name_en\ntea,A\ntea,B\n", (3, "sku", RowFlaw.DUPLICATE_KEY, "")),
        ("barcodes.csv", "barcode,sku\n4011,coffee\n", (2, "sku", RowFlaw.UNKNOWN_REFERENCE, "coffee")),
        ("items.csv", "sku,name_en,tax_code\ntea,Tea,gst\n", (2, "tax_code", RowFlaw.UNKNOWN_REFERENCE, "gst")),
        ("stock.csv", "store_id,sku,on_hand\nnorth,gold,1\n", (2, "sku", RowFlaw.UNKNOWN_REFERENCE, "gold")),
        ("customers.csv", "phone,name\ncall me,Li\n", (2, "phone", RowFlaw.BAD_CONTACT, "")),
        ("customers.csv", "email,name\nnowhere,Li\n", (2, "email", RowFlaw.BAD_CONTACT, "")),
    ],
)
def test_a_row_that_cannot_be_taken_says_line_column_and_reason(
    take: Import, name: str, text: str, aside: tuple[int, str, RowFlaw, str]
) -> None:
    assert asides(take({name: text})) == [aside]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_file_is_read_in_whatever_it_was_written(take: Import, encoding: str) -> None:
    text = "商品编号;中文名称;价格\ntea;绿茶（杯）一级;1,234.50\nham;金华火腿切片;8\n"
    assert told(take({"items.csv": text.encode(encoding)})) == [("items", 2, 0, 0, 0)]


def test_lines_are_those_of_the_file_even_where_a_cell_spans_some(take: Import) -> None:
    text = 'store_id,name,address\n\nwest,West,"1 High Street\nUpper Town"\nbad id,Bad,\n'
    assert asides(take({"stores.csv": text})) == [(5, "store_id", RowFlaw.BAD_ID, "bad id")]


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("items.csv", b"", "an empty file"),
        ("items.csv", b"\n\n", "a header and rows"),
        ("items.csv", b"sku,colour\ntea,green\n", "a column 'colour'"),
        ("items.csv", b"name_en\nTea\n", "expected a column sku"),
        ("items.csv", b"sku,SKU\na,b\n", "sku twice"),
        ("items.csv", b'sku,name_en\ntea,"Tea\n', "rows of CSV"),
        ("items.csv", b"%PDF-1.7 nothing to see here", "an Excel workbook"),
        ("things.csv", b"sku\ntea\n", "say what it tells of"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line_and_nothing_of_any_file_is_taken(
    database: Database, merchant_id: MerchantId, take: Import, name: str, content: bytes, what: str
) -> None:
    with pytest.raises((BadFile, BadOption), match=what):
        take({"stores.csv": FILES["stores.csv"], name: content})
    with database.transaction(merchant_id) as connection:
        assert imports(connection, merchant_id) == 0


def test_a_workbook_is_read_like_a_csv(take: Import, tmp_path: Path) -> None:
    rows = [("sku", "name_en", "price"), ("tea", "Tea", 11.3), ("ham", "Ham", 80)]
    assert told(take({"items.xlsx": workbook(rows)})) == [("items", 2, 0, 0, 0)]
    assert told(take({"items.csv": "sku,price\ntea,11.30\nham,80.00\n"})) == [("items", 0, 0, 2, 0)]


def test_the_noun_may_be_said_instead_of_guessed(take: Import) -> None:
    assert told(take({"list.csv": FILES["stores.csv"]}, Noun.STORES)) == [("stores", 1, 1, 0, 0)]


def test_a_merchant_that_is_not_there_is_one_line(database: Database, tmp_path: Path) -> None:
    (tmp_path / "stores.csv").write_text(FILES["stores.csv"])
    nobody = MerchantId("nobody")
    with pytest.raises(BadOption, match="shop create"):
        take_files(database, nobody, keys_of(nobody), [tmp_path / "stores.csv"], how=How(), now=NOW)
