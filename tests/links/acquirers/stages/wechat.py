"""The stage of WeChat Pay."""

from __future__ import annotations

import secrets
from datetime import timedelta

from counterfoil.books.payments.ports import Decline, Entry, Late, Presented
from counterfoil.ids import PaymentId
from counterfoil.links.acquirers.numbers import WECHAT_SALE
from counterfoil.links.acquirers.wechat.acquirer import WechatPay
from counterfoil.links.acquirers.wechat.credentials import WechatCredentials
from tests.links.acquirers.peers.door import BeforeTheDoor
from tests.links.acquirers.peers.rsa_keys import private_pem, public_pem
from tests.links.acquirers.peers.wechat import APPID, MCHID, PLATFORM, SERIAL, WechatPeer
from tests.links.acquirers.stage import Fault, Truth

API_KEY = "0123456789abcdef0123456789abcdef"
_CODES: dict[Decline, tuple[int, str]] = {
    Decline.INSUFFICIENT_FUNDS: (403, "NOT_ENOUGH"),
    Decline.INVALID_CODE: (400, "AUTH_CODE_EXPIRE"),
    Decline.NOT_PERMITTED: (403, "RULE_LIMIT"),
    Decline.MISCONFIGURED: (403, "NO_AUTH"),
    Decline.UNRECOGNISED: (403, "A_CODE_OF_TOMORROW"),
}


def credentials(url: str, *, patience: timedelta = timedelta(seconds=2)) -> WechatCredentials:
    """Return what the peer's merchant would enter."""
    return WechatCredentials(
        mchid=MCHID,
        appid=APPID,
        serial_no=SERIAL,
        private_key=private_pem("merchant"),
        api_v3_key=API_KEY,
        platform_keys={PLATFORM: public_pem("wechat")},
        base_url=url,
        patience=patience,
    )


class WechatStage:
    """The adapter, the peer behind a door, and the peer's book."""

    declines = tuple(_CODES)

    def __init__(self) -> None:
        self.peer = WechatPeer()
        self.acquirer = BeforeTheDoor(WechatPay(credentials(self.peer.url)), self.peer.door_shut)
        self.late: list[Late] = []
        self.cannot = {
            Fault.DUPLICATE_ANSWER: "HTTP answers a request once; what the channel says twice is a webhook",
        }
        #: Cases of the conformance suite that this channel cannot have.
        self.leaves = {
            "a_refund_above_what_was_taken_is_declined": (
                "the channel declines it without naming the cause: INVALID_REQUEST stands for every broken rule"
            ),
        }

    def plan(self, fault: Fault) -> None:
        assert fault not in self.cannot
        if fault is Fault.REFUSED_CONNECTION:
            self.acquirer.shut_next = True
        else:
            self.peer.faults.append(fault)

    def decline_next(self, decline: Decline) -> None:
        self.peer.decline_next = _CODES[decline]

    def presented(self) -> Presented:
        return Presented(entry=Entry.CODE, number="13" + str(secrets.randbelow(10**16)).zfill(16))

    def truth(self, payment_id: PaymentId) -> Truth:
        order = self.peer.orders.get(WECHAT_SALE.number_of(payment_id))
        if order is None:
            return Truth(taken_n=0, taken_minor=0, given_back_minor=0)
        taken = order.total * order.taken_n
        return Truth(taken_n=order.taken_n, taken_minor=taken, given_back_minor=order.given_back)

    def close(self) -> None:
        self.peer.close()
        assert not self.peer.errors, self.peer.errors
