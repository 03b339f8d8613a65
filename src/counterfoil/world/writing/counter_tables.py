"""Writes what happens at the counter: orders, their lines, payments, and the acquirers' records of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa

from counterfoil.world import town as towns
from counterfoil.world.acquiring import (
    ORIG_FOREIGN,
    ORIG_PAYMENT,
    ORIG_RECORD,
    OURS_FOREIGN,
    OURS_ORDER,
    OURS_PAYMENT,
    OURS_REQUEST,
)
from counterfoil.world.chance import Ints
from counterfoil.world.sheet import NULL, Sheet
from counterfoil.world.town import TERMINALS_PER_STORE
from counterfoil.world.words import ACQUIRERS, REASONS, RESPONSES
from counterfoil.world.writing.columns import days, decimals, enum_column, moments, truth_values, whole_numbers
from counterfoil.world.writing.lettering import decimal_ids, words
from counterfoil.world.writing.naming import Names
from counterfoil.world.writing.pen import Pen

_SEQUENCE_DIGITS = 6


def orders(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    """Write the book of orders."""
    names = pen.names
    sequence = names.order(sheet["oid"]) % 10**_SEQUENCE_DIGITS
    return {
        "order_id": names.order_id(sheet["oid"]),
        "store_id": pen.stores(sheet["store"]),
        "terminal_id": pen.terminals(sheet["terminal"]),
        "operator_id": pen.staff(sheet["operator"]),
        "sequence_no": decimal_ids("", sequence, _SEQUENCE_DIGITS),
        "placed_at": moments(sheet["placed"]),
        "closed_at": moments(sheet["closed"]),
        "business_date": days(sheet["bday"]),
        "state": enum_column("orders", "state", sheet["state"]),
        "total_minor": whole_numbers(sheet["total"]),
        "customer_key": names.customer_key(sheet["cust"]),
        "request_id": names.order_request_id(sheet["request"]),
        "fulfilment": enum_column("orders", "fulfilment", sheet["fulfil"]),
        "promised_at": moments(sheet["promised"]),
        "address_ok": truth_values(sheet["address_ok"]),
        "channel": enum_column("orders", "channel", sheet["channel"]),
        "training": truth_values(sheet["training"]),
        "repeat_of": names.order_id(sheet["repeat_of"]),
    }


def order_lines(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    """Write the book of order lines."""
    return {
        "order_id": pen.names.order_id(sheet["oid"]),
        "line_no": whole_numbers(sheet["line_no"]),
        "sku": pen.skus(sheet["sku"], towns.sku_name),
        "name": pen.skus(sheet["sku"], towns.sku_title),
        "quantity": decimals(sheet["qty"]),
        "amount_minor": whole_numbers(sheet["amount"]),
        "line_kind": enum_column("order_lines", "line_kind", sheet["kind"]),
        "voided_at": moments(sheet["voided"]),
        "entry": enum_column("order_lines", "entry", sheet["entry"]),
    }


def payments(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    """Write the book of payments."""
    names = pen.names
    return {
        "payment_id": names.payment_id(sheet["pid"]),
        "order_id": names.order_id(sheet["oid"]),
        "return_id": names.return_id(sheet["rid"]),
        "kind": enum_column("payments", "kind", sheet["kind"]),
        "original_payment_id": names.payment_id(sheet["original"]),
        "tender": enum_column("payments", "tender", sheet["tender"]),
        "amount_minor": whole_numbers(sheet["amount"]),
        "state": enum_column("payments", "state", sheet["state"]),
        "occurred_at": moments(sheet["occurred"]),
        "decided_at": moments(sheet["decided"]),
        "business_date": days(sheet["bday"]),
        "request_id": names.request_id(sheet["request"]),
        "instrument_key": names.instrument_key(sheet["inst"]),
        "instrument_tail": names.instrument_tail(sheet["inst"]),
        "terminal_id": pen.terminals(sheet["terminal"]),
        "operator_id": pen.staff(sheet["operator"]),
        "authoriser_id": pen.staff(sheet["authoriser"]),
        "reason": words(sheet["reason"], REASONS),
        "acquirer": words(sheet["acquirer"], ACQUIRERS),
        "stan": names.stan(sheet["stan"]),
        "rrn": names.rrn(sheet["rrn"]),
        "approval_code": names.approval_code(sheet["approval"]),
        "response_code": words(sheet["response"], RESPONSES),
    }


def acquirer_records(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    """Write the book of acquirer records."""
    names = pen.names
    store = np.where(sheet["terminal"] == NULL, NULL, sheet["terminal"] // TERMINALS_PER_STORE)
    return {
        "record_id": names.record_id(sheet["eid"], sheet["source"], sheet["again"]),
        "acquirer": words(sheet["acquirer"], ACQUIRERS),
        "source": enum_column("acquirer_records", "source", sheet["source"]),
        "kind": enum_column("acquirer_records", "kind", sheet["kind"]),
        "state": enum_column("acquirer_records", "state", sheet["state"]),
        "amount_minor": whole_numbers(sheet["amount"]),
        "occurred_at": moments(sheet["occurred"]),
        "settled_on": days(sheet["settled"]),
        "our_reference": _our_reference(names, sheet),
        "original_reference": _original_reference(names, sheet),
        "acquirer_reference": names.platform_number(sheet["aref"]),
        "stan": names.stan(sheet["stan"]),
        "rrn": names.rrn(sheet["rrn"]),
        "approval_code": names.approval_code(sheet["approval"]),
        "store_id": pen.stores(store),
        "terminal_id": pen.terminals(sheet["terminal"]),
        "operator_id": pen.staff(sheet["operator"]),
        "instrument_key": names.instrument_key(sheet["inst"]),
        "instrument_tail": names.instrument_tail(sheet["inst"]),
    }


def _our_reference(names: Names, sheet: Sheet) -> pa.Array:
    ways = {
        OURS_PAYMENT: names.payment_id,
        OURS_REQUEST: names.request_id,
        OURS_ORDER: names.order_id,
        OURS_FOREIGN: names.foreign_number,
    }
    return _one_of(ways, sheet["ours_as"], sheet["ours"])


def _original_reference(names: Names, sheet: Sheet) -> pa.Array:
    ways = {ORIG_PAYMENT: names.payment_id, ORIG_RECORD: names.platform_number, ORIG_FOREIGN: names.foreign_number}
    return _one_of(ways, sheet["orig_as"], sheet["orig"])


def _one_of(ways: Mapping[int, Callable[[Ints], pa.Array]], way: Ints, number: Ints) -> pa.Array:
    """Write each number in the way that stands beside it; most rows of a column share one way."""
    written = pa.nulls(len(way), pa.string())
    for each, write in ways.items():
        chosen = way == each
        if chosen.any():
            ids = write(np.where(chosen, number, NULL))
            written = ids if written.null_count == len(written) else written.fill_null(ids)
    return written
