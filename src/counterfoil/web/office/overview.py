"""What `/office` shows, read in one transaction: today's money, the cases in hand, voids by operator. Values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from counterfoil.books.payments.model import Kind, Tender
from counterfoil.counter.closing import store as closings
from counterfoil.counter.closing.store import TenderTotal
from counterfoil.counter.overview import store
from counterfoil.counter.overview.left_open import left_open
from counterfoil.counter.overview.store import OperatorTally
from counterfoil.desk.cases.inbox import reading
from counterfoil.desk.cases.inbox.model import Counts
from counterfoil.ids import StoreId
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.merchants.model import Store
from counterfoil.shop.merchants.rules import business_date
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Verb
from counterfoil.web.desk.naming import Names, names_of
from counterfoil.web.office.left_open import Shown, Wanted, shown
from counterfoil.web.visits import Visit

if TYPE_CHECKING:
    import sqlalchemy as sa

#: So far back voids are counted.
VOIDS_FOR = timedelta(days=7)
#: In which order tenders stand; others follow.
_ORDER = {tender.value: place for place, tender in enumerate(Tender)}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreDay:
    """What one store took today, in minor units."""

    store: Store
    #: On which date it trades now: by its clock, or the one after the last that it closed.
    day: date
    #: By tender: taken minus given back.
    net: Mapping[str, int]
    sales_n: int
    #: What was voided, reversed or refunded.
    back_minor: int

    @property
    def total_minor(self) -> int:
        """Taken minus given back, of all tenders."""
        return sum(self.net.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Voids:
    """What one operator voided, beside the other operators of the same store."""

    tally: OperatorTally
    #: Of the others together.
    peers_sales_n: int
    peers_voids_n: int

    @property
    def of_hundred(self) -> float | None:
        """Voids of a hundred sales; None where there was no sale."""
        return _of_hundred(self.tally.voids_n, self.tally.sales_n)

    @property
    def peers_of_hundred(self) -> float | None:
        """The same of the others; None where nobody else has sold."""
        return _of_hundred(self.peers_voids_n, self.peers_sales_n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The shop from above, as somebody may see it."""

    #: The latest date on which a store trades.
    day: date
    days: Sequence[StoreDay]
    tenders: Sequence[str]
    counts: Counts
    voids: Sequence[Voids]
    #: Sales that nobody finishes and that hold money.
    left_open: Shown
    called: Names


def overview(connection: sa.Connection, visit: Visit, wanted: Wanted) -> Overview:
    """Read what somebody may see: the stores that are shown, and at which they read reports."""
    who = visit.known
    readable = who.stores_for(Verb.READ_REPORTS)
    by_clock = business_date(who.merchant, visit.now)
    days = []
    for one in who.stores:
        if one.store_id in readable:
            day = closings.first_open_date(connection, who.merchant_id, one.store_id, by_clock)
            days.append(store_day(one, day, closings.totals(connection, who.merchant_id, one.store_id, day)))
    tallies = store.operator_tallies(connection, who.merchant_id, readable, since=visit.now - VOIDS_FOR)
    at: StoreId | None = None if who.store is None else who.store.store_id
    counts = reading.inbox_counts(connection, who.merchant_id, actor=who.person, now=visit.now, store_id=at)
    tenders = {tender for one in days for tender in one.net}
    return Overview(
        day=max((one.day for one in days), default=by_clock),
        days=days,
        tenders=sorted(tenders, key=lambda tender: (_ORDER.get(tender, len(_ORDER)), tender)),
        counts=counts,
        voids=voids_beside_peers(tallies),
        left_open=shown(
            left_open(
                connection,
                who.merchant_id,
                readable,
                now=visit.now,
                older=wanted.older,
                skipped_n=wanted.skipped_n,
            )
        ),
        called=names_of(
            staff.people(connection, who.merchant_id), merchants.terminals(connection, who.merchant_id), who.stores
        ),
    )


def store_day(of: Store, day: date, totals: Sequence[TenderTotal]) -> StoreDay:
    """Add up what a store took and gave back on a date."""
    net: dict[str, int] = {}
    for total in totals:
        signed = total.amount_minor if total.kind == Kind.SALE else -total.amount_minor
        net[total.tender] = net.get(total.tender, 0) + signed
    return StoreDay(
        store=of,
        day=day,
        net=net,
        sales_n=sum(total.count for total in totals if total.kind == Kind.SALE),
        back_minor=sum(total.amount_minor for total in totals if total.kind != Kind.SALE),
    )


def voids_beside_peers(tallies: Sequence[OperatorTally]) -> list[Voids]:
    """Put each operator beside the others of their store; who voids the largest share stands first."""
    found = []
    for tally in tallies:
        peers = [one for one in tallies if one.store_id == tally.store_id and one is not tally]
        found.append(
            Voids(
                tally=tally,
                peers_sales_n=sum(one.sales_n for one in peers),
                peers_voids_n=sum(one.voids_n for one in peers),
            )
        )
    return sorted(found, key=lambda one: (-(one.of_hundred or 0.0), -one.tally.voids_n, one.tally.operator_id))


def _of_hundred(voids_n: int, sales_n: int) -> float | None:
    return None if sales_n == 0 else round(100 * voids_n / sales_n, 1)
