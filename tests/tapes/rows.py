"""The rows of a tape: what a line leaves out is filled in so that the row is complete and clean.

`lay` makes one typed row of a book from the sorted words of a line; the defaults are in `defaults.py`.
Nothing here knows a diagnosis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from counterfoil.books.format import TABLES

from .words import Row, Words, basket, minor, moment, value_of

MERCHANT, CURRENCY = "M1", "CNY"
MAIN_TIME = {
    "orders": "placed_at",
    "payments": "occurred_at",
    "acquirer_records": "occurred_at",
    "slips": "occurred_at",
    "notices": "occurred_at",
    "tracking_events": "occurred_at",
    "returns": "requested_at",
    "terminal_events": "occurred_at",
}
AMOUNT = {"orders": "total_minor"}


@dataclass(slots=True)
class History:
    """The rows laid so far."""

    today: date = date(2026, 3, 1)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    last_order: Row | None = None
    keys: set[tuple[Any, ...]] = field(default_factory=set)

    def find(self, merchant: str, ident: str) -> tuple[str, Row]:
        """Return the table and the row that an `of` names."""
        found = [
            (table, row)
            for table, rows in self.rows.items()
            for row in rows
            if row["merchant_id"] == merchant and row.get(ID_COLUMN.get(table, "")) == ident
        ]
        if len(found) != 1:
            raise ValueError(f"{ident!r} names {'no row' if not found else 'rows of several tables'} above")
        return found[0]

    def of_table(self, table: str, merchant: str, column: str, value: object) -> list[Row]:
        """Return the rows of a table with that value."""
        return [r for r in self.rows.get(table, []) if r["merchant_id"] == merchant and r[column] == value]

    def add(self, table: str, row: Row) -> None:
        """Keep a row; a primary key that is there already is refused."""
        key = (table, *(row[name] for name in TABLES[table].key))
        if key in self.keys:
            raise ValueError(f"{table} has a row {key[2:]} already")
        self.keys.add(key)
        self.rows.setdefault(table, []).append(row)
        if table == "orders":
            self.last_order = row


#: Rows that an `of` can name.
ID_COLUMN = {"orders": "order_id", "payments": "payment_id", "returns": "return_id", "parcels": "parcel_id"}


@dataclass(slots=True)
class Making:
    """One row while its gaps are being filled."""

    history: History
    said: Words
    row: Row
    given: set[str]
    origin_table: str | None
    origin: Row

    def default(self, **values: object) -> None:
        """Fill columns that the line did not name."""
        for column, value in values.items():
            if column not in self.given:
                self.row[column] = value
                self.given.add(column)

    def copy(self, *columns: str, **renamed: str) -> None:
        """Fill columns from the row that this one belongs to."""
        names = {name: name for name in columns} | renamed
        self.default(**{mine: self.origin[theirs] for mine, theirs in names.items() if theirs in self.origin})


#: How the gaps of each table's rows are filled.
Defaults = Mapping[str, Callable[[Making], None]]


def lay(history: History, table: str, ident: dict[str, str], said: Words, defaults: Defaults) -> Row:
    """Make one complete row and keep it in the history; ValueError where the line makes no sense."""
    merchant = said.fields.get("merchant_id", MERCHANT)
    origin_table, origin = history.find(merchant, said.of) if said.of else (None, {})
    row: Row = dict.fromkeys(TABLES[table].names)
    making = Making(history, said, row, {"merchant_id"}, origin_table, origin)
    row["merchant_id"] = merchant
    _read_fields(making, table, ident)
    defaults[table](making)
    missing = [c.name for c in TABLES[table] if c.required and row[c.name] is None]
    if missing:
        raise ValueError(f"{table} wants {', '.join(missing)}")
    history.add(table, row)
    if said.lines is not None and table in {"orders", "returns"}:
        _lay_lines(history, table, row, basket(said.lines, row["currency"]) if said.lines != "-" else [])
    return row


def _read_fields(making: Making, table: str, ident: dict[str, str]) -> None:
    said, row, origin = making.said, making.row, making.origin
    fields = {k: v for k, v in said.fields.items() if k != "merchant_id"} | ident
    currency = fields.get("currency") or origin.get("currency") or CURRENCY
    base = base_of(making.origin_table, origin) or (making.history.last_order or {}).get("placed_at")
    main = MAIN_TIME.get(table)
    if said.at is not None:
        if main is None:
            raise ValueError(f"{table} has no time of its own; write its times by name")
        row[main] = moment(said.at, today=making.history.today, base=base)
        making.given.add(main)
    if said.amount is not None:
        column = AMOUNT.get(table, "amount_minor")
        row[column] = minor(said.amount, currency)
        making.given.add(column)
    for name, text in fields.items():
        start = row[main] if main and main in making.given else base
        column_ = TABLES[table].column(name)
        row[name] = value_of(column_, text, currency=currency, today=making.history.today, base=start)
        making.given.add(name)
    if "currency" in TABLES[table].names:
        making.default(currency=currency)


def base_of(table: str | None, row: Row) -> datetime | None:
    """Return the moment from which the shifts of a row's followers count."""
    if table is None:
        return None
    if table == "returns":
        start: datetime | None = row["decided_at"] or row["requested_at"]
    else:
        start = row["shipped_at" if table == "parcels" else MAIN_TIME[table]]
    return start


def _lay_lines(history: History, table: str, parent: Row, lines: list[Row]) -> None:
    """Lay the lines of an order or of a return."""
    child, ident = ("order_lines", "order_id") if table == "orders" else ("return_lines", "return_id")
    for line in lines:
        row: Row = dict.fromkeys(TABLES[child].names)
        row |= {name: value for name, value in line.items() if name in row}
        row |= {"merchant_id": parent["merchant_id"], ident: parent[ident]}
        conditions = line["marks"] & {"good", "opened", "damaged"}
        if child == "order_lines":
            row["voided_at"] = parent["placed_at"] if "voided" in line["marks"] else None
        else:
            row["condition"] = conditions.pop() if conditions else "good"
        history.add(child, row)
