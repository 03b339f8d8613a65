"""Small Shopify exports, written for tests from the published lists of columns; nobody's real data."""

from __future__ import annotations

from tests.audit.readers.exports import Export

_SHOPIFY = {
    "Name": "#1001",
    "Email": "anna@example.com",
    "Financial Status": "paid",
    "Paid at": "2026-03-01 10:00:05 -0500",
    "Fulfillment Status": "fulfilled",
    "Fulfilled at": "",
    "Currency": "USD",
    "Subtotal": "30.00",
    "Shipping": "5.00",
    "Taxes": "0.80",
    "Total": "35.80",
    "Discount Amount": "2.00",
    "Created at": "2026-03-01 10:00:00 -0500",
    "Lineitem quantity": "2",
    "Lineitem name": "Mug",
    "Lineitem price": "10.00",
    "Lineitem sku": "MUG",
    "Cancelled at": "",
    "Source": "web",
}
SHOPIFY_ORDERS = Export(
    reader="shopify-orders",
    enum="Financial Status",
    one_draft_a_row=False,
    rows=(
        _SHOPIFY,
        dict.fromkeys(_SHOPIFY, "")
        | {
            "Name": "#1001",
            "Lineitem quantity": "1",
            "Lineitem name": "Tea",
            "Lineitem price": "12.00",
            "Lineitem sku": "",
        },
        _SHOPIFY | {"Name": "#1002", "Source": "pos", "Cancelled at": "2026-03-02 10:00:00 -0500"},
        _SHOPIFY | {"Name": "#1003", "Financial Status": "pending"},
    ),
)
_SHOPIFY_PAID = {
    "Order": "5001",
    "Name": "#1001",
    "Kind": "sale",
    "Gateway": "shopify_payments",
    "Created At": "2026-03-01 10:00:05 -0500",
    "Status": "success",
    "Amount": "35.80",
    "Currency": "USD",
    "Card Type": "visa",
}
SHOPIFY_TRANSACTIONS = Export(
    reader="shopify-transactions",
    enum="Kind",
    rows=(
        _SHOPIFY_PAID,
        _SHOPIFY_PAID,
        _SHOPIFY_PAID | {"Kind": "refund", "Amount": "10.00", "Status": "pending", "Gateway": "cash"},
        _SHOPIFY_PAID | {"Kind": "authorization"},
    ),
)
