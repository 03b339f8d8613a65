"""Missing slips: paper that ran out, a till that crashed, a charge without an order, a message without a payment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

from counterfoil.books.payments.model import Kind, Tender
from counterfoil.books.payments.ports import Outcome, Request
from counterfoil.ids import PaymentId, new_id
from counterfoil.playing.acts import Act, Doing
from counterfoil.playing.busy_saturday.calendar import Days, at
from counterfoil.playing.busy_saturday.cast import TILLS
from counterfoil.playing.busy_saturday.mishaps.buying import bought, sold, then
from counterfoil.playing.stage import PlayWentWrong, Purchase, Stage, card

#: So many answers of the bank are cut off in a row.
DROPPED = 12
_OUT_OF_PAPER = 5


def slips(days: Days) -> Iterator[Act]:
    """Yield them."""
    day = days.saturday
    yield from _out_of_paper(at(day, "12:40"))
    # The till went down between the card and the printer: paid_no_slip, and telemetry that shows why.
    for n, clock in enumerate(("14:17", "19:26")):
        yield sold(f"crashed {n}", bought("m3", at(day, clock), "shampoo toothpaste soap", card=300 + n), printed=False)
        yield then(at(day, clock) + timedelta(minutes=1), _noted("m3", "power", "off"))
    # Charged at the terminal of the bank while the till was down; nobody ever rang it up: charged_no_order.
    for n, (when, amount) in enumerate(((at(days.before(3), "11:48"), 23_860), (at(day, "14:25"), 8_750))):
        yield then(when, _charged_by_hand("m3", amount, 310 + n))
    # The customer has a message that says "charged", and the card was declined: notified_not_paid.
    yield from _told_of_nothing(bought("r2", at(days.before(2), "18:20"), "beef-shank*1.2 ginger*0.2", card=320))
    # The line is cut while the bank answers, now: payment_unknown, and its ladder is at work on it.
    moment = days.until - timedelta(minutes=19)
    yield then(moment, _cut_off("unknown", bought("r1", moment, "mooncakes*2", card=330)))


def _out_of_paper(begins: datetime) -> Iterator[Act]:
    """Yield the twenty minutes in which the third till had no paper; some slips are printed when it has."""
    for n in range(_OUT_OF_PAPER):
        moment = begins + timedelta(minutes=4 * n)
        yield sold(f"no paper {n}", bought("r3", moment, f"water-6*{n + 1} crisps", tender="cash"), printed=False)
        yield then(moment + timedelta(seconds=20), _failed(f"no paper {n}"))
    yield then(begins + timedelta(minutes=1), _noted("r3", "printer", "paper_out"))
    yield then(begins + timedelta(minutes=22), _noted("r3", "printer", "ok"))
    yield then(begins + timedelta(minutes=25), _printed_after_all("no paper 0", "no paper 1"))


def _failed(name: str) -> Doing:
    async def fail(stage: Stage) -> None:
        stage.print_slip(stage.kept[name].order_id, fault="paper_out")

    return fail


def _printed_after_all(*names: str) -> Doing:
    async def print_them(stage: Stage) -> None:
        for name in names:
            stage.print_slip(stage.kept[name].order_id)

    return print_them


def _noted(terminal: str, kind: str, value: str) -> Doing:
    async def note(stage: Stage) -> None:
        stage.papers.add("terminal_events", terminal_id=terminal, occurred_at=stage.clock.now, kind=kind, value=value)

    return note


def _charged_by_hand(terminal: str, amount_minor: int, number: int) -> Doing:
    """Return a charge that goes to the bank and into none of our books, as a till that crashes leaves it."""

    async def charge(stage: Stage) -> None:
        terminal_id = TILLS[terminal].terminal_id
        lane = stage.house.acquirers.lane(stage.merchant_id, terminal_id, Tender.CARD)
        assert lane is not None
        request = Request(
            merchant_id=stage.merchant_id,
            payment_id=PaymentId(new_id(stage.clock.now)),
            kind=Kind.SALE,
            tender=Tender.CARD,
            amount_minor=amount_minor,
            currency=stage.currency,
            occurred_at=stage.clock.now,
            terminal_id=terminal_id,
            stan=f"99{number:04d}",
            presented=card(number),
        )
        answer = await asyncio.to_thread(lane.acquirer.charge, request)
        if answer.outcome is not Outcome.APPROVED:
            raise PlayWentWrong(f"the bank did not charge: {answer.note}")

    return charge


def _told_of_nothing(purchase: Purchase) -> Iterator[Act]:
    async def refuse(stage: Stage) -> None:
        stage.bank.decline("51")
        rung = await stage.sell(purchase)
        stage.papers.add(
            "notices",
            notice_id=f"n-{rung.order_id}",
            origin="bank",
            channel="sms",
            says="charged",
            state="delivered",
            order_id=rung.order_id,
            payment_id=rung.payment_id,
            amount_minor=rung.sale.total_minor,
            currency=stage.currency,
            occurred_at=stage.clock.now + timedelta(seconds=4),
        )

    yield then(purchase.placed_at, refuse)


def _cut_off(name: str, purchase: Purchase) -> Doing:
    async def sell(stage: Stage) -> None:
        stage.bank.drop_answers(DROPPED)
        stage.kept[name] = await stage.sell(purchase)

    return sell
