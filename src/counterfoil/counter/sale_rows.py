"""From a sale as it was told to the rows that are written: one JSON document a table; the database takes them apart."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from counterfoil.books.orders.model import Sale, Tendered
from counterfoil.books.orders.states import State as OrderState
from counterfoil.books.payments.model import Standing
from counterfoil.books.payments.states import State as PaymentState
from counterfoil.ids import MerchantId, PaymentId, new_id

_encode = msgspec.json.Encoder(decimal_format="string").encode
_DIGEST_BYTES = 16


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """Where a tender's money moves: at an acquirer, or in our own drawer."""

    #: As `payments.acquirer` names it.
    acquirer: str
    #: Whether its messages carry a trace number of the lane (ISO 8583 DE 11).
    is_traced: bool
    #: How long an answer may take before somebody else asks what became of it.
    patience: timedelta


class Instrument(msgspec.Struct, frozen=True, kw_only=True):
    """What may be kept of what the customer presented."""

    key: str
    tail: str | None


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A sale on its way into the books, with what the shop knows about it."""

    merchant_id: MerchantId
    sale: Sale
    #: By the shop's clock; a closed day moves it on.
    business_date: date
    now: datetime
    #: By payment; a tender without one is money in our own hands, approved as it is recorded.
    routes: Mapping[PaymentId, Route]
    instruments: Mapping[PaymentId, Instrument]
    digest: str
    #: Lines whose listed price nobody knows any more: what the till told was taken, and is told on.
    prices_as_told: tuple[int, ...] = ()

    @property
    def state(self) -> OrderState:
        """The state in which the order is first recorded."""
        sale = self.sale
        taken = sum(tender.amount_minor for tender in sale.tenders if tender.payment_id not in self.routes)
        waits = sale.parked and not sale.tenders
        return OrderState.PAID if taken == sale.total_minor and not waits else OrderState.OPEN

    def payment_state(self, tender: Tendered) -> PaymentState:
        """The state in which a payment is first recorded."""
        return PaymentState.INTENDED if tender.payment_id in self.routes else PaymentState.APPROVED


def digest_of(sale: Sale) -> str:
    """Return a digest of everything that a till said about a sale."""
    return hashlib.blake2b(_encode(sale), digest_size=_DIGEST_BYTES).hexdigest()


def documents(offers: Sequence[Offer]) -> tuple[bytes, bytes, bytes]:
    """Return the orders, the lines and the payments of some sales, each as one JSON array."""
    return (
        _encode([_order(offer) for offer in offers]),
        _encode([line for offer in offers for line in _lines(offer.sale)]),
        _encode([_payment(offer, tender) for offer in offers for tender in offer.sale.tenders]),
    )


def _order(offer: Offer) -> dict[str, object]:
    sale, state = offer.sale, offer.state
    return {
        "order_id": sale.order_id,
        "store_id": sale.store_id,
        "terminal_id": sale.terminal_id,
        "operator_id": sale.operator_id,
        "sequence_no": sale.sequence_no,
        "placed_at": sale.placed_at,
        "closed_at": sale.placed_at if state is OrderState.PAID else None,
        "business_date": offer.business_date,
        "state": state,
        "total_minor": sale.total_minor,
        "currency": sale.currency,
        "customer_key": sale.customer_key,
        "request_id": sale.request_id or sale.order_id,
        "fulfilment": sale.fulfilment,
        "promised_at": sale.promised_at,
        "channel": sale.channel,
        "training": sale.training,
        "repeat_of": sale.repeat_of,
        "parked_at": sale.placed_at if sale.parked and state is OrderState.OPEN else None,
        "input_digest": offer.digest,
        "fact_id": new_id(offer.now),
        "body": {
            "digest": offer.digest,
            "payments": {tender.payment_id: offer.payment_state(tender) for tender in sale.tenders},
            **({"prices_as_told": offer.prices_as_told} if offer.prices_as_told else {}),
        },
    }


def _lines(sale: Sale) -> list[dict[str, object]]:
    return [
        {
            "order_id": sale.order_id,
            "line_no": line_no,
            "sku": line.sku,
            "name": line.name,
            "quantity": line.quantity,
            "amount_minor": line.amount_minor,
            "line_kind": line.line_kind,
            "entry": line.entry,
            "unit_price_minor": line.unit_price_minor,
            "list_price_minor": line.list_price_minor,
            "tax_code": line.tax_code,
            "tax_minor": line.tax_minor,
            "of_line_no": line.of_line_no,
            "authoriser_id": line.authoriser_id,
            "reason": line.reason,
        }
        for line_no, line in enumerate(sale.lines, 1)
    ]


def _payment(offer: Offer, tender: Tendered) -> dict[str, object]:
    route = offer.routes.get(tender.payment_id)
    instrument = offer.instruments.get(tender.payment_id)
    return {
        "payment_id": tender.payment_id,
        "order_id": offer.sale.order_id,
        "tender": tender.tender,
        "amount_minor": tender.amount_minor,
        "tendered_minor": tender.handed_minor,
        "state": offer.payment_state(tender),
        "standing": Standing.HELD if route is None else None,
        "acquirer": None if route is None else route.acquirer,
        "traced": route is not None and route.is_traced,
        "decided_at": offer.sale.placed_at if route is None else None,
        "resolve_at": None if route is None else offer.now + route.patience,
        "instrument_key": None if instrument is None else instrument.key,
        "instrument_tail": None if instrument is None else instrument.tail,
    }
