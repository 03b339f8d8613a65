"""What a row of the Olist tables must hold, and which column of the books it becomes."""

from __future__ import annotations

from counterfoil.audit.readers.drafting import constant
from counterfoil.audit.readers.sieve import Check, bad_amount, bad_time, missing_value, unknown_word

ORDER_CHECKS = (
    missing_value("order_id", "order_id IS NULL"),
    missing_value("order_status", "status IS NULL"),
    unknown_word("order_status", "state IS NULL", "status"),
    bad_time("order_purchase_timestamp", "placed_at IS NULL", "placed_at_text"),
    bad_time("order_approved_at", "approved_at IS NULL AND approved_at_text IS NOT NULL", "approved_at_text"),
    bad_time("order_delivered_carrier_date", "shipped_at IS NULL AND shipped_at_text IS NOT NULL", "shipped_at_text"),
    bad_time(
        "order_delivered_customer_date", "delivered_at IS NULL AND delivered_at_text IS NOT NULL", "delivered_at_text"
    ),
    bad_time(
        "order_estimated_delivery_date", "promised_at IS NULL AND promised_at_text IS NOT NULL", "promised_at_text"
    ),
    Check(
        reason="no_total",
        column="order_id",
        fails="nothing_known",
        text_en="The order has neither items nor payments in the export, so its total is not known.",
        text_zh="导出文件中该订单既无商品行也无付款，金额未知。",
        why="by_rule",
    ),
    bad_amount("price, freight_value", "total_minor IS NULL OR total_minor < 0", "CAST(total_minor AS VARCHAR)"),
)
ITEM_CHECKS = (
    missing_value("order_id", "order_id IS NULL"),
    missing_value("order_item_id", "item IS NULL"),
    missing_value("product_id", "sku IS NULL"),
    bad_amount(
        "price, freight_value",
        "price_minor IS NULL OR price_minor < 0 OR freight_minor IS NULL OR freight_minor < 0",
        "amount_text",
    ),
)
PAYMENT_CHECKS = (
    missing_value("order_id", "order_id IS NULL"),
    missing_value("payment_sequential", "sequential IS NULL"),
    missing_value("payment_type", "type IS NULL"),
    unknown_word("payment_type", "tender IS NULL", "type"),
    bad_amount("payment_value", "amount_minor IS NULL OR amount_minor < 0", "amount_text"),
    Check(
        reason="order_not_in_export",
        column="order_id",
        fails="no_order",
        text_en="The orders table beside this file has no such order, so the payment has no time.",
        text_zh="旁边的订单表中没有该订单，因此无法得知付款时间。",
    ),
    bad_time("order_purchase_timestamp", "placed_at IS NULL", "CAST(NULL AS VARCHAR)"),
)

ORDER_COLUMNS = {
    "order_id": "order_id",
    "placed_at": "placed_at",
    "closed_at": "CASE WHEN state = 'paid' THEN approved_at END",
    "state": "state",
    "total_minor": "total_minor",
    "currency": constant("BRL"),
    "fulfilment": constant("delivery"),
    "promised_at": "promised_at",
    "channel": constant("online"),
}
PARCEL_COLUMNS = {
    "parcel_id": "order_id",
    "order_id": "order_id",
    "shipped_at": "shipped_at",
    "promised_at": "promised_at",
    "state": "CASE WHEN status = 'delivered' OR delivered_at IS NOT NULL THEN 'delivered' ELSE 'shipped' END",
    "delivered_at": "delivered_at",
}
LINE_COLUMNS = {
    "order_id": "order_id",
    "line_no": "line_no",
    "sku": "sku",
    "quantity": constant("1"),
    "amount_minor": "amount_minor",
    "line_kind": "line_kind",
}
PAYMENT_COLUMNS = {
    "payment_id": "order_id || '-' || sequential",
    "order_id": "order_id",
    "kind": constant("sale"),
    "tender": "tender",
    "amount_minor": "amount_minor",
    "currency": constant("BRL"),
    "state": "CASE WHEN approved_at IS NULL THEN 'intended' ELSE 'approved' END",
    "occurred_at": "coalesce(approved_at, placed_at)",
    "decided_at": "approved_at",
}
