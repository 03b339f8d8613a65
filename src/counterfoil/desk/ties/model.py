"""The values of ties. Frozen; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from counterfoil.ids import OrderId


class Noun(StrEnum):
    """What is tied, as findings name it."""

    RETURN = "return"  #: a return, to the order whose goods came back
    ORDER = "order"  #: an order, to the earlier one that it repeats on purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """That somebody ties a row to an order."""

    noun: Noun
    row_id: str
    order_id: OrderId

    @property
    def subject(self) -> str:
        """What is tied, as findings name it."""
        return f"{self.noun}:{self.row_id}"
