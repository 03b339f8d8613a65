"""Turns the town's numbers into the ids of the books: orders are numbered day by day in the order in which they came.

An order that was lost keeps its number, so its place stays empty, as on a real till. Ids of records and returns say
nothing about what they belong to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from counterfoil.world import numbers
from counterfoil.world.chance import Chance, Ints, mixed
from counterfoil.world.plan import Plan
from counterfoil.world.sheet import NULL, Rows
from counterfoil.world.town import INSTRUMENTS_PER_PERSON, PEOPLE_PER_HOUSEHOLD
from counterfoil.world.words import SOURCE
from counterfoil.world.writing.lettering import base36, decimal_ids, hex_ids

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS_PER_RECORD = 16
_RRN = 10**12
_APPROVAL = 36**6
_STAN = 10**6
#: Coprime to ten and to thirty-six, so that different numbers stay different.
_STRIDE = 387_420_489_013


@dataclass(frozen=True, slots=True)
class Names:
    """The final numbers of some days' orders, and every id that follows from them."""

    chance: Chance
    first_oid: int
    order_number: Ints

    def order(self, oid: Ints) -> Ints:
        """The final number of each order."""
        known = oid >= 0
        place = np.where(known, oid - self.first_oid, 0)
        return np.where(known, self.order_number[place] if len(self.order_number) else 0, NULL)

    def within(self, number: Ints, each: int) -> Ints:
        """The final number of things of which an order has so many; daily fees keep theirs."""
        if not len(number):
            return number
        fee = number >= numbers.FEE_RECORDS
        known = np.where(fee, NULL, number)
        oid = known // each
        final = np.where(known < 0, NULL, self.order(oid) * each + (known - oid * each))
        return np.where(fee, number, final)

    def event(self, eid: Ints) -> Ints:
        """The final number of each event at an acquirer."""
        return self.within(eid, numbers.PAYMENTS_PER_ORDER * numbers.RECORDS_PER_PAYMENT)

    def order_id(self, oid: Ints) -> pa.Array:
        """The id of each order."""
        return decimal_ids("O", self.order(oid), 12)

    def payment_id(self, pid: Ints) -> pa.Array:
        """The id of each payment."""
        return decimal_ids("P", self.within(pid, numbers.PAYMENTS_PER_ORDER), 12)

    def request_id(self, pid: Ints) -> pa.Array:
        """The id under which each payment was asked for."""
        return decimal_ids("Q", self.within(pid, numbers.PAYMENTS_PER_ORDER), 12)

    def order_request_id(self, oid: Ints) -> pa.Array:
        """The id under which each order was sent; a replay has the first one's."""
        return decimal_ids("W", self.order(oid), 12)

    def slip_id(self, sid: Ints) -> pa.Array:
        """The id of each slip."""
        return decimal_ids("L", self.within(sid, numbers.SLIPS_PER_ORDER), 12)

    def notice_id(self, nid: Ints) -> pa.Array:
        """The id of each notice."""
        return decimal_ids("N", self.within(nid, numbers.NOTICES_PER_ORDER), 12)

    def parcel_id(self, kid: Ints) -> pa.Array:
        """The id of each parcel."""
        return decimal_ids("K", self.within(kid, numbers.PARCELS_PER_ORDER), 12)

    def tracking_number(self, kid: Ints) -> pa.Array:
        """The carrier's number of each parcel."""
        return _opaque("SF", self.within(kid, numbers.PARCELS_PER_ORDER), salt=4)

    def return_id(self, rid: Ints) -> pa.Array:
        """The id of each return; it does not betray the order."""
        return _opaque("R", self.within(rid, numbers.RETURNS_PER_ORDER), salt=2)

    def record_id(self, eid: Ints, source: Ints, again: Ints) -> pa.Array:
        """The id of each row of the acquirers' books."""
        told_by = np.where(source == NULL, SOURCE["bill"], source)
        return _opaque("A", self.event(eid) * _ROWS_PER_RECORD + told_by * 2 + again, salt=1)

    def platform_number(self, eid: Ints) -> pa.Array:
        """The platform's own number of each event."""
        return _opaque("42", self.event(eid), salt=3)

    def foreign_number(self, number: Ints) -> pa.Array:
        """A number that means nothing to us."""
        return _opaque("X", number, salt=5)

    def rrn(self, eid: Ints) -> pa.Array:
        """The retrieval reference number, twelve digits, never given twice."""
        return decimal_ids("", self._strided(eid, _RRN), 12)

    def approval_code(self, eid: Ints) -> pa.Array:
        """The approval code, six letters and digits."""
        return base36(self._strided(eid, _APPROVAL), 6)

    def stan(self, eid: Ints) -> pa.Array:
        """The trace number, six digits: it wraps, and is given only once a day at one till."""
        final = self.event(eid)
        return decimal_ids("", np.where(final < 0, NULL, final // numbers.RECORDS_PER_PAYMENT % _STAN), 6)

    def customer_key(self, person: Ints) -> pa.Array:
        """The keyed hash of each person."""
        return self._key("customer", person)

    def instrument_key(self, instrument: Ints) -> pa.Array:
        """The keyed hash of each card or wallet."""
        return self._key("instrument", instrument)

    def instrument_tail(self, instrument: Ints) -> pa.Array:
        """The last four digits of each card or wallet; a household shares them, for a tail is no key."""
        tender = instrument % INSTRUMENTS_PER_PERSON
        household = instrument // INSTRUMENTS_PER_PERSON // PEOPLE_PER_HOUSEHOLD
        tail = self.chance.below("tail", household * INSTRUMENTS_PER_PERSON + tender, 10**4)
        return decimal_ids("", np.where(instrument < 0, NULL, tail), 4)

    def _key(self, name: str, of: Ints) -> pa.Array:
        return hex_ids("", self.chance.bits(name, of), of < 0)

    def _strided(self, eid: Ints, below: int) -> Ints:
        final = self.event(eid)
        return np.where(final < 0, NULL, _times(final, _STRIDE % below, below))


def name_orders(chance: Chance, plan: Plan, first_day: int, last_day: int, first_epoch_day: int, rows: Rows) -> Names:
    """Number the orders of some days, `last_day` left out, lost ones with the others."""
    parts = (rows.orders, rows.lost)
    oid, placed, bday = (np.concatenate([part[name] for part in parts]) for name in ("oid", "placed", "bday"))
    day = bday - first_epoch_day
    order = np.lexsort((oid, placed, day))
    sorted_day = day[order]
    nth = np.arange(len(oid)) - np.searchsorted(sorted_day, sorted_day)
    first_slot, past = plan.first_slot[first_day], plan.first_slot[last_day]
    final = np.full((past - first_slot) * numbers.ORDERS_PER_SLOT, NULL, dtype=np.int64)
    first_oid = int(first_slot) * numbers.ORDERS_PER_SLOT
    final[oid[order] - first_oid] = plan.first_slot[sorted_day] * numbers.ORDERS_PER_SLOT + nth
    return Names(chance, first_oid, final)


def _times(number: Ints, stride: int, below: int) -> Ints:
    """Multiply within a range without overflow, by halves of the stride."""
    high, low = divmod(stride, 1 << 20)
    number = number % below
    return (number * high % below * (1 << 20) % below + number * low % below) % below


def _opaque(prefix: str, number: Ints, *, salt: int) -> pa.Array:
    """Write numbers so that nothing can be read from them; different numbers stay different."""
    bits: npt.NDArray[np.uint64] = np.maximum(number, 0).astype(np.uint64) * np.uint64(8) + np.uint64(salt)
    return hex_ids(prefix, mixed(bits), number < 0)
