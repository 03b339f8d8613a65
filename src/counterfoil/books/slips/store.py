"""SQL of the slips book: in go values. It never commits, and it never decides."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from counterfoil.books.slips.tables import SLIPS
from counterfoil.ids import MerchantId

if TYPE_CHECKING:
    import sqlalchemy as sa


def due(
    connection: sa.Connection,
    merchant_id: MerchantId,
    slip_id: str,
    *,
    kind: str,
    order_id: str | None,
    payment_id: str | None,
    amount_minor: int,
    currency: str,
    terminal_id: str | None,
    now: datetime,
) -> None:
    """Write that a slip is owed; whoever prints or sends it takes it from here."""
    connection.execute(
        SLIPS.insert().values(
            merchant_id=merchant_id,
            slip_id=slip_id,
            order_id=order_id,
            payment_id=payment_id,
            kind=kind,
            form="paper",
            state="due",
            copy_no=0,
            amount_minor=amount_minor,
            currency=currency,
            occurred_at=now,
            terminal_id=terminal_id,
        )
    )
