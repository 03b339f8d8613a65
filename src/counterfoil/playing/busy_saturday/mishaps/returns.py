"""Orphan returns: goods that nobody bought here, money back without a slip, goods that were never shelved again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from counterfoil.playing.acts import Act, Doing
from counterfoil.playing.busy_saturday.calendar import Days, at
from counterfoil.playing.busy_saturday.mishaps.buying import bought, sold, then
from counterfoil.playing.stage import Stage


def returns(days: Days) -> Iterator[Act]:
    """Yield them."""
    day = days.saturday
    # Money handed out for a rice cooker that this shop never sold to anybody: refund_without_order.
    yield then(at(day, "15:20"), _blind("R20411", "rice-cooker", 29_900, operator="dai"))
    # Refunded by the book, and the slip printer was off: return_without_slip.
    yield sold("came back", bought("m1", at(days.before(1), "12:10"), "umbrella batteries*2", card=500))
    yield then(at(day, "10:30"), _refunded("came back", printed=False))
    # Refunded by the book, slip and all: nothing to find.
    yield sold("in order", bought("r1", at(days.before(1), "17:45"), "toy-panda", card=501))
    yield then(at(day, "11:25"), _refunded("in order", printed=True))
    # Taken back in good condition on the Monday, and still in the back room: not_restocked.
    yield sold("in the back room", bought("r2", at(days.before(6), "11:11"), "kettle", tender="cash"))
    yield then(at(days.before(5), "13:00"), _received("R20398", "in the back room", "kettle", 12_900))
    # The customer asks, and nobody has decided: a return under way, and nothing to find yet.
    yield sold("asked", bought("r1", at(days.before(2), "16:00"), "charger", card=503))
    yield then(at(day, "20:05"), _asked("ret-asked", "asked", 5_900))


def _blind(return_id: str, sku: str, amount_minor: int, *, operator: str) -> Doing:
    async def hand_out(stage: Stage) -> None:
        now = stage.clock.now
        _write(stage, return_id, None, "refunded", now, amount_minor, operator_id=operator, received_at=now)
        _line(stage, return_id, sku, amount_minor, "opened")

    return hand_out


def _refunded(name: str, *, printed: bool) -> Doing:
    async def refund(stage: Stage) -> None:
        await stage.give_back(
            stage.kept[name], allowed_by="qiu" if name == "came back" else "omar", reason="broken", printed=printed
        )

    return refund


def _received(return_id: str, name: str, sku: str, amount_minor: int) -> Doing:
    async def take_in(stage: Stage) -> None:
        now, order_id = stage.clock.now, stage.kept[name].order_id
        _write(stage, return_id, order_id, "received", now, amount_minor, operator_id="bo", received_at=now)
        _line(stage, return_id, sku, amount_minor, "good")

    return take_in


def _asked(return_id: str, name: str, amount_minor: int) -> Doing:
    async def ask(stage: Stage) -> None:
        _write(stage, return_id, stage.kept[name].order_id, "requested", stage.clock.now, amount_minor)

    return ask


def _write(
    stage: Stage,
    return_id: str,
    order_id: str | None,
    state: str,
    now: datetime,
    amount_minor: int,
    **more: object,
) -> None:
    decided = now + timedelta(minutes=3) if state != "requested" else None
    stage.papers.add(
        "returns",
        return_id=return_id,
        order_id=order_id,
        state=state,
        requested_at=now,
        decided_at=decided,
        reason="customer is not content",
        amount_minor=amount_minor,
        currency=stage.currency,
        **more,
    )


def _line(stage: Stage, return_id: str, sku: str, amount_minor: int, condition: str) -> None:
    stage.papers.add(
        "return_lines",
        return_id=return_id,
        line_no=1,
        sku=sku,
        quantity=1,
        amount_minor=amount_minor,
        line_kind="goods",
        condition=condition,
    )
