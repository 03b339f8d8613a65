"""Links a return to the order that it is of, and takes such a link back; in one transaction, for nobody is asked.

The return stays as it came in. What is written is a later fact about it, which the rules read before the return's own
word, so what they found goes at the next look, and comes again where the link is taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.counter.house import House
from counterfoil.counter.paper.store import orders_meant
from counterfoil.desk.cases import store as cases
from counterfoil.desk.cases.refusals import CaseRefusal
from counterfoil.desk.cases.refusals import refused as case_refused
from counterfoil.desk.steps import acting
from counterfoil.desk.steps.model import Asked, Came, Step, Stepped
from counterfoil.desk.steps.weighing import original_in, return_in
from counterfoil.desk.ties import store as ties
from counterfoil.desk.ties.model import Noun, Tie
from counterfoil.desk.ties.refusals import TieRefusal, refused
from counterfoil.desk.ties.rules import why_not_of
from counterfoil.desk.ties.store import Saying
from counterfoil.ids import OrderId
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    import sqlalchemy as sa


def link_return(house: House, asked: Asked, *, order_id: str) -> Stepped | Refused:
    """Say that a return is of an order, and write it into the case; a refusal by name where it cannot be.

    `order_id`: as somebody entered it: whole, by the number on its slip, or as findings name it (`order:…`).
    """
    with house.database.transaction(asked.merchant_id) as connection:
        offer = acting.offered(connection, asked, Step.LINK_RETURN)
        if isinstance(offer, Refused):
            return offer
        named = _named(connection, asked, order_id.strip().removeprefix("order:"))
        if isinstance(named, Refused):
            return named
        tie = Tie(noun=Noun.RETURN, row_id=asked.about, order_id=named)
        # The case comes before what is tied, wherever both are kept from others.
        cases.lock(connection, asked.merchant_id, [asked.case_id])
        ties.keep_others_out(connection, asked.merchant_id, [tie])
        no = None if acting.begun_before(connection, asked) else _why_not(connection, asked, tie)
        return no or _said(connection, asked, Step.LINK_RETURN, tie, stands=True)


def unlink_return(house: House, asked: Asked) -> Stepped | Refused:
    """Take back what somebody said of a return, and write it into the case; the return's own word counts again."""
    with house.database.transaction(asked.merchant_id) as connection:
        offer = acting.offered(connection, asked, Step.UNLINK_RETURN)
        if isinstance(offer, Refused):
            return offer
        cases.lock(connection, asked.merchant_id, [asked.case_id])
        before = acting.begun_before(connection, asked)
        name = f"{Noun.RETURN}:{asked.about}"
        tie = (
            ties.standing(connection, asked.merchant_id, [name]).get(name)
            if before is None
            else Tie(noun=Noun.RETURN, row_id=asked.about, order_id=OrderId(str(before.body["order_id"])))
        )
        if tie is None:
            return refused(TieRefusal.NOT_TIED, return_id=asked.about)
        ties.keep_others_out(connection, asked.merchant_id, [tie])
        if before is None and ties.standing(connection, asked.merchant_id, [name]).get(name) != tie:
            return refused(TieRefusal.NOT_TIED, return_id=asked.about)
        return _said(connection, asked, Step.UNLINK_RETURN, tie, stands=False)


def _named(connection: sa.Connection, asked: Asked, typed: str) -> OrderId | Refused:
    """Return the order that was entered; one that there is not stays as it was, to be refused by that name."""
    meant = orders_meant(connection, asked.merchant_id, typed)
    if len(meant) > 1:
        return refused(TieRefusal.SEVERAL_ORIGINALS, number=typed, orders=", ".join(meant))
    return meant[0] if meant else OrderId(typed)


def _why_not(connection: sa.Connection, asked: Asked, tie: Tie) -> Refused | None:
    back = return_in(connection, asked.merchant_id, tie.row_id)
    if back is None:
        return refused(TieRefusal.NO_SUCH_RETURN, return_id=tie.row_id)
    original = original_in(connection, asked.merchant_id, tie.order_id, tie.row_id)
    if original is None:
        return refused(TieRefusal.NO_SUCH_ORIGINAL, order_id=tie.order_id)
    return why_not_of(back, original)


def _said(connection: sa.Connection, asked: Asked, step: Step, tie: Tie, *, stands: bool) -> Stepped | Refused:
    begun = acting.begin(connection, asked, step, kept=lambda _offer: {"order_id": tie.order_id})
    if isinstance(begun, Refused):
        return begun
    if begun.repeated:
        if begun.event.body["order_id"] != tie.order_id:
            return case_refused(CaseRefusal.ACTION_ID_TAKEN)
        before = acting.ended_before(connection, asked, begun.event)
        assert before is not None, "what is done in one transaction is begun and ended in it"
        return before
    saying = Saying(merchant_id=asked.merchant_id, case_id=asked.case_id, staff_id=asked.actor.staff_id, now=asked.now)
    ties.write(connection, saying, [tie], stands=stands)
    acting.end(connection, asked, step, Came.DONE, order_id=tie.order_id)
    return Stepped(came=Came.DONE, begun=begun.event)
