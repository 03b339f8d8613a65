"""What a till is told about a sale that it offered. The first answer to an id is the answer to every retry."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from counterfoil.books.orders.states import State as OrderState
from counterfoil.books.payments.ports import Decline
from counterfoil.books.payments.states import State as PaymentState
from counterfoil.ids import OrderId, PaymentId


class Recorded(StrEnum):
    """How a sale stands to what was recorded under its id, in order of precedence."""

    CREATED = "created"  #: it is new
    EXISTS = "exists"  #: it was recorded before, exactly so
    EXISTS_WITH_DIFFERENT_STORE = "exists_with_different_store_id"
    EXISTS_WITH_DIFFERENT_TERMINAL = "exists_with_different_terminal_id"
    EXISTS_WITH_DIFFERENT_OPERATOR = "exists_with_different_operator_id"
    EXISTS_WITH_DIFFERENT_TIME = "exists_with_different_placed_at"
    EXISTS_WITH_DIFFERENT_CURRENCY = "exists_with_different_currency"
    EXISTS_WITH_DIFFERENT_TOTAL = "exists_with_different_total_minor"
    EXISTS_WITH_DIFFERENT_CUSTOMER = "exists_with_different_customer_key"
    EXISTS_WITH_DIFFERENT_REQUEST = "exists_with_different_request_id"
    EXISTS_WITH_DIFFERENT_SEQUENCE = "exists_with_different_sequence_no"
    EXISTS_WITH_DIFFERENT_CHANNEL = "exists_with_different_channel"
    EXISTS_WITH_DIFFERENT_PROMISE = "exists_with_different_promised_at"
    EXISTS_WITH_DIFFERENT_REPEAT = "exists_with_different_repeat_of"
    EXISTS_WITH_DIFFERENT_FULFILMENT = "exists_with_different_fulfilment"
    EXISTS_WITH_DIFFERENT_TRAINING = "exists_with_different_training"
    EXISTS_WITH_DIFFERENT_LINES = "exists_with_different_lines"
    EXISTS_WITH_DIFFERENT_TENDERS = "exists_with_different_tenders"

    @property
    def differs_in(self) -> str | None:
        """The field in which what was recorded first differs; None where it does not."""
        return None if self.is_recorded_so else self.removeprefix("exists_with_different_")

    @property
    def is_recorded_so(self) -> bool:
        """Whether the books hold the sale as it was offered."""
        return self in {Recorded.CREATED, Recorded.EXISTS}


class TenderState(msgspec.Struct, frozen=True, kw_only=True):
    """How one tender of a sale stands."""

    payment_id: PaymentId
    tender: str
    amount_minor: int
    state: PaymentState
    stan: str | None = None
    #: Why an acquirer said no, where it did just now.
    decline: Decline | None = None
    #: What happened to it just now, in one English sentence for support.
    because: str | None = None


class SaleAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one sale, with how it stands now."""

    recorded: Recorded
    #: Another than the one offered where the same request was recorded under another order id.
    order_id: OrderId
    state: OrderState
    business_date: date | None
    tenders: tuple[TenderState, ...]
    #: What is still to be paid; 0 of a paid order.
    due_minor: int
    #: Lines that were taken at the price they were told at: what was listed when they were rung up, nobody knows.
    prices_as_told: tuple[int, ...] = ()
