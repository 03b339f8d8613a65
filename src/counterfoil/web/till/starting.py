"""What the till in a browser begins with: which till, who stands there, what may be tendered, who may consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from counterfoil.books.payments.model import Tender
from counterfoil.counter.acquiring import IN_HAND
from counterfoil.counter.ringing_up import Counter
from counterfoil.languages import Text
from counterfoil.money import scale_of
from counterfoil.reason_words import CAUSES, NOT_PAID, RUNG_UP_ANEW
from counterfoil.shop.policies.store import policy_at
from counterfoil.shop.pricing.cash import cash_step
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Ask, Person, Role, Verb
from counterfoil.shop.staff.roles import Limit
from counterfoil.shop.staff.rules import may
from counterfoil.web.faces import Faces
from counterfoil.web.visits import Visit

#: What a second person is asked for at a till.
_CONSENTS = (Verb.DISCOUNT_LINE, Verb.DISCOUNT_CART, Verb.OVERRIDE_PRICE, Verb.VOID, Verb.REFUND)
_PEOPLE_MAX = 200


def beginning_of(faces: Faces, visit: Visit, counter: Counter) -> Mapping[str, Any]:
    """Return what the page hands to its script; no secret is in it."""
    with faces.reading(visit) as connection:
        everybody = staff.people(connection, counter.merchant.merchant_id)
        limits = policy_at(connection, counter.merchant.merchant_id, visit.now).limits
    currency = counter.merchant.currency
    return {
        "language": visit.language.value,
        "merchant": {"id": counter.merchant.merchant_id, "name": counter.merchant.name},
        "store": {"id": counter.store.store_id, "name": counter.store.name, "address": counter.store.address or ""},
        "terminal": {"id": counter.terminal.terminal_id, "name": counter.terminal.name},
        "operator": {"id": visit.known.staff_id, "name": visit.known.person.name},
        "currency": currency,
        "digits": scale_of(currency),
        "cashStep": cash_step(currency, counter.merchant.cash_step_minor),
        "zone": counter.merchant.time_zone,
        "now": visit.now.isoformat(),
        "tenders": [tender.value for tender in Tender if _is_taken(faces, counter, tender)],
        "seconds": list(_seconds(everybody, counter, limits)),
        "reasons": {
            "causes": [_in_both(cause) for cause in CAUSES],
            "notPaid": _in_both(NOT_PAID),
            "rungUpAnew": _in_both(RUNG_UP_ANEW),
        },
    }


def _in_both(text: Text) -> Mapping[str, str]:
    return {"en": text.en, "zh": text.zh}


def _is_taken(faces: Faces, counter: Counter, tender: Tender) -> bool:
    if tender in IN_HAND:
        return True
    lane = faces.house.acquirers.lane(counter.merchant.merchant_id, counter.terminal.terminal_id, tender)
    return lane is not None


def _seconds(
    everybody: Sequence[Person], counter: Counter, limits: Mapping[Role, Limit]
) -> Sequence[Mapping[str, Any]]:
    """Return who else may be asked for a PIN here, and what each may allow at all."""
    found = []
    for person in everybody:
        may_allow = [verb.value for verb in _CONSENTS if may(person, _least(verb, counter), limits) is None]
        if person.has_pin and person.staff_id != counter.operator_id and may_allow:
            found.append({"id": person.staff_id, "name": person.name, "may": may_allow})
    return found[:_PEOPLE_MAX]


def _least(verb: Verb, counter: Counter) -> Ask:
    """Ask for the least of it that there is: whose limit is nothing cannot consent to anything."""
    is_money = verb in {Verb.VOID, Verb.REFUND}
    return Ask(
        verb=verb,
        store_id=counter.store.store_id,
        discount_permille=0 if is_money else 1,
        refund_minor=1 if is_money else 0,
    )
