"""The values of stored value: accounts of members and vouchers, what is held of them, and how it moved. Frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from counterfoil.ids import PaymentId


class AccountKind(StrEnum):
    """Whose money it is; as a tender, `member_balance` or `voucher`."""

    MEMBER = "member"
    VOUCHER = "voucher"


class HoldState(StrEnum):
    """Where a payment with stored value is."""

    RESERVED = "reserved"  #: set aside for a sale that is being paid; nobody else can spend it
    REDEEMED = "redeemed"  #: spent
    RELEASED = "released"  #: the sale did not come about, and it is free again


class MovementKind(StrEnum):
    """What happened to an account."""

    ISSUED = "issued"  #: a voucher was made with its value
    TOPPED_UP = "topped_up"  #: a member paid in
    RESERVED = "reserved"
    RELEASED = "released"
    REDEEMED = "redeemed"
    GIVEN_BACK = "given_back"  #: a refund, or the void of a sale
    EXPIRED = "expired"  #: what was left when a voucher's time was over
    CORRECTED = "corrected"  #: an earlier movement was wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A balance of a member, or a voucher."""

    kind: AccountKind
    #: The member's id, or the keyed hash of the voucher's code.
    account_id: str
    currency: str
    #: What is there, with what is reserved.
    balance_minor: int
    reserved_minor: int
    valid_until: datetime | None = None
    blocked_at: datetime | None = None

    @property
    def free_minor(self) -> int:
        """What can be spent now."""
        return self.balance_minor - self.reserved_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What one payment has taken of one account."""

    payment_id: PaymentId
    kind: AccountKind
    account_id: str
    amount_minor: int
    state: HoldState
    given_back_minor: int = 0
