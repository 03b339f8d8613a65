"""The values of the payments book. Frozen; no I/O.

A payment is one intended movement of money: a sale, or the void, reversal or refund of one, each a row of its own that
points at its original. Card numbers and payment codes never become part of it: they pass through `ports.Presented`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from counterfoil.books.payments.states import State
from counterfoil.ids import MerchantId, OrderId, PaymentId, StaffId, StoreId, TerminalId


class Kind(StrEnum):
    """Which movement; the words of book format 1."""

    SALE = "sale"  #: money from the customer to the shop
    VOID = "void"  #: a person takes a sale back before settlement, in full (撤销)
    REVERSAL = "reversal"  #: the system takes back a message whose outcome it does not know (冲正)
    REFUND = "refund"  #: a new, later movement of money back, in full or in part (退货)

    @property
    def is_undo(self) -> bool:
        """Whether it makes the original not have happened, rather than moving money again."""
        return self in {Kind.VOID, Kind.REVERSAL}


class Tender(StrEnum):
    """The form of payment offered on a sale; one sale may have several."""

    CASH = "cash"
    CARD = "card"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    UNIONPAY_CODE = "unionpay_code"
    VOUCHER = "voucher"
    MEMBER_BALANCE = "member_balance"
    OTHER = "other"


class Standing(StrEnum):
    """How much of an approved sale is still held: a projection of its undo and refund payments."""

    HELD = "held"  #: the shop has the money, less what was refunded
    VOID_INTENDED = "void_intended"  #: an undo was committed and its answer is not known yet
    VOID_UNKNOWN = "void_unknown"  #: an undo was sent and nobody knows whether it happened
    VOIDED = "voided"  #: an undo is proven


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One row of the payments book, as it is read back."""

    merchant_id: MerchantId
    payment_id: PaymentId
    kind: Kind
    tender: Tender
    amount_minor: int
    currency: str
    state: State
    occurred_at: datetime
    order_id: OrderId | None = None
    store_id: StoreId | None = None
    terminal_id: TerminalId | None = None
    operator_id: StaffId | None = None
    authoriser_id: StaffId | None = None
    original_payment_id: PaymentId | None = None
    #: Who must know it, as `bootstrap` names them; None: nobody but us (cash).
    acquirer: str | None = None
    decided_at: datetime | None = None
    business_date: date | None = None
    request_id: str | None = None
    reason: str | None = None
    #: Six digits that wrap: never a key (ISO 8583 DE 11).
    stan: str | None = None
    rrn: str | None = None
    approval_code: str | None = None
    response_code: str | None = None
    acquirer_reference: str | None = None
    instrument_key: str | None = None
    instrument_tail: str | None = None
    #: Of an approved sale: how it stands, what is being refunded, and what has been.
    standing: Standing | None = None
    refund_reserved_minor: int = 0
    refunded_minor: int = 0
