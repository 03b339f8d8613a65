"""Which facts create rows, and which columns of those rows a seal covers: all that are facts themselves. Pure.

A column that may change is a projection and stays out. The lists belong to an encoding (`model.ENCODING`): once it is
released, a new column is covered by a new encoding, and old seals keep theirs. A test holds the lists to the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ENTERED = ("entered_by", "recorded_at")

#: By table: what encoding 1 covers, in this order, after `merchant_id`.
COVERED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "orders": (
            *("order_id", "store_id", "terminal_id", "operator_id", "sequence_no", "placed_at", "total_minor"),
            *("currency", "customer_key", "request_id", "channel", "training", "repeat_of", *_ENTERED, "input_digest"),
        ),
        "order_lines": (
            *("order_id", "line_no", "sku", "name", "quantity", "amount_minor", "line_kind", "entry"),
            *("unit_price_minor", "list_price_minor", "tax_code", "tax_minor", "of_line_no", "authoriser_id", "reason"),
        ),
        "payments": (
            *("payment_id", "order_id", "return_id", "kind", "original_payment_id", "tender", "amount_minor"),
            *("currency", "occurred_at", "request_id", "terminal_id", "operator_id", "authoriser_id", "reason"),
            *("acquirer", *_ENTERED, "store_id", "tendered_minor"),
        ),
        "refund_lines": ("payment_id", "line_no", "quantity"),
    }
)
