"""Alipay as an acquirer: barcode payment, inquiry, cancellation, refund. What its answers amount to is `reading.py`.

Our id is `out_trade_no` (spelled as `numbers.py` says) and travels whole in `passback_params`. It must never ask for
money twice: a sale that was answered by silence is asked about and cancelled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from counterfoil import clock
from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import (
    Answer,
    BillFile,
    Decline,
    Entry,
    Original,
    Request,
    Settled,
    Settlement,
    Totals,
)
from counterfoil.ids import TerminalId
from counterfoil.links.acquirers.alipay import reading, words
from counterfoil.links.acquirers.alipay.amounts import CURRENCY, yuan
from counterfoil.links.acquirers.alipay.bills import trade_bill
from counterfoil.links.acquirers.alipay.client import AlipayClient
from counterfoil.links.acquirers.alipay.credentials import AlipayCredentials
from counterfoil.links.acquirers.answers import declined, not_found, shown, unheard, unknown
from counterfoil.links.acquirers.numbers import ALIPAY
from counterfoil.links.acquirers.wire import Silence

_CODE = re.compile(r"[0-9]{16,24}")
_SUBJECT_BYTES_MAX = 256
_REASON_BYTES_MAX = 256
_PLACE_MAX = 32
_UNNAMED = "商品"
#: Signs that the channel refuses in a subject.
_REFUSED = "/=&"


class Alipay:
    """One app at Alipay."""

    channel = "alipay"
    can_void = True

    def __init__(
        self, credentials: AlipayCredentials, *, name: str = "alipay", now: Callable[[], datetime] = clock.now
    ) -> None:
        self.name = name
        self._client = AlipayClient(credentials, now=now)

    def charge(self, request: Request) -> Answer:
        """Take money by the code that the customer shows."""
        code = request.presented
        if code is None or code.entry is not Entry.CODE or not _CODE.fullmatch(code.number):
            return declined(Decline.INVALID_CODE, "no payment code of this channel was shown; nothing was sent")
        if request.currency != CURRENCY or request.amount_minor <= 0:
            return declined(Decline.INVALID_AMOUNT, "only amounts in CNY can be paid; nothing was sent")
        number = ALIPAY.number_of(request.payment_id)
        content: dict[str, Any] = {
            "out_trade_no": number,
            "scene": "bar_code",
            "product_code": "FACE_TO_FACE_PAYMENT",
            "auth_code": code.number,
            "total_amount": yuan(request.amount_minor),
            "subject": shown(request.subject, bytes_max=_SUBJECT_BYTES_MAX, refused=_REFUSED) or _UNNAMED,
            "passback_params": quote(request.payment_id, safe=""),
        }
        for name, place in (("store_id", request.store_id), ("terminal_id", request.terminal_id)):
            if place is not None:
                content[name] = place[:_PLACE_MAX]
        said = self._client.say("alipay.trade.pay", content, notify=True)
        if isinstance(said, Silence):
            return unheard(said)
        return reading.of_pay(said, number=number, amount_minor=request.amount_minor)

    def void(self, request: Request) -> Answer:
        """Take a sale back; the channel gives back what was paid."""
        return self.reverse(request)

    def reverse(self, request: Request) -> Answer:
        """Have the trade closed, paid or not, and look whether it is: its status approves, not the yes."""
        original = request.original
        if original is None:
            return declined(Decline.ORIGINAL_NOT_FOUND, "an undo without an original; nothing was sent")
        said = self._client.say("alipay.trade.cancel", {"out_trade_no": ALIPAY.number_of(original.payment_id)})
        if isinstance(said, Silence):
            return unheard(said)
        if said.code == words.DONE or said.sub_code in words.CLOSED_ALREADY:
            return self._ask_undone(original)
        if said.sub_code in words.ABSENT:
            return not_found("no such trade now", code=said.sub_code)
        return reading.of_refusal(said, words.DECLINES_OF_RETURNS)

    def refund(self, request: Request) -> Answer:
        """Give back some or all; the same request number is given back once."""
        original = request.original
        if original is None:
            return declined(Decline.ORIGINAL_NOT_FOUND, "a refund without an original; nothing was sent")
        if request.currency != CURRENCY or request.amount_minor <= 0:
            return declined(Decline.INVALID_AMOUNT, "only amounts in CNY can be refunded; nothing was sent")
        number = ALIPAY.number_of(original.payment_id)
        content = {
            "out_trade_no": number,
            "out_request_no": ALIPAY.number_of(request.payment_id),
            "refund_amount": yuan(request.amount_minor),
        }
        if request.reason:
            content["refund_reason"] = shown(request.reason, bytes_max=_REASON_BYTES_MAX)
        said = self._client.say("alipay.trade.refund", content)
        if isinstance(said, Silence):
            return unheard(said)
        answer = reading.of_refund(said, number=number, amount_minor=request.amount_minor)
        return self._ask_refund(request, original) if answer is None else answer

    def ask(self, request: Request) -> Answer:
        """Ask by our own number: for a refund by its own, for an undo by the trade's status."""
        if request.kind is Kind.SALE:
            number = ALIPAY.number_of(request.payment_id)
            said = self._client.say("alipay.trade.query", {"out_trade_no": number})
            if isinstance(said, Silence):
                return unknown(said.note)
            return reading.of_trade(said, number=number, amount_minor=request.amount_minor)
        if request.original is None:
            return unknown("an undo or a refund without an original")
        if request.kind is Kind.REFUND:
            return self._ask_refund(request, request.original)
        return self._ask_undone(request.original)

    def settle(self, terminal_id: TerminalId, totals: Totals, batch: Sequence[Request], *, now: datetime) -> Settlement:
        """Say that the channel closes its day by itself."""
        return Settlement(outcome=Settled.NOT_NEEDED, note="the trade bill comes the next morning")

    def bill(self, day: date) -> BillFile | None:
        """Fetch the trade bill of a Beijing day, as the zip that it is; None where there is none (yet)."""
        return trade_bill(self._client, day)

    def close(self) -> None:
        """Nothing is held: each message has a connection of its own."""

    def _ask_undone(self, original: Original) -> Answer:
        number = ALIPAY.number_of(original.payment_id)
        said = self._client.say("alipay.trade.query", {"out_trade_no": number})
        if isinstance(said, Silence):
            return unknown(said.note)
        return reading.of_undone_trade(said, number=number, amount_minor=original.amount_minor)

    def _ask_refund(self, request: Request, original: Original) -> Answer:
        numbers = {
            "out_trade_no": ALIPAY.number_of(original.payment_id),
            "out_request_no": ALIPAY.number_of(request.payment_id),
        }
        said = self._client.say("alipay.trade.fastpay.refund.query", numbers)
        if isinstance(said, Silence):
            return unknown(said.note)
        return reading.of_refund_query(
            said,
            number=numbers["out_trade_no"],
            request_number=numbers["out_request_no"],
            amount_minor=request.amount_minor,
        )
