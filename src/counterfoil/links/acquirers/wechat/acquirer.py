"""WeChat Pay as an acquirer: code payment, inquiry, reversal, refund. What its answers amount to is `reading.py`.

Our id is `out_trade_no` (spelled as `numbers.py` says) and travels whole in `attach`. Amounts are fen, which is CNY's
minor unit. It must never ask for money twice: a sale that was answered by silence is asked about and reversed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

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
from counterfoil.links.acquirers.answers import declined, not_found, shown, unheard, unknown
from counterfoil.links.acquirers.numbers import WECHAT_REFUND, WECHAT_SALE
from counterfoil.links.acquirers.wechat import reading, words
from counterfoil.links.acquirers.wechat.bills import trade_bill
from counterfoil.links.acquirers.wechat.client import Said, WechatClient
from counterfoil.links.acquirers.wechat.credentials import WechatCredentials
from counterfoil.links.acquirers.wire import Silence

_CODE = re.compile(r"[0-9]{16,24}")
_DESCRIPTION_BYTES_MAX = 127
_REASON_BYTES_MAX = 80
_DEVICE_MAX = 32
_UNNAMED = "商品"


class WechatPay:
    """One merchant number at WeChat Pay."""

    channel = "wechat"
    can_void = True

    def __init__(
        self, credentials: WechatCredentials, *, name: str = "wechat", now: Callable[[], datetime] = clock.now
    ) -> None:
        self.name = name
        self._mine = credentials
        self._client = WechatClient(credentials, now=now)

    def charge(self, request: Request) -> Answer:
        """Take money by the code that the customer shows."""
        code = request.presented
        if code is None or code.entry is not Entry.CODE or not _CODE.fullmatch(code.number):
            return declined(Decline.INVALID_CODE, "no payment code of this channel was shown; nothing was sent")
        if request.currency != reading.CURRENCY or request.amount_minor <= 0:
            return declined(Decline.INVALID_AMOUNT, "only amounts in CNY can be paid; nothing was sent")
        said = self._client.say("POST", "/v3/pay/transactions/codepay", self._order(request, code.number))
        if isinstance(said, Silence):
            return unheard(said)
        number = WECHAT_SALE.number_of(request.payment_id)
        return reading.of_trade(said, number=number, mchid=self._mine.mchid, amount_minor=request.amount_minor)

    def void(self, request: Request) -> Answer:
        """Take a sale back; the channel gives back what was paid."""
        return self.reverse(request)

    def reverse(self, request: Request) -> Answer:
        """Have the order closed, paid or not, and look whether it is.

        The channel's yes to a reversal names no state, and such a yes has been seen for orders that never were
        (field case of `close`): only the order's own state approves.
        """
        original = request.original
        if original is None:
            return declined(Decline.ORIGINAL_NOT_FOUND, "an undo without an original; nothing was sent")
        number = WECHAT_SALE.number_of(original.payment_id)
        body = {"appid": self._mine.appid, "mchid": self._mine.mchid}
        said = self._client.say("POST", f"/v3/pay/transactions/out-trade-no/{number}/reverse", body)
        if isinstance(said, Silence):
            return unheard(said)
        if not said.is_yes and not (said.code and words.plain(said.code) in words.DONE_ALREADY):
            return reading.of_refusal(said, words.DECLINES)
        if said.data.get("out_trade_no", number) != number:
            return unknown("the answer is about another order")
        return self._ask_undone(original)

    def refund(self, request: Request) -> Answer:
        """Give back some or all; the same number is answered from its first request."""
        original = request.original
        if original is None:
            return declined(Decline.ORIGINAL_NOT_FOUND, "a refund without an original; nothing was sent")
        if request.currency != reading.CURRENCY or request.amount_minor <= 0:
            return declined(Decline.INVALID_AMOUNT, "only amounts in CNY can be refunded; nothing was sent")
        amount = {
            "refund": request.amount_minor,
            "total": original.amount_minor,
            "currency": reading.CURRENCY,
        }
        body: dict[str, Any] = {
            "out_trade_no": WECHAT_SALE.number_of(original.payment_id),
            "out_refund_no": WECHAT_REFUND.number_of(request.payment_id),
            "amount": amount,
        }
        if request.reason:
            body["reason"] = shown(request.reason, bytes_max=_REASON_BYTES_MAX)
        if self._mine.refund_notify_url:
            body["notify_url"] = self._mine.refund_notify_url
        said = self._client.say("POST", "/v3/refund/domestic/refunds", body)
        if isinstance(said, Silence):
            return unheard(said)
        answer = self._read_refund(said, request, original)
        if request.attempt > 1 and said.code and words.plain(said.code) in words.UNDECIDED_AGAIN:
            return unknown("refused, as the first request may have been done", code=said.code)
        return answer

    def ask(self, request: Request) -> Answer:
        """Ask by our own number: for a refund by its own, for an undo by the order's state."""
        match request.kind:
            case Kind.SALE:
                number = WECHAT_SALE.number_of(request.payment_id)
                said = self._client.say("GET", self._order_path(number))
                if isinstance(said, Silence):
                    return unknown(said.note)
                return reading.of_trade(said, number=number, mchid=self._mine.mchid, amount_minor=request.amount_minor)
            case Kind.REFUND:
                return self._ask_refund(request)
            case Kind.VOID | Kind.REVERSAL:
                if request.original is None:
                    return unknown("an undo without an original")
                return self._ask_undone(request.original)

    def settle(self, terminal_id: TerminalId, totals: Totals, batch: Sequence[Request], *, now: datetime) -> Settlement:
        """Say that the channel closes its day by itself."""
        return Settlement(outcome=Settled.NOT_NEEDED, note="the trade bill comes the next morning")

    def bill(self, day: date) -> BillFile | None:
        """Fetch the trade bill of a Beijing day; None where there is none (yet)."""
        return trade_bill(self._client, day)

    def close(self) -> None:
        """Nothing is held: each message has a connection of its own."""

    def _order(self, request: Request, code: str) -> Mapping[str, Any]:
        store = str(request.store_id or request.merchant_id)
        scene: dict[str, Any] = {"store_info": {"out_id": store}}
        if request.terminal_id is not None:
            scene["device_id"] = request.terminal_id[:_DEVICE_MAX]
        return {
            "appid": self._mine.appid,
            "mchid": self._mine.mchid,
            "description": shown(request.subject, bytes_max=_DESCRIPTION_BYTES_MAX) or _UNNAMED,
            "out_trade_no": WECHAT_SALE.number_of(request.payment_id),
            "attach": request.payment_id,
            "payer": {"auth_code": code},
            "amount": {"total": request.amount_minor, "currency": reading.CURRENCY},
            "scene_info": scene,
        }

    def _order_path(self, number: str) -> str:
        return f"/v3/pay/transactions/out-trade-no/{number}?mchid={self._mine.mchid}"

    def _ask_undone(self, original: Original) -> Answer:
        number = WECHAT_SALE.number_of(original.payment_id)
        said = self._client.say("GET", self._order_path(number))
        if isinstance(said, Silence):
            return unknown(said.note)
        return reading.of_undone_trade(said, number=number, mchid=self._mine.mchid, amount_minor=original.amount_minor)

    def _ask_refund(self, request: Request) -> Answer:
        if request.original is None:
            return unknown("a refund without an original")
        said = self._client.say("GET", f"/v3/refund/domestic/refunds/{WECHAT_REFUND.number_of(request.payment_id)}")
        if isinstance(said, Silence):
            return unknown(said.note)
        if said.code and words.plain(said.code) in words.ABSENT:
            return not_found("no such refund now", code=said.code)
        return self._read_refund(said, request, request.original)

    @staticmethod
    def _read_refund(said: Said, request: Request, original: Original) -> Answer:
        return reading.of_refund(
            said,
            number=WECHAT_REFUND.number_of(request.payment_id),
            original_number=WECHAT_SALE.number_of(original.payment_id),
            amount_minor=request.amount_minor,
        )
