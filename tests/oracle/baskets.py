"""Baskets: what stands on an order or a return, and when two of them are the same."""

from __future__ import annotations

import re
from collections import Counter

from .shelf import Fact, Shelf


class Baskets:
    """The lines of orders and returns."""

    def __init__(self, shelf: Shelf) -> None:
        self._pattern = shelf.policy.goods_sku_pattern
        self._sold: dict[str, list[Fact]] = {}
        for line in shelf.rows("order_lines"):
            if line.voided_at is None:
                self._sold.setdefault(line.order_id, []).append(line)
        self._back: dict[str, list[Fact]] = {}
        for line in shelf.rows("return_lines"):
            self._back.setdefault(line.return_id, []).append(line)

    def sold(self, order_id: str) -> list[Fact]:
        """Return the lines of an order that are not voided."""
        return self._sold.get(order_id, [])

    def back(self, return_id: str) -> list[Fact]:
        """Return the lines of a return."""
        return self._back.get(return_id, [])

    def of_order(self, order_id: str) -> Counter[tuple[object, ...]]:
        """Return the multiset of (sku, quantity, amount) of an order."""
        return _multiset(self.sold(order_id))

    def of_return(self, return_id: str) -> Counter[tuple[object, ...]]:
        """Return the multiset of (sku, quantity, amount) of a return."""
        return _multiset(self.back(return_id))

    def is_goods(self, line: Fact) -> bool:
        """Null is goods; a goods line whose sku does not match the policy's pattern is read as a fee."""
        if (line.line_kind or "goods") != "goods":
            return False
        # To the engines, `\d` and `\w` are of ASCII.
        return self._pattern is None or re.search(self._pattern, line.sku, re.ASCII) is not None


def _multiset(lines: list[Fact]) -> Counter[tuple[object, ...]]:
    return Counter((line.sku, line.quantity, line.amount_minor) for line in lines)
