"""The values of a storm's story. Frozen; no I/O, no clock.

A purchase is what one customer wants to buy, once. Its ids are made from the seed and its number, so that the
acquirer's faults, which are drawn by payment, are the same in every run of a seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Means(StrEnum):
    """How a customer means to pay."""

    CASH = "cash"
    CARD = "card"
    SPLIT = "split"  #: a part in cash, the rest by card, in one sale


class Course(StrEnum):
    """Which way a sale takes to the counter."""

    AT_ONCE = "at_once"
    PARKED = "parked"  #: rung up, put aside, taken up again, paid then
    OFFLINE = "offline"  #: taken while the till was offline, and uploaded with others


class Twist(StrEnum):
    """What goes wrong on our side of the counter."""

    NONE = "none"
    DOUBLE_CLICK = "double_click"  #: the button is pressed twice: the same request twice at once
    IMPATIENT = "impatient"  #: the till gives up waiting, and offers the same sale again
    TWO_TERMINALS = "two_terminals"  #: two tills offer the same sale at once
    NEW_ORDER = "new_order"  #: a till that restarted makes a new order of the same press of the button
    CONFUSED = "confused"  #: the cashier rings the purchase up a second time, under new ids
    CLOCK_BACK = "clock_back"  #: the till's clock is hours behind
    CLOCK_AHEAD = "clock_ahead"  #: the till's clock is too far ahead to be believed; it is set right


class Then(StrEnum):
    """What a customer does whose card did not pay."""

    CARD_AGAIN = "card_again"
    CASH = "cash"
    LEAVES = "leaves"


class GivingBack(StrEnum):
    """How money goes back after a purchase."""

    NONE = "none"
    UNDO = "undo"  #: all of it, whichever way is right
    UNDO_TWICE = "undo_twice"  #: the same, and the button is pressed twice
    UNDO_BY_TWO = "undo_by_two"  #: two people give all of it back at once, each under an id of their own
    REFUND_PART = "refund_part"
    REFUND_PARTS = "refund_parts"  #: two parts, one after the other
    REFUND_BY_TWO = "refund_by_two"  #: two people at once refund more than half each
    REFUND_LINE = "refund_line"  #: the first line goes back, quantity and all


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a purchase."""

    sku: str
    quantity: int
    price_minor: int

    @property
    def amount_minor(self) -> int:
        """What the line comes to."""
        return self.quantity * self.price_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What one customer wants to buy, and what comes of it."""

    seed: int
    number: int
    store_id: str
    terminal_id: str
    #: Where else the same sale may be offered.
    other_terminal_id: str
    operator_id: str
    #: The two who may give money back.
    authoriser_ids: tuple[str, str]
    lines: tuple[Line, ...]
    means: Means
    course: Course
    twist: Twist
    then: Then
    giving_back: GivingBack
    #: By how much the till's clock is wrong, and how long an impatient till waits.
    clock_off_s: int
    impatience_ms: int

    @property
    def total_minor(self) -> int:
        """What it comes to."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def order_id(self) -> str:
        """The id under which the till offers it."""
        return f"s{self.seed}-{self.number}"

    @property
    def second_order_id(self) -> str:
        """The id of a second order, where somebody makes one."""
        return f"{self.order_id}-b"

    def payment_id(self, turn: int, *, order_id: str | None = None) -> str:
        """Return the id of the n-th payment that is offered on an order."""
        return f"{order_id or self.order_id}-p{turn}"

    def undo_id(self, turn: int) -> str:
        """Return the id of the n-th wish to give money back."""
        return f"{self.order_id}-u{turn}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What a till sold while it was offline, and hands in at once."""

    purchases: tuple[Purchase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A store closes its business day."""

    store_id: str
    operator_id: str


Happening = Purchase | Upload | Closing


class Victim(StrEnum):
    """What is killed, always with `kill -9`."""

    WEB = "web"  #: one of the web processes
    WORKER = "worker"
    POSTGRES = "postgres"  #: PostgreSQL's first process: all of it is gone
    BACKEND = "backend"  #: one of PostgreSQL's backends: it ends every session and recovers


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """A victim, and at the how-manieth purchase it dies."""

    at: int
    victim: Victim


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """The acquirer hears nobody for a while."""

    at: int
    milliseconds: int
