"""One merchant's books as the law sees them: typed rows, what is absent, and nothing that convention 6 leaves out.

A `Fact` is one row with its columns as attributes; a column that no file carries is null in every row.
This module never judges; it only answers which rows there are and which books and columns can be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from counterfoil.books.format import TABLES
from counterfoil.policy import Policy

#: What a payment that stands for a paid order carries (convention 4).
STAND_IN_COLUMNS = frozenset({"order_id", "acquirer"})
#: The columns that every file of a table must have.
REQUIRED = {name: frozenset(column.name for column in table if column.required) for name, table in TABLES.items()}


class Fact:
    """One row; two facts are the same only when they are the same row."""

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self.__dict__.update(columns)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # a row's columns have as many types as the format
        raise AttributeError(name)


class Shelf:
    """The rows of one merchant, after absent columns and stand-ins, before training is left out."""

    def __init__(
        self,
        rows: Mapping[str, Iterable[Mapping[str, Any]]],
        carried: Mapping[str, frozenset[str]],
        policy: Policy,
        as_of: datetime,
    ) -> None:
        self.policy = policy
        self.as_of = as_of
        self._days: dict[datetime, date] = {}
        self._carried = dict(carried)
        self._rows = {table: _facts(table, found, carried[table]) for table, found in rows.items()}
        self.payments_absent = "payments" not in rows
        if self.payments_absent and "orders" in rows:
            self._rows["payments"] = self._stand_ins()
            self._carried["payments"] = STAND_IN_COLUMNS

    def has(self, table: str, *columns: str) -> bool:
        """Say whether a book and these of its columns can be read at all."""
        return table in self._rows and set(columns) <= REQUIRED[table] | self._carried[table]

    def rows(self, table: str) -> list[Fact]:
        """Return the rows of a book; none where it is absent."""
        return self._rows.get(table, [])

    def keep(self, table: str, kept: Iterable[Fact]) -> None:
        """Replace the rows of a book by those that are not left out."""
        if table in self._rows:
            self._rows[table] = list(kept)

    def local_date(self, moment: datetime) -> date:
        """Return the local day of the policy's zone (convention 5)."""
        if moment not in self._days:
            self._days[moment] = moment.astimezone(self.policy.zone).date()
        return self._days[moment]

    def _stand_ins(self) -> list[Fact]:
        """With payments absent, each paid order stands for one approved sale payment (convention 4)."""
        acquirers = {record.acquirer for record in self.rows("acquirer_records")}
        acquirer = acquirers.pop() if len(acquirers) == 1 else None
        return [
            Fact(
                dict.fromkeys(TABLES["payments"].names)
                | {
                    "merchant_id": order.merchant_id,
                    "payment_id": order.order_id,
                    "order_id": order.order_id,
                    "kind": "sale",
                    "tender": "other",
                    "amount_minor": order.total_minor,
                    "currency": order.currency,
                    "state": "approved",
                    "occurred_at": order.closed_at or order.placed_at,
                    "acquirer": acquirer,
                }
            )
            for order in self.rows("orders")
            if order.state == "paid"
        ]


def _facts(table: str, rows: Iterable[Mapping[str, Any]], carried: frozenset[str]) -> list[Fact]:
    names = TABLES[table].names
    hidden = set(names) - REQUIRED[table] - carried
    return [Fact({name: None if name in hidden else row.get(name) for name in names}) for row in rows]
