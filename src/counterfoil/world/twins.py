"""A second order like the first: what a double is, and what a genuine repeat looks like too."""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.chance import Ints
from counterfoil.world.sheet import NULL, Rows, Sheet
from counterfoil.world.town import INSTRUMENTS_PER_PERSON, TERMINALS_PER_STORE

#: Columns that hold moments, by sheet.
_MOMENTS = {
    "orders": ("placed", "closed"),
    "lines": ("voided",),
    "payments": ("occurred", "decided"),
    "records": ("occurred",),
    "slips": ("occurred",),
    "notices": ("occurred",),
}
_ORDERS, _PAYMENTS, _RECORDS = 1, numbers.PAYMENTS_PER_ORDER, numbers.PAYMENTS_PER_ORDER * numbers.RECORDS_PER_PAYMENT
#: Columns that number things of the order, with how many of such numbers an order has.
_NUMBERS = {
    "orders": {"oid": _ORDERS, "request": _ORDERS},
    "lines": {"oid": _ORDERS},
    "payments": {
        "pid": _PAYMENTS, "oid": _ORDERS, "original": _PAYMENTS, "request": _PAYMENTS,
        "stan": _RECORDS, "rrn": _RECORDS, "approval": _RECORDS,
    },
    "records": {
        "eid": _RECORDS, "aref": _RECORDS, "ours": _PAYMENTS, "orig": _PAYMENTS,
        "stan": _RECORDS, "rrn": _RECORDS, "approval": _RECORDS,
    },
    "slips": {"sid": numbers.SLIPS_PER_ORDER, "oid": _ORDERS, "pid": _PAYMENTS},
    "notices": {"nid": numbers.NOTICES_PER_ORDER, "oid": _ORDERS, "pid": _PAYMENTS},
}  # fmt: skip


def twin(rows: Rows, later: Ints) -> Rows:
    """Ring the same order up again, so much later, with a payment, record and slip of its own.

    Meant for orders that are carried out and paid at once, whose records echo our payment's id.
    """
    slot = rows.orders["slot"]
    sheets = rows.without("parcels", "tracking", "returns", "return_lines", "events", "truth", "lost").sheets()
    made = {name: _again(sheets[name], slot, later, name) for name in _NUMBERS}
    return Rows.of(**made)


def _again(whole: Sheet, slot: Ints, later: Ints, name: str) -> Sheet:
    shift = later[np.searchsorted(slot, whole["slot"])]
    moved = {column: np.where(whole[column] == NULL, NULL, whole[column] + shift) for column in _MOMENTS[name]}
    counted = {
        column: np.where(whole[column] == NULL, NULL, whole[column] + size) for column, size in _NUMBERS[name].items()
    }
    return whole.set(**moved, **counted)


def at_terminal(rows: Rows, terminal: Ints | int) -> Rows:
    """Ring the orders up at another till of theirs, one for each order."""
    slot = rows.orders["slot"]
    places = np.broadcast_to(np.asarray(terminal, dtype=np.int64), slot.shape)
    sheets = {
        name: each.set(terminal=places[np.searchsorted(slot, each["slot"])])
        for name, each in rows.sheets().items()
        if name in {"orders", "payments", "records", "slips"} and len(each)
    }
    return rows.but(**sheets)


def next_terminal(orders: Sheet) -> Ints:
    """Another till of the same store."""
    store, place = np.divmod(orders["terminal"], TERMINALS_PER_STORE)
    other: Ints = store * TERMINALS_PER_STORE + (place + 1) % TERMINALS_PER_STORE
    return other


def by_person(rows: Rows, person: Ints) -> Rows:
    """Let somebody else be the customer of each order, with their own card or wallet."""
    slot = rows.orders["slot"]
    orders = rows.orders.set(cust=np.where(rows.orders["cust"] == NULL, NULL, person))

    def with_card(whole: Sheet) -> Sheet:
        tender = whole["inst"] % INSTRUMENTS_PER_PERSON
        of = person[np.searchsorted(slot, whole["slot"])]
        return whole.set(inst=np.where(whole["inst"] == NULL, NULL, of * INSTRUMENTS_PER_PERSON + tender))

    return rows.but(
        orders=orders,
        payments=with_card(rows.payments),
        records=with_card(rows.records),
        notices=with_card(rows.notices),
    )
