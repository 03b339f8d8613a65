"""Hashes of PINs and passwords in the database, and the tries by them. Takes a merchant's transaction, never commits.

It never hashes: that is slow, and no row and no connection waits for it (`counter/proving.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from counterfoil.ids import MerchantId, StaffId
from counterfoil.shop.staff.keyed_hashes import Compared
from counterfoil.shop.staff.lock_out import Tries, Verdict, judged
from counterfoil.shop.staff.pins import PinOutcome, PinRefusal, PinState, judge
from counterfoil.shop.staff.tables import STAFF


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordOutcome:
    """What one try came to, and what is kept of all of them; None where nobody is of this id."""

    verdict: Verdict
    tries: Tries | None


def set_pin(connection: sa.Connection, merchant_id: MerchantId, staff_id: StaffId, pin_hash: str) -> bool:
    """Keep the hash of a PIN that `flaw_of` has nothing against, and lift a lock; False where nobody is of this id."""
    change = _of(merchant_id, staff_id).values(pin_hash=pin_hash, pin_failures=0, pin_locked_until=None)
    return connection.execute(change).rowcount == 1


def pin_hash(connection: sa.Connection, merchant_id: MerchantId, staff_id: StaffId) -> str | None:
    """Return what a PIN is to be compared with; None where there is nothing, or nobody of this id."""
    found: str | None = connection.scalar(_kept([STAFF.c.pin_hash], merchant_id, staff_id))
    return found


def settle_pin(
    connection: sa.Connection, merchant_id: MerchantId, staff_id: StaffId, compared: Compared, *, now: datetime
) -> PinOutcome | None:
    """Decide about one try and note a wrong one; None where another hash is kept by now: it is to be compared again.

    The row is locked until the transaction ends, so tries are settled one after the other. The caller must commit
    whatever the answer is: a failure that is rolled back was never counted.
    """
    columns = (STAFF.c.pin_hash, STAFF.c.pin_failures, STAFF.c.pin_locked_until, STAFF.c.retired_at)
    row = connection.execute(_kept(columns, merchant_id, staff_id).with_for_update()).one_or_none()
    if (row.pin_hash if row else None) != compared.kept:
        return None
    if row is None:
        return PinOutcome(refusal=PinRefusal.WRONG, failures=0, locked_until=None)
    state = PinState(
        pin_hash=row.pin_hash,
        failures=row.pin_failures,
        locked_until=row.pin_locked_until,
        retired=row.retired_at is not None,
    )
    outcome = judge(state, fits=compared.fits, now=now)
    kept: dict[str, object] = {"pin_failures": outcome.failures, "pin_locked_until": outcome.locked_until}
    if outcome.refusal is None and compared.renewed is not None:
        kept["pin_hash"] = compared.renewed
    if kept != {"pin_failures": state.failures, "pin_locked_until": state.locked_until}:
        connection.execute(_of(merchant_id, staff_id).values(kept))
    return outcome


def set_password(
    connection: sa.Connection,
    merchant_id: MerchantId,
    staff_id: StaffId,
    password_hash: str,
    *,
    is_published: bool = False,
) -> bool:
    """Keep the hash of a password that `flaw_of_password` has nothing against; False where nobody is of this id.

    It lifts a lock. Whoever calls this ends the sessions that the old one opened. `is_published`: it is printed for
    everybody to read.
    """
    change = _of(merchant_id, staff_id).values(
        password_hash=password_hash,
        password_failures=0,
        password_locked_until=None,
        password_is_published=is_published,
    )
    return connection.execute(change).rowcount == 1


def password_hash(connection: sa.Connection, merchant_id: MerchantId, staff_id: StaffId) -> str | None:
    """Return what a password is to be compared with; None where there is nothing, or nobody of this id."""
    found: str | None = connection.scalar(_kept([STAFF.c.password_hash], merchant_id, staff_id))
    return found


def settle_password(
    connection: sa.Connection, merchant_id: MerchantId, staff_id: StaffId, compared: Compared, *, now: datetime
) -> PasswordOutcome | None:
    """Decide about one try and note a wrong one, as `settle_pin` does; whatever the answer is, it must be committed."""
    columns = (STAFF.c.password_hash, STAFF.c.password_failures, STAFF.c.password_locked_until, STAFF.c.retired_at)
    row = connection.execute(_kept(columns, merchant_id, staff_id).with_for_update()).one_or_none()
    if (row.password_hash if row else None) != compared.kept:
        return None
    if row is None:
        return PasswordOutcome(verdict=Verdict.WRONG, tries=None)
    before = Tries(failures=row.password_failures, locked_until=row.password_locked_until)
    verdict, after = judged(before, fits=compared.fits and row.retired_at is None, now=now)
    kept: dict[str, object] = {"password_failures": after.failures, "password_locked_until": after.locked_until}
    is_renewed = verdict is Verdict.LET_IN and compared.renewed is not None
    if is_renewed:
        kept["password_hash"] = compared.renewed
    if after != before or is_renewed:
        connection.execute(_of(merchant_id, staff_id).values(kept))
    return PasswordOutcome(verdict=verdict, tries=after)


def _kept(columns: Iterable[sa.Column[Any]], merchant_id: MerchantId, staff_id: StaffId) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*columns).where(STAFF.c.merchant_id == merchant_id, STAFF.c.staff_id == staff_id)


def _of(merchant_id: MerchantId, staff_id: StaffId) -> sa.Update:
    return sa.update(STAFF).where(STAFF.c.merchant_id == merchant_id, STAFF.c.staff_id == staff_id)
