"""Files for tests of the import: a whole small shop as CSV, a workbook, and what a run came to."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.shop.imports.model import Noun, RowFlaw, Taken
from counterfoil.shop.imports.tables import SHOP_IMPORTS
from counterfoil.shop.imports.taking import How, take_files
from counterfoil.shop.policies import store as policies

from .stage import NOW, found, keys_of

Import = Callable[..., tuple[Taken, ...]]

FILES = {
    "stores.csv": "store_id,name,price_list\nnorth,North,\neast,East,eastern\n",
    "terminals.csv": "terminal_id,store_id,name\ntill-1,east,Till 1\n",
    "taxes.csv": "tax_code,name_zh,rate,included\nvat13,增值税,13%,是\n",
    "items.csv": "sku,name_zh,tax_code,sold_by,price\ntea,绿茶,vat13,piece,11.30\nham,火腿,,weight,80\n",
    "barcodes.csv": "条码,商品编号\n6901234567892,tea\n12,ham\n",
    "prices.csv": "price_list,sku,valid_from,price\neastern,tea,2026-03-01,9.90\n",
    "staff.csv": "staff_id,name,language,roles\nann,Ann,zh,cashier@north; supervisor@east\n",
    "customers.csv": "phone,name,language\n138 0013 5678,李雷,zh\n",
    "stock.csv": "store_id,sku,on_hand,low_at\nnorth,tea,12,3\nnorth,ham,2.5,\n",
}


@pytest.fixture
def take(database: Database, merchant_id: MerchantId, tmp_path: Path) -> Import:
    """Found a merchant, and take files that are written as text."""
    with database.transaction(merchant_id) as connection:
        found(connection, merchant_id)
        policies.decide(connection, merchant_id, 'calling_code = "86"', reason="China", decided_by=None, now=NOW)

    def taken(
        files: dict[str, str | bytes], noun: Noun | None = None, *, dry_run: bool = False, skip_bad: bool = False
    ) -> tuple[Taken, ...]:
        for name, text in files.items():
            (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
        how = How(noun=noun, dry_run=dry_run, skip_bad=skip_bad)
        paths = [tmp_path / name for name in files]
        return take_files(database, merchant_id, keys_of(merchant_id), paths, how=how, now=NOW)

    return taken


def told(taken: Sequence[Taken]) -> list[tuple[str, int, int, int, int]]:
    return [(each.noun.value, each.added, each.changed, each.same, len(each.aside)) for each in taken]


def asides(taken: Sequence[Taken]) -> list[tuple[int, str, RowFlaw, str]]:
    return [(row.line, row.column, row.flaw, row.found) for each in taken for row in each.aside]


def imports(connection: sa.Connection, merchant_id: MerchantId) -> int:
    counted = sa.select(sa.func.count()).select_from(SHOP_IMPORTS).where(SHOP_IMPORTS.c.merchant_id == merchant_id)
    return int(connection.execute(counted).scalar_one())


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """Make the smallest workbook that is one, with text inline and numbers as Excel keeps them."""

    def cell(value: object, place: str) -> str:
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    body = "".join(
        f'<row r="{number}">{"".join(cell(value, f"{chr(65 + at)}{number}") for at, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, start=1)
    )
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'spreadsheetml.sheet.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r" Type="{rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {main} xmlns:r="{rels}"><sheets><sheet name="items" sheetId="1" r:id="s"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="s" Type="{rels}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet {main}><sheetData>{body}</sheetData></worksheet>")
    return packed.getvalue()
