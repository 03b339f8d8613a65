"""Asks the books what a sale looks like that is about to be charged. Records nothing."""

from __future__ import annotations

from counterfoil.books.orders.refusals import SaleRefusal
from counterfoil.books.orders.rules import check_sale, refused
from counterfoil.counter.checking_sales import check_against_shop
from counterfoil.counter.handing_in import SaleIn, presented_from
from counterfoil.counter.house import House
from counterfoil.counter.resembling.likeness import Resemblance, resemblances
from counterfoil.counter.resembling.store import recent_orders
from counterfoil.ids import MerchantId
from counterfoil.refusals import Refused


def alike(house: House, merchant_id: MerchantId, data: SaleIn) -> list[Resemblance] | Refused:
    """Return the recent sales that this one looks like, the nearest first; or why it would not be taken at all."""
    sale = data.sale
    no = check_sale(sale, now=house.selling.clock(), offline=False)
    if no is not None:
        return no
    shop = house.knowledge.view(merchant_id)
    if shop is None:
        return refused(SaleRefusal.UNKNOWN_STORE, found=sale.store_id)
    no = check_against_shop(sale, shop)
    if no is not None:
        return no
    keys = frozenset(house.selling.instrument(merchant_id, presented_from(one)).key for one in data.presented.values())
    with house.database.transaction(merchant_id) as connection:
        recent = recent_orders(
            connection,
            merchant_id,
            sale.store_id,
            total_minor=sale.total_minor,
            currency=sale.currency,
            until=sale.placed_at,
            window=shop.duplicate_window,
        )
    return resemblances(sale, keys, recent)
