"""How goods and money go back over the counter: return, refund, the acquirer's record of it, and the slip."""

from __future__ import annotations

import numpy as np

from counterfoil.world import numbers
from counterfoil.world.acquiring import echo
from counterfoil.world.calendar import DAY, HOUR, MINUTE, SECOND
from counterfoil.world.chance import Bools, Ints
from counterfoil.world.ranking import sums
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, Sheet, sheet
from counterfoil.world.town import OPERATORS_PER_STORE, STAFF_PER_STORE, TERMINALS_PER_STORE
from counterfoil.world.words import (
    CONDITION,
    LINE_KIND,
    PAYMENT_KIND,
    REASON,
    RETURN_STATE,
    SLIP_FORM,
    SLIP_KIND,
    SLIP_STATE,
)

_WHY = ("not as expected", "damaged", "wrong size", "customer changed mind")
_WHY_WEIGHTS = (40, 20, 25, 15)
_RESTOCK_MS = (HOUR, 44 * HOUR)
#: How long a return takes at most, over the counter and by parcel.
_QUICK_MS, _SLOW_MS = 10 * MINUTE, 3 * DAY
#: Slips of refunds are numbered from here on.
_FIRST_REFUND_SLIP = 8


def goods_of(rows: Rows) -> Sheet:
    """The lines of goods, which are what can be returned."""
    kind = rows.lines["kind"]
    return rows.lines.take(((kind == LINE_KIND["goods"]) | (kind == NULL)) & (rows.lines["voided"] == NULL))


def first_lines(rows: Rows) -> Sheet:
    """The first line of each order."""
    return rows.lines.take(rows.lines["line_no"] == 1)


def take_back(scene: Scene, rows: Rows, lines: Sheet, at: Ints, *, nth: int = 0, slow: bool = False) -> Rows:
    """Take lines of each order back at a moment of its own, and refund them; every document is made.

    Gives the new rows only. `slow` is a return by parcel, which takes a day or two. A purchase whose return would not
    be over before the end of the history gives no rows: its customer has not come yet.
    """
    kept = at <= scene.end - (_SLOW_MS if slow else _QUICK_MS)
    orders, payments = rows.orders.take(kept), rows.payments.take(kept)
    lines = lines.take(np.isin(lines["slot"], orders["slot"]))
    returns = _returns(scene, orders, payments, lines, at[kept], nth, slow=slow)
    refunds = refund(scene, payments, returns, nth=nth)
    by_acquirer = refunds["acquirer"] != NULL
    return Rows.of(
        returns=returns,
        return_lines=_return_lines(scene, lines, nth),
        payments=refunds,
        records=echo(scene, refunds.take(by_acquirer)),
        slips=refund_slips(refunds, nth=nth),
    )


def _returns(scene: Scene, orders: Sheet, payments: Sheet, lines: Sheet, at: Ints, nth: int, *, slow: bool) -> Sheet:
    chance, slot = scene.chance, orders["slot"]
    rid = numbers.return_of(orders["oid"], nth)
    store = orders["terminal"] // TERMINALS_PER_STORE
    operator = store * STAFF_PER_STORE + chance.below("who takes back", rid, OPERATORS_PER_STORE)
    received = at + scene.spell("to receive", rid, 20 * SECOND, MINUTE)
    if slow:
        received = scene.on_a_later_day("to receive", rid, at, 1, 2)
    decided = received + scene.spell("to decide return", rid, 10 * SECOND, 90 * SECOND)
    restocked = received + scene.spell("to restock", rid, *_RESTOCK_MS)
    why = np.array([REASON[word] for word in _WHY], dtype=np.int64)
    place_of_slot = np.searchsorted(slot, lines["slot"])
    return sheet(
        "returns",
        slot,
        rid=rid,
        oid=orders["oid"],
        state=RETURN_STATE["refunded"],
        requested=at,
        decided=decided,
        received=received,
        operator=operator,
        authoriser=scene.town.manager(orders["terminal"], rid),
        reason=why[chance.pick("why return", rid, _WHY_WEIGHTS)],
        amount=sums(lines["amount"], place_of_slot, len(slot)),
        cust=orders["cust"],
        inst=payments["inst"],
        restocked=scene.until_the_end(restocked),
    )


def _return_lines(scene: Scene, lines: Sheet, nth: int) -> Sheet:
    return sheet(
        "return_lines",
        lines["slot"],
        rid=numbers.return_of(lines["oid"], nth),
        line_no=lines["line_no"],
        sku=lines["sku"],
        qty=lines["qty"],
        amount=lines["amount"],
        kind=lines["kind"],
        order_line_no=lines["line_no"],
        condition=CONDITION["good"],
    )


def refund(scene: Scene, payments: Sheet, returns: Sheet, *, nth: int = 0) -> Sheet:
    """Pay each return's amount back by the tender of its sale, from the till where it was bought."""
    pid = numbers.payment(payments["oid"], numbers.FIRST_REFUND + nth)
    occurred = returns["decided"] + scene.spell("to refund", pid, 2 * SECOND, 20 * SECOND)
    return _given_back(scene, payments, pid, occurred).set(
        rid=returns["rid"],
        amount=returns["amount"],
        operator=returns["operator"],
        authoriser=returns["authoriser"],
        reason=returns["reason"],
    )


def goodwill(scene: Scene, payments: Sheet, at: Ints, amount: Ints, *, nth: int = 0) -> Rows:
    """Give some money back without taking goods, as when a price was wrong; every document is made."""
    kept = at <= scene.end - _QUICK_MS
    paid = payments.take(kept)
    refunds = _given_back(scene, paid, numbers.payment(paid["oid"], numbers.FIRST_REFUND + nth), at[kept])
    refunds = refunds.set(amount=amount[kept], reason=REASON["price adjusted"])
    refunds = refunds.set(authoriser=scene.town.manager(paid["terminal"], refunds["pid"]))
    return Rows.of(
        payments=refunds,
        records=echo(scene, refunds.take(refunds["acquirer"] != NULL)),
        slips=refund_slips(refunds, nth=nth),
    )


def _given_back(scene: Scene, payments: Sheet, pid: Ints, occurred: Ints) -> Sheet:
    numbered = np.where(payments["stan"] != NULL, numbers.record(pid), NULL)
    decided = occurred + scene.spell("to decide refund", pid, 300, 4 * SECOND)
    return payments.set(
        pid=pid,
        kind=PAYMENT_KIND["refund"],
        original=payments["pid"],
        occurred=occurred,
        decided=decided,
        bday=scene.calendar.first_epoch_day + scene.calendar.local_day(occurred),
        request=np.where(payments["request"] != NULL, pid, NULL),
        stan=numbered,
        rrn=numbered,
        approval=numbered,
    )


def refund_slips(refunds: Sheet, *, nth: int = 0) -> Sheet:
    """Print the slip of each refund."""
    returned: Bools = refunds["rid"] != NULL
    return sheet(
        "slips",
        refunds["slot"],
        sid=numbers.slip(numbers.order_of_payment(refunds["pid"]), _FIRST_REFUND_SLIP + nth),
        oid=refunds["oid"],
        pid=refunds["pid"],
        rid=refunds["rid"],
        kind=np.where(returned, SLIP_KIND["return"], SLIP_KIND["refund"]),
        form=SLIP_FORM["paper"],
        state=SLIP_STATE["printed"],
        copy_no=0,
        amount=refunds["amount"],
        occurred=refunds["decided"] + 10 * SECOND,
        terminal=refunds["terminal"],
    )


def on_time(scene: Scene, rows: Rows, name: str, first: int = 0, last: int = 9) -> Ints:
    """A moment some days after the sale, in opening hours, at least a quarter of an hour after it."""
    later = scene.on_a_later_day(name, rows.orders["slot"], rows.orders["closed"], first, last)
    return np.maximum(later, rows.orders["closed"] + 15 * MINUTE)
