"""Keeps what the counter knows of each shop for a few seconds, so that a sale costs the database nothing but itself.

A person who left, or a token that was revoked, is turned away after at most the time that something is kept; a price
that was changed holds after that time. Nobody is refused over what is kept alone: who refuses a price looks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

from counterfoil.books.orders.rules import OFFLINE_MAX
from counterfoil.counter.shop_view import store
from counterfoil.counter.shop_view.store import ShopView
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.shop.catalogue.model import Listing
from counterfoil.shop.tokens.model import Token
from counterfoil.shop.tokens.rules import TokenRefusal, read_token
from counterfoil.shop.tokens.store import check_token

if TYPE_CHECKING:
    import sqlalchemy as sa

KEPT_FOR = timedelta(seconds=10)
#: So many different tokens and merchants are kept at most; then all are forgotten, and asked for again.
KEPT_MAX = 10_000
#: Items of one merchant; an item that is there stays there, until the shop's items or prices are imported again.
SKUS_MAX = 1_000_000
#: Names of one merchant that are no item's, such as that of a rounding.
ABSENT_MAX = 10_000
#: The price lists' prices that held within this time are known: no sale is taken that is older.
LISTED_FOR = OFFLINE_MAX + timedelta(days=1)

#: What the first question after an item brings along: all of a shop's, where it is no warehouse.
SKUS_AT_ONCE = 50_000

#: Looks of one process; they take a millisecond each.
LOOKS_AT_ONCE = 4

_Given = TypeVarTuple("_Given")
_Found = TypeVar("_Found")


@dataclass(slots=True, kw_only=True)
class _Catalogue:
    """The items of one merchant, as they were after so many imports."""

    number: int | None
    items: dict[str, Listing]
    #: Asked for, and no item's.
    absent: set[str] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class ShopKnowledge:
    """What is known of all shops; one for a process, used by many threads."""

    database: Database
    clock: Callable[[], datetime]
    #: By which it tells how old something is that it keeps: the clock, unless that goes through days in seconds.
    aged_by: Callable[[], datetime]
    _views: dict[MerchantId, tuple[datetime, ShopView | None]] = field(default_factory=dict)
    _catalogues: dict[MerchantId, _Catalogue] = field(default_factory=dict)
    _tokens: dict[str, tuple[datetime, Token | None]] = field(default_factory=dict)
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(LOOKS_AT_ONCE, thread_name_prefix="looks")
    )

    async def asked(self, look: Callable[[*_Given], _Found], *given: *_Given) -> _Found:
        """Wait for a look into the database without keeping the loop; it never waits behind a silent acquirer."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, look, *given)

    def kept_view(self, merchant_id: MerchantId) -> ShopView | None:
        """Return what is known at once; None where the database has to be asked (by `view`)."""
        kept = self._views.get(merchant_id)
        return kept[1] if kept is not None and kept[0] > self.aged_by() else None

    def view(self, merchant_id: MerchantId) -> ShopView | None:
        """Return the merchant; None where there is none. May wait for the database."""
        kept = self._views.get(merchant_id)
        if kept is not None and kept[0] > self.aged_by():
            return kept[1]
        with self.database.transaction(merchant_id) as connection:
            seen = store.shop_view(connection, merchant_id, now=self.clock())
        if len(self._views) >= KEPT_MAX:
            self._views.clear()
        self._views[merchant_id] = (self.aged_by() + KEPT_FOR, seen)
        return seen

    def kept_items(self, merchant_id: MerchantId, skus: AbstractSet[str]) -> Mapping[str, Listing] | None:
        """Return the items that are known at once, these among them where they are any; None: `items` has to be asked.

        An import of items or prices makes all of them unknown again, as soon as the view is read anew.
        """
        kept = self._catalogues.get(merchant_id)
        if kept is None or kept.number != self._catalogue_n(merchant_id):
            return None
        return kept.items if all(sku in kept.items or sku in kept.absent for sku in skus) else None

    def items(self, merchant_id: MerchantId, skus: AbstractSet[str]) -> Mapping[str, Listing]:
        """Return the items that are known, these among them where they are any. May wait for the database.

        The first question of a process brings the shop's items along: a counter that was just opened would ask for each
        of them otherwise, one sale after the other.
        """
        number, since = self._catalogue_n(merchant_id), self.clock() - LISTED_FOR
        with self.database.transaction(merchant_id) as connection:
            kept = self._catalogues.get(merchant_id)
            if kept is None or kept.number != number:
                first = store.first_listings(connection, merchant_id, SKUS_AT_ONCE, since=since)
                kept = self._catalogues[merchant_id] = _Catalogue(number=number, items=first)
            asked = frozenset(sku for sku in skus if sku not in kept.items)
            found = store.listings_of(connection, merchant_id, asked, since=since) if asked else {}
        _keep(kept, asked, found)
        return kept.items

    def items_now(
        self, connection: sa.Connection, merchant_id: MerchantId, skus: AbstractSet[str]
    ) -> Mapping[str, Listing]:
        """Look these items up again, whatever was known of them, and return those that there are."""
        asked = frozenset(skus)
        found = store.listings_of(connection, merchant_id, asked, since=self.clock() - LISTED_FOR) if asked else {}
        kept = self._catalogues.get(merchant_id)
        if kept is not None:
            _keep(kept, asked, found)
        return found

    def _catalogue_n(self, merchant_id: MerchantId) -> int | None:
        kept = self._views.get(merchant_id)
        return None if kept is None or kept[1] is None else kept[1].catalogue_n

    def kept_bearer(self, text: str) -> Token | None:
        """Return whose token this is, where it is known at once; None where `bearer` has to be asked."""
        kept = self._tokens.get(text)
        return kept[1] if kept is not None and kept[0] > self.aged_by() else None

    def bearer(self, text: str) -> Token | None:
        """Return whose token this is; None where it is nobody's, or lets nobody in any more. May wait."""
        kept = self._tokens.get(text)
        if kept is not None and kept[0] > self.aged_by():
            return kept[1]
        found = self._asked(text, self.clock())
        if len(self._tokens) >= KEPT_MAX:
            self._tokens.clear()
        self._tokens[text] = (self.aged_by() + KEPT_FOR, found)
        return found

    def _asked(self, text: str, now: datetime) -> Token | None:
        presented = read_token(text)
        if isinstance(presented, TokenRefusal):
            return None
        with self.database.transaction(presented.merchant_id) as connection:
            found = check_token(connection, presented, now=now)
        return None if isinstance(found, TokenRefusal) else found


def _keep(kept: _Catalogue, asked: AbstractSet[str], found: Mapping[str, Listing]) -> None:
    """Add what was looked up; where that becomes too much, all is forgotten and asked for again."""
    if len(kept.items) + len(found) > SKUS_MAX:
        kept.items.clear()
    if len(kept.absent) + len(asked) > ABSENT_MAX:
        kept.absent.clear()
    kept.items.update(found)
    kept.absent.difference_update(found)
    kept.absent.update(asked - found.keys())
