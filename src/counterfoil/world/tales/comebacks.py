"""Customers who come back for the same: what looks like a double and is none."""

from __future__ import annotations

import numpy as np

from counterfoil.world.calendar import MINUTE, SECOND
from counterfoil.world.chance import Ints
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, Sheet
from counterfoil.world.town import PEOPLE_PER_HOUSEHOLD, SKUS
from counterfoil.world.twins import by_person, twin

_WINDOW_MS = 30 * MINUTE


def said_repeat(scene: Scene, rows: Rows) -> Rows:
    """Another of the same, please: the cashier says that it is a genuine repeat."""
    second = twin(rows, _soon(scene, rows))
    orders = second.orders.set(repeat_of=rows.orders["oid"])
    return rows.plus(second.but(orders=orders))


def of_the_same_household(scene: Scene, rows: Rows) -> Rows:
    """A friend takes the same; the two cards even end in the same four digits."""
    person = rows.orders["cust"]
    mate = person // PEOPLE_PER_HOUSEHOLD * PEOPLE_PER_HOUSEHOLD + (person + 1) % PEOPLE_PER_HOUSEHOLD
    return rows.plus(by_person(twin(rows, _soon(scene, rows)), mate))


def something_else(scene: Scene, rows: Rows) -> Rows:
    """The same customer is back for the same price, but for another thing."""
    second = twin(rows, _soon(scene, rows))
    first_line = second.lines["line_no"] == 1
    other = np.where(first_line, (second.lines["sku"] + 1) % SKUS, second.lines["sku"])
    return rows.plus(second.but(lines=second.lines.set(sku=other)))


def dearer_now(scene: Scene, rows: Rows) -> Rows:
    """The same customer is back for the same thing, whose price has just gone up."""
    return rows.plus(dearer(twin(rows, _soon(scene, rows)), 50))


def after_the_window(scene: Scene, rows: Rows) -> Rows:
    """The same customer is back for the same thing, just later than any double would be."""
    slot = rows.orders["slot"]
    just = scene.chance.happens("just after", slot, 300_000)
    wait = np.where(just, scene.spell("just", slot, 1, SECOND), scene.spell("wait", slot, MINUTE, 28 * MINUTE))
    return rows.plus(twin(rows, _WINDOW_MS + wait))


def anonymous_cash(scene: Scene, rows: Rows) -> Rows:
    """Two coffees in cash, one after the other: nobody knows whether it was the same customer."""
    nameless = rows.but(orders=rows.orders.set(cust=NULL))
    return nameless.plus(twin(nameless, scene.spell("next in line", rows.orders["slot"], 30 * SECOND, 9 * MINUTE)))


def dearer(rows: Rows, by_minor: int) -> Rows:
    """Let the first line of each order cost more, and everything that follows from it."""
    lines = rows.lines.set(amount=rows.lines["amount"] + by_minor * (rows.lines["line_no"] == 1))
    return rows.but(
        orders=rows.orders.set(total=rows.orders["total"] + by_minor),
        lines=lines,
        payments=_more(rows.payments, by_minor),
        records=_more(rows.records, by_minor),
        slips=_more(rows.slips, by_minor),
        notices=_more(rows.notices, by_minor),
    )


def _more(whole: Sheet, by_minor: int) -> Sheet:
    return whole.set(amount=whole["amount"] + by_minor)


def _soon(scene: Scene, rows: Rows) -> Ints:
    return scene.spell("back soon", rows.orders["slot"], 40 * SECOND, 27 * MINUTE)
