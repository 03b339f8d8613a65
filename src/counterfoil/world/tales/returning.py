"""Goods that come back as they should: by slip, within time and cap, authorised, documented, back on the shelf."""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.baskets import PIECE
from counterfoil.world.calendar import DAY, HOUR
from counterfoil.world.chance import Ints
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, Sheet
from counterfoil.world.taking_back import first_lines, goods_of, goodwill, on_time, take_back
from counterfoil.world.tales.paying import without_acquirer
from counterfoil.world.words import CONDITION, RECORD_STATE, RETURN_STATE, TENDER

#: A refund of the last hours is still on its way at the acquirer.
_PENDING_MS = 36 * HOUR
_OPEN_STATES = tuple(RETURN_STATE[word] for word in ("requested", "approved", "rejected"))


def part_returned(scene: Scene, rows: Rows) -> Rows:
    """One of several things was returned within the month; what was damaged did not go back on the shelf."""
    back = take_back(scene, rows, first_lines(rows), _within_a_month(scene, rows))
    damaged = scene.chance.happens("damaged", back.returns["slot"], 300_000)
    returns = back.returns.set(restocked=np.where(damaged, NULL, back.returns["restocked"]))
    of_line = damaged[np.searchsorted(back.returns["slot"], back.return_lines["slot"])]
    condition = np.where(of_line, CONDITION["damaged"], CONDITION["good"])
    lines = back.return_lines.set(condition=condition)
    return rows.plus(back.but(returns=returns, return_lines=lines))


def all_returned(scene: Scene, rows: Rows) -> Rows:
    """Everything was returned; a refund of the last hours is still pending at the acquirer."""
    back = take_back(scene, rows, goods_of(rows), _within_a_month(scene, rows))
    pending = back.records["occurred"] > scene.end - _PENDING_MS
    state = np.where(pending, RECORD_STATE["pending"], RECORD_STATE["succeeded"])
    return rows.plus(back.but(records=back.records.set(state=state)))


def exchanged(scene: Scene, rows: Rows) -> Rows:
    """Goods for goods: a return slip, and no money moved."""
    back = take_back(scene, rows, first_lines(rows), _within_a_month(scene, rows))
    slips = back.slips.set(pid=NULL)
    returns = back.returns.set(state=RETURN_STATE["exchanged"])
    return rows.plus(back.but(returns=returns, slips=slips).without("payments", "records"))


def returned_one_by_one(scene: Scene, rows: Rows) -> Rows:
    """Of two equal pieces one was returned and refunded, and later the other: alike, and no refund twice."""
    first = _within_a_month(scene, rows, last=12)
    again = scene.on_a_later_day("other piece", rows.orders["slot"], first, 1, 9)
    piece = one_piece(first_lines(rows))
    return rows.plus(take_back(scene, rows, piece, first), take_back(scene, rows, piece, again, nth=1))


def returned_without_slip_of_sale(scene: Scene, rows: Rows) -> Rows:
    """The customer had lost the slip, but is a member and did buy it here: cash back, authorised and documented."""
    back = take_back(scene, rows, first_lines(rows), _within_a_month(scene, rows))
    return rows.plus(without_original(back))


def given_back_some(scene: Scene, rows: Rows) -> Rows:
    """The price had been wrong: a tenth was given back, without any goods."""
    amount = np.maximum(rows.payments["amount"] // 10, 1)
    return rows.plus(goodwill(scene, rows.payments, _within_a_month(scene, rows), amount))


def asked_only(scene: Scene, rows: Rows) -> Rows:
    """A return was asked for, and has not been decided, not been brought, or was refused."""
    back = take_back(scene, rows, first_lines(rows), _within_a_month(scene, rows))
    place = scene.chance.below("asked", back.returns["slot"], len(_OPEN_STATES))
    state = np.array(_OPEN_STATES, dtype=np.int64)[place]
    decided = np.where(state == RETURN_STATE["requested"], NULL, back.returns["decided"])
    nothing = dict.fromkeys(("received", "restocked", "authoriser"), NULL)
    returns = back.returns.set(state=state, decided=decided, **nothing)
    return rows.plus(Rows.of(returns=returns, return_lines=back.return_lines))


def returned_a_month_after_delivery(scene: Scene, rows: Rows) -> Rows:
    """More than a month after the sale, but less than one after the parcel came: still in time."""
    told = by_one_parcel(rows)
    arrived = delivered_at(told)
    at = arrived + scene.spell("nearly a month", rows.orders["slot"], 27 * DAY, 30 * DAY)
    at = np.where(arrived == NULL, scene.end + 1, at)
    return told.plus(take_back(scene, told, goods_of(told), at, slow=True))


def one_piece(lines: Sheet) -> Sheet:
    """Make of each line one of several equal pieces."""
    return lines.set(qty=PIECE, amount=lines["amount"] * PIECE // lines["qty"])


def without_original(back: Rows) -> Rows:
    """Forget which order the goods came from: cash back from the till."""
    refunds = without_acquirer(back.payments).set(tender=TENDER["cash"], oid=NULL, original=NULL)
    returns = back.returns.set(oid=NULL, inst=NULL)
    return back.but(returns=returns, payments=refunds, slips=back.slips.set(oid=NULL)).without("records")


def _within_a_month(scene: Scene, rows: Rows, last: int = 27) -> Ints:
    return on_time(scene, rows, "brought back", 0, last)


def by_one_parcel(rows: Rows) -> Rows:
    """Put all goods of an order into its first parcel."""
    first = numbers.parcel(rows.orders["oid"])
    parcels = rows.parcels.take(np.isin(rows.parcels["kid"], first))
    return rows.but(parcels=parcels, tracking=rows.tracking.take(np.isin(rows.tracking["kid"], first)))


def delivered_at(rows: Rows) -> Ints:
    """When each order's only parcel had come; null where it has not."""
    return rows.parcels["delivered"][np.searchsorted(rows.parcels["slot"], rows.orders["slot"])]
