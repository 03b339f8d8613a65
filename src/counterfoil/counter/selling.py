"""Takes a sale: checks it, records it with all who wait, and then sends what needs an acquirer.

The order of things is the design: nothing is sent before the sale and the intent of each payment are durable, and
nobody is answered before that either. A till that hears nothing offers the same sale again, under the same ids.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec.structs import replace

from counterfoil.books.orders import store as orders
from counterfoil.books.orders.days import business_date_of
from counterfoil.books.orders.model import Sale, Tendered
from counterfoil.books.orders.refusals import SaleRefusal
from counterfoil.books.orders.rules import check_sale, refused
from counterfoil.books.orders.states import State as OrderState
from counterfoil.books.payments.model import Tender
from counterfoil.books.payments.ports import Presented
from counterfoil.books.payments.states import State as PaymentState
from counterfoil.counter.acquiring import IN_HAND, Acquirers
from counterfoil.counter.answers import Recorded, SaleAnswer, TenderState
from counterfoil.counter.authorising import Authorising
from counterfoil.counter.charging import Charging
from counterfoil.counter.checking_prices import Shelf, check_lines, skus_of
from counterfoil.counter.checking_sales import check_against_shop
from counterfoil.counter.group_commit import GroupCommit
from counterfoil.counter.knowing_the_shop import ShopKnowledge
from counterfoil.counter.measures import NOT_MEASURED, Measures, timed
from counterfoil.counter.reading_labels import labels_of
from counterfoil.counter.sale_rows import Instrument, Offer, Route, digest_of
from counterfoil.counter.shop_view.store import ShopView
from counterfoil.counter.store import Result, SaleRecorder
from counterfoil.crash_points import passing
from counterfoil.db.trouble import Trouble
from counterfoil.ids import MerchantId, PaymentId, StaffId
from counterfoil.refusals import Refused
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.staff.pins import Pin

#: Hexadecimal digits of a keyed hash that are kept of an instrument.
_KEY_DIGITS = 32


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A sale as a till hands it in."""

    sale: Sale
    #: By payment: what the customer presented for it. It goes to the acquirer and nowhere else.
    presented: Mapping[PaymentId, Presented]
    #: By person: the PIN of whoever allowed a price or a discount of a line. It is checked and nothing else.
    consents: Mapping[StaffId, Pin]
    #: Whose PIN was checked on the spot, while the goods were rung up; the door that knows that says so.
    proven: frozenset[StaffId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selling:
    """Takes sales; one for a process."""

    knowledge: ShopKnowledge
    acquirers: Acquirers
    charging: Charging
    authorising: Authorising
    group: GroupCommit[Offer, SaleAnswer | Refused]
    instrument_key: Callable[[MerchantId], bytes]
    clock: Callable[[], datetime]
    measures: Measures = NOT_MEASURED

    async def sell(self, merchant_id: MerchantId, offered: Offered) -> SaleAnswer | Refused:
        """Take one sale, and its payments to the end that they come to now. Raises Trouble where the books cannot."""
        try:
            answer = await self._sold(merchant_id, offered)
        except Trouble as trouble:
            self.measures.sale_answered(trouble.kind)
            raise
        self.measures.sale_answered(_word(answer))
        return answer

    async def _sold(self, merchant_id: MerchantId, offered: Offered) -> SaleAnswer | Refused:
        offer = await self._prepared(merchant_id, offered, offline=False)
        if isinstance(offer, Refused):
            return offer
        answer = await self.group.offer(offer)
        passing("sale:committed")
        if isinstance(answer, Refused) or answer.recorded is not Recorded.CREATED or not offer.routes:
            # Of a sale that was there already somebody else sent the payments, or the resolver asks for them.
            return answer
        return await self._paid(merchant_id, answer, offered.presented)

    async def sell_all(
        self, merchant_id: MerchantId, offered: Sequence[Offered]
    ) -> list[SaleAnswer | Refused | Trouble]:
        """Take the sales of a till that was offline, each with an answer of its own.

        Nothing of them is sent to an acquirer: what was not in our own hands then, is unknown now, and is asked for.
        """
        prepared = [await self._prepared(merchant_id, one, offline=True) for one in offered]
        offers = [offer for offer in prepared if isinstance(offer, Offer)]
        written = iter(await self.group.offer_all(offers))
        answers = [_own(offer if isinstance(offer, Refused) else next(written)) for offer in prepared]
        for answer in answers:
            self.measures.sale_answered(_word(answer))
        return answers

    async def _prepared(self, merchant_id: MerchantId, offered: Offered, *, offline: bool) -> Offer | Refused:
        """Check a sale and lay out how it is written; only what is not known yet is asked of the database."""
        sale, now = offered.sale, self.clock()
        no = check_sale(sale, now=now, offline=offline)
        if no is not None and not await self._is_repeated_late(merchant_id, sale, no):
            return no
        shop = self.knowledge.kept_view(merchant_id) or await self.knowledge.asked(self.knowledge.view, merchant_id)
        if shop is None:
            return refused(SaleRefusal.UNKNOWN_STORE, found=sale.store_id)
        no = check_against_shop(sale, shop)
        if no is not None:
            return no
        as_told = await self._prices_as_told(sale, shop)
        if isinstance(as_told, Refused):
            return as_told
        if not offline:
            # A till that was offline checked the PINs itself; they are not sent on.
            no = await self._unproven_consent(merchant_id, offered)
        offer = no if no is not None else self._offer(shop, offered, now, as_told)
        if isinstance(offer, Refused) or offline:
            return offer
        no = _nothing_presented(offer, offered)
        if no is not None and not await self.knowledge.asked(self._is_recorded, merchant_id, sale):
            return no
        return offer

    async def _unproven_consent(self, merchant_id: MerchantId, offered: Offered) -> Refused | None:
        """Check the PIN of everybody who allowed something in this sale."""
        for staff_id in sorted({line.authoriser_id for line in offered.sale.lines if line.authoriser_id is not None}):
            if staff_id in offered.proven:
                continue
            pin = offered.consents.get(staff_id)
            if pin is None:
                return refused(SaleRefusal.CONSENT_NOT_PROVEN, found=staff_id)
            no = await asyncio.to_thread(self.authorising.why_not, merchant_id, staff_id, pin)
            if no is not None:
                return no
        return None

    async def _prices_as_told(self, sale: Sale, shop: ShopView) -> Refused | tuple[int, ...]:
        """Hold the lines against the catalogue; returns those whose price nobody knows any more.

        What is kept of it may be old, so nobody is refused before it was looked up again.
        """
        skus, price_list = skus_of(sale), shop.stores[sale.store_id]
        items = self.knowledge.kept_items(shop.merchant_id, skus)
        if items is None:
            items = await self.knowledge.asked(self.knowledge.items, shop.merchant_id, skus)
        found = check_lines(sale, Shelf(items=items, price_list=price_list))
        if not isinstance(found, Refused):
            return found
        return await self.knowledge.asked(self._looked_at_again, sale, shop.merchant_id)

    def _looked_at_again(self, sale: Sale, merchant_id: MerchantId) -> Refused | tuple[int, ...]:
        """Hold the lines against what the catalogue says now, and against the labels that were scanned."""
        with self.knowledge.database.transaction(merchant_id) as connection:
            items = self.knowledge.items_now(connection, merchant_id, skus_of(sale))
            place = merchants.store(connection, merchant_id, sale.store_id)
            price_list = None if place is None else place.price_list
            labels = labels_of(connection, merchant_id, sale, price_list)
            found = check_lines(sale, Shelf(items=items, price_list=price_list, labels=labels))
        if isinstance(found, Refused) and self._is_recorded(merchant_id, sale):
            # What it was sold at was right then, and a repeat is told how it stands.
            return ()
        return found

    async def _is_repeated_late(self, merchant_id: MerchantId, sale: Sale, no: Refused) -> bool:
        """Say whether a sale is only too old to be new: what is in the books is told how it stands, however late."""
        if no.code is not SaleRefusal.CLOCK_BEHIND:
            return False
        return await self.knowledge.asked(self._is_recorded, merchant_id, sale)

    def _is_recorded(self, merchant_id: MerchantId, sale: Sale) -> bool:
        """Say whether a sale is in the books already: then nothing of it is new, and it is only told how it stands."""
        with self.knowledge.database.transaction(merchant_id) as connection:
            return orders.day_of(connection, merchant_id, sale.order_id) is not None

    def _offer(
        self, shop: ShopView, offered: Offered, now: datetime, prices_as_told: tuple[int, ...]
    ) -> Offer | Refused:
        sale = offered.sale
        routes: dict[PaymentId, Route] = {}
        for n, tender in enumerate(sale.tenders):
            route = self._route(shop.merchant_id, sale, n, tender)
            if isinstance(route, Refused):
                return route
            if route is not None:
                routes[tender.payment_id] = route
        return Offer(
            merchant_id=shop.merchant_id,
            sale=sale,
            business_date=business_date_of(sale.placed_at, shop.zone, shop.business_day_starts_at),
            now=now,
            routes=routes,
            instruments={
                payment_id: self.instrument(shop.merchant_id, presented)
                for payment_id, presented in offered.presented.items()
                if payment_id in routes
            },
            digest=digest_of(sale),
            prices_as_told=prices_as_told,
        )

    def _route(self, merchant_id: MerchantId, sale: Sale, n: int, tender: Tendered) -> Route | Refused | None:
        kind = _tender(tender.tender)
        if kind is not None and (kind in IN_HAND or sale.training):
            return None
        lane = None if kind is None else self.acquirers.lane(merchant_id, sale.terminal_id, kind)
        if lane is None:
            return refused(SaleRefusal.TENDER_NOT_TAKEN, field=f"tenders[{n}]", found=tender.tender)
        return Route(acquirer=lane.acquirer.name, is_traced=lane.is_traced, patience=lane.patience)

    def instrument(self, merchant_id: MerchantId, presented: Presented) -> Instrument:
        """Return what is kept of an instrument: a keyed hash, by which it is known again, and a card's last four."""
        digest = hmac.digest(self.instrument_key(merchant_id), presented.number.encode(), hashlib.sha256)
        return Instrument(key=digest.hex()[:_KEY_DIGITS], tail=presented.tail)

    async def _paid(
        self, merchant_id: MerchantId, answer: SaleAnswer, presented: Mapping[PaymentId, Presented]
    ) -> SaleAnswer:
        """Send what was intended and not sent yet, one tender after the other, and tell how the sale stands then."""
        tenders: list[TenderState] = []
        for tender in answer.tenders:
            if tender.state is PaymentState.INTENDED and tender.payment_id in presented:
                tenders.append(await self._sent(merchant_id, tender, presented[tender.payment_id]))
            else:
                tenders.append(tender)
        approved = sum(tender.amount_minor for tender in tenders if tender.state is PaymentState.APPROVED)
        before = sum(tender.amount_minor for tender in answer.tenders if tender.state is PaymentState.APPROVED)
        due = max(answer.due_minor - (approved - before), 0)
        state = OrderState.PAID if due == 0 and answer.state is OrderState.OPEN else answer.state
        return replace(answer, tenders=tuple(tenders), due_minor=due, state=state)

    async def _sent(self, merchant_id: MerchantId, tender: TenderState, presented: Presented) -> TenderState:
        taken = await asyncio.to_thread(
            self.charging.send_intended, merchant_id, tender.payment_id, presented=presented
        )
        return replace(tender, state=taken.payment.state, decline=taken.decline, because=taken.because)


def _nothing_presented(offer: Offer, offered: Offered) -> Refused | None:
    """Return which tender is sent to somebody, and has nothing that could be sent."""
    for n, tender in enumerate(offer.sale.tenders):
        shown = offered.presented.get(tender.payment_id)
        if tender.payment_id in offer.routes and (shown is None or shown.is_nothing):
            return refused(SaleRefusal.NOTHING_PRESENTED, field=f"tenders[{n}]", found=tender.tender)
    return None


def _tender(text: str) -> Tender | None:
    try:
        return Tender(text)
    except ValueError:
        return None


def _own(answer: Result | Exception) -> SaleAnswer | Refused | Trouble:
    if isinstance(answer, SaleAnswer | Refused | Trouble):
        return answer
    raise answer


def _word(answer: SaleAnswer | Refused | Trouble) -> str:
    """Return the one word of an answer: how the sale was recorded, or the code of the refusal or the trouble."""
    match answer:
        case SaleAnswer():
            return answer.recorded
        case Refused():
            return answer.code
        case Trouble():
            return answer.kind


def recording(address: str, measures: Measures = NOT_MEASURED) -> GroupCommit[Offer, SaleAnswer | Refused]:
    """Return a group commit that writes sales over a connection of its own."""
    recorder = SaleRecorder(address)
    return GroupCommit(timed(recorder.record, measures), name="sales", let_go=recorder.close)
