"""Accounts of stored value in the database: members' balances and vouchers, told alike. Never commits."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.errors import BadOption
from counterfoil.ids import MerchantId, PaymentId, StaffId, new_id
from counterfoil.shop.customers.model import CustomerId
from counterfoil.shop.secret_keys import MerchantKeys
from counterfoil.shop.stored_value.codes import VoucherCode, new_code, voucher_key
from counterfoil.shop.stored_value.model import Account, AccountKind, MovementKind
from counterfoil.shop.stored_value.rules import change_of
from counterfoil.shop.stored_value.tables import MEMBER_BALANCES, STORED_VALUE_MOVEMENTS, VOUCHERS

#: No voucher or top-up of a shop is larger; sums of them stay within the digits of the books.
AMOUNT_MINOR_MAX = 10**12

#: Of each kind: its table, the column that names an account, and the one that holds the balance.
_PLACES = {
    AccountKind.MEMBER: (MEMBER_BALANCES, MEMBER_BALANCES.c.member_id, MEMBER_BALANCES.c.balance_minor),
    AccountKind.VOUCHER: (VOUCHERS, VOUCHERS.c.voucher_key, VOUCHERS.c.remaining_minor),
}


def locked_account(
    connection: sa.Connection, merchant_id: MerchantId, kind: AccountKind, account_id: str
) -> Account | None:
    """Return an account and keep others from changing it until the transaction ends."""
    return _read(connection, merchant_id, kind, account_id, lock=True)


def account(connection: sa.Connection, merchant_id: MerchantId, kind: AccountKind, account_id: str) -> Account | None:
    """Return an account."""
    return _read(connection, merchant_id, kind, account_id, lock=False)


def change_account(
    connection: sa.Connection,
    merchant_id: MerchantId,
    kind: AccountKind,
    account_id: str,
    *,
    balance_minor: int = 0,
    reserved_minor: int = 0,
) -> None:
    """Add to an account's balance and to what is reserved of it; the table refuses what would break its laws."""
    table, name, balance = _PLACES[kind]
    change = {balance.name: balance + balance_minor, "reserved_minor": table.c.reserved_minor + reserved_minor}
    changed = sa.update(table).where(table.c.merchant_id == merchant_id, name == account_id).values(change)
    assert connection.execute(changed).rowcount == 1, "the account was locked before"


def open_member(
    connection: sa.Connection,
    merchant_id: MerchantId,
    member_id: str,
    *,
    currency: str,
    customer_id: CustomerId | None,
    now: datetime,
) -> bool:
    """Open a member's balance; False where there is one, and nothing is changed."""
    row = {
        "merchant_id": merchant_id,
        "member_id": member_id,
        "customer_id": customer_id,
        "currency": currency,
        "opened_at": now,
    }
    opened = insert(MEMBER_BALANCES).values(row).on_conflict_do_nothing().returning(MEMBER_BALANCES.c.member_id)
    return connection.execute(opened).first() is not None


def top_up(
    connection: sa.Connection,
    merchant_id: MerchantId,
    member_id: str,
    amount_minor: int,
    *,
    payment_id: PaymentId,
    operator_id: StaffId | None,
    now: datetime,
) -> bool:
    """Add what a member has paid in with a payment; False where that payment has topped up already.

    BadOption for an amount out of range or a member who is not known.
    """
    _refuse_amount(amount_minor)
    if locked_account(connection, merchant_id, AccountKind.MEMBER, member_id) is None:
        raise BadOption(f"member {member_id!r}: there is none of this id; open a balance first")
    fact = _fact(merchant_id, AccountKind.MEMBER, member_id, MovementKind.TOPPED_UP, amount_minor, now)
    fact |= {"payment_id": payment_id, "operator_id": operator_id}
    noted = insert(STORED_VALUE_MOVEMENTS).values(fact).on_conflict_do_nothing()
    if connection.execute(noted.returning(STORED_VALUE_MOVEMENTS.c.movement_id)).first() is None:
        return False
    change_account(connection, merchant_id, AccountKind.MEMBER, member_id, balance_minor=amount_minor)
    return True


def issue_voucher(
    connection: sa.Connection,
    merchant_id: MerchantId,
    keys: MerchantKeys,
    *,
    value_minor: int,
    currency: str,
    operator_id: StaffId | None,
    now: datetime,
    valid_until: datetime | None = None,
    subject: str | None = None,
) -> VoucherCode:
    """Issue a voucher and return its code, which nobody can ask for again. BadOption for a value out of range."""
    _refuse_amount(value_minor)
    code = new_code()
    key = voucher_key(keys, code)
    row = {
        "merchant_id": merchant_id,
        "voucher_key": key,
        "tail": code.tail,
        "currency": currency,
        "value_minor": value_minor,
        "remaining_minor": value_minor,
        "issued_at": now,
        "issued_by": operator_id,
        "subject": subject,
        "valid_until": valid_until,
    }
    connection.execute(sa.insert(VOUCHERS).values(row))
    fact = _fact(merchant_id, AccountKind.VOUCHER, key, MovementKind.ISSUED, value_minor, now)
    connection.execute(sa.insert(STORED_VALUE_MOVEMENTS).values(fact | {"operator_id": operator_id}))
    return code


def block(
    connection: sa.Connection, merchant_id: MerchantId, kind: AccountKind, account_id: str, *, at: datetime | None
) -> bool:
    """Block an account from a moment on, or lift the block with None; False where there is no such account."""
    table, name, _ = _PLACES[kind]
    changed = sa.update(table).where(table.c.merchant_id == merchant_id, name == account_id).values(blocked_at=at)
    return connection.execute(changed).rowcount == 1


def folded_minor(connection: sa.Connection, merchant_id: MerchantId, kind: AccountKind, account_id: str) -> int:
    """Return what the balance must be by the movements alone."""
    moved = sa.select(STORED_VALUE_MOVEMENTS.c.kind, STORED_VALUE_MOVEMENTS.c.amount_minor).where(
        STORED_VALUE_MOVEMENTS.c.merchant_id == merchant_id,
        STORED_VALUE_MOVEMENTS.c.account_kind == kind,
        STORED_VALUE_MOVEMENTS.c.account_id == account_id,
    )
    return sum(change_of(MovementKind(row.kind), row.amount_minor) for row in connection.execute(moved))


def _read(
    connection: sa.Connection, merchant_id: MerchantId, kind: AccountKind, account_id: str, *, lock: bool
) -> Account | None:
    table, name, balance = _PLACES[kind]
    valid_until = table.c.valid_until if kind is AccountKind.VOUCHER else sa.null()
    chosen = sa.select(
        table.c.currency,
        balance.label("balance_minor"),
        table.c.reserved_minor,
        table.c.blocked_at,
        valid_until.label("valid_until"),
    ).where(table.c.merchant_id == merchant_id, name == account_id)
    row = connection.execute(chosen.with_for_update() if lock else chosen).one_or_none()
    if row is None:
        return None
    return Account(
        kind=kind,
        account_id=account_id,
        currency=row.currency,
        balance_minor=row.balance_minor,
        reserved_minor=row.reserved_minor,
        valid_until=row.valid_until,
        blocked_at=row.blocked_at,
    )


def _fact(
    merchant_id: MerchantId, kind: AccountKind, account_id: str, moved: MovementKind, amount_minor: int, now: datetime
) -> dict[str, object]:
    return {
        "merchant_id": merchant_id,
        "movement_id": new_id(now),
        "account_kind": kind,
        "account_id": account_id,
        "kind": moved,
        "amount_minor": amount_minor,
        "occurred_at": now,
    }


def _refuse_amount(amount_minor: int) -> None:
    if not 0 < amount_minor <= AMOUNT_MINOR_MAX:
        raise BadOption(
            f"stored value: expected an amount of 1 to {AMOUNT_MINOR_MAX} minor units, found {amount_minor}"
        )
