"""Sets somebody's password; every session that the old one has opened ends in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, StaffId
from counterfoil.journal import store as journal
from counterfoil.refusals import Refused
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.sessions import store as sessions
from counterfoil.shop.sessions.model import Ending
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.kept_secrets import store as kept_secrets
from counterfoil.shop.staff.passwords import PASSWORD_WORDS, Password, Passwords, flaw_of_password
from counterfoil.shop.staff.rules import WORDS, Refusal, may_lead


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingPasswords:
    """Sets passwords; one for a process, used by many threads."""

    database: Database
    passwords: Callable[[MerchantId], Passwords]
    clock: Callable[[], datetime]

    def set(
        self,
        merchant_id: MerchantId,
        staff_id: StaffId,
        password: Password,
        *,
        by: StaffId | None,
        is_published: bool = False,
    ) -> Refused | None:
        """Set it; `by` is who does so, None: whoever may start programs on the server. None: it is set."""
        now = self.clock()
        # Before anything is looked at: a transaction does not wait for a slow hash, not even one that is for nothing.
        hashed = self.passwords(merchant_id).hash(staff_id, password)
        with self.database.transaction(merchant_id) as connection:
            person = staff.person(connection, merchant_id, staff_id)
            merchant = merchants.merchant(connection, merchant_id)
            setter = staff.person(connection, merchant_id, by) if by is not None else None
            if person is None or merchant is None or person.retired_at is not None:
                return Refused(code=Refusal.RETIRED, text=WORDS[Refusal.RETIRED])
            if by is not None and (setter is None or may_lead(setter, person) is not None):
                return Refused(code=Refusal.NOT_GRANTED, text=WORDS[Refusal.NOT_GRANTED])
            flaw = flaw_of_password(password, person.name, staff_id, merchant_id, merchant.name)
            if flaw is not None:
                return Refused(code=flaw, text=PASSWORD_WORDS[flaw])
            kept_secrets.set_password(connection, merchant_id, staff_id, hashed, is_published=is_published)
            ended = sessions.end_all(connection, merchant_id, staff_id, Ending.PASSWORD_CHANGED, now=now)
            journal.note(
                connection,
                merchant_id,
                "staff:password:set",
                f"staff:{staff_id}",
                occurred_at=now,
                actor_id=by,
                body={"sessions_ended": ended, "published": is_published or None},
            )
        return None
