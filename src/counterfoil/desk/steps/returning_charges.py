"""Gives a charge back that has no order, by one press: its order is rebuilt from the record, and its money goes back.

Nothing was sold, so nothing of it may stay: but money goes back of a payment, and a payment is of an order, so both are
written first, in the transaction in which the case says that it is begun. What follows is the counter's own undo. A
crash between the two leaves the order paid and the case begun, and the same press goes on from there: the order is
found by the id of the press, and so is what gives its money back.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from counterfoil.counter.acquiring import why_no_channel
from counterfoil.counter.authorising import Consent
from counterfoil.counter.closing.store import open_date
from counterfoil.counter.house import House
from counterfoil.counter.rebuilding.rebuild import RebuildWish, rebuild
from counterfoil.desk.cases.model import CaseEvent
from counterfoil.desk.steps import acting, store
from counterfoil.desk.steps.giving_back import Begun, allowed, ended, undo_order
from counterfoil.desk.steps.model import Asked, Offer, Step, Stepped, id_made_by
from counterfoil.desk.steps.rebuilding import TakenBack, wish_of
from counterfoil.ids import OrderId, StoreId
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Authorisation

if TYPE_CHECKING:
    import sqlalchemy as sa

#: The one line of a rebuilt order goes back with its money.
_LINES = {"1": str(Decimal(1))}


def return_charge(
    house: House, asked: Asked, consent: Consent | None, *, store_id: StoreId | None
) -> Stepped | Refused:
    """Rebuild the order of a charge, give its money back once, and write what came of it. May wait for the acquirer.

    `store_id`: where, if the record does not say it.
    """
    with house.database.transaction(asked.merchant_id) as connection:
        offer = acting.offered(connection, asked, Step.RETURN_CHARGE)
        if isinstance(offer, Refused):
            return offer
        before = acting.begun_before(connection, asked)
        wish = None if before is not None else _wish(connection, house, asked, offer, store_id)
    if isinstance(wish, Refused):
        return wish
    where = _store_of(before, wish)
    consented = allowed(house, asked, offer, consent, where)
    if isinstance(consented, Refused):
        return consented
    try:
        begun = _begin(house, asked, consented, wish, where)
    except TakenBack as taken_back:
        return taken_back.refused
    if not isinstance(begun, Begun):
        return begun
    return ended(house, asked, Step.RETURN_CHARGE, begun, house.undoing.undo(begun.order))


def _wish(
    connection: sa.Connection, house: House, asked: Asked, offer: Offer, store_id: StoreId | None
) -> RebuildWish | Refused:
    """Return what is to be rebuilt; a refusal where it is not theirs to do, or nobody could be asked afterwards."""
    no = why_no_channel(house.acquirers, asked.merchant_id, offer.acquirer, offer.about)
    return no or wish_of(connection, house, asked, goods=None, store_id=offer.store_id or store_id)


def _store_of(before: CaseEvent | None, wish: RebuildWish | None) -> StoreId:
    if before is not None:
        return StoreId(str(before.body.get("store_id", "")))
    assert wish is not None, "what was not begun before is wished for"
    return wish.store_id


def _begin(
    house: House, asked: Asked, consented: Authorisation, wish: RebuildWish | None, where: StoreId
) -> Begun | Stepped | Refused:
    with house.database.transaction(asked.merchant_id) as connection:
        if wish is not None:
            # A closing holds its day while it waits for rows, so the day comes before any row.
            open_date(connection, asked.merchant_id, where, wish.business_date)

        def kept(_offer: Offer) -> Mapping[str, object]:
            made = {"payment_id": id_made_by(asked.action_id), "order_id": asked.action_id}
            return {**made, "authoriser_id": consented.authoriser_id, "store_id": where, "lines": _LINES}

        moved = acting.begin(connection, asked, Step.RETURN_CHARGE, kept=kept, text=consented.reason)
        if isinstance(moved, Refused):
            return moved
        before = acting.ended_before(connection, asked, moved.event) if moved.repeated else None
        if before is not None:
            return before
        if not moved.repeated:
            assert wish is not None, "what was not begun before is wished for"
            taken = rebuild(connection, house.acquirers, wish, now=asked.now)
            if isinstance(taken, Refused):
                raise TakenBack(taken)
        charge = store.charge_of(connection, asked.merchant_id, OrderId(asked.action_id))
        order = undo_order(connection, house, asked, moved, where, charge)
        return Begun(event=moved.event, order=order)
