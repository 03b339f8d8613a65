"""Stored value in the database. Takes the transaction of a merchant, never commits.

An account's row is locked first, its hold after it; so two payments with one voucher come one after the other, and the
laws of the tables hold whatever code runs beside this.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from counterfoil.ids import MerchantId, PaymentId, StaffId, new_id
from counterfoil.shop.stored_value import rules
from counterfoil.shop.stored_value.accounts import change_account, locked_account
from counterfoil.shop.stored_value.model import AccountKind, Hold, HoldState, MovementKind
from counterfoil.shop.stored_value.rules import Answer, ValueRefusal
from counterfoil.shop.stored_value.tables import STORED_VALUE_HOLDS, STORED_VALUE_MOVEMENTS


def reserve(
    connection: sa.Connection,
    merchant_id: MerchantId,
    *,
    payment_id: PaymentId,
    kind: AccountKind,
    account_id: str,
    amount_minor: int,
    currency: str,
    operator_id: StaffId | None,
    now: datetime,
) -> Answer | ValueRefusal:
    """Set an amount aside for a payment."""
    account = locked_account(connection, merchant_id, kind, account_id)
    wanted = Hold(
        payment_id=payment_id,
        kind=kind,
        account_id=account_id,
        amount_minor=amount_minor,
        state=HoldState.RESERVED,
    )
    before = hold_of(connection, merchant_id, payment_id)
    answer = rules.reserve(account, before, wanted=wanted, currency=currency, now=now)
    if answer is not Answer.DONE:
        return answer
    row = {
        "merchant_id": merchant_id,
        "payment_id": payment_id,
        "account_kind": kind,
        "account_id": account_id,
        "amount_minor": amount_minor,
        "state": HoldState.RESERVED,
        "reserved_at": now,
    }
    connection.execute(sa.insert(STORED_VALUE_HOLDS).values(row))
    change_account(connection, merchant_id, kind, account_id, reserved_minor=amount_minor)
    note(connection, merchant_id, wanted, MovementKind.RESERVED, amount_minor, now=now, operator_id=operator_id)
    return answer


def redeem(
    connection: sa.Connection,
    merchant_id: MerchantId,
    payment_id: PaymentId,
    *,
    operator_id: StaffId | None,
    now: datetime,
) -> Answer | ValueRefusal:
    """Spend what was set aside for a payment."""
    hold = _locked_hold(connection, merchant_id, payment_id)
    answer = rules.redeem(hold)
    if answer is Answer.DONE and hold is not None:
        _settle(connection, merchant_id, hold, HoldState.REDEEMED)
        spent = hold.amount_minor
        change_account(connection, merchant_id, hold.kind, hold.account_id, balance_minor=-spent, reserved_minor=-spent)
        note(connection, merchant_id, hold, MovementKind.REDEEMED, spent, now=now, operator_id=operator_id)
    return answer


def release(
    connection: sa.Connection,
    merchant_id: MerchantId,
    payment_id: PaymentId,
    *,
    operator_id: StaffId | None,
    now: datetime,
) -> Answer | ValueRefusal:
    """Free what was set aside for a payment that did not come about."""
    hold = _locked_hold(connection, merchant_id, payment_id)
    answer = rules.release(hold)
    if answer is Answer.DONE and hold is not None:
        _settle(connection, merchant_id, hold, HoldState.RELEASED)
        freed = hold.amount_minor
        change_account(connection, merchant_id, hold.kind, hold.account_id, reserved_minor=-freed)
        note(connection, merchant_id, hold, MovementKind.RELEASED, freed, now=now, operator_id=operator_id)
    return answer


def give_back(
    connection: sa.Connection,
    merchant_id: MerchantId,
    *,
    refund_id: PaymentId,
    original_payment_id: PaymentId,
    amount_minor: int,
    operator_id: StaffId | None,
    authoriser_id: StaffId | None,
    now: datetime,
) -> Answer | ValueRefusal:
    """Put back onto the account what a refund or a void returns of a payment; `refund_id` is the refund's own id."""
    hold = _locked_hold(connection, merchant_id, original_payment_id)
    before = _given_before(connection, merchant_id, refund_id)
    answer = rules.give_back(hold, amount_minor, given_before_minor=before)
    if answer is Answer.DONE and hold is not None:
        more = STORED_VALUE_HOLDS.c.given_back_minor + amount_minor
        connection.execute(_is(merchant_id, original_payment_id).values(given_back_minor=more))
        change_account(connection, merchant_id, hold.kind, hold.account_id, balance_minor=amount_minor)
        note(
            connection,
            merchant_id,
            hold,
            MovementKind.GIVEN_BACK,
            amount_minor,
            now=now,
            operator_id=operator_id,
            authoriser_id=authoriser_id,
            refund_id=refund_id,
        )
    return answer


def hold_of(connection: sa.Connection, merchant_id: MerchantId, payment_id: PaymentId) -> Hold | None:
    """Return what a payment has taken of which account."""
    chosen = sa.select(STORED_VALUE_HOLDS).where(
        STORED_VALUE_HOLDS.c.merchant_id == merchant_id, STORED_VALUE_HOLDS.c.payment_id == payment_id
    )
    row = connection.execute(chosen).one_or_none()
    if row is None:
        return None
    return Hold(
        payment_id=PaymentId(row.payment_id),
        kind=AccountKind(row.account_kind),
        account_id=row.account_id,
        amount_minor=row.amount_minor,
        state=HoldState(row.state),
        given_back_minor=row.given_back_minor,
    )


def note(
    connection: sa.Connection,
    merchant_id: MerchantId,
    hold: Hold,
    kind: MovementKind,
    amount_minor: int,
    *,
    now: datetime,
    operator_id: StaffId | None,
    authoriser_id: StaffId | None = None,
    refund_id: PaymentId | None = None,
) -> None:
    """Write a movement of a payment down."""
    fact = {
        "merchant_id": merchant_id,
        "movement_id": new_id(now),
        "account_kind": hold.kind,
        "account_id": hold.account_id,
        "kind": kind,
        "amount_minor": amount_minor,
        "payment_id": refund_id or hold.payment_id,
        "original_payment_id": hold.payment_id if refund_id is not None else None,
        "occurred_at": now,
        "operator_id": operator_id,
        "authoriser_id": authoriser_id,
    }
    connection.execute(sa.insert(STORED_VALUE_MOVEMENTS).values(fact))


def _locked_hold(connection: sa.Connection, merchant_id: MerchantId, payment_id: PaymentId) -> Hold | None:
    """Lock the account that a payment has taken from, and read the hold once nobody else can change it."""
    before = hold_of(connection, merchant_id, payment_id)
    if before is None:
        return None
    locked_account(connection, merchant_id, before.kind, before.account_id)
    return hold_of(connection, merchant_id, payment_id)


def _settle(connection: sa.Connection, merchant_id: MerchantId, hold: Hold, state: HoldState) -> None:
    settled = _is(merchant_id, hold.payment_id).where(STORED_VALUE_HOLDS.c.state == HoldState.RESERVED)
    changed = connection.execute(settled.values(state=state)).rowcount
    assert changed == 1, "the account is locked, so nobody else settles its holds"


def _is(merchant_id: MerchantId, payment_id: PaymentId) -> sa.Update:
    return sa.update(STORED_VALUE_HOLDS).where(
        STORED_VALUE_HOLDS.c.merchant_id == merchant_id, STORED_VALUE_HOLDS.c.payment_id == payment_id
    )


def _given_before(connection: sa.Connection, merchant_id: MerchantId, refund_id: PaymentId) -> int | None:
    chosen = sa.select(STORED_VALUE_MOVEMENTS.c.amount_minor).where(
        STORED_VALUE_MOVEMENTS.c.merchant_id == merchant_id,
        STORED_VALUE_MOVEMENTS.c.payment_id == refund_id,
        STORED_VALUE_MOVEMENTS.c.kind == MovementKind.GIVEN_BACK,
    )
    found = connection.execute(chosen).scalar_one_or_none()
    return int(found) if found is not None else None
