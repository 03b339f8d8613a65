"""One merchant's history: tells every day's tales and writes what the books show of them, some days at a time.

The days of a chunk are told side by side, and each as it would be alone: any chunking gives the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.bill_days import BillDays
from counterfoil.world.bills import daily_fees, deliver_bills
from counterfoil.world.calendar import calendar_of
from counterfoil.world.casting import Repertoire, cast
from counterfoil.world.chance import Chance, Ints
from counterfoil.world.faults.catalogue import FAULTS
from counterfoil.world.parameters import FIRST_DAY, WorldParameters
from counterfoil.world.plan import make_plan
from counterfoil.world.sales import ordinary_sales
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, Sheet, join, join_rows
from counterfoil.world.tale import Tell
from counterfoil.world.tales.repertoire import CLEAN_TALES
from counterfoil.world.telemetry import offline_spells, till_events, within_spell
from counterfoil.world.town import Town
from counterfoil.world.visits import draw_visits
from counterfoil.world.writing.naming import Names, name_orders
from counterfoil.world.writing.pen import Pen
from counterfoil.world.writing.schema import TALES, TRUTH
from counterfoil.world.writing.tables import write_table
from counterfoil.world.writing.tales_table import tales_table
from counterfoil.world.writing.truth_table import truth_table

if TYPE_CHECKING:
    import pyarrow as pa

#: So many purchases are computed at once, or one day where a day has more.
CHUNK_ORDERS = 80_000
#: Each sheet's book, and the columns that put its rows in order within a day.
_BOOKS = {
    "orders": ("orders", ("oid",)),
    "lines": ("order_lines", ("oid", "line_no")),
    "payments": ("payments", ("pid",)),
    "records": ("acquirer_records", ("eid", "source", "again")),
    "slips": ("slips", ("sid",)),
    "notices": ("notices", ("nid",)),
    "parcels": ("parcels", ("kid",)),
    "tracking": ("tracking_events", ("kid", "occurred", "status")),
    "returns": ("returns", ("rid",)),
    "return_lines": ("return_lines", ("rid", "line_no")),
}


class History:
    """The history of one merchant."""

    def __init__(self, parameters: WorldParameters, merchant: int) -> None:
        self.merchant_id = f"M{merchant + 1:02d}"
        chance = Chance(parameters.seed, scope=merchant)
        days = parameters.days_of_history
        calendar = calendar_of(FIRST_DAY, days, parameters.time_zone)
        self.town = Town(parameters, merchant, chance)
        self.scene = Scene(
            town=self.town, calendar=calendar, bill_days=BillDays(days, parameters.seed + merchant), chance=chance
        )
        self.repertoire = Repertoire(CLEAN_TALES, FAULTS)
        self.plan = make_plan(
            calendar=calendar,
            orders=parameters.orders_of(merchant),
            faults_wanted=parameters.faults_of(merchant),
            faults=FAULTS,
            chance=chance,
        )
        self._currency = parameters.currency

    def chunks(self, chunk_orders: int = CHUNK_ORDERS) -> Iterator[tuple[int, int]]:
        """Part the days into runs of about so many purchases: the first day of each, and the first not in it."""
        first, days = 0, self.scene.calendar.days
        while first < days:
            wanted = int(self.plan.first_slot[first]) + chunk_orders
            past = int(np.searchsorted(self.plan.first_slot, wanted, side="right")) - 1
            past = min(max(past, first + 1), days)
            yield first, past
            first = past

    def write(self, first_day: int, last_day: int) -> Mapping[str, pa.Table]:
        """Write the books of some days, `last_day` left out, and the truth about them."""
        tale_of_slot, rows = self._told(first_day, last_day)
        first_slot = int(self.plan.first_slot[first_day])
        spells = offline_spells(self.scene, rows.events, first_day, last_day)
        records = deliver_bills(self.scene, _calmed(rows.records, spells), rows.payments)
        rows = rows.but(records=join([records, daily_fees(self.scene, first_day, last_day)]))
        epoch_day = self.scene.calendar.first_epoch_day
        names = name_orders(self.scene.chance, self.plan, first_day, last_day, epoch_day, rows)
        pen = Pen(names=names, town=self.town, merchant_id=self.merchant_id, currency=self._currency)
        written = {
            book: write_table(pen, book, self._in_order(rows.sheets()[name], names, keys))
            for name, (book, keys) in _BOOKS.items()
        }
        events = till_events(self.scene, rows.events, first_day, last_day)
        written["terminal_events"] = write_table(pen, "terminal_events", events)
        written[TRUTH] = truth_table(rows, names, self.merchant_id)
        written[TALES] = tales_table(rows, names, self.repertoire, tale_of_slot, first_slot, self.merchant_id)
        return written

    def _told(self, first_day: int, last_day: int) -> tuple[Ints, Rows]:
        """Let everything happen: ordinary sales first, then each tale to whom it was cast for.

        Returns the number of each slot's tale, and the rows.
        """
        visits = cast(self.scene, self.plan, self.repertoire, draw_visits(self.scene, self.plan, first_day, last_day))
        sales = ordinary_sales(self.scene, self.repertoire, visits)
        first_slot = int(self.plan.first_slot[first_day])
        tale_of_slot = np.zeros(int(self.plan.first_slot[last_day]) - first_slot, dtype=np.int64)
        tale_of_slot[visits["slot"] - first_slot] = visits["tale"]
        tales = self.repertoire.tales
        plain, *parts = sales.split(tale_of_slot, first_slot, 1 + len(tales))
        told = [
            _tell(self.scene, tale.tell, part, number)
            for number, (tale, part) in enumerate(zip(tales, parts, strict=True), start=-len(CLEAN_TALES))
            if len(part.orders)
        ]
        return tale_of_slot, join_rows([plain, *told])

    def _in_order(self, sheet: Sheet, names: Names, keys: tuple[str, ...]) -> Sheet:
        """Put rows in the order of days and numbers, in which nothing shows which tale they belong to."""
        first, *rest = keys
        slot = sheet["slot"]
        day = np.searchsorted(self.plan.first_slot, slot, side="right") - 1
        number = sheet[first]
        if first == "eid":
            fee = slot == NULL
            day = np.where(fee, (number - numbers.FEE_RECORDS) // 3, day)
        final = _final(names, first, number)
        return sheet.take(np.lexsort((*(sheet[name] for name in reversed(rest)), final, day)))


def _tell(scene: Scene, tell: Tell, part: Rows, fault: int) -> Rows:
    """Let one tale happen; a fault's number goes into the truth that it wrote down."""
    told = tell(scene, part)
    return told.but(truth=told.truth.set(fault=fault))


def _calmed(records: Sheet, spells: Sheet) -> Sheet:
    """A lost order whose till happened to be off line keeps no till, or the law would call it not synced."""
    off_line = (records["calm"] == 1) & within_spell(spells, records["terminal"], records["occurred"])
    return records.set(terminal=np.where(off_line, NULL, records["terminal"]))


def _final(names: Names, key: str, number: Ints) -> Ints:
    each = {
        "oid": 1,
        "pid": numbers.PAYMENTS_PER_ORDER,
        "eid": numbers.PAYMENTS_PER_ORDER * numbers.RECORDS_PER_PAYMENT,
        "sid": numbers.SLIPS_PER_ORDER,
        "nid": numbers.NOTICES_PER_ORDER,
        "kid": numbers.PARCELS_PER_ORDER,
        "rid": numbers.RETURNS_PER_ORDER,
    }[key]
    return names.within(number, each)
