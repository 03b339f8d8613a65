"""The values of an import: columns, rows, what is set aside, and what a file came to. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from counterfoil.languages import Text
from counterfoil.moments import EARLIEST_YEAR, LATEST_YEAR


class Noun(StrEnum):
    """What a file tells of, in the order in which files are taken: what others point at comes first."""

    STORES = "stores"
    TERMINALS = "terminals"
    TAXES = "taxes"
    ITEMS = "items"
    BARCODES = "barcodes"
    PRICES = "prices"
    STAFF = "staff"
    CUSTOMERS = "customers"
    STOCK = "stock"


class CellKind(StrEnum):
    """How a cell is read."""

    ID = "id"
    NAME = "name"
    TEXT = "text"
    AMOUNT = "amount"  #: in major units, such as `12.30`, of the merchant's currency
    QUANTITY = "quantity"
    RATE = "rate"  #: `0.13` or `13%`
    BOOL = "bool"
    TIME = "time"  #: ISO 8601; without an offset, by the merchant's clock
    WORD = "word"
    CODE = "code"
    ROLES = "roles"  #: `cashier@north; manager`


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a file."""

    name: str
    #: What it may be called in a file written in Chinese.
    name_zh: str
    name_en: str
    kind: CellKind
    required: bool = False
    #: The closed list, for `CellKind.WORD`.
    words: tuple[str, ...] = ()
    #: What an empty cell means where the table wants a value.
    default: object = None
    #: It tells who somebody is: what was found is never shown.
    personal: bool = False


class RowFlaw(StrEnum):
    """Why a row is set aside, in the order in which it is looked at."""

    WRONG_WIDTH = "wrong_width"
    MISSING_VALUE = "missing_value"
    BAD_ID = "bad_id"
    BAD_NAME = "bad_name"
    BAD_AMOUNT = "bad_amount"
    BAD_NUMBER = "bad_number"
    BAD_BOOL = "bad_bool"
    BAD_TIME = "bad_time"
    UNKNOWN_WORD = "unknown_word"
    BAD_CODE = "bad_code"
    BAD_ROLE = "bad_role"
    DUPLICATE_KEY = "duplicate_key"
    UNKNOWN_REFERENCE = "unknown_reference"
    CANNOT_CHANGE = "cannot_change"
    BAD_CONTACT = "bad_contact"


FLAW_WORDS: Mapping[RowFlaw, Text] = {
    RowFlaw.WRONG_WIDTH: Text(en="the row has cells beyond the header", zh="该行的单元格多于表头"),
    RowFlaw.MISSING_VALUE: Text(en="a value that must be there is missing", zh="必填的值为空"),
    RowFlaw.BAD_ID: Text(
        en="not an identifier of 1 to 64 letters, digits and . _ : @ + -",
        zh="不是有效的编号（1 至 64 个字母、数字或 . _ : @ + -）",
    ),
    RowFlaw.BAD_NAME: Text(en="not a name of at most 120 visible characters", zh="名称须为不超过 120 个可见字符"),
    RowFlaw.BAD_AMOUNT: Text(
        en="not an amount such as 12.30, with no more decimals than the currency has",
        zh="金额须如 12.30，小数位不得多于币种规定",
    ),
    RowFlaw.BAD_NUMBER: Text(en="not a number that the column can hold", zh="不是该列可以容纳的数字"),
    RowFlaw.BAD_BOOL: Text(en="not yes or no", zh="须填“是”或“否”"),
    RowFlaw.BAD_TIME: Text(
        en=f"not a time such as 2026-01-31 or 2026-01-31T09:30+08:00, from {EARLIEST_YEAR} to {LATEST_YEAR}",
        zh=f"时间格式应如 2026-01-31 或 2026-01-31T09:30+08:00，且在 {EARLIEST_YEAR} 至 {LATEST_YEAR} 年之间",
    ),
    RowFlaw.UNKNOWN_WORD: Text(en="not one of the words that the column allows", zh="不在该列允许的取值之内"),
    RowFlaw.BAD_CODE: Text(en="not a code, or its check digit is wrong", zh="条码有误或校验位不符"),
    RowFlaw.BAD_ROLE: Text(en="not roles such as cashier@north; manager", zh="角色须写作 cashier@north; manager"),
    RowFlaw.DUPLICATE_KEY: Text(en="an earlier row of the file is about the same", zh="文件中前面已有同一条"),
    RowFlaw.UNKNOWN_REFERENCE: Text(en="it points at something that is not there", zh="所指的对象不存在"),
    RowFlaw.CANNOT_CHANGE: Text(
        en="it stands otherwise already, and this is never changed: use a new id, code or time",
        zh="已有不同内容且不可更改：请使用新的编号、代码或时间",
    ),
    RowFlaw.BAD_CONTACT: Text(en="not a phone number or mail address", zh="电话或邮箱有误"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a file, read; only the columns that the file has."""

    line: int
    values: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """One row that was not taken."""

    line: int
    column: str
    flaw: RowFlaw
    #: What stood there, cut short; empty where it could tell who somebody is.
    found: str = ""


class Outcome(StrEnum):
    """What a row did."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a file came to: rows = added + changed + same + set aside."""

    file: str
    noun: Noun
    rows: int
    added: int = 0
    changed: int = 0
    same: int = 0
    aside: tuple[Aside, ...] = ()
    #: Whether it was taken; False for a dry run, and for a file with rows set aside that nobody allowed to be skipped.
    kept: bool = False
