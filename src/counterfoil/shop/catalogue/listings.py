"""What an item was listed at, at a store and a moment: its price list's price, else its own. Pure."""

from __future__ import annotations

from datetime import datetime

from counterfoil.shop.catalogue.model import Listed, Listing


def listed_at(item: Listing, price_list: str | None, moment: datetime) -> Listed | None:
    """Return what the item was listed at; None where nobody knows any more.

    A list keeps what it said before. An item's own price does not: before it was last changed, it is anybody's guess.
    """
    if item.listed:
        for price in item.listed:
            if price.price_list == price_list and price.valid_from <= moment:
                if price.price_minor is not None:
                    return Listed(price_minor=price.price_minor)
                break
    return Listed(price_minor=item.price_minor) if item.priced_at <= moment else None
