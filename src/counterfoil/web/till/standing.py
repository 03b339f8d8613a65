"""How sales stand, as the till shows them: in the language of whoever stands there. It decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from counterfoil.answer_words import meaning_of, said_of_code
from counterfoil.books.payments.ports import Decline
from counterfoil.books.payments.states import State
from counterfoil.counter.answers import Recorded
from counterfoil.counter.looking.store import OrderSeen
from counterfoil.counter.paper.model import Paper
from counterfoil.counter.paper.store import names_on
from counterfoil.languages import Language
from counterfoil.shop.pricing.line_names import LineNames
from counterfoil.web.till.at_till import AtTill


class NameOut(msgspec.Struct, kw_only=True):
    """What a line is called."""

    name: str
    #: The name under which it was sold, where that is another one.
    sold_as: str | None = None


class NoOut(msgspec.Struct, kw_only=True):
    """Why an acquirer said no."""

    #: What it means, with the acquirer's own code.
    said: str
    #: What the customer or the cashier can do about it; None: nothing has to be done.
    advice: str | None


class OrderOut(msgspec.Struct, kw_only=True):
    """How a sale stands."""

    order: OrderSeen
    #: What stands on its slip, in the words of whoever looks.
    slip: Paper
    due_minor: int
    #: By the number of the line.
    names: dict[int, NameOut]
    #: How it was recorded, where it was offered just now.
    recorded: Recorded | None = None
    #: Why the payment that was made last was refused, where it was.
    no: NoOut | None = None


def standing(
    at: AtTill, order: OrderSeen, *, recorded: Recorded | None = None, decline: Decline | None = None
) -> OrderOut:
    """Say how an order stands; `decline` is why an acquirer said no, where it did just now."""
    (out,) = standings(at, [order])
    no = out.no if decline is None or not order.payments else no_of(order, decline, at.visit.language)
    return msgspec.structs.replace(out, recorded=recorded, no=no)


def standings(at: AtTill, orders: Sequence[OrderSeen]) -> list[OrderOut]:
    """Say how orders stand; what all their lines and tills are called is asked at once."""
    with at.faces.reading(at.visit) as connection:
        names = names_on(connection, at.merchant_id, orders)
        tills = at.tills_of(connection, orders)
    language = at.visit.language
    return [
        OrderOut(
            order=order,
            slip=at.paper(order, names, tills),
            due_minor=order.due_minor,
            names=_told(order, names, language),
            no=no_of(order, None, language),
        )
        for order in orders
    ]


def no_of(order: OrderSeen, decline: Decline | None, language: Language) -> NoOut | None:
    """Return why the last payment of an order was refused; None where it was not."""
    last = order.payments[-1] if order.payments else None
    if last is None or last.state != State.DECLINED:
        return None
    return said_no(last.kind, last.response_code, decline, language)


def said_no(kind: str, code: str | None, decline: Decline | None, language: Language) -> NoOut:
    """Return an acquirer's no in words: by its own code, or else by ours."""
    meaning = meaning_of(code, decline or Decline.UNRECOGNISED)
    assert meaning is not None, "every word of ours for a no has words"
    said = said_of_code(code) if code is not None else meaning.said
    advice = meaning.advice_on(kind)
    return NoOut(said=said.to(language), advice=None if advice is None else advice.to(language))


def _told(order: OrderSeen, names: LineNames, language: Language) -> dict[int, NameOut]:
    told = {line.line_no: names.told(line.line_kind, line.sku, line.name, language) for line in order.lines}
    return {line_no: NameOut(name=one.name, sold_as=one.sold_as) for line_no, one in told.items()}
