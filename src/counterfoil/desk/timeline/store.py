"""SQL of timelines: every row of the five books that belongs to a case, in a fixed number of queries. It never writes.

It begins with what the case's findings name, and widens from orders to payments and back, from payments to records,
slips and returns, from parcels to their events. No query stands in a loop.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from counterfoil.books.deliveries.tables import PARCELS, TERMINAL_EVENTS, TRACKING_EVENTS
from counterfoil.books.orders.tables import ORDER_LINES, ORDERS
from counterfoil.books.payments.tables import ACQUIRER_RECORDS, BILLS, PAYMENTS
from counterfoil.books.returns.tables import RETURNS
from counterfoil.books.slips.tables import NOTICES, SLIPS
from counterfoil.desk.ties.model import Noun
from counterfoil.desk.ties.store import standing_now
from counterfoil.desk.ties.tables import TIES
from counterfoil.desk.timeline.model import Books, Row
from counterfoil.ids import MerchantId
from counterfoil.journal.tables import JOURNAL
from counterfoil.shop.catalogue.store import names_of, tax_names_of
from counterfoil.shop.pricing.line_names import LineNames

#: Rows of one table that one timeline shows.
ROWS_MAX = 300
#: What terminals said so long around the sale belongs to it.
AROUND = timedelta(minutes=15)
#: What terminals say all the time, and what says nothing of a sale.
_HEARTBEAT = "heartbeat"

#: Nouns of subjects, and the tables whose rows they name, as evidence names them.
NOUNS = {
    "order": "orders",
    "payment": "payments",
    "acquirer_record": "acquirer_records",
    "slip": "slips",
    "notice": "notices",
    "parcel": "parcels",
    "return": "returns",
}


@dataclass(slots=True)
class _Found:
    """The rows that were found so far, and the names that lead further."""

    connection: sa.Connection
    merchant_id: MerchantId
    tables: dict[str, Sequence[Row]] = field(default_factory=dict)
    is_cut: bool = False

    def look(self, table: sa.Table, *any_of: sa.ColumnElement[bool], by: sa.ColumnElement[Any]) -> Sequence[Row]:
        """Fetch the rows of a table for which one of some conditions holds."""
        query = sa.select(table).where(table.c.merchant_id == self.merchant_id, sa.or_(*any_of))
        return self.fetched(table.name, query.order_by(by).limit(ROWS_MAX + 1))

    def fetched(self, name: str, query: sa.Select[Any]) -> Sequence[Row]:
        """Fetch the rows of a query."""
        rows: Sequence[Row] = [dict(row) for row in self.connection.execute(query).mappings()]
        self.is_cut = self.is_cut or len(rows) > ROWS_MAX
        self.tables[name] = rows[:ROWS_MAX]
        return self.tables[name]

    def names(self, table: str, column: str) -> set[str]:
        """Return what stands in one column of rows that were found."""
        return {row[column] for row in self.tables.get(table, ()) if row[column] is not None}


def books_of(
    connection: sa.Connection, merchant_id: MerchantId, subjects: Collection[str], evidence: Collection[tuple[str, str]]
) -> Books:
    """Return what belongs to some subjects and to the rows (table, id) that findings point at; 18 queries at most."""
    found = _Found(connection, merchant_id)
    named = {table: _named(subjects, noun, evidence, table) for noun, table in NOUNS.items()}
    named["orders"] |= _tied_orders(found, named["returns"])
    payments = _payments(found, named)
    orders = named["orders"] | found.names("payments", "order_id")
    found.look(ORDERS, ORDERS.c.order_id.in_(orders), by=ORDERS.c.placed_at)
    found.look(ORDER_LINES, ORDER_LINES.c.order_id.in_(orders), by=ORDER_LINES.c.line_no)
    _records(found, named["acquirer_records"], payments)
    found.look(
        *(RETURNS, RETURNS.c.order_id.in_(orders)),
        RETURNS.c.return_id.in_(named["returns"] | found.names("payments", "return_id") | _tied_returns(found, orders)),
        by=RETURNS.c.requested_at,
    )
    returns = found.names("returns", "return_id")
    found.look(
        *(SLIPS, SLIPS.c.order_id.in_(orders), SLIPS.c.payment_id.in_(payments), SLIPS.c.return_id.in_(returns)),
        SLIPS.c.slip_id.in_(named["slips"]),
        by=SLIPS.c.occurred_at,
    )
    found.look(
        *(NOTICES, NOTICES.c.order_id.in_(orders), NOTICES.c.payment_id.in_(payments)),
        *(NOTICES.c.our_reference.in_(payments), NOTICES.c.notice_id.in_(named["notices"])),
        by=NOTICES.c.occurred_at,
    )
    found.look(
        *(PARCELS, PARCELS.c.order_id.in_(orders), PARCELS.c.parcel_id.in_(named["parcels"])), by=PARCELS.c.parcel_id
    )
    parcels = found.names("parcels", "parcel_id")
    found.look(TRACKING_EVENTS, TRACKING_EVENTS.c.parcel_id.in_(parcels), by=TRACKING_EVENTS.c.occurred_at)
    _terminals(found)
    _facts(found, orders, payments, returns)
    return Books(tables=found.tables, is_cut=found.is_cut, names=_line_names(found))


def _named(subjects: Iterable[str], noun: str, evidence: Iterable[tuple[str, str]], table: str) -> set[str]:
    by_subject = {subject.removeprefix(f"{noun}:") for subject in subjects if subject.startswith(f"{noun}:")}
    return by_subject | {name for of, name in evidence if of == table}


def _tied_orders(found: _Found, returns: Collection[str]) -> set[str]:
    """Return the orders that people said returns are of; one query."""
    query = sa.select(TIES.c.order_id).where(_is_tied(found), TIES.c.row_id.in_(returns)).limit(ROWS_MAX)
    return {row.order_id for row in found.connection.execute(query)}


def _tied_returns(found: _Found, orders: Collection[str]) -> set[str]:
    """Return the returns that people said are of orders; one query."""
    query = sa.select(TIES.c.row_id).where(_is_tied(found), TIES.c.order_id.in_(orders)).limit(ROWS_MAX)
    return {row.row_id for row in found.connection.execute(query)}


def _is_tied(found: _Found) -> sa.ColumnElement[bool]:
    of_returns = sa.and_(TIES.c.merchant_id == found.merchant_id, TIES.c.noun == Noun.RETURN.value)
    return sa.and_(of_returns, sa.text(standing_now("ties")))


def _payments(found: _Found, named: dict[str, set[str]]) -> set[str]:
    """Fetch payments that are named or of a named order or record, what points at them, and what they point at."""
    # What is pointed at is asked for first: beside other conditions, a query within the query would read every payment.
    referred_to = sa.select(ACQUIRER_RECORDS.c.our_reference).where(
        ACQUIRER_RECORDS.c.merchant_id == found.merchant_id,
        ACQUIRER_RECORDS.c.record_id.in_(named["acquirer_records"]),
        ACQUIRER_RECORDS.c.our_reference.is_not(None),
    )
    own = {str(row.our_reference) for row in found.connection.execute(referred_to)}
    first = sa.select(PAYMENTS.c.payment_id, PAYMENTS.c.original_payment_id).where(
        PAYMENTS.c.merchant_id == found.merchant_id,
        sa.or_(
            PAYMENTS.c.payment_id.in_(named["payments"] | own),
            PAYMENTS.c.order_id.in_(named["orders"]),
            PAYMENTS.c.return_id.in_(named["returns"]),
        ),
    )
    names = {str(name) for row in found.connection.execute(first.limit(ROWS_MAX)) for name in row if name is not None}
    found.look(
        *(PAYMENTS, PAYMENTS.c.payment_id.in_(names)),
        PAYMENTS.c.original_payment_id.in_(names),
        by=PAYMENTS.c.occurred_at,
    )
    return found.names("payments", "payment_id")


def _line_names(found: _Found) -> LineNames:
    """Fetch what the lines are called now, in both languages."""
    skus = found.names("order_lines", "sku")
    return LineNames(
        items=names_of(found.connection, found.merchant_id, skus),
        taxes=tax_names_of(found.connection, found.merchant_id, skus),
    )


def _records(found: _Found, named: Collection[str], payments: Collection[str]) -> None:
    """Fetch the acquirers' records of payments, with the file that each came with."""
    numbers = found.names("payments", "acquirer_reference")
    query = (
        sa.select(ACQUIRER_RECORDS, BILLS.c.file_name)
        .join(
            BILLS,
            sa.and_(
                BILLS.c.merchant_id == ACQUIRER_RECORDS.c.merchant_id,
                BILLS.c.file_digest == ACQUIRER_RECORDS.c.came_with,
            ),
            isouter=True,
        )
        .where(
            ACQUIRER_RECORDS.c.merchant_id == found.merchant_id,
            sa.or_(
                ACQUIRER_RECORDS.c.record_id.in_(named),
                ACQUIRER_RECORDS.c.our_reference.in_(payments),
                ACQUIRER_RECORDS.c.original_reference.in_(payments),
                ACQUIRER_RECORDS.c.acquirer_reference.in_(numbers),
            ),
        )
        .order_by(ACQUIRER_RECORDS.c.occurred_at)
        .limit(ROWS_MAX + 1)
    )
    found.fetched("acquirer_records", query)


def _terminals(found: _Found) -> None:
    """Fetch what the terminals of the sale said around it."""
    orders, payments = found.tables["orders"], found.tables["payments"]
    times = [row["placed_at"] for row in orders] + [row["occurred_at"] for row in payments]
    terminals = found.names("orders", "terminal_id") | found.names("payments", "terminal_id")
    if not times or not terminals:
        found.tables["terminal_events"] = ()
        return
    around = [
        TERMINAL_EVENTS.c.occurred_at.between(at - AROUND, at + AROUND) for at in sorted(set(times))[:_AROUND_MAX]
    ]
    query = (
        sa.select(TERMINAL_EVENTS)
        .where(
            TERMINAL_EVENTS.c.merchant_id == found.merchant_id,
            TERMINAL_EVENTS.c.terminal_id.in_(terminals),
            TERMINAL_EVENTS.c.kind != _HEARTBEAT,
            sa.or_(*around),
        )
        .order_by(TERMINAL_EVENTS.c.occurred_at)
        .limit(ROWS_MAX + 1)
    )
    found.fetched("terminal_events", query)


def _facts(found: _Found, orders: Iterable[str], payments: Iterable[str], returns: Iterable[str]) -> None:
    """Fetch what the journal tells of the rows."""
    subjects = [
        *(f"order:{name}" for name in orders),
        *(f"payment:{name}" for name in payments),
        *(f"return:{name}" for name in returns),
    ]
    found.look(JOURNAL, JOURNAL.c.subject.in_(subjects), by=JOURNAL.c.recorded_at)


#: So many times of a sale are looked around; a sale has fewer.
_AROUND_MAX = 40
