"""The reference page of the files that can be imported, made from their columns."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.shop.imports.model import FLAW_WORDS, CellKind, Column, Noun
from counterfoil.shop.imports.nouns import COLUMNS, KEYS

_KINDS = {
    CellKind.ID: "1 to 64 letters, digits and `. _ : @ + -`",
    CellKind.NAME: "at most 120 visible characters",
    CellKind.TEXT: "text",
    CellKind.AMOUNT: "an amount such as `12.30`, in the merchant's currency",
    CellKind.QUANTITY: "a number with at most four decimals",
    CellKind.RATE: "`0.13` or `13%`",
    CellKind.BOOL: "`yes` or `no`, `是` or `否`",
    CellKind.TIME: "ISO 8601; without an offset, by the merchant's clock",
    CellKind.CODE: "a GTIN with its check digit, a PLU, or a code of the house",
    CellKind.ROLES: "roles such as `cashier@north; manager`",
}


def files_reference() -> str:
    """Return the page as Markdown."""
    return "\n".join([*_head(), *(line for noun in Noun for line in _noun(noun)), *_flaws()]) + "\n"


def _head() -> Iterator[str]:
    yield "# Files of a shop · 店铺文件"
    yield ""
    yield "What `counterfoil shop import` takes, as CSV (any common encoding, with `,` `;` `|` or tabs) or as the"
    yield "first sheet of an Excel workbook. A file is named after what it tells of (`items.csv`, `prices-2026.xlsx`),"
    yield "or `--as` says it. A column that a file does not have stays as it is; an empty cell empties it, or means the"
    yield "default."
    yield ""


def _noun(noun: Noun) -> Iterator[str]:
    yield f"## {noun}"
    yield ""
    yield f"Two rows with the same {' and '.join(f'`{name}`' for name in KEYS[noun])} are about the same thing."
    yield ""
    yield "| column | 列名 | holds | |"
    yield "|---|---|---|---|"
    for column in COLUMNS[noun]:
        yield f"| `{column.name}` | {column.name_zh} | {_holds(column)} | {_need(column)} |"
    yield ""


def _holds(column: Column) -> str:
    if column.kind is CellKind.WORD:
        return ", ".join(f"`{word}`" for word in column.words)
    return _KINDS[column.kind]


def _need(column: Column) -> str:
    if column.required:
        return "must be there"
    if column.default is None:
        return ""
    if isinstance(column.default, bool):
        return f"`{'yes' if column.default else 'no'}` where empty"
    return f"`{column.default}` where empty"


def _flaws() -> Iterator[str]:
    yield "## Why a row is set aside · 行被搁置的原因"
    yield ""
    yield "| reason | English | 中文 |"
    yield "|---|---|---|"
    for flaw, text in FLAW_WORDS.items():
        yield f"| `{flaw}` | {text.en} | {text.zh} |"
