"""Whether somebody works here, and may do something: asked of what is known of the shop. Pure."""

from __future__ import annotations

from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.counter.shop_view.store import ShopView
from counterfoil.ids import ID_LENGTH_MAX, StaffId, StoreId
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Ask, Verb
from counterfoil.shop.staff.rules import may


def at_work(shop: ShopView | None, staff_id: str, store_id: str | None, verb: Verb | None = None) -> Refused | None:
    """Return why this person may not do it; None where they work here, and may. No name can be made up."""
    person = None if shop is None else shop.people.get(StaffId(staff_id))
    if shop is None or person is None or person.retired_at is not None:
        return refused(PaymentRefusal.NO_SUCH_STAFF, staff_id=staff_id[:ID_LENGTH_MAX])
    if verb is None or may(person, _ask(verb, store_id), shop.limits) is None:
        return None
    return refused(PaymentRefusal.MAY_NOT, staff_id=staff_id, verb=verb)


def _ask(verb: Verb, store_id: str | None) -> Ask:
    return Ask(verb=verb, store_id=StoreId(store_id or ""))
