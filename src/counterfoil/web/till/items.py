"""`/till/data`: items by code and by name, what a basket costs now, and a second person's consent to it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.exceptions import NotFoundException
from litestar.params import JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK

from counterfoil.books.orders.model import Line
from counterfoil.books.orders.refusals import SaleRefusal
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.counter.checking_sales import shares_allowed
from counterfoil.counter.pricing_baskets import BasketIn, PricedBasket, priced_basket, sale_of, why_not_sold
from counterfoil.counter.ringing_up import NotRungUp
from counterfoil.ids import StaffId, is_id
from counterfoil.refusals import Refused
from counterfoil.shop.catalogue.codes import CODE_LENGTH_MAX
from counterfoil.shop.catalogue.model import Sellable
from counterfoil.shop.catalogue.rules import WORDS as CODE_WORDS
from counterfoil.shop.catalogue.rules import CodeRefusal
from counterfoil.shop.catalogue.store import items_named, pick_code
from counterfoil.shop.policies.store import policy_at
from counterfoil.shop.staff.model import Verb
from counterfoil.shop.staff.pins import Pin
from counterfoil.web.till.at_till import SELLS, AtTill, at_till
from counterfoil.web.till.proofs import Consented, proof_of_consent
from counterfoil.web.till.refusals import HANDLERS, TillRefused

WORDS_LENGTH_MAX = 100

Code = Annotated[str, QueryParameter(name="code", description="What was scanned or keyed.")]
Words = Annotated[str, QueryParameter(name="words", description="A part of a name or of a sku.")]


class ItemOut(msgspec.Struct, kw_only=True):
    """One item, as the till shows it before it is priced in a basket."""

    sku: str
    name: str
    #: `piece` or `weight`, which is in kilograms.
    sold_by: str
    #: None: it must be given one.
    price_minor: int | None
    #: What a code stands for: so much, and what a scale has printed as its price.
    quantity: str = "1"
    labelled_minor: int | None = None


class WhyNot(msgspec.Struct, kw_only=True):
    """Why a basket could not be sold as it is."""

    code: str
    said: str
    line_no: int | None = None


class BasketOut(msgspec.Struct, kw_only=True):
    """What a basket costs; or why that cannot be said, or who is missing who allows it."""

    lines: tuple[Line, ...] = ()
    total_minor: int = 0
    tax_minor: int = 0
    cash_lines: tuple[Line, ...] | None = None
    cash_total_minor: int = 0
    why_not: WhyNot | None = None


class ConsentWanted(msgspec.Struct, kw_only=True):
    """Who allows the discounts and prices of a basket that name them, and their PIN."""

    order_id: str
    staff_id: str
    pin: str
    basket: BasketIn

    def __repr__(self) -> str:
        """Say who, and no more."""
        return f"ConsentWanted(staff_id={self.staff_id!r})"


class ConsentOut(msgspec.Struct, kw_only=True):
    """The proof of a consent."""

    proof: str
    basket: BasketOut


class ItemsController(Controller):
    """What can be sold."""

    path = "/till/data"
    include_in_schema = False
    exception_handlers = HANDLERS

    @get("/item", opt=SELLS)
    async def item(self, request: Request[Any, Any, Any], code: Code) -> ItemOut:
        """Return what a scanned or keyed code stands for; a refusal where that is nothing."""
        at = at_till(request)
        return await at.faces.asked(_item, at, code)

    @get("/items", opt=SELLS)
    async def items(self, request: Request[Any, Any, Any], words: Words) -> list[ItemOut]:
        """Return the items on sale whose name holds these words."""
        at = at_till(request)
        return await at.faces.asked(_items, at, words)

    @post("/basket", opt=SELLS, status_code=HTTP_200_OK)
    async def basket(self, request: Request[Any, Any, Any], data: JSONBody[BasketIn]) -> BasketOut:
        """Price a basket."""
        at = at_till(request)
        return await at.faces.asked(_priced, at, data)

    @post("/consents", opt=SELLS, status_code=HTTP_200_OK)
    async def consent(self, request: Request[Any, Any, Any], data: JSONBody[ConsentWanted]) -> ConsentOut:
        """Take a second person's PIN for what a basket says that they allow."""
        at = at_till(request)
        return await at.faces.asked(_consented, at, data)


def _item(at: AtTill, code: str) -> ItemOut:
    text = code.strip()
    if not text or len(text) > CODE_LENGTH_MAX:
        raise TillRefused(Refused(code=CodeRefusal.UNKNOWN, text=CODE_WORDS[CodeRefusal.UNKNOWN]))
    with at.faces.reading(at.visit) as connection:
        picked = pick_code(
            connection,
            at.merchant_id,
            text,
            patterns=policy_at(connection, at.merchant_id, at.visit.now).scale_codes,
            price_list=at.counter.store.price_list,
            now=at.visit.now,
        )
    if isinstance(picked, CodeRefusal):
        raise TillRefused(Refused(code=picked, text=CODE_WORDS[picked]))
    found = _out(at, picked.sellable)
    found.quantity, found.labelled_minor = f"{picked.quantity:f}", picked.labelled_minor
    return found


def _items(at: AtTill, words: str) -> list[ItemOut]:
    text = " ".join(words.split())
    if not text or len(text) > WORDS_LENGTH_MAX:
        return []
    with at.faces.reading(at.visit) as connection:
        found = items_named(connection, at.merchant_id, text, price_list=at.counter.store.price_list, now=at.visit.now)
    return [_out(at, one) for one in found]


def _out(at: AtTill, one: Sellable) -> ItemOut:
    return ItemOut(
        sku=one.item.sku, name=one.item.name(at.visit.language), sold_by=one.item.sold_by, price_minor=one.price_minor
    )


def _priced(at: AtTill, told: BasketIn) -> BasketOut:
    priced = _price(at, told)
    if isinstance(priced, NotRungUp):
        why_not = WhyNot(
            code=priced.refusal or "not_rung_up", said=priced.text.to(at.visit.language), line_no=priced.line_no
        )
        return BasketOut(why_not=why_not)
    no = why_not_sold(at.counter, at.shop(), priced, now=at.visit.now)
    return BasketOut(
        lines=priced.lines,
        total_minor=priced.total_minor,
        tax_minor=priced.tax_minor,
        cash_lines=priced.cash_lines,
        cash_total_minor=priced.cash_total_minor,
        why_not=None if no is None else WhyNot(code=no.code, said=no.said(at.visit.language)),
    )


def _price(at: AtTill, told: BasketIn) -> PricedBasket | NotRungUp:
    with at.faces.reading(at.visit) as connection:
        return priced_basket(connection, at.counter, told, language=at.visit.language, now=at.visit.now)


def _consented(at: AtTill, data: ConsentWanted) -> ConsentOut:
    """Check the PIN first: whoever does not know it learns nothing of what its owner may allow."""
    if not is_id(data.order_id):
        raise NotFoundException
    staff_id = StaffId(data.staff_id)
    no = at.house.authorising.why_not(at.merchant_id, staff_id, Pin(digits=data.pin))
    if no is not None:
        raise TillRefused(no)
    priced = _price(at, data.basket)
    basket = _priced(at, data.basket)
    shares = (
        {}
        if isinstance(priced, NotRungUp)
        else shares_allowed(sale_of(at.counter, priced, now=at.visit.now), at.cash_step_minor)
    )
    if staff_id not in shares:
        raise TillRefused(refused(PaymentRefusal.SECOND_PERSON_MISSING))
    if basket.why_not is not None:
        verb = (
            Verb.OVERRIDE_PRICE if basket.why_not.code == SaleRefusal.PRICE_NEEDS_SECOND_PERSON else Verb.DISCOUNT_CART
        )
        raise TillRefused(refused(PaymentRefusal.MAY_NOT, staff_id=staff_id, verb=verb))
    permille = max(shares[staff_id], data.basket.permille_asked(staff_id))
    what = Consented(merchant_id=at.merchant_id, order_id=data.order_id, staff_id=staff_id, permille=permille)
    return ConsentOut(proof=proof_of_consent(at.faces.forms_key, what), basket=basket)
