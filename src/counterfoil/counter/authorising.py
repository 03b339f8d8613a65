"""A second person's consent: their PIN is checked, a wrong one is counted, and what they may allow is asked.

The PIN lives as long as the call. What comes out is a value that the verbs take; they do not ask again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.counter.proving import by_pin
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, StaffId, StoreId, is_id
from counterfoil.refusals import Refused
from counterfoil.shop.policies.store import policy_at
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Ask, Authorisation, Verb
from counterfoil.shop.staff.pins import Pin, PinRefusal, Pins
from counterfoil.shop.staff.rules import WORDS, authorise


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What somebody typed to allow a verb."""

    authoriser_id: StaffId
    pin: Pin
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorising:
    """Checks consents; one for a process, used by many threads."""

    database: Database
    pins: Callable[[MerchantId], Pins]
    clock: Callable[[], datetime]

    def why_not(self, merchant_id: MerchantId, staff_id: StaffId, pin: Pin) -> Refused | None:
        """Return why this PIN does not prove this person; None where it does. A wrong one is counted and committed."""
        if not is_id(staff_id):
            return refused(PaymentRefusal.PIN_REFUSED, why=PinRefusal.WRONG)
        pins, now = self.pins(merchant_id), self.clock()
        tried = by_pin(self.database, merchant_id, pins, staff_id, pin, now=now, then=lambda _, outcome: outcome)
        if tried.refusal is PinRefusal.LOCKED and tried.locked_until is not None:
            return refused(PaymentRefusal.PIN_LOCKED, staff_id=staff_id, until=tried.locked_until.isoformat())
        return None if tried.refusal is None else refused(PaymentRefusal.PIN_REFUSED, why=tried.refusal)

    def consent(
        self,
        merchant_id: MerchantId,
        operator_id: StaffId,
        store_id: StoreId,
        verb: Verb,
        consent: Consent,
        *,
        amount_minor: int = 0,
    ) -> Authorisation | Refused:
        """Check who consents, and whether they may allow this much of it; a wrong PIN is counted and committed."""
        no = self.why_not(merchant_id, consent.authoriser_id, consent.pin)
        if no is not None:
            return no
        with self.database.transaction(merchant_id) as connection:
            person = staff.person(connection, merchant_id, consent.authoriser_id)
            limits = policy_at(connection, merchant_id, self.clock()).limits
        if person is None:
            return refused(PaymentRefusal.PIN_REFUSED, why="pin_wrong")
        ask = Ask(verb=verb, store_id=store_id, refund_minor=amount_minor)
        answer = authorise(operator_id, person, ask, consent.reason, limits)
        if isinstance(answer, Authorisation):
            return answer
        return Refused(code=answer, text=WORDS[answer])
