"""What a tale is: something that may happen to a purchase, and what the purchase must be like for it to happen.

A tale's function takes the rows of ordinary purchases and returns the rows that the books show after it happened.
It is pure: same purchases, same rows. Clean tales stand in `tales/`, faults in `faults/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from counterfoil.world.scene import Scene
from counterfoil.world.sheet import Rows

Tell = Callable[[Scene, Rows], Rows]


class Tenders(IntEnum):
    """By which tenders a purchase may be paid."""

    ANY = 0
    ACQUIRED = 1  #: through an acquirer
    UNACQUIRED = 2  #: cash, voucher or member balance
    BALANCE = 3  #: member balance
    CASH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a purchase must be like for a tale to happen to it."""

    tenders: Tenders = Tenders.ANY
    #: Brought by a carrier; otherwise carried out.
    delivery: bool = False
    #: The customer is a member whose key the order carries.
    known: bool = False
    #: The acquirer echoes our payment's id.
    echoed: bool = True
    #: So many lines of goods at least.
    lines_min: int = 1
    #: So many pieces on the first line at least.
    pieces_min: int = 1


class Tale(Protocol):
    """What every tale has."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def tell(self) -> Tell:
        """What happens."""
        ...

    @property
    def needs(self) -> Needs:
        """To whom it can happen."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanTale:
    """Something that happens in every shop and is no fault."""

    name: str
    tell: Tell
    #: How often, of a million purchases.
    per_million: int
    needs: Needs = field(default_factory=Needs)
    #: Orders that come beside the purchase's own.
    adds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way in which a sale goes wrong, and the one finding that it must give."""

    exception: str
    diagnosis: str
    #: Which of the diagnosis's ways this is.
    way: str
    tell: Tell
    needs: Needs = field(default_factory=Needs)
    #: How many local days before the last one the purchase must lie, at least and at most.
    age_min: int = 1
    age_max: int | None = None
    #: How many local days after the first one it must lie.
    since_start: int = 3
    adds: int = 0
    #: Whether the order never reached the book.
    loses_order: bool = False

    @property
    def name(self) -> str:
        """The fault's name, of diagnosis and way."""
        return f"{self.exception}/{self.diagnosis}/{self.way}"
