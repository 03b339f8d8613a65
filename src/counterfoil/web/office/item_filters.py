"""What the list of items is filtered by. It lives in the address; what cannot be meant there says nothing. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from counterfoil.shop.staff.model import Verb
from counterfoil.shop.stock.model import ShelfPlace, WantedOnShelf
from counterfoil.web.visits import Who

PATH = "/office/items"
#: Items on one page.
PAGE_SIZE = 50
_VALUE_LENGTH_MAX = 100
_YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What somebody chose, as it stands in the address; an empty text says nothing."""

    #: Part of a name or of a sku.
    q: str = ""
    #: `yes`: only what is low.
    low: str = ""
    #: `yes`: also what is not sold any more.
    retired: str = ""
    #: Behind which item the page begins: `low~sku`, or `~sku`.
    after: str = ""

    def wanted(self, who: Who) -> WantedOnShelf:
        """Return which items that are, with the stock of the stores that somebody sees."""
        shown = who.stores_for(Verb.MANAGE_CATALOGUE) | who.stores_for(Verb.COUNT_STOCK)
        place, _, sku = self.after.partition("~")
        return WantedOnShelf(
            words=self.q,
            only_low=self.low == _YES,
            with_retired=self.retired == _YES,
            store_ids=shown,
            after=ShelfPlace(is_low=bool(place), sku=sku) if sku else None,
            limit=PAGE_SIZE,
        )

    def address(self, **changes: str) -> str:
        """Return the address with something else chosen; another choice begins at the first page."""
        chosen = replace(self, **{"after": "", **changes})
        told = {each.name: getattr(chosen, each.name) for each in fields(chosen) if getattr(chosen, each.name)}
        return PATH + (f"?{urlencode(told)}" if told else "")

    @property
    def is_any(self) -> bool:
        """Whether anything is filtered for."""
        return bool(self.q or self.low or self.retired or self.after)


def filters_of(given: Mapping[str, str]) -> Filters:
    """Read an address; what cannot be meant is left out, so that an old address still opens a page."""
    found = {each.name: given.get(each.name, "").strip() for each in fields(Filters)}
    return Filters(**{name: value for name, value in found.items() if _is_meant(name, value)})


def _is_meant(name: str, value: str) -> bool:
    if not value.isprintable() or len(value) > _VALUE_LENGTH_MAX:
        return False
    return name in {"q", "after"} or value == _YES
