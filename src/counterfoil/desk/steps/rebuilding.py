"""Rebuilds the order of a charge that has none, from the acquirer's record; in one transaction, for nobody is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.books.orders.days import business_date_of
from counterfoil.counter.closing.store import open_date
from counterfoil.counter.house import House
from counterfoil.counter.rebuilding.rebuild import RebuildWish, rebuild
from counterfoil.counter.rebuilding.store import charge
from counterfoil.desk.cases.refusals import CaseRefusal
from counterfoil.desk.cases.refusals import refused as case_refused
from counterfoil.desk.cases.rules import may_work, said_text, why_no_text
from counterfoil.desk.steps import acting
from counterfoil.desk.steps.model import Asked, Step, Stepped
from counterfoil.desk.steps.refusals import StepRefusal, refused
from counterfoil.ids import OrderId, StoreId
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    import sqlalchemy as sa

#: What the line of a rebuilt order says at most.
GOODS_LENGTH_MAX = 200


class TakenBack(Exception):
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
    except TakenBack as taken_back:
        return taken_back.refused


def _rebuilt(house: House, asked: Asked, goods: str, store_id: StoreId | None) -> Stepped | Refused:
    with house.database.transaction(asked.merchant_id) as connection:
        offer = acting.offered(connection, asked, Step.REBUILD_ORDER)
        if isinstance(offer, Refused):
            return offer
        wish = wish_of(connection, house, asked, goods=goods, store_id=offer.store_id or store_id)
        if isinstance(wish, RebuildWish):
            # A closing holds its day while it waits for rows, so the day comes before any row.
            open_date(connection, asked.merchant_id, wish.store_id, wish.business_date)
        begun = acting.begin(connection, asked, Step.REBUILD_ORDER, kept=lambda _offer: {}, text=goods)
        if isinstance(begun, Refused):
            return begun
        if begun.repeated:
            before = acting.ended_before(connection, asked, begun.event)
            assert before is not None, "what is done in one transaction is begun and ended in it"
            return before
        taken = wish if isinstance(wish, Refused) else rebuild(connection, house.acquirers, wish, now=asked.now)
        if isinstance(taken, Refused):
            raise TakenBack(taken)
        made = taken.payment
        came = acting.came_of(made)
        told = {"payment_id": made.payment_id, "order_id": made.order_id, "amount_minor": made.amount_minor}
        acting.end(connection, asked, Step.REBUILD_ORDER, came, currency=made.currency, **told)
        return Stepped(came=came, begun=begun.event, payment=made)


def wish_of(
    connection: sa.Connection, house: House, asked: Asked, *, goods: str | None, store_id: StoreId | None
) -> RebuildWish | Refused:
    """Return what is to be rebuilt; a refusal where the record has a payment by now, or the store is not theirs."""
    record = charge(connection, asked.merchant_id, asked.about)
    shop = house.knowledge.view(asked.merchant_id)
    if record is None or shop is None:
        return refused(StepRefusal.NOT_OFFERED, about=asked.about)
    if store_id is None or store_id not in shop.stores or not may_work(asked.actor, store_id):
        return case_refused(CaseRefusal.MAY_NOT, staff_id=asked.actor.staff_id)
    return RebuildWish(
        merchant_id=asked.merchant_id,
        record_id=asked.about,
        order_id=OrderId(asked.action_id),
        store_id=store_id,
        operator_id=asked.actor.staff_id,
        business_date=business_date_of(record.occurred_at, shop.zone, shop.business_day_starts_at),
        goods=goods,
    )
