"""A history as it was known at a moment: rows that had come in by then, and of them what had happened by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

Row = Mapping[str, Any]
Books = Mapping[str, Sequence[Row]]

#: When a row comes in: the first of these that it has.
_COMES_AT = {
    "orders": ("placed_at",),
    "payments": ("occurred_at",),
    "acquirer_records": ("occurred_at",),
    "slips": ("occurred_at",),
    "notices": ("occurred_at",),
    "tracking_events": ("occurred_at",),
    "returns": ("requested_at",),
    "terminal_events": ("occurred_at",),
}
#: Lines come with what they are lines of, and a parcel with its order.
_COMES_WITH = {
    "order_lines": ("orders", "order_id"),
    "return_lines": ("returns", "return_id"),
    "parcels": ("orders", "order_id"),
}

#: A bill comes so long after what stands in it.
BILLED_AFTER = timedelta(hours=20)


def known_at(books: Books, moment: datetime) -> dict[str, list[Row]]:
    """Return the books as they stood at a moment."""
    known: dict[str, list[Row]] = {name: [] for name in books}
    for name, (column,) in _COMES_AT.items():
        for row in books.get(name, ()):
            late = BILLED_AFTER if row.get("source", "webhook") in {None, "bill", "settlement"} else timedelta()
            if row[column] + late <= moment:
                known[name].append(_as_it_stood(name, row, moment))
    for name, (owner, key) in _COMES_WITH.items():
        # Lines of nothing that anybody knows are there from the start.
        later = {row[key] for row in books.get(owner, ())} - {row[key] for row in known.get(owner, ())}
        known[name] = [_as_it_stood(name, row, moment) for row in books.get(name, ()) if row[key] not in later]
    return known


def _as_it_stood(name: str, row: Row, moment: datetime) -> Row:
    happened = {"orders": "closed_at", "payments": "decided_at", "returns": "decided_at"}
    begun = {"orders": "open", "payments": "intended", "returns": "requested"}
    stood = dict(row)
    if name in happened and (row.get(happened[name]) or moment) > moment:
        stood |= {happened[name]: None, "state": begun[name]}
    if name == "parcels":
        for column in ("shipped_at", "uploaded_at", "delivered_at", "disputed_at", "confirmed_at"):
            if (row.get(column) or moment) > moment:
                stood[column] = None
                stood["state"] = "shipped" if stood["shipped_at"] is not None else "created"
        stood["dispute"] = stood["dispute"] if stood["disputed_at"] is not None else None
        stood["confirmed_by"] = stood["confirmed_by"] if stood["confirmed_at"] is not None else None
    if name == "returns":
        for column in ("received_at", "restocked_at"):
            if (row.get(column) or moment) > moment:
                stood[column] = None
    return stood
