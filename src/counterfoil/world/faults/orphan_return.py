"""Goods or money went back without the original order, or the return left the rules or its documents behind."""

from __future__ import annotations

import numpy as np

from counterfoil.world.acquiring import ORIG_FOREIGN, OURS_FOREIGN, echo, stray
from counterfoil.world.baskets import PIECE
from counterfoil.world.calendar import DAY, HOUR, MINUTE
from counterfoil.world.chance import Ints
from counterfoil.world.scene import Scene
from counterfoil.world.sheet import NULL, Rows, Sheet, join
from counterfoil.world.taking_back import first_lines, goods_of, goodwill, on_time, refund, refund_slips, take_back
from counterfoil.world.tale import Fault, Needs, Tell, Tenders
from counterfoil.world.tales.documents import failed_slips
from counterfoil.world.tales.paying import without_acquirer
from counterfoil.world.tales.returning import by_one_parcel, delivered_at, without_original
from counterfoil.world.town import FOREIGN_SKUS, PASSERS_BY, PEOPLE_PER_HOUSEHOLD, SKUS
from counterfoil.world.truth import PAYMENT, RECORD, guilty, guilty_returns
from counterfoil.world.words import PAYMENT_STATE, RECORD_KIND, RECORD_STATE, RETURN_STATE, TENDER


def returned_twice(scene: Scene, rows: Rows) -> Rows:
    """The same goods were returned on one slip twice, on two days, and refunded both times."""
    first = _brought_back(scene, rows)
    again = scene.on_a_later_day("returned again", rows.orders["slot"], first, 1, 4)
    second = take_back(scene, rows, goods_of(rows), again, nth=1)
    return guilty_returns(rows.plus(take_back(scene, rows, goods_of(rows), first)), second)


def one_return_refunded_twice(scene: Scene, rows: Rows) -> Rows:
    """One click, two refunds: the customer got the money of one return twice."""
    back = take_back(scene, rows, first_lines(rows), _brought_back(scene, rows))
    later = back.returns.set(decided=back.returns["decided"] + 40_000)
    again = refund(scene, rows.payments, later, nth=1)
    more = Rows.of(payments=again, slips=refund_slips(again, nth=1), records=echo(scene, _cashless(again)))
    return guilty_returns(rows, back.plus(more))


def refunded_twice_there(scene: Scene, rows: Rows) -> Rows:
    """We refunded once, and the acquirer's bill shows the refund of that payment twice."""
    back = goodwill(scene, rows.payments, _brought_back(scene, rows), np.maximum(rows.payments["amount"] // 10, 1))
    second = stray(back.records, nth=1).set(occurred=back.records["occurred"] + 6 * MINUTE)
    told = rows.plus(back.but(records=join([back.records, second])))
    return guilty(told, rows.orders["slot"], PAYMENT, back.payments["pid"])


def refunded_too_much(scene: Scene, rows: Rows) -> Rows:
    """The refund was typed in by hand and is more than was ever paid."""
    back = take_back(scene, rows, goods_of(rows), _brought_back(scene, rows))
    more = 100 * (1 + scene.chance.below("too much", rows.orders["slot"], 40))
    return guilty_returns(rows, _of_amount(back, rows.orders["total"] + more))


def part_and_then_all(scene: Scene, rows: Rows) -> Rows:
    """One thing was returned, and some days later everything, as if the first return had never been."""
    first = _brought_back(scene, rows)
    again = scene.on_a_later_day("returned again", rows.orders["slot"], first, 1, 4)
    part = take_back(scene, rows, first_lines(rows), first)
    return guilty_returns(rows.plus(part), take_back(scene, rows, goods_of(rows), again, nth=1))


def more_pieces_than_sold(scene: Scene, rows: Rows) -> Rows:
    """More pieces came back than the slip has, for no more money than it has."""
    lines = first_lines(rows)
    return guilty_returns(rows, take_back(scene, rows, lines.set(qty=lines["qty"] + PIECE), _brought_back(scene, rows)))


def strangers_return(scene: Scene, rows: Rows) -> Rows:
    """Somebody who never bought here was given cash for goods without a slip."""
    back = without_original(take_back(scene, rows, first_lines(rows), _brought_back(scene, rows)))
    stranger = PASSERS_BY + rows.orders["slot"] * PEOPLE_PER_HOUSEHOLD
    # A stranger of this number has never come: whoever bought here is no passer-by of this slot, or shows no key.
    never_here = stranger + (1 << 41)
    return guilty_returns(rows, back.but(returns=back.returns.set(cust=never_here)))


def never_bought_here(scene: Scene, rows: Rows) -> Rows:
    """A member got money for goods of another branch, which this shop never sold."""
    back = without_original(take_back(scene, rows, first_lines(rows), _brought_back(scene, rows)))
    sku = SKUS + scene.chance.below("foreign", back.return_lines["slot"], FOREIGN_SKUS)
    lines = back.return_lines.set(sku=sku, order_line_no=NULL)
    returns = back.returns.set(cust=rows.orders["cust"])
    return guilty_returns(rows, back.but(returns=returns, return_lines=lines))


def bare_refund(scene: Scene, rows: Rows) -> Rows:
    """The drawer was opened and cash given back, with no return, no original and no order to it."""
    amount = 100 * (1 + scene.chance.below("bare", rows.orders["slot"], 80))
    back = goodwill(scene, rows.payments, _brought_back(scene, rows), amount)
    bare = without_acquirer(back.payments).set(tender=TENDER["cash"], oid=NULL, original=NULL)
    told = rows.plus(back.but(payments=bare, slips=back.slips.set(oid=NULL)).without("records"))
    return guilty(told, rows.orders["slot"], PAYMENT, bare["pid"])


def refund_of_nothing(scene: Scene, rows: Rows) -> Rows:
    """The acquirer's bill shows a refund of a payment that neither book has."""
    foreign = scene.chance.happens("names an original", rows.orders["slot"], 500_000)
    refunded = stray(rows.records, nth=1).set(
        kind=RECORD_KIND["refund"],
        occurred=_brought_back(scene, rows),
        terminal=NULL,
        ours_as=np.where(foreign, OURS_FOREIGN, NULL),
        ours=rows.records["eid"],
        orig_as=np.where(foreign, ORIG_FOREIGN, NULL),
        orig=rows.records["eid"],
        inst=rows.records["inst"] + (1 << 50),
    )
    told = rows.plus(Rows.of(records=refunded))
    return guilty(told, rows.orders["slot"], RECORD, refunded["eid"])


def refunded_another_amount(scene: Scene, rows: Rows) -> Rows:
    """The acquirer gave back another amount than our book says."""
    back = take_back(scene, rows, goods_of(rows), _brought_back(scene, rows))
    amount = back.records["amount"] - 1 - scene.chance.below("refunded less", back.records["slot"], 200)
    return guilty_returns(rows, back.but(records=back.records.set(amount=np.maximum(amount, 1))))


def refund_never_arrived(scene: Scene, rows: Rows) -> Rows:
    """Our book says refunded; the acquirer never heard of it, and the customer waits."""
    return guilty_returns(rows, take_back(scene, rows, goods_of(rows), _brought_back(scene, rows)).without("records"))


def refund_failed(scene: Scene, rows: Rows) -> Rows:
    """The refund was accepted, and failed days later at the customer's bank."""
    return guilty_returns(rows, _shown_as(take_back(scene, rows, goods_of(rows), _brought_back(scene, rows)), "failed"))


def refund_stuck(scene: Scene, rows: Rows) -> Rows:
    """The acquirer's bill has shown the refund as pending ever since."""
    back = take_back(scene, rows, goods_of(rows), _brought_back(scene, rows))
    return guilty_returns(rows, _shown_as(back, "pending"))


def refund_without_answer(scene: Scene, rows: Rows) -> Rows:
    """The goods were taken back, the refund was sent, and no answer ever came."""
    back = take_back(scene, rows, goods_of(rows), _brought_back(scene, rows))
    begun = scene.chance.happens("refund only begun", back.payments["slot"], 400_000)
    state = np.where(begun, PAYMENT_STATE["intended"], PAYMENT_STATE["unknown"])
    payments = back.payments.set(state=state, decided=NULL, rrn=NULL, approval=NULL, response=NULL)
    returns = back.returns.set(state=RETURN_STATE["received"])
    return guilty_returns(rows, back.but(payments=payments, returns=returns).without("records", "slips"))


def nobody_authorised(scene: Scene, rows: Rows) -> Rows:
    """Money was given back, and nobody authorised it."""
    return guilty_returns(
        rows, _authorised_by(take_back(scene, rows, first_lines(rows), _brought_back(scene, rows)), NULL)
    )


def authorised_by_oneself(scene: Scene, rows: Rows) -> Rows:
    """The cashier who took the goods back authorised the refund with their own PIN."""
    back = take_back(scene, rows, first_lines(rows), _brought_back(scene, rows))
    return guilty_returns(rows, _authorised_by(back, back.payments["operator"]))


def no_return_slip(scene: Scene, rows: Rows) -> Rows:
    """Goods and money went back, and the customer got no slip of it."""
    back = take_back(scene, rows, first_lines(rows), _brought_back(scene, rows))
    return guilty_returns(rows, back.without("slips"))


def return_slip_failed(scene: Scene, rows: Rows) -> Rows:
    """Goods and money went back, and the printer failed."""
    back = take_back(scene, rows, goods_of(rows), _brought_back(scene, rows))
    return guilty_returns(rows, back.but(slips=failed_slips(scene, back.slips)))


def no_slip_of_goodwill(scene: Scene, rows: Rows) -> Rows:
    """A part of the price was given back without any slip."""
    back = goodwill(scene, rows.payments, _brought_back(scene, rows), np.maximum(rows.payments["amount"] // 5, 1))
    return guilty(rows.plus(back.without("slips")), rows.orders["slot"], PAYMENT, back.payments["pid"])


def weeks_too_late(scene: Scene, rows: Rows) -> Rows:
    """The goods were taken back long after the shop's period for returns."""
    at = scene.on_a_later_day("too late", rows.orders["slot"], rows.orders["closed"], 32, 40)
    return guilty_returns(rows, take_back(scene, rows, goods_of(rows), at))


def just_too_late(scene: Scene, rows: Rows) -> Rows:
    """The parcel came back a little more than a month after it had been delivered."""
    told = by_one_parcel(rows)
    at = delivered_at(told) + 30 * DAY + scene.spell("too late by", rows.orders["slot"], 1, HOUR)
    return guilty_returns(told, take_back(scene, told, goods_of(told), at, slow=True))


def left_in_the_back_room(scene: Scene, rows: Rows) -> Rows:
    """Good goods came back days ago and are not on the shelf again."""
    back = take_back(scene, rows, first_lines(rows), _brought_back(scene, rows))
    return guilty_returns(rows, back.but(returns=back.returns.set(restocked=NULL)))


def _brought_back(scene: Scene, rows: Rows) -> Ints:
    return on_time(scene, rows, "brought back", 0, 5)


def _cashless(payments: Sheet) -> Sheet:
    return payments.take(payments["acquirer"] != NULL)


def _of_amount(back: Rows, amount: Ints) -> Rows:
    at = np.searchsorted(back.returns["slot"], back.records["slot"])
    return back.but(
        returns=back.returns.set(amount=amount),
        payments=back.payments.set(amount=amount),
        records=back.records.set(amount=amount[at]),
        slips=back.slips.set(amount=amount),
    )


def _shown_as(back: Rows, state: str) -> Rows:
    return back.but(records=back.records.set(state=RECORD_STATE[state]))


def _authorised_by(back: Rows, who: Ints | int) -> Rows:
    return back.but(returns=back.returns.set(authoriser=who), payments=back.payments.set(authoriser=who))


_ANY = Needs()
_CARD = Needs(tenders=Tenders.ACQUIRED)
_KNOWN = Needs(known=True)
_SEVERAL = Needs(lines_min=2)
#: Old enough for the goods to have come back, and for the acquirer's last word.
_BACK, _BACK_TWICE = 11, 15
#: The law is lenient in a book's first thirty days, where an original may lie before it.
_AFTER_A_MONTH = 40
_TOO_LATE = 42


def _fault(diagnosis: str, tell: Tell, needs: Needs, age_min: int = _BACK, since_start: int = 3) -> Fault:
    return Fault(
        exception="orphan_return",
        diagnosis=diagnosis,
        way=tell.__name__,
        tell=tell,
        needs=needs,
        age_min=age_min,
        since_start=since_start,
    )


FAULTS = (
    _fault("double_refund", returned_twice, _ANY, _BACK_TWICE),
    _fault("double_refund", one_return_refunded_twice, _SEVERAL),
    _fault("double_refund", refunded_twice_there, _CARD),
    _fault("refund_exceeds_order", refunded_too_much, _ANY),
    _fault("refund_exceeds_order", part_and_then_all, _SEVERAL, _BACK_TWICE),
    _fault("refund_exceeds_order", more_pieces_than_sold, _ANY),
    _fault("refund_without_order", strangers_return, _ANY, since_start=_AFTER_A_MONTH),
    _fault("refund_without_order", never_bought_here, _KNOWN, since_start=_AFTER_A_MONTH),
    _fault("refund_without_order", bare_refund, _ANY, since_start=_AFTER_A_MONTH),
    _fault("refund_without_order", refund_of_nothing, _CARD, since_start=_AFTER_A_MONTH),
    _fault("refund_amount_differs", refunded_another_amount, _CARD),
    _fault("refund_not_received", refund_never_arrived, _CARD),
    _fault("refund_not_received", refund_failed, _CARD),
    _fault("refund_not_received", refund_stuck, _CARD),
    _fault("refund_not_received", refund_without_answer, _CARD),
    _fault("unauthorised_refund", nobody_authorised, _ANY),
    _fault("unauthorised_refund", authorised_by_oneself, _ANY),
    _fault("return_without_slip", no_return_slip, _ANY),
    _fault("return_without_slip", return_slip_failed, _ANY),
    _fault("return_without_slip", no_slip_of_goodwill, _ANY),
    _fault("outside_window", weeks_too_late, _ANY, _TOO_LATE),
    _fault("outside_window", just_too_late, Needs(delivery=True), _TOO_LATE),
    _fault("not_restocked", left_in_the_back_room, _ANY),
)
