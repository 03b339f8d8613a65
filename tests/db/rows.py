"""A row for any table, made from its columns alone, so that a table that comes later is attacked as well."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

_LISTED = re.compile(r"^(?P<column>\w+) IN \('(?P<first>[^']+)'")
_MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


#: What some tables want beyond their types: their laws say it, and no list of words.
_LAWFUL: dict[str, dict[str, Any]] = {
    "merchants": {"currency": "CNY", "time_zone": "UTC"},
    "items": {"name_en": "Thing"},
    "customers": {"sealed": b"sealed"},
    "shop_imports": {"rows_n": 4, "added_n": 1, "changed_n": 1, "same_n": 1, "aside_n": 1},
}


def row_of(table: sa.Table, merchant: str, tag: str = "x") -> dict[str, Any]:
    """Return a row of a merchant that the table takes; `tag` is what its texts say."""
    words = _first_words(table)
    made = {
        column.name: merchant if column.name == "merchant_id" else _value(column, words, tag)
        for column in table.columns
        if column.primary_key or (not column.nullable and (column.server_default is None or column.name in words))
    }
    return made | _LAWFUL.get(table.name, {})


def _first_words(table: sa.Table) -> dict[str, str]:
    laws = [str(each.sqltext) for each in table.constraints if isinstance(each, sa.CheckConstraint)]
    return {match["column"]: match["first"] for law in laws if (match := _LISTED.match(law))}


def _value(column: sa.Column[Any], words: dict[str, str], tag: str) -> Any:  # noqa: ANN401  # whatever the column takes
    if column.name in words:
        return words[column.name]
    match column.type:
        case sa.Text():
            return tag
        case sa.DateTime() | sa.Date():
            return _MOMENT if isinstance(column.type, sa.DateTime) else date(2026, 3, 1)
        case sa.Boolean():
            return True
        case sa.LargeBinary():
            return bytes(32)
        case JSONB():
            return {}
        case ARRAY():
            return [tag]
        case _:
            return 1
