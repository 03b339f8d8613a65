"""Values of the slips book."""

from __future__ import annotations

from datetime import datetime

import msgspec

from counterfoil.books.slips.states import Event, State
from counterfoil.ids import OrderId, PaymentId, StaffId, TerminalId


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """A slip as it stands."""

    slip_id: str
    order_id: OrderId | None
    payment_id: PaymentId | None
    #: Of what: sale, void, refund, return, delivery.
    kind: str
    state: State
    #: Why it did not come out, in the printer's own code; None unless it failed.
    fault: str | None
    #: In minor units; None where the slip states no amount.
    amount_minor: int | None
    currency: str | None
    #: Since when it is owed.
    occurred_at: datetime
    terminal_id: TerminalId | None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a till tells of one slip; the same on every retry."""

    slip_id: str
    event: Event
    #: When it came out, or did not.
    told_at: datetime
    #: The printer's own code (`paper_out`); needed where it failed, and nowhere else.
    fault: str | None = None
    operator_id: StaffId | None = None
