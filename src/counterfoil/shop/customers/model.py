"""The values of customers. Frozen; what could tell who somebody is stays out of `repr`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from counterfoil.languages import Language

CustomerId = NewType("CustomerId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Who a customer is and how they are reached: opened for somebody who may, and gone with the call."""

    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer as everybody may see them."""

    customer_id: CustomerId
    #: The same in every order, return and notice of this customer.
    customer_key: str
    #: `138****5678`; None once the customer was forgotten.
    masked: str | None
    language: Language
    forgotten_at: datetime | None = None
