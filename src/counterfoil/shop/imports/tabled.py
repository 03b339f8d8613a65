"""Takes rows that are rows of one table: compares them with what is there, and writes what is new or other.

What a table's `updatable` does not name is never changed: a row that would do so is set aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa

from counterfoil.ids import MerchantId
from counterfoil.shop.catalogue.tables import BARCODES, ITEMS, PRICES, TAXES
from counterfoil.shop.imports.model import Aside, Noun, Outcome, Row, RowFlaw
from counterfoil.shop.imports.nouns import KEYS
from counterfoil.shop.merchants.tables import STORES, TERMINALS
from counterfoil.shop.staff.tables import STAFF

ROWS_AT_ONCE = 500

TABLES: Mapping[Noun, sa.Table] = MappingProxyType(
    {
        Noun.STORES: STORES,
        Noun.TERMINALS: TERMINALS,
        Noun.TAXES: TAXES,
        Noun.ITEMS: ITEMS,
        Noun.BARCODES: BARCODES,
        Noun.PRICES: PRICES,
        Noun.STAFF: STAFF,
    }
)

#: Where the table calls a column of the file by another name.
_IN_TABLE = {"price": "price_minor", "retired": "retired_at"}
#: Columns that are taken by somebody else.
_ELSEWHERE = frozenset({"roles"})
_Found = Iterator[tuple[Row, Outcome | Aside]]


def take(
    connection: sa.Connection, merchant_id: MerchantId, noun: Noun, rows: Sequence[Row], *, now: datetime
) -> _Found:
    """Take rows and yield what became of each, in batches."""
    taking = _Taking(connection=connection, merchant_id=merchant_id, noun=noun, table=TABLES[noun], now=now)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield from taking.batch(rows[start : start + ROWS_AT_ONCE])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taking:
    """The rows of one file on their way into one table."""

    connection: sa.Connection
    merchant_id: MerchantId
    noun: Noun
    table: sa.Table
    now: datetime

    def batch(self, rows: Sequence[Row]) -> _Found:
        there = self._there(rows)
        missing = {column: self._missing(column, rows) for column in self._pointing()}
        new: list[dict[str, object]] = []
        for row in rows:
            dangling = next((name for name, values in missing.items() if row.values.get(name) in values), None)
            if dangling is not None:
                found = str(row.values[dangling])
                yield row, Aside(line=row.line, column=dangling, flaw=RowFlaw.UNKNOWN_REFERENCE, found=found)
                continue
            before = there.get(self._key(row))
            after = self._columns(row, before)
            flaw = self._flaw(row, before, after)
            if flaw is not None:
                yield row, flaw
            elif before is None:
                new.append(after)
                yield row, Outcome.ADDED
            else:
                yield row, self._change(row, before, after)
        if new:
            self.connection.execute(sa.insert(self.table), new)

    def _key(self, row: Row) -> tuple[object, ...]:
        return tuple(row.values[name] for name in KEYS[self.noun])

    def _there(self, rows: Sequence[Row]) -> Mapping[tuple[object, ...], sa.RowMapping]:
        keys = [self.table.c[name] for name in KEYS[self.noun]]
        chosen = sa.select(self.table).where(
            self.table.c.merchant_id == self.merchant_id, sa.tuple_(*keys).in_([self._key(row) for row in rows])
        )
        found = self.connection.execute(chosen).mappings()
        return {tuple(row[key.name] for key in keys): row for row in found}

    def _pointing(self) -> Iterable[str]:
        """Return the columns that point at rows of other tables."""
        for constraint in self.table.foreign_key_constraints:
            yield from (name for name in constraint.column_keys if name != "merchant_id")

    def _missing(self, column: str, rows: Sequence[Row]) -> frozenset[object]:
        """Return the values of a column that point at nothing."""
        wanted = {row.values[column] for row in rows if row.values.get(column) is not None}
        (foreign,) = self.table.c[column].foreign_keys
        there = foreign.column.table
        known = sa.select(foreign.column).where(
            there.c.merchant_id == self.merchant_id, foreign.column.in_(sorted(map(str, wanted)))
        )
        return frozenset(wanted - set(self.connection.execute(known).scalars()))

    def _columns(self, row: Row, before: sa.RowMapping | None) -> dict[str, object]:
        """Return what the table is to hold of a row."""
        after = {_IN_TABLE.get(name, name): value for name, value in row.values.items() if name not in _ELSEWHERE}
        if "retired_at" in after:
            since = before["retired_at"] if before is not None else None
            after["retired_at"] = (since or self.now) if after["retired_at"] else None
        if before is None:
            after["merchant_id"] = self.merchant_id
            if "created_at" in self.table.c:
                after["created_at"] = self.now
        return after

    def _flaw(self, row: Row, before: sa.RowMapping | None, after: Mapping[str, object]) -> Aside | None:
        whole = {**(before or {}), **after}
        if self.noun is Noun.ITEMS and whole.get("name_en") is None and whole.get("name_zh") is None:
            return Aside(line=row.line, column="name_en", flaw=RowFlaw.MISSING_VALUE)
        fixed = [
            name
            for name, value in after.items()
            if before is not None and before[name] != value and name not in self.table.info["updatable"]
        ]
        if not fixed:
            return None
        return Aside(line=row.line, column=fixed[0], flaw=RowFlaw.CANNOT_CHANGE, found=str(after[fixed[0]]))

    def _change(self, row: Row, before: sa.RowMapping, after: Mapping[str, object]) -> Outcome:
        changed = {name: value for name, value in after.items() if before[name] != value}
        if not changed:
            return Outcome.SAME
        if self.noun is Noun.ITEMS and "price_minor" in changed:
            # A sale that was rung up before is not held to the price of today.
            changed["priced_at"] = self.now
        at_key = [self.table.c[name] == row.values[name] for name in KEYS[self.noun]]
        self.connection.execute(
            sa.update(self.table).where(self.table.c.merchant_id == self.merchant_id, *at_key).values(changed)
        )
        return Outcome.CHANGED
