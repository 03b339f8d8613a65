"""Writes what follows a sale: slips, notices, parcels, returns, and what the tills say of themselves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from counterfoil.world import town as towns
from counterfoil.world.sheet import Sheet
from counterfoil.world.words import (
    CARRIERS,
    CLOCK_VALUE_ZERO,
    EVENT_VALUES,
    PLACES,
    PRINTER_FAULTS,
    REASONS,
    TRACKING_REASONS,
)
from counterfoil.world.writing.columns import decimals, degrees, enum_column, moments, whole_numbers
from counterfoil.world.writing.lettering import words
from counterfoil.world.writing.pen import Pen


def slips(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    """Write the book of slips."""
    names = pen.names
    return {
        "slip_id": names.slip_id(sheet["sid"]),
        "order_id": names.order_id(sheet["oid"]),
        "payment_id": names.payment_id(sheet["pid"]),
        "return_id": names.return_id(sheet["rid"]),
        "kind": enum_column("slips", "kind", sheet["kind"]),
        "form": enum_column("slips", "form", sheet["form"]),
        "state": enum_column("slips", "state", sheet["state"]),
        "fault": words(sheet["fault"], PRINTER_FAULTS),
        "copy_no": whole_numbers(sheet["copy_no"]),
        "amount_minor": whole_numbers(sheet["amount"]),
        "occurred_at": moments(sheet["occurred"]),
        "terminal_id": pen.terminals(sheet["terminal"]),
    }


def notices(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    """Write the book of notices."""
    names = pen.names
    return {
        "notice_id": names.notice_id(sheet["nid"]),
        "origin": enum_column("notices", "origin", sheet["origin"]),
        "channel": enum_column("notices", "channel", sheet["channel"]),
        "says": enum_column("notices", "says", sheet["says"]),
        "state": enum_column("notices", "state", sheet["state"]),
        "order_id": names.order_id(sheet["oid"]),
        "payment_id": names.payment_id(sheet["pid"]),
        "our_reference": names.foreign_number(sheet["foreign"]),
        "amount_minor": whole_numbers(sheet["amount"]),
        "customer_key": names.customer_key(sheet["cust"]),
        "instrument_tail": names.instrument_tail(sheet["inst"]),
        "occurred_at": moments(sheet["occurred"]),
    }


def parcels(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    """Write the book of parcels."""
    return {
        "parcel_id": pen.names.parcel_id(sheet["kid"]),
        "order_id": pen.names.order_id(sheet["oid"]),
        "carrier": words(sheet["carrier"], CARRIERS),
        "tracking_number": pen.names.tracking_number(sheet["tracking"]),
        "shipped_at": moments(sheet["shipped"]),
        "uploaded_at": moments(sheet["uploaded"]),
        "promised_at": moments(sheet["promised"]),
        "state": enum_column("parcels", "state", sheet["state"]),
        "delivered_at": moments(sheet["delivered"]),
        "disputed_at": moments(sheet["disputed"]),
        "dispute": enum_column("parcels", "dispute", sheet["dispute"]),
        "confirmed_at": moments(sheet["confirmed"]),
        "confirmed_by": enum_column("parcels", "confirmed_by", sheet["confirmed_by"]),
    }


def tracking_events(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    """Write the book of tracking events."""
    return {
        "parcel_id": pen.names.parcel_id(sheet["kid"]),
        "occurred_at": moments(sheet["occurred"]),
        "status": enum_column("tracking_events", "status", sheet["status"]),
        "reason": words(sheet["reason"], TRACKING_REASONS),
        "place": words(sheet["place"], [name for name, _, _ in PLACES]),
        "lat": degrees(sheet["place"], 1),
        "lon": degrees(sheet["place"], 2),
    }


def returns(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    """Write the book of returns."""
    names = pen.names
    return {
        "return_id": names.return_id(sheet["rid"]),
        "order_id": names.order_id(sheet["oid"]),
        "state": enum_column("returns", "state", sheet["state"]),
        "requested_at": moments(sheet["requested"]),
        "decided_at": moments(sheet["decided"]),
        "received_at": moments(sheet["received"]),
        "operator_id": pen.staff(sheet["operator"]),
        "authoriser_id": pen.staff(sheet["authoriser"]),
        "reason": words(sheet["reason"], REASONS),
        "amount_minor": whole_numbers(sheet["amount"]),
        "customer_key": names.customer_key(sheet["cust"]),
        "instrument_key": names.instrument_key(sheet["inst"]),
        "restocked_at": moments(sheet["restocked"]),
    }


def return_lines(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    """Write the book of return lines."""
    return {
        "return_id": pen.names.return_id(sheet["rid"]),
        "line_no": whole_numbers(sheet["line_no"]),
        "sku": pen.skus(sheet["sku"], towns.sku_name),
        "quantity": decimals(sheet["qty"]),
        "amount_minor": whole_numbers(sheet["amount"]),
        "line_kind": enum_column("return_lines", "line_kind", sheet["kind"]),
        "order_line_no": whole_numbers(sheet["order_line_no"]),
        "condition": enum_column("return_lines", "condition", sheet["condition"]),
    }


def terminal_events(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    """Write the book of terminal events."""
    offsets = range(-towns.CLOCK_SKEW_MAX_MS // 1000 - 1, towns.CLOCK_SKEW_MAX_MS // 1000 + 2)
    values = [*EVENT_VALUES, *(str(offset) for offset in offsets)]
    clock = sheet["value"] - CLOCK_VALUE_ZERO - offsets[0] + len(EVENT_VALUES)
    return {
        "terminal_id": pen.terminals(sheet["terminal"]),
        "occurred_at": moments(sheet["occurred"]),
        "kind": enum_column("terminal_events", "kind", sheet["kind"]),
        "value": words(np.where(sheet["value"] < len(EVENT_VALUES), sheet["value"], clock), values),
        "detail": pa.nulls(len(sheet), pa.string()),
    }
