"""What the labels of a scale mean that a till scanned: which item, how much of it, and what is printed on the piece."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from counterfoil.books.orders.model import Sale
from counterfoil.ids import MerchantId
from counterfoil.shop.catalogue.rules import CodeRefusal, Picked
from counterfoil.shop.catalogue.store import pick_code
from counterfoil.shop.policies.store import policy_at

if TYPE_CHECKING:
    import sqlalchemy as sa


def labels_of(
    connection: sa.Connection, merchant_id: MerchantId, sale: Sale, price_list: str | None
) -> Mapping[int, Picked]:
    """Return, by line, what its code means by the policy and the prices of the sale's own time; others are left out."""
    codes = {line_no: line.code for line_no, line in enumerate(sale.lines, 1) if line.code is not None}
    if not codes:
        return {}
    patterns = policy_at(connection, merchant_id, sale.placed_at).scale_codes
    picked = {
        line_no: pick_code(connection, merchant_id, code, patterns=patterns, price_list=price_list, now=sale.placed_at)
        for line_no, code in codes.items()
    }
    return {line_no: found for line_no, found in picked.items() if not isinstance(found, CodeRefusal)}
