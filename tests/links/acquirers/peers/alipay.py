"""Alipay as its documents describe it: the gateway, barcode payment, with keys of one run and a book of its own.

It verifies our signatures, signs its answers, gives a refund number back once, and caps refunds. A cancellation of a
trade that it does not know is answered by yes without an action, and does nothing.
"""

from __future__ import annotations

import io
import json
import re
import secrets
import time
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from tests.audit.readers.alipay import REFUND, SALE, trade_bill
from tests.links.acquirers.peers.http import Asked, Peer, Told
from tests.links.acquirers.peers.rsa_keys import is_signed, signature
from tests.links.acquirers.stage import Fault

APP_ID = "2014072300007148"
_NUMBER = re.compile(r"[0-9A-Za-z_]{1,64}")
_AMOUNT = re.compile(r"[0-9]+\.[0-9]{2}")
_BEIJING = timezone(timedelta(hours=8))


@dataclass(slots=True)
class Trade:
    """One trade as the peer holds it."""

    total: Decimal
    status: str
    code: str
    passback: str
    trade_no: str = field(default_factory=lambda: "20260301220014" + str(secrets.randbelow(10**14)).zfill(14))
    taken_n: int = 0
    questions_left: int = 0
    #: By request number; `None` in place of the status: accepted and nothing more.
    refunds: dict[str, Decimal] = field(default_factory=dict)
    cancelled: bool = False

    @property
    def refunded(self) -> Decimal:
        return sum(self.refunds.values(), Decimal(0))

    @property
    def given_back(self) -> Decimal:
        return self.total * self.taken_n if self.cancelled else self.refunded


class AlipayPeer(Peer):
    """The channel's side, for one app."""

    def __init__(self) -> None:
        self.trades: dict[str, Trade] = {}
        self.decline_next: str | None = None
        self.refund_status = "REFUND_SUCCESS"
        self.bill_error: str | None = None
        self.bill_is_damaged = False
        #: The name of the key that answers are signed with; None: not signed.
        self.signs_with: str | None = "alipay"
        super().__init__()

    def answer(self, asked: Asked, fault: Fault | None) -> Told:
        if asked.path == "/bill":
            return Told(body=b"PK no zip" if self.bill_is_damaged else self._zipped_bill())
        params = dict(parse_qsl(asked.target.partition("?")[2])) | dict(parse_qsl(asked.body.decode()))
        method = params["method"]
        if not self._is_ours(params):
            return self.told(method, _no("isv.invalid-signature", code="40002"), key=None)
        data = self._do(method, json.loads(params["biz_content"]), fault)
        if fault is Fault.WRONG_AMOUNT:
            for name in ("total_amount", "refund_fee", "refund_amount"):
                if name in data:
                    data[name] = "0.01"
        if fault is Fault.WRONG_TERMINAL and "out_trade_no" in data:
            data["out_trade_no"] = "SOMEBODY_ELSES"
        return self.told(method, data, key=self.signs_with)

    def trouble(self) -> Told:
        return Told(status=502, headers={"Content-Type": "text/html"}, body=b"<html>busy</html>")

    def garbled(self, told: Told) -> Told:
        return Told(status=told.status, headers=told.headers, body=told.body.replace(b'"msg":', b'"msg" :', 1))

    @staticmethod
    def told(method: str, data: dict[str, Any], *, key: str | None) -> Told:
        """Write an answer, signed over the text of its content."""
        content = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        name = method.replace(".", "_") + "_response"
        signed = "" if key is None else f',"sign":"{signature(key, content.encode())}"'
        headers = {"Content-Type": "text/html;charset=utf-8"}
        return Told(headers=headers, body=f'{{"{name}":{content}{signed}}}'.encode())

    @staticmethod
    def _is_ours(params: dict[str, str]) -> bool:
        said = dict(params)
        sign = said.pop("sign", "")
        message = "&".join(f"{name}={value}" for name, value in sorted(said.items())).encode()
        stamp = datetime.strptime(params["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=_BEIJING)
        assert (params["app_id"], params["sign_type"], params["charset"]) == (APP_ID, "RSA2", "utf-8")
        assert abs(stamp.timestamp() - time.time()) < 600
        return is_signed("app", message, sign)

    def _do(self, method: str, content: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
        match method:
            case "alipay.trade.pay":
                return self._pay(content, fault)
            case "alipay.trade.query":
                return self._query(content["out_trade_no"])
            case "alipay.trade.cancel":
                return self._cancel(content["out_trade_no"])
            case "alipay.trade.refund":
                return self._refund(content)
            case "alipay.trade.fastpay.refund.query":
                return self._query_refund(content)
            case "alipay.data.dataservice.bill.downloadurl.query":
                if self.bill_error is not None:
                    return _no(self.bill_error)
                assert content["bill_type"] == "trade"
                return _yes(bill_download_url=f"{self.url}/bill?token=a%2Fb")
            case _:
                return _no("isv.invalid-method", code="40002")

    def _pay(self, content: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
        number, code = content["out_trade_no"], content["auth_code"]
        assert _NUMBER.fullmatch(number)
        assert _AMOUNT.fullmatch(content["total_amount"])
        assert content["scene"] == "bar_code"
        assert 0 < len(content["subject"].encode()) <= 256
        assert not set("/=&") & set(content["subject"])
        total, known = Decimal(content["total_amount"]), self.trades.get(number)
        if known is not None:
            return self._again(number, known, code, total)
        if any(trade.code == code for trade in self.trades.values()):
            return _no("ACQ.PAYMENT_AUTH_CODE_INVALID")
        trade = Trade(total=total, status="WAIT_BUYER_PAY", code=code, passback=content["passback_params"])
        if self.decline_next is not None:
            refusal, self.decline_next = self.decline_next, None
            return _no(refusal, out_trade_no=number)
        self.trades[number] = trade
        if fault is Fault.PENDING:
            trade.questions_left = 1
            return {"code": "10003", "msg": "order success pay inprocess"} | self._shown(number)
        trade.status, trade.taken_n = "TRADE_SUCCESS", 1
        return _yes(**self._shown(number))

    def _again(self, number: str, known: Trade, code: str, total: Decimal) -> dict[str, Any]:
        if (known.code, known.total) != (code, total):
            return _no("ACQ.CONTEXT_INCONSISTENT")
        if known.status == "TRADE_CLOSED":
            return _no("ACQ.TRADE_HAS_CLOSE")
        return _yes(**self._shown(number))

    def _query(self, number: str) -> dict[str, Any]:
        trade = self.trades.get(number)
        if trade is None:
            return _no("ACQ.TRADE_NOT_EXIST", out_trade_no=number)
        if trade.status == "WAIT_BUYER_PAY":
            if trade.questions_left <= 0:
                trade.status, trade.taken_n = "TRADE_SUCCESS", 1
            trade.questions_left -= 1
        return _yes(**self._shown(number), trade_status=trade.status)

    def _cancel(self, number: str) -> dict[str, Any]:
        trade = self.trades.get(number)
        if trade is None:
            return _yes(out_trade_no=number, retry_flag="N")
        action = "refund" if trade.taken_n else "close"
        trade.status, trade.cancelled = "TRADE_CLOSED", True
        return _yes(out_trade_no=number, trade_no=trade.trade_no, retry_flag="N", action=action)

    def _refund(self, content: dict[str, Any]) -> dict[str, Any]:
        number, request_number = content["out_trade_no"], content["out_request_no"]
        assert _NUMBER.fullmatch(request_number)
        trade, amount = self.trades.get(number), Decimal(content["refund_amount"])
        if trade is None or not trade.taken_n:
            return _no("ACQ.TRADE_NOT_EXIST")
        if request_number in trade.refunds:
            if trade.refunds[request_number] != amount:
                return _no("ACQ.DISCORDANT_REPEAT_REQUEST")
            return _yes(**self._shown(number), fund_change="N", refund_fee=f"{trade.refunded:.2f}")
        if trade.cancelled:
            return _no("ACQ.TRADE_HAS_CLOSE")
        if trade.refunded + amount > trade.total:
            return _no("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
        trade.refunds[request_number] = amount
        if trade.refunded == trade.total:
            trade.status = "TRADE_CLOSED"
        change = "Y" if self.refund_status == "REFUND_SUCCESS" else "N"
        return _yes(**self._shown(number), fund_change=change, refund_fee=f"{trade.refunded:.2f}")

    def _query_refund(self, content: dict[str, Any]) -> dict[str, Any]:
        number, request_number = content["out_trade_no"], content["out_request_no"]
        trade = self.trades.get(number)
        if trade is None:
            return _no("ACQ.TRADE_NOT_EXIST")
        if request_number not in trade.refunds or self.refund_status == "":
            return _yes()
        amount = f"{trade.refunds[request_number]:.2f}"
        found = {"out_request_no": request_number, "refund_amount": amount, "refund_status": self.refund_status}
        return _yes(**self._shown(number), **found)

    def _shown(self, number: str) -> dict[str, Any]:
        trade = self.trades[number]
        return {
            "out_trade_no": number,
            "trade_no": trade.trade_no,
            "total_amount": f"{trade.total:.2f}",
            "buyer_logon_id": "zha***@example.com",
            "gmt_payment": datetime.now(UTC).astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        }

    def _zipped_bill(self) -> bytes:
        rows = []
        for number, trade in self.trades.items():
            names = {"商户订单号": number, "支付宝交易号": trade.trade_no}
            plain = {"支付宝优惠（元）": "0.00"}
            total = f"{trade.total:.2f}"
            rows.append(SALE | names | plain | {"订单金额（元）": total, "商家实收（元）": total})
            for request_number, amount in trade.refunds.items():
                back = f"-{amount:.2f}"
                amounts = {"订单金额（元）": back, "商家实收（元）": back}
                rows.append(REFUND | names | amounts | {"退款批次号/请求号": request_number})
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as opened:
            opened.writestr("bill.csv", trade_bill(rows).encode("gbk"))
        return packed.getvalue()


def _yes(**data: str) -> dict[str, Any]:
    return {"code": "10000", "msg": "Success"} | data


def _no(sub_code: str, *, code: str = "40004", **data: str) -> dict[str, Any]:
    return {"code": code, "msg": "Business Failed", "sub_code": sub_code, "sub_msg": "不行"} | data
