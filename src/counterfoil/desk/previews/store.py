"""SQL of previews: the books of some days copied out, with the older rows that they lead to. It never commits.

What is copied is more than the days: every row since a margin before them, and of what is older only what a later row
names, what its customers brought back before, and the ends of the history that the rules ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import sql

from counterfoil.books.format import TABLES
from counterfoil.db.asking import ask, driver_of
from counterfoil.db.queries import queries_of
from counterfoil.desk.copies.store import copy_out

if TYPE_CHECKING:
    import sqlalchemy as sa

_QUERIES = queries_of(__package__)

#: Which rows of a table are copied, over the table as `t`.
_ONLY: Mapping[str, str] = {
    "orders": "t.placed_at >= {since} OR t.order_id = ANY ({orders})",
    "order_lines": (
        "t.order_id IN (SELECT o.order_id FROM public.orders AS o WHERE o.placed_at >= {since}) "
        "OR t.order_id = ANY ({orders})"
    ),
    "payments": (
        "t.occurred_at >= {since} OR t.order_id = ANY ({orders}) OR t.payment_id = ANY ({payments}) "
        "OR t.original_payment_id = ANY ({payments})"
    ),
    "acquirer_records": (
        "t.occurred_at >= {since} OR t.our_reference = ANY ({references}) OR t.original_reference = ANY ({references})"
    ),
    "slips": "t.occurred_at >= {since} OR t.order_id = ANY ({orders}) OR t.payment_id = ANY ({payments})",
    "notices": (
        "t.occurred_at >= {since} OR t.order_id = ANY ({orders}) OR t.payment_id = ANY ({payments}) "
        "OR t.our_reference = ANY ({references})"
    ),
    "parcels": (
        "t.order_id IN (SELECT o.order_id FROM public.orders AS o WHERE o.placed_at >= {since}) "
        "OR t.order_id = ANY ({orders})"
    ),
    "tracking_events": (
        "t.parcel_id IN (SELECT p.parcel_id FROM public.parcels AS p JOIN public.orders AS o USING (order_id) "
        "WHERE o.placed_at >= {since} OR o.order_id = ANY ({orders}))"
    ),
    "returns": "t.requested_at >= {since} OR t.return_id = ANY ({returns})",
    "return_lines": (
        "t.return_id IN (SELECT r.return_id FROM public.returns AS r WHERE r.requested_at >= {since}) "
        "OR t.return_id = ANY ({returns})"
    ),
    "terminal_events": "t.occurred_at >= {since}",
}


class TooManyRows(Exception):
    """The books of these days have more rows than may be copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which rows belong to some days."""

    #: From when on every row is copied.
    since: datetime
    #: Ids of older rows that are copied as well; `references` is what records and notices may call them by.
    orders: Sequence[str]
    payments: Sequence[str]
    returns: Sequence[str]
    references: Sequence[str]


def scope(connection: sa.Connection, *, since: datetime, habits_since: datetime) -> Scope:
    """Return which rows belong to the time since a moment; `habits_since` is how far back customers' returns count."""

    def ids(name: str, *given: object) -> list[str]:
        return [row[0] for row in ask(connection, _QUERIES[name], given) if row[0] is not None]

    returns = ids("older_returns", since, habits_since)
    payments = ids("older_payments", since)
    orders = ids("older_orders", since, habits_since, payments, returns)
    references = ids("references_of", orders, payments)
    return Scope(since=since, orders=orders, payments=payments, returns=returns, references=references)


def are_more_orders(connection: sa.Connection, than: int, *, since: datetime) -> bool:
    """Say whether more orders than so many were placed since a moment."""
    ((found_n,),) = ask(connection, _QUERIES["orders_since"], (since, than + 1))
    return int(found_n) > than


def copy_books(
    connection: sa.Connection, scope: Scope, folder: Path, *, rows_max: int, hurry: Callable[[sa.Connection], None]
) -> int:
    """Write a CSV for each table into a folder, and return how many rows; TooManyRows where there are more.

    `hurry` is called before each table.
    """
    driver = driver_of(connection)
    given = {
        name: sql.Literal(getattr(scope, name)).as_string(driver) + ("" if name == "since" else "::text[]")
        for name in ("since", "orders", "payments", "returns", "references")
    }
    copied = 0
    for name, table in TABLES.items():
        hurry(connection)
        only = _ONLY[name].format(**given)
        copied += copy_out(driver, table, folder / f"{name}.csv", only=only, rows_max=rows_max - copied + 1)
        if copied > rows_max:
            raise TooManyRows
    return copied


def hurry(connection: sa.Connection, *, seconds: float) -> None:
    """Let each of the next statements of a transaction take no longer than this."""
    limit = f"{max(round(seconds * 1000), 1)}ms"
    ask(connection, "SELECT set_config('statement_timeout', $1, true)", (limit,))
