"""SQL of the slips book: in go values, out come values. It never commits, and it never decides."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from counterfoil.books.slips.model import Slip
from counterfoil.books.slips.states import State
from counterfoil.books.slips.tables import SLIPS
from counterfoil.ids import MerchantId, OrderId

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLUMNS = [SLIPS.c[name] for name in Slip.__struct_fields__]


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


def locked(connection: sa.Connection, merchant_id: MerchantId, slip_ids: Collection[str]) -> dict[str, Slip]:
    """Return slips by id and keep others from changing them until the transaction ends; locked in the order of ids."""
    query = (
        sa.select(*_COLUMNS)
        .where(SLIPS.c.merchant_id == merchant_id, SLIPS.c.slip_id.in_(list(slip_ids)))
        .order_by(SLIPS.c.slip_id)
        .with_for_update()
    )
    return {row["slip_id"]: _slip(row) for row in connection.execute(query).mappings()}


def move(connection: sa.Connection, slip: Slip, merchant_id: MerchantId, to: State, *, fault: str | None) -> None:
    """Write a slip's new state; the row is locked, so what was read still holds."""
    done = connection.execute(
        sa.update(SLIPS)
        .where(SLIPS.c.merchant_id == merchant_id, SLIPS.c.slip_id == slip.slip_id, SLIPS.c.state == slip.state)
        .values(state=to, fault=fault)
    )
    assert done.rowcount == 1


def of_order(connection: sa.Connection, merchant_id: MerchantId, order_id: OrderId) -> list[Slip]:
    """Return the slips of an order and of its payments' refunds, in the order in which they became due."""
    query = (
        sa.select(*_COLUMNS)
        .where(SLIPS.c.merchant_id == merchant_id, SLIPS.c.order_id == order_id)
        .order_by(SLIPS.c.occurred_at, SLIPS.c.slip_id)
    )
    return [_slip(row) for row in connection.execute(query).mappings()]


def _slip(row: sa.RowMapping) -> Slip:
    values: Mapping[str, Any] = {**row, "state": State(row["state"])}
    return Slip(**values)
