"""WeChat Pay as its documents describe it: API v3, code payment, with keys of one run and a book of its own.

It verifies our signatures, signs its answers, answers a number from its first request, and caps refunds. A reversal of
an order that it does not know is answered by yes, as its `close` was seen to do, and does nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from tests.audit.readers.wechat import PAYMENT, REFUNDED, trade_bill
from tests.links.acquirers.peers.http import Asked, Peer, Told
from tests.links.acquirers.peers.rsa_keys import is_signed, signature
from tests.links.acquirers.stage import Fault

MCHID, APPID, SERIAL, PLATFORM = "1900000109", "wx0000000000000000", "5157F09EFDC096DE15EBE81A47057A72", "PUB_KEY_ID_01"
_NUMBER = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
_REFUND_NUMBER = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")
_AUTHORIZATION = re.compile(r'(\w+)="([^"]*)"')
_BEIJING = timezone(timedelta(hours=8))


@dataclass(slots=True)
class Refund:
    """One refund as the peer holds it."""

    amount: int
    status: str
    refund_id: str = field(default_factory=lambda: "503" + str(secrets.randbelow(10**25)).zfill(25))


@dataclass(slots=True)
class Order:
    """One order as the peer holds it."""

    total: int
    state: str
    attach: str
    code: str
    transaction_id: str = field(default_factory=lambda: "42" + str(secrets.randbelow(10**26)).zfill(26))
    taken_n: int = 0
    questions_left: int = 0
    refunds: dict[str, Refund] = field(default_factory=dict)

    @property
    def given_back(self) -> int:
        refunded = sum(refund.amount for refund in self.refunds.values() if refund.status != "CLOSED")
        return refunded + (self.total - refunded if self.state == "REVOKED" and self.taken_n else 0)


class WechatPeer(Peer):
    """The channel's side, for one merchant."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.decline_next: tuple[int, str] | None = None
        #: What a refund is, right after its request.
        self.refund_status = "SUCCESS"
        self.bill_error: str | None = None
        self.bill_is_damaged = False
        self.counts: Counter[str] = Counter()
        super().__init__()

    def answer(self, asked: Asked, fault: Fault | None) -> Told:
        if not self._is_ours(asked):
            return self._plain(401, {"code": "SIGN_ERROR", "message": "signature"})
        if asked.path.startswith("/v3/billdownload/"):
            return Told(body=self._packed_bill())
        status, data = self._do(asked, fault)
        if fault is Fault.WRONG_AMOUNT and "amount" in data:
            data["amount"] = data["amount"] | {"total": data["amount"]["total"] + 1, "refund": 1}
        if fault is Fault.WRONG_TERMINAL and "out_trade_no" in data:
            data |= {"out_trade_no": "SOMEBODY-ELSES", "out_refund_no": "SOMEBODY-ELSES"}
        return self.signed(status, data)

    def trouble(self) -> Told:
        return self.signed(500, {"code": "SYSTEM_ERROR", "message": "try later"})

    def garbled(self, told: Told) -> Told:
        return Told(status=told.status, headers=told.headers, body=told.body.replace(b"{", b"{ ", 1))

    def signed(self, status: int, data: dict[str, Any], *, stamp: int | None = None, key: str = "wechat") -> Told:
        """Sign an answer as the channel does."""
        body = json.dumps(data).encode()
        return Told(status=status, headers=self.signature_of(body, stamp=stamp, key=key), body=body)

    @staticmethod
    def signature_of(body: bytes, *, stamp: int | None = None, key: str = "wechat") -> dict[str, str]:
        when, nonce = str(int(time.time()) if stamp is None else stamp), secrets.token_hex(16)
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Wechatpay-Serial": PLATFORM,
            "Wechatpay-Timestamp": when,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": signature(key, f"{when}\n{nonce}\n".encode() + body + b"\n"),
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }

    @staticmethod
    def _plain(status: int, data: dict[str, Any]) -> Told:
        return Told(status=status, headers={"Content-Type": "application/json"}, body=json.dumps(data).encode())

    @staticmethod
    def _is_ours(asked: Asked) -> bool:
        scheme, _, rest = asked.headers.get("authorization", "").partition(" ")
        said = dict(_AUTHORIZATION.findall(rest))
        if scheme != "WECHATPAY2-SHA256-RSA2048" or (said.get("mchid"), said.get("serial_no")) != (MCHID, SERIAL):
            return False
        if abs(time.time() - int(said["timestamp"])) > 300:
            return False
        message = f"{asked.method}\n{asked.target}\n{said['timestamp']}\n{said['nonce_str']}\n".encode()
        return is_signed("merchant", message + asked.body + b"\n", said["signature"])

    def _do(self, asked: Asked, fault: Fault | None) -> tuple[int, dict[str, Any]]:
        data = json.loads(asked.body) if asked.body else {}
        match [asked.method, *asked.path.strip("/").split("/")]:
            case ["POST", "v3", "pay", "transactions", "codepay"]:
                return self._codepay(data, fault)
            case ["GET", "v3", "pay", "transactions", "out-trade-no", number]:
                return self._query(number)
            case ["POST", "v3", "pay", "transactions", "out-trade-no", number, "reverse"]:
                return self._reverse(number, data)
            case ["POST", "v3", "refund", "domestic", "refunds"]:
                return self._refund(data)
            case ["GET", "v3", "refund", "domestic", "refunds", number]:
                return self._query_refund(number)
            case ["GET", "v3", "bill", "tradebill"]:
                return self._bill()
            case _:
                return 404, {"code": "RESOURCE_NOT_EXISTS", "message": asked.path}

    def _codepay(self, data: dict[str, Any], fault: Fault | None) -> tuple[int, dict[str, Any]]:
        number, code, total = data["out_trade_no"], data["payer"]["auth_code"], data["amount"]["total"]
        assert _NUMBER.fullmatch(number)
        assert (data["mchid"], data["appid"], data["amount"]["currency"]) == (MCHID, APPID, "CNY")
        assert 0 < len(data["description"].encode()) <= 127
        assert len(data["attach"]) <= 128
        assert data["scene_info"]["store_info"]["out_id"]
        if (known := self.orders.get(number)) is not None:
            return self._again(number, known, code, total)
        if any(order.code == code for order in self.orders.values()):
            return 400, {"code": "AUTH_CODE_INVALID", "message": "used"}
        order = self.orders[number] = Order(total=total, state="USERPAYING", attach=data["attach"], code=code)
        if self.decline_next is not None:
            status, refusal = self.decline_next
            self.decline_next, order.state = None, "PAYERROR"
            return status, {"code": refusal, "message": "no"}
        if fault is Fault.PENDING:
            order.questions_left = 1
            return 202, {"trade_state": "USERPAYING"}
        order.state, order.taken_n = "SUCCESS", 1
        return 200, self._shown(number)

    def _again(self, number: str, known: Order, code: str, total: int) -> tuple[int, dict[str, Any]]:
        if known.state == "REVOKED":
            return 400, {"code": "ORDER_REVERSED", "message": "reversed"}
        if (known.code, known.total) != (code, total):
            return 400, {"code": "INVALID_REQUEST", "message": "number used"}
        return 200, self._shown(number)

    def _query(self, number: str) -> tuple[int, dict[str, Any]]:
        order = self.orders.get(number)
        if order is None:
            return 404, {"code": "ORDER_NOT_EXIST", "message": "no such order"}
        if order.state == "USERPAYING":
            if order.questions_left <= 0:
                order.state, order.taken_n = "SUCCESS", 1
            order.questions_left -= 1
        return 200, self._shown(number)

    def _reverse(self, number: str, data: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        assert (data["mchid"], data["appid"]) == (MCHID, APPID)
        if (order := self.orders.get(number)) is not None:
            order.state = "REVOKED"
        return 200, {"appid": APPID, "mchid": MCHID, "out_trade_no": number}

    def _refund(self, data: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        number, refund_number = data["out_trade_no"], data["out_refund_no"]
        assert _REFUND_NUMBER.fullmatch(refund_number)
        order, amount = self.orders.get(number), data["amount"]["refund"]
        if order is None or not order.taken_n:
            return 404, {"code": "RESOURCE_NOT_EXISTS", "message": "no such order"}
        assert data["amount"]["total"] == order.total
        if (known := order.refunds.get(refund_number)) is not None:
            if known.amount != amount:
                return 400, {"code": "INVALID_REQUEST", "message": "number used"}
            return 200, self._shown_refund(number, refund_number)
        if order.given_back + amount > order.total:
            return 400, {"code": "INVALID_REQUEST", "message": "too much"}
        order.refunds[refund_number] = Refund(amount=amount, status=self.refund_status)
        order.state = "REFUND"
        return 200, self._shown_refund(number, refund_number)

    def _query_refund(self, refund_number: str) -> tuple[int, dict[str, Any]]:
        for number, order in self.orders.items():
            if refund_number in order.refunds:
                return 200, self._shown_refund(number, refund_number)
        return 404, {"code": "RESOURCE_NOT_EXISTS", "message": "no such refund"}

    def _shown(self, number: str) -> dict[str, Any]:
        order = self.orders[number]
        shown: dict[str, Any] = {
            "appid": APPID,
            "mchid": MCHID,
            "out_trade_no": number,
            "trade_state": order.state,
            "trade_type": "MICROPAY",
            "amount": {"total": order.total, "currency": "CNY"},
        }
        if order.taken_n:
            when = datetime.now(UTC).astimezone(_BEIJING).isoformat(timespec="seconds")
            shown |= {"transaction_id": order.transaction_id, "attach": order.attach, "success_time": when}
            shown |= {"payer": {"openid": "oUpF8uMuAJO"}}
        return shown

    def _shown_refund(self, number: str, refund_number: str) -> dict[str, Any]:
        order = self.orders[number]
        refund = order.refunds[refund_number]
        return {
            "refund_id": refund.refund_id,
            "out_refund_no": refund_number,
            "out_trade_no": number,
            "transaction_id": order.transaction_id,
            "status": refund.status,
            "amount": {"total": order.total, "refund": refund.amount, "currency": "CNY"},
        }

    def _bill(self) -> tuple[int, dict[str, Any]]:
        if self.bill_error is not None:
            return 400, {"code": self.bill_error, "message": "no bill"}
        digest = hashlib.sha1(self.bill_text().encode(), usedforsecurity=False).hexdigest()
        url = f"{self.url}/v3/billdownload/file?token=abc%2Fdef"
        return 200, {"hash_type": "SHA1", "hash_value": digest, "download_url": url}

    def _packed_bill(self) -> bytes:
        text = self.bill_text()
        return gzip.compress((text.replace("12", "21") if self.bill_is_damaged else text).encode())

    def bill_text(self) -> str:
        """Write the bill of all that was taken and given back."""
        rows = []
        for number, order in self.orders.items():
            total = f"{order.total // 100}.{order.total % 100:02}"
            names = {
                "商户号": MCHID,
                "商户订单号": number,
                "微信订单号": order.transaction_id,
                "商户数据包": order.attach,
            }
            if order.taken_n:
                rows.append(PAYMENT | names | {"应结订单金额": total, "订单金额": total})
            for refund_number, refund in order.refunds.items():
                back = f"{refund.amount // 100}.{refund.amount % 100:02}"
                amounts = {"退款金额": back, "申请退款金额": back, "商户退款单号": refund_number}
                rows.append(REFUNDED | names | amounts | {"微信退款单号": refund.refund_id})
        return trade_bill(rows)
