"""Slips that failed and were made good before anybody had to ask."""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.calendar import MINUTE, SECOND
from counterfoil.world.chance import Ints
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, Sheet, join, sheet
from counterfoil.world.words import EVENT_KIND, EVENT_VALUE, PRINTER_FAULTS, SLIP_FORM, SLIP_STATE


def reprinted(scene: Scene, rows: Rows) -> Rows:
    """The printer failed; some minutes later a copy was printed."""
    failed = failed_slips(scene, rows.slips)
    copies = _copies(scene, failed).set(form=SLIP_FORM["paper"], state=SLIP_STATE["printed"], copy_no=1)
    return rows.but(slips=join([failed, copies]), events=printer_trouble(scene, failed))


def sent_instead(scene: Scene, rows: Rows) -> Rows:
    """The printer failed; the customer got an electronic slip instead."""
    failed = failed_slips(scene, rows.slips)
    sent = _copies(scene, failed).set(form=SLIP_FORM["electronic"], state=SLIP_STATE["sent"])
    return rows.but(slips=join([failed, sent]), events=printer_trouble(scene, failed))


def failed_slips(scene: Scene, slips: Sheet) -> Sheet:
    """Let each slip fail at the printer."""
    fault = scene.chance.below("printer fault", slips["slot"], len(PRINTER_FAULTS))
    return slips.set(form=SLIP_FORM["paper"], state=SLIP_STATE["failed"], fault=fault)


def printer_trouble(scene: Scene, slips: Sheet) -> Sheet:
    """Let the terminal of each failed slip say what ails its printer, and that it is well again."""
    mended = slips["occurred"] + scene.spell("to mend", slips["slot"], MINUTE, 12 * MINUTE)
    value_of_fault = np.array([EVENT_VALUE[word] for word in PRINTER_FAULTS], dtype=np.int64)
    at_till = slips.take(slips["terminal"] != NULL)
    ill = _printer(at_till, at_till["occurred"] - 300, value_of_fault[at_till["fault"]])
    well = _printer(at_till, mended[slips["terminal"] != NULL], EVENT_VALUE["ok"])
    return join([ill, well.take(well["occurred"] <= scene.end)])


def _printer(slips: Sheet, at: Ints, value: Ints | int) -> Sheet:
    return sheet(
        "events", slips["slot"], terminal=slips["terminal"], occurred=at, kind=EVENT_KIND["printer"], value=value
    )


def _copies(scene: Scene, slips: Sheet) -> Sheet:
    later = slips["occurred"] + scene.spell("to copy", slips["slot"], 20 * SECOND, 20 * MINUTE)
    copies = slips.set(sid=numbers.slip(slips["oid"], 1), occurred=later, fault=NULL)
    return copies.take(later <= scene.end)
