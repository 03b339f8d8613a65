"""From what was written, or was there already, to the answer that a till gets. Pure.

A sale that is offered again is held against what was recorded of it, field by field, in order of precedence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from counterfoil.books.orders.model import Sale
from counterfoil.books.orders.states import State as OrderState
from counterfoil.books.payments.model import Standing
from counterfoil.books.payments.states import State as PaymentState
from counterfoil.counter.answers import Recorded, SaleAnswer, TenderState
from counterfoil.counter.sale_rows import Offer
from counterfoil.ids import OrderId, PaymentId

#: A row as the database gives it back.
Row = Mapping[str, Any]

_KEPT_OF_A_LINE = (
    *("sku", "amount_minor", "line_kind", "name", "entry", "unit_price_minor", "list_price_minor"),
    *("tax_code", "tax_minor", "of_line_no", "authoriser_id", "reason"),
)


def answer_to_new(offer: Offer, business_date: date, stans: Mapping[str, str]) -> SaleAnswer:
    """Return the answer to a sale that was just recorded."""
    sale = offer.sale
    taken = sum(tender.amount_minor for tender in sale.tenders if tender.payment_id not in offer.routes)
    return SaleAnswer(
        recorded=Recorded.CREATED,
        order_id=sale.order_id,
        state=offer.state,
        business_date=business_date,
        tenders=tuple(
            TenderState(
                payment_id=tender.payment_id,
                tender=tender.tender,
                amount_minor=tender.amount_minor,
                state=offer.payment_state(tender),
                stan=stans.get(tender.payment_id),
            )
            for tender in sale.tenders
        ),
        due_minor=sale.total_minor - taken,
        prices_as_told=offer.prices_as_told,
    )


def answer_to_known(row: Row, offer: Offer) -> SaleAnswer:
    """Return the answer to a sale whose order was there already, as that order stands now."""
    tenders = tuple(
        TenderState(
            payment_id=PaymentId(paid["payment_id"]),
            tender=paid["tender"],
            amount_minor=paid["amount_minor"],
            state=PaymentState(paid["state"]),
            stan=paid["stan"],
        )
        for paid in row["tenders"] or ()
    )
    taken = sum(
        paid["amount_minor"] - paid["refunded_minor"]
        for paid in row["tenders"] or ()
        if paid["state"] == PaymentState.APPROVED and paid["standing"] != Standing.VOIDED
    )
    return SaleAnswer(
        recorded=compare(row, offer.sale, offer.digest),
        order_id=OrderId(row["order_id"]),
        state=OrderState(row["state"]),
        business_date=row["business_date"],
        tenders=tenders,
        due_minor=max(row["total_minor"] - taken, 0) if row["state"] == OrderState.OPEN else 0,
        prices_as_told=tuple(row["prices_as_told"] or ()),
    )


def compare(row: Row, sale: Sale, digest: str) -> Recorded:
    """Say whether a recorded order is this sale, and if not, in which field it first differs."""
    if row["input_digest"] == digest:
        return Recorded.EXISTS
    return next(_differences(row, sale), Recorded.EXISTS)


def _differences(row: Row, sale: Sale) -> Iterator[Recorded]:
    fields: tuple[tuple[Recorded, object, object], ...] = (
        (Recorded.EXISTS_WITH_DIFFERENT_STORE, row["store_id"], sale.store_id),
        (Recorded.EXISTS_WITH_DIFFERENT_TERMINAL, row["terminal_id"], sale.terminal_id),
        (Recorded.EXISTS_WITH_DIFFERENT_OPERATOR, row["operator_id"], sale.operator_id),
        (Recorded.EXISTS_WITH_DIFFERENT_TIME, _moment(row["placed_at"]), sale.placed_at),
        (Recorded.EXISTS_WITH_DIFFERENT_CURRENCY, row["currency"], sale.currency),
        (Recorded.EXISTS_WITH_DIFFERENT_TOTAL, row["total_minor"], sale.total_minor),
        (Recorded.EXISTS_WITH_DIFFERENT_CUSTOMER, row["customer_key"], sale.customer_key),
        (Recorded.EXISTS_WITH_DIFFERENT_REQUEST, row["request_id"], sale.request_id or sale.order_id),
        (Recorded.EXISTS_WITH_DIFFERENT_SEQUENCE, row["sequence_no"], sale.sequence_no),
        (Recorded.EXISTS_WITH_DIFFERENT_CHANNEL, row["channel"], sale.channel),
        (Recorded.EXISTS_WITH_DIFFERENT_PROMISE, row["promised_at"], sale.promised_at),
        (Recorded.EXISTS_WITH_DIFFERENT_REPEAT, row["repeat_of"], sale.repeat_of),
        (Recorded.EXISTS_WITH_DIFFERENT_FULFILMENT, row["fulfilment"], sale.fulfilment),
        (Recorded.EXISTS_WITH_DIFFERENT_TRAINING, bool(row["training"]), sale.training),
        (Recorded.EXISTS_WITH_DIFFERENT_LINES, _kept_lines(row["lines"] or ()), _told_lines(sale)),
    )
    yield from (name for name, kept, told in fields if kept != told)
    # A tender that was added later is no difference; one that was told and is not there, or is another, is one.
    kept_tenders = {
        paid["payment_id"]: (paid["tender"], paid["amount_minor"], paid["tendered_minor"])
        for paid in row["tenders"] or ()
    }
    told_tenders = {told.payment_id: (told.tender, told.amount_minor, told.handed_minor) for told in sale.tenders}
    if any(kept_tenders.get(payment_id) != told for payment_id, told in told_tenders.items()):
        yield Recorded.EXISTS_WITH_DIFFERENT_TENDERS


def _moment(told: datetime | str) -> datetime:
    return datetime.fromisoformat(told) if isinstance(told, str) else told


def _kept_lines(lines: Sequence[Row]) -> list[tuple[object, ...]]:
    return [(Decimal(str(line["quantity"])), *(line[name] for name in _KEPT_OF_A_LINE)) for line in lines]


def _told_lines(sale: Sale) -> list[tuple[object, ...]]:
    return [(line.quantity, *(getattr(line, name) for name in _KEPT_OF_A_LINE)) for line in sale.lines]
