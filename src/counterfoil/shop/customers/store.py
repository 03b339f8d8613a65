"""Customers in the database. Takes the transaction of a merchant, never commits; opens a seal only when asked to."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.ids import MerchantId, new_id
from counterfoil.languages import Language
from counterfoil.shop.customers.model import Customer, CustomerId, Details
from counterfoil.shop.customers.rules import CustomerFlaw, masked, normalised
from counterfoil.shop.customers.seals import customer_key, opened, seal
from counterfoil.shop.customers.tables import CUSTOMERS
from counterfoil.shop.secret_keys import MerchantKeys


def remember(
    connection: sa.Connection,
    merchant_id: MerchantId,
    keys: MerchantKeys,
    details: Details,
    *,
    calling_code: str | None,
    language: Language,
    now: datetime,
) -> Customer | CustomerFlaw:
    """Return the customer with this phone or mail, made where there is none; what was said anew replaces the old."""
    known = normalised(details, calling_code)
    if isinstance(known, CustomerFlaw):
        return known
    key = customer_key(keys, known)
    _insert(connection, merchant_id, keys, CustomerId(new_id(now)), key, known, calling_code, language, now)
    row = connection.execute(
        sa.select(CUSTOMERS)
        .where(CUSTOMERS.c.merchant_id == merchant_id, CUSTOMERS.c.customer_key == key)
        .with_for_update()
    ).one()
    customer_id = CustomerId(row.customer_id)
    before = opened(keys, merchant_id, customer_id, bytes(row.sealed))
    after = Details(
        name=known.name or before.name,
        phone=known.phone or before.phone,
        email=known.email or before.email,
        address=known.address or before.address,
    )
    if after != before or row.language != language:
        change = {"sealed": seal(keys, merchant_id, customer_id, after), "language": language}
        connection.execute(_of(merchant_id, customer_id).values(change))
    return Customer(customer_id=customer_id, customer_key=key, masked=row.masked, language=language)


def customer(connection: sa.Connection, merchant_id: MerchantId, customer_id: CustomerId) -> Customer | None:
    """Return a customer, masked."""
    return _one(connection, merchant_id, CUSTOMERS.c.customer_id == customer_id)


def customer_of_key(connection: sa.Connection, merchant_id: MerchantId, key: str) -> Customer | None:
    """Return the customer that an order's `customer_key` means, masked."""
    return _one(connection, merchant_id, CUSTOMERS.c.customer_key == key)


def customer_of_contact(
    connection: sa.Connection,
    merchant_id: MerchantId,
    keys: MerchantKeys,
    contact: Details,
    *,
    calling_code: str | None,
) -> Customer | CustomerFlaw | None:
    """Return the customer with this phone number or mail address, masked; None: nobody."""
    known = normalised(contact, calling_code)
    if isinstance(known, CustomerFlaw):
        return known
    return customer_of_key(connection, merchant_id, customer_key(keys, known))


def details_of(
    connection: sa.Connection, merchant_id: MerchantId, keys: MerchantKeys, customer_id: CustomerId
) -> Details | None:
    """Open a customer's seal, for somebody who may (`unmask_customer`); None: unknown or forgotten.

    Whoever calls this writes a fact of it into the journal, in the same transaction.
    """
    chosen = sa.select(CUSTOMERS.c.sealed).where(
        CUSTOMERS.c.merchant_id == merchant_id, CUSTOMERS.c.customer_id == customer_id
    )
    sealed = connection.execute(chosen).scalar_one_or_none()
    return opened(keys, merchant_id, customer_id, bytes(sealed)) if sealed is not None else None


def forget(connection: sa.Connection, merchant_id: MerchantId, customer_id: CustomerId, *, now: datetime) -> bool:
    """Forget who a customer is, for good; their orders stay, of nobody. False where there was nothing to forget."""
    gone = (
        _of(merchant_id, customer_id)
        .where(CUSTOMERS.c.forgotten_at.is_(None))
        .values(sealed=None, masked=None, customer_key=f"forgotten:{customer_id}", forgotten_at=now)
    )
    return connection.execute(gone).rowcount == 1


def _insert(
    connection: sa.Connection,
    merchant_id: MerchantId,
    keys: MerchantKeys,
    customer_id: CustomerId,
    key: str,
    details: Details,
    calling_code: str | None,
    language: Language,
    now: datetime,
) -> None:
    row = {
        "merchant_id": merchant_id,
        "customer_id": customer_id,
        "customer_key": key,
        "sealed": seal(keys, merchant_id, customer_id, details),
        "masked": masked(details, calling_code),
        "language": language,
        "created_at": now,
    }
    connection.execute(insert(CUSTOMERS).values(row).on_conflict_do_nothing())


def _of(merchant_id: MerchantId, customer_id: CustomerId) -> sa.Update:
    return sa.update(CUSTOMERS).where(CUSTOMERS.c.merchant_id == merchant_id, CUSTOMERS.c.customer_id == customer_id)


def _one(connection: sa.Connection, merchant_id: MerchantId, which: sa.ColumnElement[bool]) -> Customer | None:
    row = connection.execute(sa.select(CUSTOMERS).where(CUSTOMERS.c.merchant_id == merchant_id, which)).one_or_none()
    if row is None:
        return None
    return Customer(
        customer_id=CustomerId(row.customer_id),
        customer_key=row.customer_key,
        masked=row.masked,
        language=Language(row.language),
        forgotten_at=row.forgotten_at,
    )
