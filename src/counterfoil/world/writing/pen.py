"""What is needed to write one merchant's tables: the ids of orders, and the names of stores, tills, staff and goods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from counterfoil.world import town as towns
from counterfoil.world.chance import Ints
from counterfoil.world.town import Town
from counterfoil.world.writing.lettering import words
from counterfoil.world.writing.naming import Names

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """What is needed to write a merchant's tables."""

    names: Names
    town: Town
    merchant_id: str
    currency: str

    def stores(self, store: Ints) -> pa.Array:
        """The ids of stores."""
        return words(store, [towns.store_name(each) for each in range(self.town.stores)])

    def terminals(self, terminal: Ints) -> pa.Array:
        """The ids of terminals."""
        return words(terminal, [towns.terminal_name(each) for each in range(self.town.terminals)])

    def staff(self, staff: Ints) -> pa.Array:
        """The ids of operators and managers."""
        return words(staff, [towns.staff_name(each) for each in range(self.town.stores * towns.STAFF_PER_STORE)])

    def skus(self, sku: Ints, of: Callable[[int], str]) -> pa.Array:
        """The codes or the titles of articles."""
        return words(sku, [of(each) for each in range(towns.SKU_COUPON + 1)])

    def constant(self, text: str, rows: int) -> pa.Array:
        """A column that says the same in every row."""
        return words(np.zeros(rows, dtype=np.int64), [text])
