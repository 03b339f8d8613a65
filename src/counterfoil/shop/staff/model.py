"""The values of the staff: roles, verbs, grants and people. Frozen; no I/O.

A role is a name for a set of verbs; the matrix of both is `roles.MATRIX`. No PIN and no password is part of a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from counterfoil.ids import MerchantId, StaffId, StoreId
from counterfoil.languages import Language

#: In a grant: at every store of the merchant.
EVERY_STORE = StoreId("")


class Role(StrEnum):
    """As what somebody works; one person may have several, each at one store or at all."""

    CASHIER = "cashier"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    FINANCE = "finance"
    SUPPORT = "support"
    AUDITOR = "auditor"
    OWNER = "owner"


class Theme(StrEnum):
    """In which colours somebody's pages are."""

    SYSTEM = "system"  #: as the device says
    LIGHT = "light"
    DARK = "dark"


class GrantChange(StrEnum):
    """What happened to a grant."""

    GIVEN = "given"
    REVOKED = "revoked"


class Verb(StrEnum):
    """What somebody may do; the till, the desk, the office and the API ask by these names."""

    SELL = "sell"
    PARK = "park"
    REPRINT = "reprint"
    DISCOUNT_LINE = "discount_line"
    DISCOUNT_CART = "discount_cart"
    OVERRIDE_PRICE = "override_price"
    VOID = "void"
    REFUND = "refund"
    BLIND_RETURN = "blind_return"
    OPEN_DRAWER = "open_drawer"
    CLOSE_DAY = "close_day"
    CONFIRM_DELIVERY = "confirm_delivery"
    COUNT_STOCK = "count_stock"
    STORED_VALUE = "stored_value"
    UNMASK_CUSTOMER = "unmask_customer"
    FORGET_CUSTOMER = "forget_customer"
    WORK_CASES = "work_cases"
    RECONCILE = "reconcile"
    READ_REPORTS = "read_reports"
    READ_JOURNAL = "read_journal"
    IMPORT = "import"
    MANAGE_CATALOGUE = "manage_catalogue"
    MANAGE_STAFF = "manage_staff"
    MANAGE_TERMINALS = "manage_terminals"
    SET_POLICY = "set_policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One role of one person, at one store or at all."""

    staff_id: StaffId
    role: Role
    store_id: StoreId = EVERY_STORE
    #: None: given at the console of the server.
    given_by: StaffId | None = None
    given_at: datetime | None = None

    def holds_at(self, store_id: StoreId) -> bool:
        """Say whether it counts at this store; a question about every store needs a grant for every store."""
        return self.store_id in {EVERY_STORE, store_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works here, as everybody may see them: without anything of the PIN or the password."""

    merchant_id: MerchantId
    staff_id: StaffId
    name: str
    language: Language
    has_pin: bool
    pin_locked_until: datetime | None
    retired_at: datetime | None
    grants: tuple[Grant, ...] = ()
    has_password: bool = False
    #: It was printed for everybody to read: a demonstration's.
    password_is_published: bool = False
    theme: Theme = Theme.SYSTEM

    def roles_at(self, store_id: StoreId) -> frozenset[Role]:
        """Return the roles that count at a store."""
        return frozenset(grant.role for grant in self.grants if grant.holds_at(store_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """A second person's consent to one verb, checked; later verbs take it and need not ask again."""

    authoriser_id: StaffId
    verb: Verb
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What somebody wants to do, where, and how much of it."""

    verb: Verb
    store_id: StoreId
    #: Of a discount or another price: how much less than listed, rounded up.
    discount_permille: int = 0
    #: Of a refund or a void.
    refund_minor: int = 0
