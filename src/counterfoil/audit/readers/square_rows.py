"""What a row of Square's transactions must hold, and which rows of the books it becomes.

A payment in parts is one row with an amount in several columns; each amount is a payment of ours. A refund names the
payment that it gives back. Where that payment lies in the same file, its order is known; else only its number is.
"""

from __future__ import annotations

from counterfoil.audit.readers.drafting import constant
from counterfoil.audit.readers.hashing import made_id_sql, tail_sql
from counterfoil.audit.readers.sieve import Check, bad_amount, bad_time, missing_value, unknown_word
from counterfoil.audit.readers.words import translated_sql

#: Our short name -> the column of amounts and its tender. `rest` is what these columns leave of the total.
TENDERS = {"card": ("Card", "card"), "cash": ("Cash", "cash"), "gift": ("Square Gift Card", "voucher")}
_PARTS = {name: tender for name, (_, tender) in TENDERS.items()} | {"rest": "other"}

_CHANNELS = {
    "point of sale": "till",
    "register": "till",
    "square online": "online",
    "ecommerce integrations": "online",
    "virtual terminal": "phone",
}

#: A number of ours may have so many characters; a longer one is made from what it would say.
_NUMBER_MAX = 56

_WRONG_WAY = " OR ".join(
    f"{name}_minor IS NULL OR (kind = 'sale' AND {name}_minor < 0) OR (kind = 'refund' AND {name}_minor > 0)"
    for name in ("total", *_PARTS)
)
CHECKS = (
    missing_value("Event Type", "word IS NULL"),
    unknown_word("Event Type", "kind IS NULL", "word"),
    missing_value("Transaction ID", "number IS NULL"),
    unknown_word("Transaction Status", "lower(status) <> 'complete'", "status"),
    bad_amount(
        "Total Collected, Card, Cash, Square Gift Card",
        _WRONG_WAY,
        "concat_ws(' / ', total_text, card_text, cash_text, gift_text)",
    ),
    bad_time("Date, Time, Time Zone", "occurred_at IS NULL", "time_text"),
)

#: Sifted by itself, before the rest: it must not take its order with it.
NOTHING_COLLECTED = Check(
    reason="nothing_collected",
    column="Total Collected",
    fails="kind = 'sale' AND place > 1 AND total_minor = 0",
    text_en="Another row has the order, and this one collected nothing.",
    text_zh="订单已在另一行，本行没有收款。",
    why="by_rule",
)


def _payment_number(tender: str) -> str:
    made = made_id_sql("'payment'", "payment", tender)
    return f"CASE WHEN length(payment) <= {_NUMBER_MAX} THEN payment || ':' || {tender} ELSE {made} END"


def _parts_sql(rows: str) -> str:
    """Return one row for each amount of a row that is not nought."""
    return " UNION ALL ".join(
        f"""SELECT source_line, kind, number, payment, currency, occurred_at, device, staff, return_id, order_id,
                   '{tender}' AS tender, abs({name}_minor) AS amount_minor, {_payment_number(f"'{tender}'")} AS part_id,
                   {tail_sql("suffix") if tender == "card" else "CAST(NULL AS VARCHAR)"} AS tail
            FROM {rows} WHERE {name}_minor <> 0"""
        for name, tender in _PARTS.items()
    )


def refunds_sql(rows: str) -> str:
    """Return the refunds with a number of their own, and the order of the payment that they give back."""
    parts = ("number", "payment", "time_text", "total_text", "CAST(copy AS VARCHAR)")
    return f"""
        SELECT r.*, {made_id_sql("'return'", *parts)} AS return_id, coalesce(p.order_id, o.order_id) AS order_id
        FROM (SELECT * FROM {rows} WHERE kind = 'refund') AS r
        LEFT JOIN (SELECT payment AS paid, min(number) AS order_id FROM {rows} WHERE kind = 'sale' GROUP BY 1) AS p
               ON p.paid = r.payment
        LEFT JOIN (SELECT DISTINCT number AS order_id FROM {rows} WHERE kind = 'sale') AS o ON o.order_id = r.number
    """


def payments_sql(rows: str) -> str:
    """Return every part of a payment or refund, refunds beside the payment that they give back."""
    sales = f"(SELECT *, CAST(NULL AS VARCHAR) AS return_id, number AS order_id FROM {rows} WHERE kind = 'sale')"
    return f"""
        WITH taken AS ({_parts_sql(sales)}), given AS ({_parts_sql(f"({refunds_sql(rows)})")})
        SELECT *, part_id AS payment_id, CAST(NULL AS VARCHAR) AS original_id FROM taken
        UNION ALL
        SELECT g.*, {made_id_sql("'refund'", "g.return_id", "g.tender")},
               -- a payment of another file is named by its number; one of this file must have been paid that way
               CASE WHEN t.part_id IS NOT NULL OR k.payment IS NULL THEN g.part_id END
        FROM given AS g
        LEFT JOIN (SELECT DISTINCT part_id FROM taken) AS t ON t.part_id = g.part_id
        LEFT JOIN (SELECT DISTINCT payment FROM taken) AS k ON k.payment = g.payment
    """


_FULFILMENT = """
    CASE WHEN dining LIKE '%delivery%' THEN 'delivery' WHEN regexp_matches(dining, 'pick ?-?up') THEN 'pickup'
         ELSE 'carry_out' END
"""
ORDER_COLUMNS = {
    "order_id": "number",
    "store_id": "location",
    "terminal_id": "device",
    "operator_id": "staff",
    "placed_at": "occurred_at",
    "closed_at": "occurred_at",
    "state": constant("paid"),
    "total_minor": "order_minor",
    "currency": "currency",
    "customer_key": "customer",
    "fulfilment": _FULFILMENT,
    "channel": translated_sql("source", _CHANNELS),
}
PAYMENT_COLUMNS = {
    "payment_id": "payment_id",
    "order_id": "order_id",
    "return_id": "return_id",
    "kind": "kind",
    "original_payment_id": "original_id",
    "tender": "tender",
    "amount_minor": "amount_minor",
    "currency": "currency",
    "state": constant("approved"),
    "occurred_at": "occurred_at",
    "instrument_tail": "tail",
    "terminal_id": "device",
    "operator_id": "staff",
}
RETURN_COLUMNS = {
    "return_id": "return_id",
    "order_id": "order_id",
    "state": constant("refunded"),
    "requested_at": "occurred_at",
    "decided_at": "occurred_at",
    "operator_id": "staff",
    "amount_minor": "abs(total_minor)",
    "currency": "currency",
    "customer_key": "customer",
}
