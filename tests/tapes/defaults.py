"""What a tape fills in for each table, so that a row that says little is complete and clean.

The same list, for readers, stands in `docs/reference/tapes.md`.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from counterfoil.books.format import TABLES

from .rows import Defaults, Making, base_of
from .words import Row, basket, sum_of

PLACE = {"store_id": "S1", "terminal_id": "T1", "operator_id": "op1"}
#: Who approves what needs a second person.
AUTHORISER = "mgr1"
#: Tenders that a bill is expected for, and whose.
ACQUIRERS = {"wechat": "wechat", "alipay": "alipay", "unionpay_code": "unionpay", "card": "bank"}
_SECOND, _HOUR, _DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def _order(making: Making) -> None:
    said, row = making.said, making.row
    if row["placed_at"] is None:
        raise ValueError("an order wants a time")
    if said.lines and said.lines != "-":
        total = sum_of(basket(said.lines, row["currency"]))
        if "total_minor" in making.given and row["total_minor"] != total:
            raise ValueError(f"the lines sum to {total}, the total is {row['total_minor']}")
        making.default(total_minor=total)
    elif said.lines is None and row["total_minor"] is not None:
        said.lines = f"item*1@{said.amount or said.fields['total_minor']}"
    making.default(state="paid", fulfilment="carry_out", channel="till", training=False, **PLACE)
    making.default(closed_at=None if row["state"] == "open" else row["placed_at"])
    if row["fulfilment"] == "delivery":
        making.default(address_ok=True)


def _order_line(making: Making) -> None:
    making.default(quantity=Decimal(1))


def _payment(making: Making) -> None:
    history, row, merchant = making.history, making.row, making.row["merchant_id"]
    original: Row = {}
    if making.origin_table == "orders":
        making.copy("order_id", amount_minor="total_minor")
    elif making.origin_table == "returns":
        making.default(kind="refund")
        making.copy("return_id", "order_id", "amount_minor", "instrument_key")
        known = making.origin["order_id"]
        sales = history.of_table("payments", merchant, "order_id", known) if known else []
        original = next((sale for sale in sales if sale["kind"] == "sale"), {})
    elif making.origin_table == "payments":
        if making.row["kind"] in {None, "sale"}:
            raise ValueError("a payment of a payment is a void, a reversal or a refund; say which")
        original = making.origin
    elif making.origin_table is not None:
        raise ValueError(f"a payment cannot be of {making.origin_table}")
    making.default(kind="sale")
    _follow_original(making, original)
    making.default(tender="cash", state="approved", terminal_id="T1", operator_id="op1")
    making.default(acquirer=ACQUIRERS.get(row["tender"]))
    shift = _SECOND * 0 if row["kind"] == "sale" or making.origin_table == "returns" else _SECOND * 300
    base = base_of(making.origin_table, making.origin)
    making.default(occurred_at=base + shift if base else None)
    making.default(decided_at=None if row["state"] in {"intended", "unknown"} else row["occurred_at"])
    if row["kind"] != "sale":
        making.default(authoriser_id=AUTHORISER, reason="wrong tender")


def _follow_original(making: Making, original: Row) -> None:
    """A void, a reversal or a refund resembles the payment that it gives back."""
    if original:
        making.default(original_payment_id=original["payment_id"])
        for name in ("order_id", "amount_minor", "tender", "acquirer", "instrument_key", "instrument_tail"):
            making.default(**{name: original[name]})


def _record(making: Making) -> None:
    row = making.row
    if making.origin_table == "payments":
        making.copy("acquirer", "kind", "amount_minor", "occurred_at", "stan", "rrn", "approval_code")
        making.copy("terminal_id", "operator_id", "instrument_key", "instrument_tail")
        making.copy(our_reference="payment_id", original_reference="original_payment_id")
        making.default(acquirer_reference=f"N-{making.origin['payment_id']}")
    elif making.origin_table == "orders":
        making.copy("store_id", "terminal_id", our_reference="order_id", amount_minor="total_minor")
        making.copy(occurred_at="placed_at")
        making.default(acquirer_reference=f"N-{making.origin['order_id']}")
    elif making.origin_table is not None:
        raise ValueError(f"a record cannot be of {making.origin_table}")
    making.default(kind="sale", state="succeeded", source="bill", acquirer_reference=f"N-{row['record_id']}", **PLACE)


def _slip(making: Making) -> None:
    origin = making.origin
    match making.origin_table:
        case "orders":
            making.copy("order_id", amount_minor="total_minor")
            making.default(kind="sale")
        case "payments":
            kind = origin["kind"] if origin["kind"] in {"sale", "refund"} else "void"
            making.copy("order_id", "payment_id", "return_id", "amount_minor")
            making.default(kind=kind)
        case "returns":
            making.copy("order_id", "return_id", "amount_minor")
            making.default(kind="return")
        case None:
            making.default(kind="sale")
        case table:
            raise ValueError(f"a slip cannot be of {table}")
    making.default(form="paper", state="printed", copy_no=0, terminal_id="T1")
    base = base_of(making.origin_table, origin)
    making.default(occurred_at=base + _SECOND * 10 if base else None)


def _notice(making: Making) -> None:
    match making.origin_table:
        case "orders":
            making.copy("order_id", "customer_key", amount_minor="total_minor")
        case "payments":
            making.copy("order_id", "payment_id", "instrument_tail", "amount_minor")
        case None:
            pass
        case table:
            raise ValueError(f"a notice cannot be of {table}")
    making.default(origin="acquirer", channel="sms", says="charged", state="delivered")
    base = base_of(making.origin_table, making.origin)
    making.default(occurred_at=base + _SECOND * 5 if base else None)


def _parcel(making: Making) -> None:
    row, start = making.row, making.origin.get("placed_at")
    if making.origin_table == "orders":
        making.copy("order_id")
    elif making.origin_table is not None:
        raise ValueError(f"a parcel cannot be of {making.origin_table}")
    reached = [word for word in ("shipped", "delivered", "confirmed") if row[f"{word}_at"] is not None]
    making.default(state=reached[-1] if reached else "created")
    steps = {"shipped": 2 * _HOUR, "delivered": _DAY + 2 * _HOUR, "confirmed": 2 * _DAY + 2 * _HOUR}
    known = {"created": 0, "shipped": 1, "returned": 1, "lost": 1, "delivered": 2, "confirmed": 3}[row["state"]]
    for word in list(steps)[:known]:
        making.default(**{f"{word}_at": start + steps[word] if start else None})
    making.default(carrier="sf", tracking_number=f"TN-{row['parcel_id']}", uploaded_at=row["shipped_at"])
    making.default(confirmed_by="customer" if row["confirmed_at"] else None)


def _track(making: Making) -> None:
    if making.row["occurred_at"] is None:
        raise ValueError("a tracking event wants a time")


def _return(making: Making) -> None:
    history, row, said = making.history, making.row, making.said
    if making.origin_table == "orders":
        merchant, order_id = row["merchant_id"], making.origin["order_id"]
        making.copy("order_id", "customer_key")
        sales = history.of_table("payments", merchant, "order_id", order_id)
        making.default(instrument_key=next((s["instrument_key"] for s in sales), None))
        _return_the_lines(making, history.of_table("order_lines", merchant, "order_id", order_id))
    elif making.origin_table is not None:
        raise ValueError(f"a return cannot be of {making.origin_table}")
    if said.lines and said.lines != "-":
        making.default(amount_minor=sum_of(basket(said.lines, row["currency"])))
    base = base_of(making.origin_table, making.origin)
    making.default(state="refunded", requested_at=base + _DAY if base else None)
    asked = row["requested_at"]
    state = row["state"]
    making.default(operator_id="op1", reason="changed mind", authoriser_id=AUTHORISER)
    making.default(decided_at=None if state == "requested" else asked)
    back = state in {"received", "refunded", "exchanged", "reshipped", "closed"}
    making.default(received_at=asked if back else None, restocked_at=asked + _HOUR if back and asked else None)


def _return_the_lines(making: Making, lines: list[Row]) -> None:
    """A return of an order that names neither lines nor an amount takes back the whole order."""
    if making.said.lines is None and "amount_minor" not in making.given:
        making.default(amount_minor=making.origin["total_minor"])
        row = making.row
        for line in (line for line in lines if line["voided_at"] is None):
            copied: Row = dict.fromkeys(TABLES["return_lines"].names)
            copied |= {name: value for name, value in line.items() if name in copied}
            copied |= {"return_id": row["return_id"], "order_line_no": line["line_no"], "condition": "good"}
            making.history.add("return_lines", copied)


def _return_line(making: Making) -> None:
    making.default(quantity=Decimal(1), condition="good")


def _terminal(making: Making) -> None:
    if making.row["occurred_at"] is None:
        raise ValueError("a terminal event wants a time")


DEFAULTS: Defaults = {
    "orders": _order,
    "order_lines": _order_line,
    "payments": _payment,
    "acquirer_records": _record,
    "slips": _slip,
    "notices": _notice,
    "parcels": _parcel,
    "tracking_events": _track,
    "returns": _return,
    "return_lines": _return_line,
    "terminal_events": _terminal,
}
