"""What a file of each noun may hold: its columns, as data. The reference page and the reading are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.languages import Language, Text
from counterfoil.shop.catalogue.model import ItemKind, SoldBy
from counterfoil.shop.imports.model import CellKind, Column, Noun

_STORE = Column(name="store_id", name_en="store", name_zh="门店编号", kind=CellKind.ID, required=True)
_SKU = Column(name="sku", name_en="sku", name_zh="商品编号", kind=CellKind.ID, required=True)
_NAME = Column(name="name", name_en="name", name_zh="名称", kind=CellKind.NAME, required=True)
_NAME_EN = Column(name="name_en", name_en="English name", name_zh="英文名称", kind=CellKind.NAME)
_NAME_ZH = Column(name="name_zh", name_en="Chinese name", name_zh="中文名称", kind=CellKind.NAME)
_RETIRED = Column(name="retired", name_en="retired", name_zh="停用", kind=CellKind.BOOL, default=False)
_LANGUAGE = Column(
    name="language",
    name_en="language",
    name_zh="语言",
    kind=CellKind.WORD,
    words=tuple(Language),
    default=Language.EN.value,
)

COLUMNS: Mapping[Noun, tuple[Column, ...]] = MappingProxyType(
    {
        Noun.STORES: (
            _STORE,
            _NAME,
            Column(name="address", name_en="address", name_zh="地址", kind=CellKind.TEXT),
            Column(name="price_list", name_en="price list", name_zh="价目表", kind=CellKind.ID),
            _RETIRED,
        ),
        Noun.TERMINALS: (
            Column(name="terminal_id", name_en="terminal", name_zh="收银机编号", kind=CellKind.ID, required=True),
            _STORE,
            _NAME,
            _RETIRED,
        ),
        Noun.TAXES: (
            Column(name="tax_code", name_en="tax code", name_zh="税码", kind=CellKind.ID, required=True),
            _NAME_EN,
            _NAME_ZH,
            Column(name="rate", name_en="rate", name_zh="税率", kind=CellKind.RATE, required=True),
            Column(name="included", name_en="included", name_zh="含税", kind=CellKind.BOOL, required=True),
        ),
        Noun.ITEMS: (
            _SKU,
            _NAME_EN,
            _NAME_ZH,
            Column(
                name="kind",
                name_en="kind",
                name_zh="类别",
                kind=CellKind.WORD,
                words=tuple(ItemKind),
                default=ItemKind.GOODS.value,
            ),
            Column(name="tax_code", name_en="tax code", name_zh="税码", kind=CellKind.ID),
            Column(
                name="sold_by",
                name_en="sold by",
                name_zh="计价方式",
                kind=CellKind.WORD,
                words=tuple(SoldBy),
                default=SoldBy.PIECE.value,
            ),
            Column(name="price", name_en="price", name_zh="价格", kind=CellKind.AMOUNT),
            Column(name="tracks_stock", name_en="tracks stock", name_zh="管理库存", kind=CellKind.BOOL, default=True),
            _RETIRED,
        ),
        Noun.BARCODES: (
            Column(name="barcode", name_en="barcode", name_zh="条码", kind=CellKind.CODE, required=True),
            _SKU,
        ),
        Noun.PRICES: (
            Column(name="price_list", name_en="price list", name_zh="价目表", kind=CellKind.ID, required=True),
            _SKU,
            Column(name="valid_from", name_en="valid from", name_zh="生效时间", kind=CellKind.TIME, required=True),
            Column(name="price", name_en="price", name_zh="价格", kind=CellKind.AMOUNT),
        ),
        Noun.STAFF: (
            Column(name="staff_id", name_en="staff", name_zh="员工编号", kind=CellKind.ID, required=True),
            _NAME,
            _LANGUAGE,
            Column(name="roles", name_en="roles", name_zh="角色", kind=CellKind.ROLES),
            _RETIRED,
        ),
        Noun.CUSTOMERS: (
            Column(name="phone", name_en="phone", name_zh="电话", kind=CellKind.TEXT, personal=True),
            Column(name="email", name_en="mail", name_zh="邮箱", kind=CellKind.TEXT, personal=True),
            Column(name="name", name_en="name", name_zh="姓名", kind=CellKind.TEXT, personal=True),
            Column(name="address", name_en="address", name_zh="地址", kind=CellKind.TEXT, personal=True),
            _LANGUAGE,
        ),
        Noun.STOCK: (
            _STORE,
            _SKU,
            Column(name="on_hand", name_en="on hand", name_zh="库存数量", kind=CellKind.QUANTITY, required=True),
            Column(name="low_at", name_en="low at", name_zh="低库存警戒", kind=CellKind.QUANTITY),
        ),
    }
)

#: The columns by which two rows of a file are about the same thing.
KEYS: Mapping[Noun, tuple[str, ...]] = MappingProxyType(
    {
        Noun.STORES: ("store_id",),
        Noun.TERMINALS: ("terminal_id",),
        Noun.TAXES: ("tax_code",),
        Noun.ITEMS: ("sku",),
        Noun.BARCODES: ("barcode",),
        Noun.PRICES: ("price_list", "sku", "valid_from"),
        Noun.STAFF: ("staff_id",),
        Noun.CUSTOMERS: ("phone", "email"),
        Noun.STOCK: ("store_id", "sku"),
    }
)


def title_of(noun: Noun, column: str) -> Text:
    """Return what a column is called; what no column of the noun has for a name stands as it is."""
    for one in COLUMNS[noun]:
        if one.name == column:
            return Text(en=one.name_en, zh=one.name_zh)
    return Text(en=column, zh=column, is_filled=True)
