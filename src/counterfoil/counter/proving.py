"""Proves who somebody is by what they know: looked up, compared, settled. A slow hash keeps no row and no connection.

What a comparison came to is settled under the lock of the person's row, against what is kept by then. So of wrong tries
that come at once each counts, and once somebody is locked out, no try that was on its way already lets anybody in, nor
tells whether it was right: guesses side by side are worth no more than one after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from counterfoil.db.engine import Database
from counterfoil.db.trouble import Kind, Trouble
from counterfoil.ids import MerchantId, StaffId
from counterfoil.shop.staff.kept_secrets import store
from counterfoil.shop.staff.kept_secrets.store import PasswordOutcome
from counterfoil.shop.staff.passwords import Password, Passwords
from counterfoil.shop.staff.pins import Pin, PinOutcome, Pins

if TYPE_CHECKING:
    import sqlalchemy as sa

#: Somebody may set another PIN while one is compared, or a hash is renewed: then it is compared with the new one. Who
#: meets that so often in a row is told to come again.
ROUNDS_MAX = 5

_Answer = TypeVar("_Answer")


def by_pin(
    database: Database,
    merchant_id: MerchantId,
    pins: Pins,
    staff_id: StaffId,
    pin: Pin,
    *,
    now: datetime,
    then: Callable[[sa.Connection, PinOutcome], _Answer],
) -> _Answer:
    """Check a PIN and count a wrong one, and return what `then` does in the same transaction, which is committed."""
    for _ in range(ROUNDS_MAX):
        with database.transaction(merchant_id) as connection:
            kept = store.pin_hash(connection, merchant_id, staff_id)
        compared = pins.compared(kept, staff_id, pin)
        with database.transaction(merchant_id) as connection:
            outcome = store.settle_pin(connection, merchant_id, staff_id, compared, now=now)
            if outcome is not None:
                return then(connection, outcome)
    raise Trouble(Kind.BUSY)


def by_password(
    database: Database,
    merchant_id: MerchantId,
    passwords: Passwords,
    password: Password,
    *,
    whose: Callable[[sa.Connection], StaffId],
    now: datetime,
    then: Callable[[sa.Connection, StaffId, PasswordOutcome], _Answer],
) -> _Answer:
    """Check a password as `by_pin` does a PIN; `whose` looks up who is meant."""
    for _ in range(ROUNDS_MAX):
        with database.transaction(merchant_id) as connection:
            staff_id = whose(connection)
            kept = store.password_hash(connection, merchant_id, staff_id)
        compared = passwords.compared(kept, staff_id, password)
        with database.transaction(merchant_id) as connection:
            outcome = store.settle_password(connection, merchant_id, staff_id, compared, now=now)
            if outcome is not None:
                return then(connection, staff_id, outcome)
    raise Trouble(Kind.BUSY)
