"""Writes sheets of numbers as the tables of the book format, row by row the same, with ids, words and times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from counterfoil.books.format import TABLES
from counterfoil.errors import Bug
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
from counterfoil.world.lettering import decimal_ids, flags, plain, words
from counterfoil.world.naming import Names
from counterfoil.world.schema import SCHEMAS
from counterfoil.world.sheet import NULL, Sheet
from counterfoil.world.town import TERMINALS_PER_STORE, Town
from counterfoil.world.words import (
    ACQUIRERS,
    CARRIERS,
    CLOCK_VALUE_ZERO,
    EVENT_VALUES,
    PLACES,
    PRINTER_FAULTS,
    REASONS,
    RESPONSES,
    TRACKING_REASONS,
)

_MICROSECONDS = 1000
_SEQUENCE_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """What is needed to write a merchant's tables."""

    names: Names
    town: Town
    merchant_id: str
    currency: str

    def table(self, name: str, sheet: Sheet) -> pa.Table:
        """Write one sheet as the table of the same meaning."""
        written = {"merchant_id": self._constant(self.merchant_id, len(sheet))}
        written |= _WRITERS[name](self, sheet)
        if "currency" in TABLES[name].names:
            written["currency"] = self._constant(self.currency, len(sheet))
        if tuple(sorted(written)) != tuple(sorted(TABLES[name].names)):
            raise Bug(f"{name}: columns {sorted(set(written) ^ set(TABLES[name].names))}")
        columns = [_typed(name, column, written[column]) for column in TABLES[name].names]
        return pa.Table.from_arrays(columns, names=list(TABLES[name].names))

    def stores(self, store: Ints) -> pa.Array:
        """The ids of stores."""
        return words(store, [towns.store_name(each) for each in range(self.town.stores)])

    def terminals(self, terminal: Ints) -> pa.Array:
        """The ids of terminals."""
        return words(terminal, [towns.terminal_name(each) for each in range(self.town.terminals)])

    def staff(self, staff: Ints) -> pa.Array:
        """The ids of operators and managers."""
        return words(staff, [towns.staff_name(each) for each in range(self.town.stores * towns.STAFF_PER_STORE)])

    def skus(self, sku: Ints, of: Callable[[int], str]) -> pa.Array:
        """The codes or the titles of articles."""
        return words(sku, [of(each) for each in range(towns.SKU_COUPON + 1)])

    def _constant(self, text: str, rows: int) -> pa.Array:
        return words(np.zeros(rows, dtype=np.int64), [text])


def _orders(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    names = pen.names
    sequence = names.order(sheet["oid"]) % 10**_SEQUENCE_DIGITS
    return {
        "order_id": names.order_id(sheet["oid"]),
        "store_id": pen.stores(sheet["store"]),
        "terminal_id": pen.terminals(sheet["terminal"]),
        "operator_id": pen.staff(sheet["operator"]),
        "sequence_no": decimal_ids("", sequence, _SEQUENCE_DIGITS),
        "placed_at": _times(sheet["placed"]),
        "closed_at": _times(sheet["closed"]),
        "business_date": _dates(sheet["bday"]),
        "state": _enum("orders", "state", sheet["state"]),
        "total_minor": _ints(sheet["total"]),
        "customer_key": names.customer_key(sheet["cust"]),
        "request_id": names.order_request_id(sheet["request"]),
        "fulfilment": _enum("orders", "fulfilment", sheet["fulfil"]),
        "promised_at": _times(sheet["promised"]),
        "address_ok": _bools(sheet["address_ok"]),
        "channel": _enum("orders", "channel", sheet["channel"]),
        "training": _bools(sheet["training"]),
        "repeat_of": names.order_id(sheet["repeat_of"]),
    }


def _order_lines(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    return {
        "order_id": pen.names.order_id(sheet["oid"]),
        "line_no": _ints(sheet["line_no"]),
        "sku": pen.skus(sheet["sku"], towns.sku_name),
        "name": pen.skus(sheet["sku"], towns.sku_title),
        "quantity": _decimals(sheet["qty"]),
        "amount_minor": _ints(sheet["amount"]),
        "line_kind": _enum("order_lines", "line_kind", sheet["kind"]),
        "voided_at": _times(sheet["voided"]),
        "entry": _enum("order_lines", "entry", sheet["entry"]),
    }


def _payments(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    names = pen.names
    return {
        "payment_id": names.payment_id(sheet["pid"]),
        "order_id": names.order_id(sheet["oid"]),
        "return_id": names.return_id(sheet["rid"]),
        "kind": _enum("payments", "kind", sheet["kind"]),
        "original_payment_id": names.payment_id(sheet["original"]),
        "tender": _enum("payments", "tender", sheet["tender"]),
        "amount_minor": _ints(sheet["amount"]),
        "state": _enum("payments", "state", sheet["state"]),
        "occurred_at": _times(sheet["occurred"]),
        "decided_at": _times(sheet["decided"]),
        "business_date": _dates(sheet["bday"]),
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


def _acquirer_records(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    names = pen.names
    store = np.where(sheet["terminal"] == NULL, NULL, sheet["terminal"] // TERMINALS_PER_STORE)
    return {
        "record_id": names.record_id(sheet["eid"], sheet["source"], sheet["again"]),
        "acquirer": words(sheet["acquirer"], ACQUIRERS),
        "source": _enum("acquirer_records", "source", sheet["source"]),
        "kind": _enum("acquirer_records", "kind", sheet["kind"]),
        "state": _enum("acquirer_records", "state", sheet["state"]),
        "amount_minor": _ints(sheet["amount"]),
        "occurred_at": _times(sheet["occurred"]),
        "settled_on": _dates(sheet["settled"]),
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


def _slips(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    names = pen.names
    return {
        "slip_id": names.slip_id(sheet["sid"]),
        "order_id": names.order_id(sheet["oid"]),
        "payment_id": names.payment_id(sheet["pid"]),
        "return_id": names.return_id(sheet["rid"]),
        "kind": _enum("slips", "kind", sheet["kind"]),
        "form": _enum("slips", "form", sheet["form"]),
        "state": _enum("slips", "state", sheet["state"]),
        "fault": words(sheet["fault"], PRINTER_FAULTS),
        "copy_no": _ints(sheet["copy_no"]),
        "amount_minor": _ints(sheet["amount"]),
        "occurred_at": _times(sheet["occurred"]),
        "terminal_id": pen.terminals(sheet["terminal"]),
    }


def _notices(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    names = pen.names
    return {
        "notice_id": names.notice_id(sheet["nid"]),
        "origin": _enum("notices", "origin", sheet["origin"]),
        "channel": _enum("notices", "channel", sheet["channel"]),
        "says": _enum("notices", "says", sheet["says"]),
        "state": _enum("notices", "state", sheet["state"]),
        "order_id": names.order_id(sheet["oid"]),
        "payment_id": names.payment_id(sheet["pid"]),
        "our_reference": names.foreign_number(sheet["foreign"]),
        "amount_minor": _ints(sheet["amount"]),
        "customer_key": names.customer_key(sheet["cust"]),
        "instrument_tail": names.instrument_tail(sheet["inst"]),
        "occurred_at": _times(sheet["occurred"]),
    }


def _parcels(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    return {
        "parcel_id": pen.names.parcel_id(sheet["kid"]),
        "order_id": pen.names.order_id(sheet["oid"]),
        "carrier": words(sheet["carrier"], CARRIERS),
        "tracking_number": pen.names.tracking_number(sheet["tracking"]),
        "shipped_at": _times(sheet["shipped"]),
        "uploaded_at": _times(sheet["uploaded"]),
        "promised_at": _times(sheet["promised"]),
        "state": _enum("parcels", "state", sheet["state"]),
        "delivered_at": _times(sheet["delivered"]),
        "disputed_at": _times(sheet["disputed"]),
        "dispute": _enum("parcels", "dispute", sheet["dispute"]),
        "confirmed_at": _times(sheet["confirmed"]),
        "confirmed_by": _enum("parcels", "confirmed_by", sheet["confirmed_by"]),
    }


def _tracking_events(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    return {
        "parcel_id": pen.names.parcel_id(sheet["kid"]),
        "occurred_at": _times(sheet["occurred"]),
        "status": _enum("tracking_events", "status", sheet["status"]),
        "reason": words(sheet["reason"], TRACKING_REASONS),
        "place": words(sheet["place"], [name for name, _, _ in PLACES]),
        "lat": _degrees(sheet["place"], 1),
        "lon": _degrees(sheet["place"], 2),
    }


def _returns(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    names = pen.names
    return {
        "return_id": names.return_id(sheet["rid"]),
        "order_id": names.order_id(sheet["oid"]),
        "state": _enum("returns", "state", sheet["state"]),
        "requested_at": _times(sheet["requested"]),
        "decided_at": _times(sheet["decided"]),
        "received_at": _times(sheet["received"]),
        "operator_id": pen.staff(sheet["operator"]),
        "authoriser_id": pen.staff(sheet["authoriser"]),
        "reason": words(sheet["reason"], REASONS),
        "amount_minor": _ints(sheet["amount"]),
        "customer_key": names.customer_key(sheet["cust"]),
        "instrument_key": names.instrument_key(sheet["inst"]),
        "restocked_at": _times(sheet["restocked"]),
    }


def _return_lines(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    return {
        "return_id": pen.names.return_id(sheet["rid"]),
        "line_no": _ints(sheet["line_no"]),
        "sku": pen.skus(sheet["sku"], towns.sku_name),
        "quantity": _decimals(sheet["qty"]),
        "amount_minor": _ints(sheet["amount"]),
        "line_kind": _enum("return_lines", "line_kind", sheet["kind"]),
        "order_line_no": _ints(sheet["order_line_no"]),
        "condition": _enum("return_lines", "condition", sheet["condition"]),
    }


def _terminal_events(pen: Pen, sheet: Sheet) -> Mapping[str, pa.Array]:
    offsets = range(-towns.CLOCK_SKEW_MAX_MS // 1000 - 1, towns.CLOCK_SKEW_MAX_MS // 1000 + 2)
    values = [*EVENT_VALUES, *(str(offset) for offset in offsets)]
    clock = sheet["value"] - CLOCK_VALUE_ZERO - offsets[0] + len(EVENT_VALUES)
    return {
        "terminal_id": pen.terminals(sheet["terminal"]),
        "occurred_at": _times(sheet["occurred"]),
        "kind": _enum("terminal_events", "kind", sheet["kind"]),
        "value": words(np.where(sheet["value"] < len(EVENT_VALUES), sheet["value"], clock), values),
        "detail": pa.nulls(len(sheet), pa.string()),
    }


_WRITERS: Mapping[str, Callable[[Pen, Sheet], Mapping[str, pa.Array]]] = {
    "orders": _orders,
    "order_lines": _order_lines,
    "payments": _payments,
    "acquirer_records": _acquirer_records,
    "slips": _slips,
    "notices": _notices,
    "parcels": _parcels,
    "tracking_events": _tracking_events,
    "returns": _returns,
    "return_lines": _return_lines,
    "terminal_events": _terminal_events,
}


def _enum(table: str, column: str, number: Ints) -> pa.Array:
    return words(number, TABLES[table].column(column).words)


def _ints(number: Ints) -> pa.Array:
    return plain(number, pa.int64(), number == NULL)


def _times(moment: Ints) -> pa.Array:
    return plain(moment * _MICROSECONDS, pa.timestamp("us", tz="UTC"), moment == NULL)


def _dates(day: Ints) -> pa.Array:
    return plain(day.astype(np.int32), pa.date32(), day == NULL)


def _bools(number: Ints) -> pa.Array:
    return flags(number == 1, number == NULL)


def _degrees(place: Ints, which: int) -> pa.Array:
    return plain(np.array([each[which] for each in PLACES], dtype=np.float64)[place], pa.float64())


def _decimals(ten_thousandths: Ints) -> pa.Array:
    """Write whole ten-thousandths as decimals of scale four: sixteen bytes, the low half first."""
    halves = np.zeros((len(ten_thousandths), 2), dtype=np.int64)
    halves[:, 0] = ten_thousandths
    return plain(halves, pa.decimal128(18, 4))


def _typed(table: str, column: str, written: pa.Array) -> pa.Array:
    wanted = SCHEMAS[table].field(column).type
    plain = written.type.value_type if pa.types.is_dictionary(written.type) else written.type
    if plain != wanted:
        raise Bug(f"{table}.{column} is {plain}, and the format wants {wanted}")
    return written
