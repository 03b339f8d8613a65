"""How things are numbered while a town is computed: a number says what the thing belongs to.

A purchase is a slot; up to two orders come of it, and each order has room for its payments, slips, notices,
parcels and returns, each payment for its records. Numbers never reach the books as they are (`naming.py`).
"""

from __future__ import annotations

from counterfoil.world.chance import Ints

ORDERS_PER_SLOT = 2
PAYMENTS_PER_ORDER = 16
RECORDS_PER_PAYMENT = 4
SLIPS_PER_ORDER = 16
NOTICES_PER_ORDER = 8
PARCELS_PER_ORDER = 4
RETURNS_PER_ORDER = 4

#: Where an order's payments that give money back for returned goods begin.
FIRST_REFUND = 8

#: Records of no order (daily fees) are numbered from here on.
FEE_RECORDS = 1 << 44


def order(slot: Ints, nth: int = 0) -> Ints:
    """Number the nth order of a slot."""
    return slot * ORDERS_PER_SLOT + nth


def payment(oid: Ints, nth: int = 0) -> Ints:
    """Number the nth payment of an order."""
    return oid * PAYMENTS_PER_ORDER + nth


def record(pid: Ints, nth: int = 0) -> Ints:
    """Number the nth event that an acquirer knows of a payment."""
    return pid * RECORDS_PER_PAYMENT + nth


def slip(oid: Ints, nth: int = 0) -> Ints:
    """Number the nth slip of an order."""
    return oid * SLIPS_PER_ORDER + nth


def notice(oid: Ints, nth: int = 0) -> Ints:
    """Number the nth notice of an order."""
    return oid * NOTICES_PER_ORDER + nth


def parcel(oid: Ints, nth: int = 0) -> Ints:
    """Number the nth parcel of an order."""
    return oid * PARCELS_PER_ORDER + nth


def return_of(oid: Ints, nth: int = 0) -> Ints:
    """Number the nth return of an order."""
    return oid * RETURNS_PER_ORDER + nth


def order_of_payment(pid: Ints) -> Ints:
    """The order that a payment's number belongs to."""
    return pid // PAYMENTS_PER_ORDER
