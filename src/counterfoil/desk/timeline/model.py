"""The values of a timeline. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from counterfoil.languages import Language, Text
from counterfoil.shop.pricing.line_names import LineNames

Row = Mapping[str, Any]

#: What happens so soon after another thing may stand in one row with it.
ONE_ROW = timedelta(seconds=10)


class Lane(StrEnum):
    """Where on a timeline something stands: one lane for each of the five books, and one for what was around."""

    ORDERS = "orders"
    PAYMENTS = "payments"
    SLIPS = "slips"
    DELIVERIES = "deliveries"
    RETURNS = "returns"
    AROUND = "around"


LANES: Mapping[Lane, Text] = MappingProxyType(
    {
        Lane.ORDERS: Text(en="Orders", zh="订单"),
        Lane.PAYMENTS: Text(en="Payments", zh="付款"),
        Lane.SLIPS: Text(en="Slips and notices", zh="小票与通知"),
        Lane.DELIVERIES: Text(en="Deliveries", zh="收货"),
        Lane.RETURNS: Text(en="Returns", zh="退货"),
        Lane.AROUND: Text(en="The terminal", zh="收银机"),
    }
)


class Tone(StrEnum):
    """How a moment is to be read."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    OPEN = "open"  #: nobody knows yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One thing more that a row says."""

    label: Text
    #: A word of a closed list in both languages; an id, a name, a reason says itself.
    value: Text
    #: The column that it stands in, so that whoever knows names can call an id by its own.
    column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that a book says."""

    lane: Lane
    #: None: the row has no time.
    at: datetime | None
    what: Text
    #: The row, as findings name it.
    subject: str
    tone: Tone = Tone.PLAIN
    amount_minor: int | None = None
    currency: str | None = None
    details: Sequence[Detail] = ()
    #: The file and the line that the row came from, where it came from a file.
    file: str | None = None
    line: int | None = None
    #: A finding of the case that stands points at this row.
    is_evidence: bool = False
    #: How often it happened in a row.
    times_n: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that should stand in a lane and does not, as a finding says."""

    lane: Lane
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """One line of an order, as whoever reads it calls it."""

    quantity: str
    name: Text
    #: As it was sold; two orders of the same goods do not differ because two people sold them in two languages.
    sold_as: str | None = field(compare=False)

    def sold_otherwise(self, language: Language) -> str | None:
        """Return the name under which it was sold, where that is another one than is shown."""
        return self.sold_as if self.sold_as != self.name.to(language) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One field of two orders side by side."""

    label: Text
    left: object
    right: object
    #: What it is: text (plain), said (words in both languages), moment, money, lines (of words), goods, store, person,
    #: till, id.
    kind: str = "text"

    @property
    def differs(self) -> bool:
        """Whether the two say something else."""
        return self.left != self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """Two orders that may be one purchase."""

    first_id: str
    second_id: str
    currency: str
    fields: Sequence[Compared]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What the books say of a case."""

    moments: Sequence[Moment]
    gaps: Sequence[Gap] = ()
    twins: Twins | None = None
    #: Whether there was more than is shown.
    is_cut: bool = False

    @property
    def rows(self) -> Sequence[Sequence[Moment]]:
        """The moments by rows: what happened at nearly the same time, from the left to the right, stands in one."""
        found: list[list[Moment]] = []
        for moment in self.moments:
            last = found[-1][-1] if found else None
            if last is not None and _stands_beside(last, moment, found[-1][0]):
                found[-1].append(moment)
            else:
                found.append([moment])
        return found

    @property
    def lanes(self) -> Sequence[Lane]:
        """The lanes that are shown: the five books always, what was around only where something was."""
        return [lane for lane in Lane if lane is not Lane.AROUND or any(one.lane is lane for one in self.moments)]


def _stands_beside(last: Moment, moment: Moment, first: Moment) -> bool:
    """Say whether a moment fits into the row of the one before it."""
    if moment.at is None or first.at is None or last.lane is Lane.AROUND:
        return False
    places = list(Lane)
    return places.index(moment.lane) > places.index(last.lane) and moment.at - first.at <= ONE_ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The rows of the books that belong to a case, by table; as the tables have them."""

    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    #: What the lines of its orders are called.
    names: LineNames = field(default_factory=LineNames)
    is_cut: bool = False

    def rows(self, table: str) -> Sequence[Row]:
        """Return the rows of one table."""
        return self.tables.get(table, ())
