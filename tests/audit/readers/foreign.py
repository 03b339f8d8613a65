"""Small exports of foreign systems, written for tests from the published lists of columns; nobody's real data."""

from __future__ import annotations

from dataclasses import replace

from tests.audit.readers.exports import Export
from tests.audit.readers.iso8583 import ISO8583
from tests.audit.readers.odoo import ODOO_ORDERS, ODOO_PAYMENTS
from tests.audit.readers.shopify import SHOPIFY_ORDERS, SHOPIFY_TRANSACTIONS
from tests.audit.readers.square import SQUARE

STRIPE = Export(
    reader="stripe-balance",
    enum="reporting_category",
    rows=(
        {
            "balance_transaction_id": "txn_1",
            "created_utc": "2026-03-01 23:59:30",
            "available_on_utc": "2026-03-03 00:00:00",
            "currency": "usd",
            "gross": "35.80",
            "fee": "1.34",
            "net": "34.46",
            "reporting_category": "charge",
            "source_id": "ch_1",
            "customer_facing_amount": "35.80",
            "customer_facing_currency": "usd",
            "payment_intent_id": "pi_1",
            "payment_metadata[order_id]": "P1",
        },
        {
            "balance_transaction_id": "txn_2",
            "created_utc": "2026-03-02 10:00:00",
            "available_on_utc": "2026-03-04 00:00:00",
            "currency": "usd",
            "gross": "-10.00",
            "fee": "0.00",
            "net": "-10.00",
            "reporting_category": "refund",
            "source_id": "re_1",
            "payment_intent_id": "pi_1",
            "payment_metadata[order_id]": "P1",
        },
        {
            "balance_transaction_id": "txn_3",
            "created_utc": "2026-03-05 00:00:00",
            "currency": "usd",
            "gross": "-24.46",
            "fee": "0.00",
            "net": "-24.46",
            "reporting_category": "payout",
            "source_id": "po_1",
        },
    ),
)

_ADYEN = {
    "Company Account": "Company",
    "Merchant Account": "Shop",
    "Psp Reference": "8800000000000001",
    "Merchant Reference": "P1",
    "Payment Method": "visa",
    "Creation Date": "2026-07-01 11:26:49",
    "TimeZone": "CEST",
    "Type": "Settled",
    "Modification Reference": "8800000000000002",
    "Gross Currency": "EUR",
    "Gross Debit (GC)": "",
    "Gross Credit (GC)": "35.80",
    "Net Currency": "EUR",
    "Net Debit (NC)": "",
    "Net Credit (NC)": "35.50",
    "Batch Number": "4",
    "Modification Merchant Reference": "",
    "Booking Date": "2026-07-02 03:00:00",
}
ADYEN = Export(
    reader="adyen-settlement",
    enum="Type",
    rows=(
        _ADYEN,
        _ADYEN
        | {
            "Creation Date": "2026-12-02 10:00:00",
            "TimeZone": "CET",
            "Type": "Refunded",
            "Modification Reference": "8800000000000003",
            "Gross Debit (GC)": "10.00",
            "Gross Credit (GC)": "",
            "Modification Merchant Reference": "R1",
        },
        _ADYEN
        | {
            "Psp Reference": "",
            "Merchant Reference": "",
            "Type": "MerchantPayout",
            "Modification Reference": "",
            "Gross Currency": "",
            "Gross Credit (GC)": "",
            "Net Debit (NC)": "25.50",
        },
    ),
)

_PAYPAL = {
    "Date": "03/25/2026",
    "Time": "23:59:30",
    "TimeZone": "PDT",
    "Name": "Anna Example",
    "Type": "Express Checkout Payment",
    "Status": "Completed",
    "Currency": "USD",
    "Gross": "1,035.80",
    "Fee": "-1.34",
    "Net": "1,034.46",
    "From Email Address": "Anna@example.com",
    "To Email Address": "shop@example.com",
    "Transaction ID": "8AB00000000000001",
    "Reference Txn ID": "",
    "Invoice Number": "P1",
    "Custom Number": "",
    "Balance Impact": "Credit",
}
PAYPAL = Export(
    reader="paypal-activity",
    enum="Type",
    rows=(
        _PAYPAL,
        _PAYPAL
        | {
            "Date": "04/02/2026",
            "Type": "Payment Refund",
            "Gross": "-10.00",
            "Fee": "0.00",
            "Net": "-10.00",
            "From Email Address": "shop@example.com",
            "To Email Address": "anna@example.com",
            "Transaction ID": "8AB00000000000002",
            "Reference Txn ID": "8AB00000000000001",
        },
        _PAYPAL
        | {
            "Date": "04/03/2026",
            "Type": "General Withdrawal",
            "Gross": "-500.00",
            "Transaction ID": "8AB00000000000003",
            "Invoice Number": "",
        },
    ),
)

OLIST_ORDERS = Export(
    reader="olist-tables",
    enum="order_status",
    one_draft_a_row=False,
    rows=tuple(
        {
            "order_id": order,
            "customer_id": f"c{order}",
            "order_status": status,
            "order_purchase_timestamp": "2018-03-01 23:00:00",
            "order_approved_at": "2018-03-02 08:00:00" if status == "delivered" else "",
            "order_delivered_carrier_date": "2018-03-03 08:00:00" if status == "delivered" else "",
            "order_delivered_customer_date": "2018-03-09 08:00:00" if status == "delivered" else "",
            "order_estimated_delivery_date": "2018-03-20 00:00:00",
        }
        for order, status in (("o1", "delivered"), ("o2", "canceled"), ("o3", "created"))
    ),
)
OLIST_ITEMS = Export(
    reader="olist-tables",
    enum="",
    one_draft_a_row=False,
    rows=tuple(
        {
            "order_id": "o1",
            "order_item_id": item,
            "product_id": f"sku{item}",
            "seller_id": "s1",
            "shipping_limit_date": "2018-03-05 00:00:00",
            "price": "30.10",
            "freight_value": freight,
        }
        for item, freight in (("1", "5.70"), ("2", "0.00"))
    ),
)
OLIST_PAYMENTS = Export(
    reader="olist-tables",
    enum="payment_type",
    one_draft_a_row=False,
    rows=tuple(
        {
            "order_id": order,
            "payment_sequential": "1",
            "payment_type": tender,
            "payment_installments": "1",
            "payment_value": amount,
        }
        for order, tender, amount in (("o1", "credit_card", "65.90"), ("o2", "boleto", "9.99"))
    ),
)
OLIST_ORDERS = replace(OLIST_ORDERS, beside={"items.csv": OLIST_ITEMS.text(), "payments.csv": OLIST_PAYMENTS.text()})
OLIST_PAYMENTS = replace(OLIST_PAYMENTS, beside={"orders.csv": OLIST_ORDERS.text()})

#: Every export of this module, for the tests that all of them must pass.
EXPORTS: tuple[Export, ...] = (
    STRIPE,
    ADYEN,
    PAYPAL,
    OLIST_ORDERS,
    OLIST_PAYMENTS,
    SHOPIFY_ORDERS,
    SHOPIFY_TRANSACTIONS,
    SQUARE,
    ODOO_ORDERS,
    ODOO_PAYMENTS,
    ISO8583,
)
