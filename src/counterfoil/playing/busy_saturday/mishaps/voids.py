"""Void mismatches: one that only the bank knows, one that hangs, one that was paid in cash, and a cashier who voids."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from counterfoil.books.payments.model import Kind, Payment
from counterfoil.books.payments.ports import Outcome, Request
from counterfoil.counter.acquiring import original_of
from counterfoil.ids import PaymentId, new_id
from counterfoil.playing.acts import Act, Doing
from counterfoil.playing.busy_saturday.calendar import Days, at
from counterfoil.playing.busy_saturday.mishaps.buying import bought, sold, then
from counterfoil.playing.stage import PlayWentWrong, Stage, later

#: How often the cashier at the fourth till "rings it up wrong" on the Saturday.
DAI_VOIDS = 14
#: A trace number that no till of the play comes to.
THEIR_STAN = "990001"
#: So many answers of the bank are cut off in a row.
DROPPED = 12


def voids(days: Days) -> Iterator[Act]:
    """Yield them."""
    # The bank gave it back at the customer's call, and our books say paid: phantom_reversal.
    early = days.before(5)
    yield sold("called the bank", bought("m1", at(early, "15:02"), "charger toy-panda", card=201))
    yield then(at(early, "16:45"), _reversed_at_the_bank("called the bank"))
    # Voided, and paid in cash a minute later: void_then_cash.
    card = bought("m2", at(days.saturday, "13:05"), "juice-orange*2 crisps", card=202)
    yield sold("cash instead", card)
    yield then(card.placed_at + timedelta(minutes=2), _voided("cash instead", "card asked for a PIN, pays cash", "qiu"))
    yield sold("cash after all", later(card, card.placed_at + timedelta(minutes=4), tender="cash"))
    # One cashier voids far more often than the others: operator_outlier.
    for n in range(DAI_VOIDS):
        moment = at(days.saturday, "09:40") + timedelta(minutes=46 * n)
        yield sold(f"dai {n}", bought("r4", moment, f"beer-can*{n % 4 + 1} crisps", tender="cash"))
        yield then(moment + timedelta(minutes=6), _voided(f"dai {n}", "rung up wrong"))
    # The line broke during a void, and breaks again whenever it is asked: it hangs, and its ladder is at it.
    hanging = days.until - timedelta(minutes=24)
    yield sold("hanging", bought("m2", hanging, "wine-red flowers", card=203))
    yield then(hanging + timedelta(minutes=3), _cut_off("hanging"))


def _voided(name: str, reason: str, by: str = "omar") -> Doing:
    async def void(stage: Stage) -> None:
        await stage.give_back(stage.kept[name], allowed_by=by, reason=reason, kind=Kind.VOID)

    return void


def _reversed_at_the_bank(name: str) -> Doing:
    async def reverse(stage: Stage) -> None:
        await _reverse_there(stage, stage.payment(stage.kept[name].payment_id))

    return reverse


async def _reverse_there(stage: Stage, payment: Payment) -> None:
    """Reverse a payment at the bank, as its own people can, without a word to our books."""
    assert payment.acquirer is not None
    bank = stage.house.acquirers.named(stage.merchant_id, payment.acquirer)
    request = Request(
        merchant_id=payment.merchant_id,
        payment_id=PaymentId(new_id(stage.clock.now)),
        kind=Kind.REVERSAL,
        tender=payment.tender,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        occurred_at=stage.clock.now,
        store_id=payment.store_id,
        terminal_id=payment.terminal_id,
        stan=THEIR_STAN,
        original=original_of(payment),
    )
    answer = await asyncio.to_thread(bank.reverse, request)
    if answer.outcome is not Outcome.APPROVED:
        raise PlayWentWrong(f"the bank did not reverse: {answer.note}")


def _cut_off(name: str) -> Doing:
    async def void(stage: Stage) -> None:
        stage.bank.drop_answers(DROPPED)
        await stage.give_back(
            stage.kept[name], allowed_by="qiu", reason="customer changed their mind", kind=Kind.VOID, printed=False
        )

    return void
