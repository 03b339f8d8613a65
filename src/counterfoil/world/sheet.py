"""The books while they are computed: columns of whole numbers, before they become rows with ids.

A null is −1 in every column. Times are milliseconds since 1970 UTC, days are days since 1970, enums are places in
the format's lists, and ids are numbers that say what belongs to what (`numbers.py`). Sheets are never changed:
`set`, `take` and `join` give new ones that share the columns they did not touch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from counterfoil.errors import Bug
from counterfoil.world.chance import Bools, Ints

NULL = -1

#: The columns of each sheet; `slot` is the planned purchase that a row belongs to.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    name: ("slot", *columns.split())
    for name, columns in {
        "orders": "oid store terminal operator placed closed bday state total cust request fulfil promised "
        "address_ok channel training repeat_of",
        "lost": "oid placed bday",
        "lines": "oid line_no sku qty amount kind voided entry",
        "payments": "pid oid rid kind original tender amount state occurred decided bday request inst terminal "
        "operator authoriser reason acquirer stan rrn approval response",
        "records": "eid again source acquirer kind state amount occurred settled ours_as ours orig_as orig aref stan "
        "rrn approval terminal operator inst free calm",
        "slips": "sid oid pid rid kind form state fault copy_no amount occurred terminal",
        "notices": "nid origin channel says state oid pid foreign amount cust inst occurred",
        "parcels": "kid oid carrier tracking shipped uploaded promised state delivered disputed dispute confirmed "
        "confirmed_by",
        "tracking": "kid occurred status reason place",
        "returns": "rid oid state requested decided received operator authoriser reason amount cust inst restocked",
        "return_lines": "rid line_no sku qty amount kind order_line_no condition",
        "events": "terminal occurred kind value until",
        "truth": "fault subject_as subject other_as other",
        "visits": "day store terminal operator placed person shown tale tender acquirer fulfil channel",
    }.items()
}


class Sheet:
    """One table of whole numbers, in columns of equal length."""

    __slots__ = ("columns", "rows")

    def __init__(self, columns: Mapping[str, Ints], rows: int) -> None:
        self.columns = columns
        self.rows = rows

    def __len__(self) -> int:
        return self.rows

    def __getitem__(self, name: str) -> Ints:
        return self.columns[name]

    def set(self, **columns: Ints | Bools | int) -> Sheet:
        """Return the sheet with some columns replaced; one number stands for a whole column of it."""
        if not columns.keys() <= self.columns.keys():
            raise Bug(f"no such columns: {sorted(columns.keys() - self.columns.keys())}")
        return Sheet(
            {**self.columns, **{name: _column(given, self.rows) for name, given in columns.items()}}, self.rows
        )

    def take(self, rows: Ints | Bools) -> Sheet:
        """Return the rows that a mask or a list of places names."""
        if rows.dtype == np.bool_:
            rows = np.flatnonzero(rows)
        return Sheet({name: column[rows] for name, column in self.columns.items()}, len(rows))

    def part(self, start: int, stop: int) -> Sheet:
        """Return neighbouring rows without copying them."""
        return Sheet({name: column[start:stop] for name, column in self.columns.items()}, stop - start)


def sheet(table: str, slot: Ints, **columns: Ints | Bools | int) -> Sheet:
    """Make a sheet with a row for each slot given; columns that are not given are null."""
    rows = len(slot)
    blank = np.full(rows, NULL, dtype=np.int64)
    return Sheet({**dict.fromkeys(COLUMNS[table], blank), "slot": slot}, rows).set(**columns)


def empty(table: str) -> Sheet:
    """Make a sheet without rows."""
    return sheet(table, np.empty(0, dtype=np.int64))


def join(sheets: Iterable[Sheet]) -> Sheet:
    """Put sheets of one table under each other."""
    all_of_them = list(sheets)
    given = [each for each in all_of_them if len(each)] or all_of_them[:1]
    if len(given) == 1:
        return given[0]
    return Sheet(
        {name: np.concatenate([each[name] for each in given]) for name in given[0].columns}, sum(map(len, given))
    )


def _column(given: Ints | Bools | int, rows: int) -> Ints:
    column = np.asarray(given, dtype=np.int64)
    if column.ndim == 0:
        return np.full(rows, column, dtype=np.int64)
    if len(column) != rows:
        raise Bug(f"a column of {len(column)} values for {rows} rows")
    return column


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Everything that the five books say about some purchases, and the truth about them."""

    orders: Sheet
    lost: Sheet  #: orders that never reached the book, but had their number
    lines: Sheet
    payments: Sheet
    records: Sheet
    slips: Sheet
    notices: Sheet
    parcels: Sheet
    tracking: Sheet
    returns: Sheet
    return_lines: Sheet
    events: Sheet
    truth: Sheet

    @classmethod
    def of(cls, **sheets: Sheet) -> Rows:
        """Make rows of some sheets; the others are empty."""
        return cls(**{name: sheets.get(name, _EMPTY[name]) for name in BOOKS})

    def but(self, **sheets: Sheet) -> Self:
        """Return the rows with some sheets replaced."""
        return replace(self, **sheets)

    def plus(self, *others: Rows) -> Rows:
        """Return the rows with others under them."""
        return join_rows((self, *others))

    def without(self, *names: str) -> Self:
        """Return the rows with some sheets emptied."""
        return replace(self, **{name: _EMPTY[name] for name in names})

    def sheets(self) -> dict[str, Sheet]:
        """The sheets by name."""
        return {name: getattr(self, name) for name in BOOKS}

    def split(self, group_of_slot: Ints, first_slot: int, groups: int) -> list[Rows]:
        """Part the rows by the group of their slot; within a group their order stays."""
        parts = {name: _split(each, group_of_slot, first_slot, groups) for name, each in self.sheets().items()}
        return [Rows(**{name: given[group] for name, given in parts.items()}) for group in range(groups)]

    def where(self, chosen: Bools) -> Rows:
        """Keep the purchases that are chosen, one answer for each order."""
        kept = self.orders["slot"][chosen]
        return Rows(**{name: each.take(np.isin(each["slot"], kept)) for name, each in self.sheets().items()})


def join_rows(parts: Iterable[Rows]) -> Rows:
    """Put rows under each other."""
    all_of_them = [each.sheets() for each in parts]
    return Rows(**{name: join(each[name] for each in all_of_them) for name in BOOKS})


BOOKS = tuple(each.name for each in fields(Rows))
_EMPTY = {name: empty(name) for name in BOOKS}


def _split(whole: Sheet, group_of_slot: Ints, first_slot: int, groups: int) -> list[Sheet]:
    if not len(whole):
        return [whole] * groups
    group = group_of_slot[whole["slot"] - first_slot].astype(np.int16)
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(groups + 1, dtype=np.int16))
    sorted_sheet = whole.take(order)
    return [sorted_sheet.part(int(ends[each]), int(ends[each + 1])) for each in range(groups)]
