"""Rebuilds the order of a charge that has none, from the acquirer's record; in one transaction, for nobody is asked."""

from __future__ import annotations

from counterfoil.books.orders.days import business_date_of
from counterfoil.counter.house import House
from counterfoil.counter.rebuilding.rebuild import RebuildWish, rebuild
from counterfoil.counter.rebuilding.store import charge
from counterfoil.desk.cases.refusals import CaseRefusal
from counterfoil.desk.cases.refusals import refused as case_refused
from counterfoil.desk.cases.rules import may_work, said_text, why_no_text
from counterfoil.desk.steps import acting
from counterfoil.desk.steps.model import Asked, Step, Stepped
from counterfoil.errors import Bug
from counterfoil.ids import OrderId, StoreId
from counterfoil.refusals import Refused

#: What the line of a rebuilt order says at most.
GOODS_LENGTH_MAX = 200


class _TakenBack(Exception):
    """The transaction is rolled back, and this is why."""

    def __init__(self, why: Refused) -> None:
        self.refused = why
        super().__init__(why.code)


def rebuild_order(house: House, asked: Asked, *, goods: str, store_id: StoreId | None) -> Stepped | Refused:
    """Make the order that a record proves, say what was sold, and write it into the case.

    `store_id`: where, if the record does not say it.
    """
    said = " ".join((said_text(goods) or "").split())[:GOODS_LENGTH_MAX] or None
    no = why_no_text(said, needed=True)
    if no is not None:
        return no
    assert said is not None
    try:
        return _rebuilt(house, asked, said, store_id)
    except _TakenBack as taken_back:
        return taken_back.refused


def _rebuilt(house: House, asked: Asked, goods: str, store_id: StoreId | None) -> Stepped | Refused:
    with house.database.transaction(asked.merchant_id) as connection:
        offer = acting.offered(connection, asked, Step.REBUILD_ORDER)
        if isinstance(offer, Refused):
            return offer
        begun = acting.begin(connection, asked, Step.REBUILD_ORDER, kept=lambda _offer: {}, text=goods)
        if isinstance(begun, Refused):
            return begun
        if begun.repeated:
            before = acting.ended_before(connection, asked, begun.event)
            assert before is not None, "what is done in one transaction is begun and ended in it"
            return before
        record = charge(connection, asked.merchant_id, asked.about)
        where = offer.store_id or store_id
        shop = house.knowledge.view(asked.merchant_id)
        if shop is None or record is None:
            raise Bug(f"a record that was offered is not there: {asked.about}")
        if where is None or where not in shop.stores or not may_work(asked.actor, where):
            raise _TakenBack(case_refused(CaseRefusal.MAY_NOT, staff_id=asked.actor.staff_id))
        wish = RebuildWish(
            merchant_id=asked.merchant_id,
            record_id=asked.about,
            order_id=OrderId(asked.action_id),
            store_id=where,
            operator_id=asked.actor.staff_id,
            business_date=business_date_of(record.occurred_at, shop.zone, shop.business_day_starts_at),
            goods=goods,
        )
        taken = rebuild(connection, house.acquirers, wish, now=asked.now)
        if isinstance(taken, Refused):
            raise _TakenBack(taken)
        came = acting.came_of(taken.payment)
        acting.end(
            connection,
            asked,
            Step.REBUILD_ORDER,
            came,
            payment_id=taken.payment.payment_id,
            order_id=wish.order_id,
            amount_minor=taken.payment.amount_minor,
            currency=taken.payment.currency,
        )
        return Stepped(came=came, begun=begun.event, payment=taken.payment)
