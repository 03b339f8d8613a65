"""Keeps what the counter knows of each shop for a few seconds, so that a sale costs the database nothing but itself.

A person who left, or a token that was revoked, is turned away after at most the time that something is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar, TypeVarTuple

from counterfoil.counter.shop_view import store
from counterfoil.counter.shop_view.store import ShopView
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.shop.tokens.model import Token
from counterfoil.shop.tokens.rules import TokenRefusal, read_token
from counterfoil.shop.tokens.store import check_token

KEPT_FOR = timedelta(seconds=10)
#: So many different tokens and merchants are kept at most; then all are forgotten, and asked for again.
KEPT_MAX = 10_000
#: Items of one merchant; an item that is there stays there.
SKUS_MAX = 1_000_000

#: What the first question after an item brings along: all of a shop's, where it is no warehouse.
SKUS_AT_ONCE = 50_000

#: Looks of one process; they take a millisecond each.
LOOKS_AT_ONCE = 4

_Given = TypeVarTuple("_Given")
_Found = TypeVar("_Found")


@dataclass(slots=True, kw_only=True)
class ShopKnowledge:
    """What is known of all shops; one for a process, used by many threads."""

    database: Database
    clock: Callable[[], datetime]
    _views: dict[MerchantId, tuple[datetime, ShopView | None]] = field(default_factory=dict)
    _skus: dict[MerchantId, set[str]] = field(default_factory=dict)
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
        return kept[1] if kept is not None and kept[0] > self.clock() else None

    def view(self, merchant_id: MerchantId) -> ShopView | None:
        """Return the merchant; None where there is none. May wait for the database."""
        kept = self._views.get(merchant_id)
        if kept is not None and kept[0] > self.clock():
            return kept[1]
        with self.database.transaction(merchant_id) as connection:
            seen = store.shop_view(connection, merchant_id)
        if len(self._views) >= KEPT_MAX:
            self._views.clear()
        self._views[merchant_id] = (self.clock() + KEPT_FOR, seen)
        return seen

    def kept_skus(self, merchant_id: MerchantId, skus: set[str]) -> bool:
        """Say whether all these items are known at once."""
        return skus <= self._skus.get(merchant_id, set())

    def unknown_skus(self, merchant_id: MerchantId, skus: set[str]) -> frozenset[str]:
        """Return which of these items there are not. May wait for the database.

        The first question of a process brings the shop's items along: a counter that was just opened would ask for each
        of them otherwise, one sale after the other.
        """
        with self.database.transaction(merchant_id) as connection:
            if merchant_id not in self._skus:
                self._skus[merchant_id] = set(store.first_skus(connection, merchant_id, SKUS_AT_ONCE))
            known = self._skus[merchant_id]
            asked = frozenset(skus - known)
            if not asked:
                return frozenset()
            found = store.known_skus(connection, merchant_id, asked)
        if len(known) + len(found) > SKUS_MAX:
            known.clear()
        known |= found
        return asked - found

    def kept_bearer(self, text: str) -> Token | None:
        """Return whose token this is, where it is known at once; None where `bearer` has to be asked."""
        kept = self._tokens.get(text)
        return kept[1] if kept is not None and kept[0] > self.clock() else None

    def bearer(self, text: str) -> Token | None:
        """Return whose token this is; None where it is nobody's, or lets nobody in any more. May wait."""
        kept = self._tokens.get(text)
        now = self.clock()
        if kept is not None and kept[0] > now:
            return kept[1]
        found = self._asked(text, now)
        if len(self._tokens) >= KEPT_MAX:
            self._tokens.clear()
        self._tokens[text] = (now + KEPT_FOR, found)
        return found

    def _asked(self, text: str, now: datetime) -> Token | None:
        presented = read_token(text)
        if isinstance(presented, TokenRefusal):
            return None
        with self.database.transaction(presented.merchant_id) as connection:
            found = check_token(connection, presented, now=now)
        return None if isinstance(found, TokenRefusal) else found
