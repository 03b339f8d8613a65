"""Small Odoo exports, written for tests from the labels in Odoo's source; nobody's real data."""

from __future__ import annotations

from tests.audit.readers.exports import Export

_ORDER = {
    "Order Ref": "Shop/0001",
    "Receipt Number": "Order 00001-001-0001",
    "Session": "POS/00001",
    "Date": "2026-03-01 10:00:00",
    "Point of Sale": "Shop",
    "Customer": "Anna Example",
    "Employee": "Ben Example",
    "Total": "35.800000000000004",
    "Status": "Paid",
    "Refunded Order": "",
    "Order Lines/Product": "[MUG] Mug",
    "Order Lines/Quantity": "2.0",
    "Order Lines/Subtotal": "40.8",
}
_NEXT = dict.fromkeys(_ORDER, "")
_DISCOUNT = {"Order Lines/Product": "Discount", "Order Lines/Quantity": "1.0", "Order Lines/Subtotal": "-5.0"}
ODOO_ORDERS = Export(
    reader="odoo-orders",
    enum="Status",
    one_draft_a_row=False,
    rows=(
        _ORDER | {"Order Ref": "Shop/0000", "Total": "40.8", "Status": "Cancelled"},
        _ORDER,
        _NEXT | _DISCOUNT,
        _ORDER
        | {
            "Order Ref": "Shop/0002",
            "Total": "-20.4",
            "Status": "Posted",
            "Refunded Order": "Shop/0001",
            "Order Lines/Quantity": "-1.0",
            "Order Lines/Subtotal": "-20.4",
        },
        _NEXT | {"Session": "POS/00001"},
        _ORDER | {"Order Ref": "/", "Status": "New", "Total": "40.8"},
    ),
)
_PAID = {
    "Order": "Shop/0001",
    "Payment Method": "Card",
    "Amount": "30.0",
    "Date": "2026-03-01 10:00:05",
    "Session": "POS/00001",
    "Payment Transaction ID": "T1",
    "Payment Status": "done",
    "Cardholder Name": "Anna Example",
}
ODOO_PAYMENTS = Export(
    reader="odoo-payments",
    enum="Payment Status",
    rows=(
        _PAID | {"Order": "Shop/0000"},
        _PAID,
        _PAID | {"Payment Method": "Cash", "Amount": "10.0", "Payment Transaction ID": "", "Payment Status": ""},
        _PAID | {"Payment Method": "Cash", "Amount": "-4.2", "Payment Transaction ID": "", "Payment Status": ""},
        _PAID | {"Order": "Shop/0002", "Payment Method": "House Account", "Amount": "-20.4"},
    ),
)

_ORDER_CHINESE = {
    "Order Ref": "订单参考",
    "Receipt Number": "收据编号",
    "Session": "会话",
    "Date": "日期",
    "Point of Sale": "销售点",
    "Customer": "客户",
    "Employee": "负责人",
    "Total": "合计",
    "Status": "状态",
    "Refunded Order": "退款订单",
    "Order Lines/Product": "订单行/产品",
    "Order Lines/Quantity": "订单行/数量",
    "Order Lines/Subtotal": "订单行/小计",
}
_ORDER_TECHNICAL = {
    "Order Ref": "name",
    "Receipt Number": "pos_reference",
    "Session": "session_id",
    "Date": "date_order",
    "Point of Sale": "config_id",
    "Customer": "partner_id",
    "Employee": "user_id",
    "Total": "amount_total",
    "Status": "state",
    "Refunded Order": "refunded_order_id",
    "Order Lines/Product": "lines/product_id",
    "Order Lines/Quantity": "lines/qty",
    "Order Lines/Subtotal": "lines/price_subtotal_incl",
}
_PAYMENT_CHINESE = {
    "Order": "订单",
    "Payment Method": "支付方式",
    "Amount": "金额",
    "Date": "日期",
    "Session": "会话",
    "Payment Transaction ID": "支付交易ID",
    "Payment Status": "支付状态",
}
_PAYMENT_TECHNICAL = {
    "Order": "pos_order_id",
    "Payment Method": "payment_method_id",
    "Amount": "amount",
    "Date": "payment_date",
    "Session": "session_id",
    "Payment Transaction ID": "transaction_id",
    "Payment Status": "payment_status",
}

#: The same rows under other labels.
RENAMED = (
    (ODOO_ORDERS, _ORDER_CHINESE),
    (ODOO_ORDERS, _ORDER_TECHNICAL),
    (ODOO_PAYMENTS, _PAYMENT_CHINESE),
    (ODOO_PAYMENTS, _PAYMENT_TECHNICAL),
)
