"""Which steps a case offers, from what the books say of the payments that it is about. Pure.

A step is offered only about what the finding itself names, never about its twin: giving the wrong one of two back takes
the valid sale away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from counterfoil.books.payments.model import Kind, Payment, Standing
from counterfoil.books.payments.states import OPEN, State
from counterfoil.desk.steps.model import Offer, Step
from counterfoil.ids import OrderId, PaymentId, StoreId

#: Next steps of playbooks that may end with money going back.
GIVING = frozenset(
    {
        "ask_then_refund_one",
        "claim_and_replace",
        "give_the_money_back",
        "rebuild_the_order_or_refund",
        "refund_the_double_once",
        "replace_or_refund",
        "reship_or_refund",
        "ship_or_refund",
    }
)
#: Diagnoses whose subject is a payment too many on an order that stands: its goods were sold once, and stay sold.
_GOODS_STAY = frozenset({"one_order_two_payments"})
#: Diagnoses of orders that were delivered nowhere, or wrongly: the goods are not back on the shelf because money is.
_GOODS_ARE_BACK = frozenset({"replayed_request", "double_entry", "double_charge"})


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What one finding of a case is about, as far as a step needs to know."""

    diagnosis: str
    next_step: str
    #: In minor units: what the finding may cost, as it was when the books were looked at last.
    at_risk_minor: int
    seen_at: datetime
    #: Payments of ours that the subject names or holds, with everything that points at them.
    payments: Sequence[Payment] = ()
    #: Those of the other one of two, and all others of the order that the subject is of, likewise.
    beside: Sequence[Payment] = ()
    #: What the other one of two orders cost, in minor units; None: there is none, or nobody knows.
    twin_minor: int | None = None
    #: Which part of each refund is for goods that it gives back, by its id, in minor units; without those of none.
    goods_of: Mapping[PaymentId, int] = field(default_factory=dict)
    #: An acquirer's record that no payment of ours explains.
    record: Leftover | None = None
    #: Orders that the finding names, and that are still open.
    unpaid: Sequence[Unpaid] = ()
    #: A return that names no order of ours.
    homeless: Homecoming | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Homecoming:
    """A return, without its order or with the one that somebody has linked it to."""

    return_id: str
    amount_minor: int
    currency: str
    order_id: OrderId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """The slips that an order of the case owes, as one paper: it says all that there is to say of the order."""

    order_id: OrderId
    store_id: StoreId | None
    #: Of the slip that became due last.
    amount_minor: int
    currency: str
    #: Whether one of them is of money that went back.
    is_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaid:
    """An open order."""

    order_id: OrderId
    total_minor: int
    currency: str
    store_id: StoreId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A charge in the acquirer's book that ours lacks."""

    record_id: str
    acquirer: str
    amount_minor: int
    currency: str
    store_id: StoreId | None


def offers(
    about: Iterable[About],
    linked: Iterable[Homecoming] = (),
    rebuilt: Iterable[Payment] = (),
    owed: Iterable[Owed] = (),
) -> tuple[Offer, ...]:
    """Return what can be done now, each once: questions first, then money, then what is said of returns, then paper.

    `linked`: returns of the case that somebody has linked to an order, whether or not a finding still stands;
    `rebuilt`: charges of orders that were rebuilt in the case so that their money goes back, likewise; `owed`: slips.
    """
    found: dict[tuple[Step, str], Offer] = {}
    for one in about:
        for offer in (*_questions(one), *_cancellings(one), *_rebuildings(one), *_givings(one), *_linkings(one)):
            found.setdefault((offer.step, offer.about), offer)
    for payment in rebuilt:
        if is_held(payment) and left_of(payment) == payment.amount_minor:
            offer = _giving(payment, payment.amount_minor, with_goods=True)
            found.setdefault((offer.step, offer.about), offer)
    for back in linked:
        offer = _of_return(back, Step.UNLINK_RETURN)
        found.setdefault((offer.step, offer.about), offer)
    for slip in owed:
        found.setdefault((Step.PRINT_SLIP, slip.order_id), _printing(slip))
    return tuple(sorted(found.values(), key=lambda offer: list(Step).index(offer.step)))


def _questions(one: About) -> Iterator[Offer]:
    for payment in one.payments:
        if payment.state in OPEN and payment.acquirer is not None:
            yield Offer(
                step=Step.ASK_AGAIN,
                about=payment.payment_id,
                amount_minor=payment.amount_minor,
                currency=payment.currency,
                store_id=payment.store_id,
                order_id=payment.order_id,
                acquirer=payment.acquirer,
            )


def _givings(one: About) -> Iterator[Offer]:
    if one.next_step not in GIVING:
        return
    held = [payment for payment in one.payments if is_held(payment)]
    for payment in held:
        amount = min(left_of(payment), _too_much(one))
        if amount > 0:
            whole = len(held) == 1 and amount == payment.amount_minor
            yield _giving(payment, amount, with_goods=whole and one.diagnosis in _GOODS_ARE_BACK)


def _too_much(one: About) -> int:
    """Return how much may go back by this step at most, in minor units, whatever the single payment still holds."""
    if one.diagnosis in _GOODS_STAY:
        return _left_over(one)
    if one.diagnosis in _GOODS_ARE_BACK:
        return _above_one_sale(one)
    return sum(left_of(payment) for payment in one.payments if is_held(payment))


def _above_one_sale(one: About) -> int:
    """Return what two equal sales hold above what one of them cost: the customer bought once.

    The other one may have gone back in part, by another card of it or at a till, and counts for what it holds. What
    went back of it for goods is none of the double. Once nothing of it is left, this one is the sale.
    """
    mine = sum(left_of(payment) for payment in one.payments if is_held(payment))
    if not any(payment.kind is Kind.SALE for payment in one.beside):
        return mine
    other = sum(left_of(payment) for payment in one.beside if is_held(payment))
    if other == 0 or one.twin_minor is None:
        return mine if other > 0 else 0
    return mine + other - (one.twin_minor - sum(one.goods_of.get(back.payment_id, 0) for back in one.beside))


def _left_over(one: About) -> int:
    """Return what of an excess is still too much, in minor units.

    The finding counts what was taken, and takes nothing off but what went back whole, as it was when it was looked at:
    so everything that went back of a payment that stands is taken off here, what is on its way too, and what was news
    to the finding. What went back for goods was none of the excess, each refund by the lines that it names.
    """
    every = (*one.payments, *one.beside)
    standing = [payment for payment in every if is_held(payment) and left_of(payment) > 0]
    of_standing = {payment.payment_id for payment in standing}
    given = sum(payment.amount_minor - left_of(payment) for payment in standing)
    for back in every:
        if back.kind is not Kind.SALE and back.original_payment_id in of_standing:
            given -= one.goods_of.get(back.payment_id, 0)
        elif back.kind is not Kind.SALE and _is_news(back, one.seen_at):
            given += back.amount_minor - one.goods_of.get(back.payment_id, 0)
    return max(one.at_risk_minor - max(given, 0), 0)


def _is_news(back: Payment, seen_at: datetime) -> bool:
    if back.state is State.APPROVED:
        return (back.decided_at or back.occurred_at) >= seen_at
    return back.state in OPEN


def _giving(payment: Payment, amount_minor: int, *, with_goods: bool) -> Offer:
    return Offer(
        step=Step.GIVE_BACK,
        about=payment.payment_id,
        amount_minor=amount_minor,
        currency=payment.currency,
        store_id=payment.store_id,
        order_id=payment.order_id,
        acquirer=payment.acquirer,
        with_goods=with_goods,
    )


def _cancellings(one: About) -> Iterator[Offer]:
    if one.next_step == "cancel_the_unpaid_one":
        for order in one.unpaid:
            yield Offer(
                step=Step.CANCEL_UNPAID,
                about=order.order_id,
                amount_minor=order.total_minor,
                currency=order.currency,
                store_id=order.store_id,
                order_id=order.order_id,
            )


def _rebuildings(one: About) -> Iterator[Offer]:
    if one.record is not None and one.next_step == "rebuild_the_order_or_refund":
        for step in (Step.REBUILD_ORDER, Step.RETURN_CHARGE):
            yield Offer(
                step=step,
                about=one.record.record_id,
                amount_minor=one.record.amount_minor,
                currency=one.record.currency,
                store_id=one.record.store_id,
                acquirer=one.record.acquirer,
            )


def _linkings(one: About) -> Iterator[Offer]:
    if one.homeless is not None and one.next_step == "find_the_original":
        yield _of_return(one.homeless, Step.LINK_RETURN)


def _of_return(back: Homecoming, step: Step) -> Offer:
    return Offer(
        step=step,
        about=back.return_id,
        amount_minor=back.amount_minor,
        currency=back.currency,
        order_id=back.order_id,
    )


def _printing(slip: Owed) -> Offer:
    return Offer(
        step=Step.PRINT_SLIP,
        about=slip.order_id,
        amount_minor=slip.amount_minor,
        currency=slip.currency,
        store_id=slip.store_id,
        order_id=slip.order_id,
        is_back=slip.is_back,
    )


def is_held(payment: Payment) -> bool:
    """Say whether the shop has this money, as far as the books know: only that can be given back by a button."""
    return payment.kind is Kind.SALE and payment.state is State.APPROVED and payment.standing is Standing.HELD


def left_of(payment: Payment) -> int:
    """Return what of a sale is neither given back nor being given back, in minor units."""
    return payment.amount_minor - payment.refunded_minor - payment.refund_reserved_minor


def order_of(offer: Offer) -> OrderId | None:
    """Return the order whose goods go back with the money."""
    return offer.order_id if offer.with_goods else None
