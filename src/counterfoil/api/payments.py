"""`/api/v1/payments/…`: money given back, by two people; an unknown outcome asked for again."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_404_NOT_FOUND

from counterfoil.api.callers import Scope, at_work, caller_of, known_as
from counterfoil.api.description import examples
from counterfoil.api.description.examples import answered, asked
from counterfoil.api.problems import PROBLEMS, Refuse
from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Kind, Payment
from counterfoil.books.payments.ports import Decline
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.counter.authorising import Consent
from counterfoil.counter.house import House
from counterfoil.counter.looking.store import business_date_now
from counterfoil.counter.taking_answers import Taken
from counterfoil.counter.undoing import UndoOrder
from counterfoil.ids import MerchantId, PaymentId, StaffId, StoreId, is_id
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Verb
from counterfoil.shop.staff.pins import Pin


class ConsentIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The second person, who allows it."""

    staff_id: str
    pin: str

    def __repr__(self) -> str:
        """Say who, and no more."""
        return f"ConsentIn(staff_id={self.staff_id!r})"


class LineIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How much of a line goes back."""

    line_no: int
    quantity: Decimal


class UndoIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A void or a refund; the same on every retry."""

    #: Made by whoever asks, before they ask.
    payment_id: str
    operator_id: str
    reason: str
    consent: ConsentIn
    #: None: all that is left.
    amount_minor: int | None = None
    lines: list[LineIn] = []


class PaymentOut(msgspec.Struct, kw_only=True):
    """How a payment stands."""

    payment: Payment
    #: What happened just now, in one English sentence for support.
    because: str | None = None
    decline: Decline | None = None


_ANSWERS = {**PROBLEMS, HTTP_200_OK: answered(PaymentOut, "how the payment stands", examples.PAYMENT)}


class PaymentsController(Controller):
    """Payments."""

    path = "/api/v1/payments"
    tags = ("payments",)

    @get("/{payment_id:str}", responses=_ANSWERS, summary="See a payment")
    async def see(self, request: Request[Any, Any, Any], payment_id: FromPath[str]) -> PaymentOut:
        """Return one payment."""
        house: House = request.app.state.house
        token = await caller_of(request, house.knowledge, Scope.READ)
        return PaymentOut(payment=await asyncio.to_thread(_payment, house, token.merchant_id, payment_id))

    @post(
        "/{payment_id:str}/undo",
        responses=_ANSWERS,
        status_code=HTTP_200_OK,
        summary="Give money back: void before settlement, else refund",
    )
    async def undo(
        self, request: Request[Any, Any, Any], payment_id: FromPath[str], data: Annotated[UndoIn, asked(examples.UNDO)]
    ) -> PaymentOut:
        """Give money back by whichever way is right now."""
        return await _undone(request, payment_id, data, None)

    @post(
        "/{payment_id:str}/voids",
        responses=_ANSWERS,
        status_code=HTTP_200_OK,
        summary="Void a payment, before settlement and in full",
    )
    async def void(
        self, request: Request[Any, Any, Any], payment_id: FromPath[str], data: Annotated[UndoIn, asked(examples.UNDO)]
    ) -> PaymentOut:
        """Void, or say why only a refund will do."""
        return await _undone(request, payment_id, data, Kind.VOID)

    @post(
        "/{payment_id:str}/refunds",
        responses=_ANSWERS,
        status_code=HTTP_200_OK,
        summary="Refund a payment, in full or in part",
    )
    async def refund(
        self, request: Request[Any, Any, Any], payment_id: FromPath[str], data: Annotated[UndoIn, asked(examples.UNDO)]
    ) -> PaymentOut:
        """Refund, or say why only a void will do."""
        return await _undone(request, payment_id, data, Kind.REFUND)

    @post(
        "/{payment_id:str}/inquiries",
        responses=_ANSWERS,
        status_code=HTTP_200_OK,
        summary="Take the next step of an unknown payment now",
    )
    async def ask(self, request: Request[Any, Any, Any], payment_id: FromPath[str]) -> PaymentOut:
        """Ask the acquirer again, or reverse again: whatever its ladder has next."""
        house: House = request.app.state.house
        token = await caller_of(request, house.knowledge, Scope.SELL)
        await asyncio.to_thread(_payment, house, token.merchant_id, payment_id)
        taken = await asyncio.to_thread(house.resolver.step_now, token.merchant_id, PaymentId(payment_id))
        if taken is not None:
            return _out(taken)
        return PaymentOut(payment=await asyncio.to_thread(_payment, house, token.merchant_id, payment_id))


async def _undone(request: Request[Any, Any, Any], payment_id: str, data: UndoIn, kind: Kind | None) -> PaymentOut:
    house: House = request.app.state.house
    token = await caller_of(request, house.knowledge, Scope.UNDO)
    answer = await asyncio.to_thread(_undo, house, token.merchant_id, payment_id, data, kind)
    if isinstance(answer, Refused):
        raise Refuse(answer)
    return _out(answer)


def _undo(house: House, merchant_id: MerchantId, payment_id: str, data: UndoIn, kind: Kind | None) -> Taken | Refused:
    original = _payment(house, merchant_id, payment_id)
    if not is_id(data.payment_id):
        return refused(PaymentRefusal.BAD_ID, field="payment_id")
    store_id = original.store_id or StoreId("")
    shop = house.knowledge.view(merchant_id)
    no = at_work(shop, data.operator_id, store_id)
    if no is not None:
        return no
    assert shop is not None
    amount = _amount(house, original, data)
    operator = StaffId(data.operator_id)
    allowed = house.authorising.consent(
        merchant_id,
        operator,
        store_id,
        Verb.VOID if kind is Kind.VOID else Verb.REFUND,
        Consent(authoriser_id=StaffId(data.consent.staff_id), pin=Pin(digits=data.consent.pin), reason=data.reason),
        amount_minor=max(amount, 0),
    )
    if isinstance(allowed, Refused):
        return allowed
    with house.database.transaction(merchant_id) as connection:
        today = business_date_now(connection, shop, store_id, house.selling.clock())
    return house.undoing.undo(
        UndoOrder(
            merchant_id=merchant_id,
            payment_id=PaymentId(data.payment_id),
            original_payment_id=original.payment_id,
            amount_minor=amount,
            reason=allowed.reason,
            operator_id=operator,
            authoriser_id=allowed.authoriser_id,
            terminal_id=original.terminal_id,
            today=today,
            lines=_lines(data.lines),
            kind=kind,
        )
    )


def _amount(house: House, original: Payment, data: UndoIn) -> int:
    """Return how much is asked for; all that is left, or what all was when the same was asked before."""
    if data.amount_minor is not None:
        return data.amount_minor
    with house.database.transaction(original.merchant_id) as connection:
        before = payments.payment(connection, original.merchant_id, PaymentId(data.payment_id))
    if before is not None and before.original_payment_id == original.payment_id:
        return before.amount_minor
    return original.amount_minor - original.refunded_minor - original.refund_reserved_minor


def _lines(told: list[LineIn]) -> dict[int, Decimal]:
    """Add up what goes back of each line; one that is named twice gives back twice."""
    lines: dict[int, Decimal] = {}
    for line in told:
        lines[line.line_no] = lines.get(line.line_no, Decimal(0)) + line.quantity
    return lines


def _payment(house: House, merchant_id: MerchantId, payment_id: str) -> Payment:
    with house.database.transaction(merchant_id) as connection:
        found = payments.payment(connection, merchant_id, PaymentId(known_as(payment_id)))
    if found is None:
        raise Refuse(refused(PaymentRefusal.NO_SUCH_PAYMENT, payment_id=payment_id), status=HTTP_404_NOT_FOUND)
    return found


def _out(taken: Taken) -> PaymentOut:
    return PaymentOut(payment=taken.payment, because=taken.because, decline=taken.decline)
