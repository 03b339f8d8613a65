"""Where a play is played: a house whose clock moves, the simulated acquirer, and the shop's own verbs in short words.

Every word here is one call of a verb that a till, a worker or a person at the desk would call; a refusal ends the play,
because a play that goes on without what it meant to show would show something else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from counterfoil.books.orders.model import Fulfilment, Sale, Tendered
from counterfoil.books.payments import store as payments
from counterfoil.books.payments.model import Kind, Payment
from counterfoil.books.payments.ports import Entry as Shown
from counterfoil.books.payments.ports import Presented
from counterfoil.books.slips.model import Told
from counterfoil.books.slips.states import Event
from counterfoil.counter.answers import SaleAnswer
from counterfoil.counter.giving_back import ConsentIn, UndoIn, give_back
from counterfoil.counter.house import House
from counterfoil.counter.ringing_up import lines_of
from counterfoil.counter.selling import Offered
from counterfoil.counter.taking_answers import Taken
from counterfoil.ids import MerchantId, OrderId, PaymentId, StaffId, StoreId, TerminalId, new_id
from counterfoil.languages import Language
from counterfoil.playing.moving_clock import MovingClock
from counterfoil.refusals import Refused
from counterfoil.shop.catalogue.model import Sellable
from counterfoil.shop.pricing.basket import price
from counterfoil.shop.pricing.model import Basket, BasketLine, Entry, Priced

if TYPE_CHECKING:
    from counterfoil.desk.watching import Watcher
    from counterfoil.playing.bank import Bank
    from counterfoil.playing.papers import Papers

#: Of a play's cards: no maker gives numbers that begin like this one.
_CARD = 4_000_000_000_000_000
_CARD_EXPIRY = "3012"


class PlayWentWrong(Exception):
    """A verb refused what the play had in mind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A till, and who stands at it."""

    store_id: StoreId
    terminal_id: TerminalId
    operator_id: StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What one customer takes to a till, and how they mean to pay."""

    place: Place
    placed_at: datetime
    #: How much of which item, in the order of scanning.
    basket: tuple[tuple[str, Decimal], ...]
    tender: str = "cash"
    #: Which card of the play.
    card: int = 0
    fulfilment: Fulfilment = Fulfilment.CARRY_OUT
    promised_at: datetime | None = None
    repeat_of: OrderId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A sale of the play as it came out."""

    sale: Sale
    answer: SaleAnswer

    @property
    def order_id(self) -> OrderId:
        """The id of its order."""
        return self.sale.order_id

    @property
    def payment_id(self) -> PaymentId:
        """The id of its first payment."""
        return self.sale.tenders[0].payment_id


@dataclass(slots=True, kw_only=True)
class Stage:
    """A shop that is being played in."""

    house: House
    merchant_id: MerchantId
    currency: str
    clock: MovingClock
    bank: Bank
    #: Looks where the play says so, and nobody else does.
    watcher: Watcher
    papers: Papers
    #: By sku, as `price` wants them.
    sellables: Mapping[str, Sellable]
    pins: Mapping[str, str]
    #: What acts leave for later acts, by name.
    kept: dict[str, Rung] = field(default_factory=dict)
    _slips: list[Told] = field(default_factory=list)
    _stirred: bool = False

    def move_to(self, moment: datetime) -> None:
        """Let the clock of the house, and the bank's, come to a moment."""
        self.clock.to(moment)
        self.bank.stand_at(self.clock.now)

    async def after_scene(self) -> None:
        """Let the printers print, and the worker take the next step of what is unknown."""
        slips, self._slips = self._slips, []
        if slips:
            answers = await asyncio.to_thread(self.house.slips.tell, self.merchant_id, slips)
            _insist([answer for answer in answers if isinstance(answer, Refused)])
        if self._stirred:
            await asyncio.to_thread(self.house.resolver.step_due, self.merchant_id)

    # ------------------------------------------------------------ at the till

    def sale_of(self, purchase: Purchase, *, paid: bool = True) -> Sale:
        """Ring a purchase up with the prices of the shop."""
        lines = tuple(
            BasketLine(line_no=n, sellable=self.sellables[sku], quantity=quantity, entry=Entry.SCANNED)
            for n, (sku, quantity) in enumerate(purchase.basket, 1)
        )
        priced = price(Basket(currency=self.currency, lines=lines, language=Language.ZH))
        assert isinstance(priced, Priced), priced
        tender = Tendered(
            payment_id=PaymentId(new_id(purchase.placed_at)), tender=purchase.tender, amount_minor=priced.total_minor
        )
        return Sale(
            order_id=OrderId(new_id(purchase.placed_at)),
            store_id=purchase.place.store_id,
            terminal_id=purchase.place.terminal_id,
            operator_id=purchase.place.operator_id,
            placed_at=purchase.placed_at,
            currency=self.currency,
            total_minor=priced.total_minor,
            lines=lines_of(priced),
            tenders=(tender,) if paid else (),
            parked=not paid,
            fulfilment=purchase.fulfilment,
            promised_at=purchase.promised_at,
            repeat_of=purchase.repeat_of,
        )

    async def sell(self, purchase: Purchase, *, printed: bool = True, paid: bool = True) -> Rung:
        """Sell, and print the slip of what is paid, unless the play has other plans for it."""
        sale = self.sale_of(purchase, paid=paid)
        shown = {sale.tenders[0].payment_id: card(purchase.card)} if purchase.tender == "card" and paid else {}
        answer = await self.house.selling.sell(self.merchant_id, Offered(sale=sale, presented=shown, consents={}))
        if isinstance(answer, Refused):
            raise PlayWentWrong(answer.said(Language.EN))
        self._stirred |= any(tender.state == "unknown" for tender in answer.tenders)
        if printed and answer.state == "paid":
            self.print_slip(sale.order_id)
        return Rung(sale=sale, answer=answer)

    def print_slip(self, slip_id: str, *, fault: str | None = None) -> None:
        """Tell, at the end of the scene, that a slip came out, or why it did not."""
        event = Event.PRINTED if fault is None else Event.FAILED
        self._slips.append(Told(slip_id=slip_id, event=event, told_at=self.clock.now, fault=fault))

    async def give_back(
        self,
        rung: Rung,
        *,
        allowed_by: str,
        reason: str,
        kind: Kind | None = None,
        amount_minor: int | None = None,
        printed: bool = True,
    ) -> Taken:
        """Void or refund a sale's payment, allowed by a second person with their PIN."""
        taken = await asyncio.to_thread(self._given_back, rung, allowed_by, reason, kind, amount_minor)
        self._stirred |= taken.payment.state == "unknown"
        if printed:
            for slip in await asyncio.to_thread(self.house.slips.of_order, self.merchant_id, rung.order_id):
                if slip.state == "due":
                    self.print_slip(slip.slip_id)
        return taken

    def _given_back(
        self, rung: Rung, allowed_by: str, reason: str, kind: Kind | None, amount_minor: int | None
    ) -> Taken:
        asked = UndoIn(
            payment_id=new_id(self.clock.now),
            operator_id=rung.sale.operator_id,
            reason=reason,
            consent=ConsentIn(staff_id=allowed_by, pin=self.pins[allowed_by]),
            amount_minor=rung.sale.total_minor if amount_minor is None else amount_minor,
        )
        taken = give_back(self.house, self.payment(rung.payment_id), asked, kind)
        if isinstance(taken, Refused):
            raise PlayWentWrong(taken.said(Language.EN))
        return taken

    def payment(self, payment_id: PaymentId) -> Payment:
        """Return a payment as the books have it."""
        with self.house.database.transaction(self.merchant_id) as connection:
            found = payments.payment(connection, self.merchant_id, payment_id)
        assert found is not None
        return found

    # ------------------------------------------------------------ behind the shop

    async def close_day(self, store_id: str, day: date, closed_by: str) -> None:
        """Close a store's business day."""
        await asyncio.to_thread(
            self.house.closing.close_day, self.merchant_id, StoreId(store_id), day, StaffId(closed_by)
        )

    async def take_bill(self, day: date) -> None:
        """Hand in the bank's bill of a day."""
        for file in self.bank.bill_of(day):
            await asyncio.to_thread(self.house.bills.take, self.merchant_id, file, acquirer=self.bank.name)


def card(number: int) -> Presented:
    """Return a card of the play, as the customer holds it to the reader."""
    return Presented(entry=Shown.CONTACTLESS, number=str(_CARD + number), expiry=_CARD_EXPIRY)


def later(purchase: Purchase, at: datetime, **changed: object) -> Purchase:
    """Return the same purchase at another moment, with what else is different about it."""
    return replace(purchase, placed_at=at, **changed)  # type: ignore[arg-type]  # the fields of a purchase, by name


def _insist(refusals: Sequence[Refused]) -> None:
    if refusals:
        raise PlayWentWrong(refusals[0].said(Language.EN))
