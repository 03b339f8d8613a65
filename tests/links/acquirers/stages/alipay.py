"""The stage of Alipay."""

from __future__ import annotations

import secrets
from datetime import timedelta

from counterfoil.books.payments.ports import Decline, Entry, Late, Presented
from counterfoil.ids import PaymentId
from counterfoil.links.acquirers.alipay.acquirer import Alipay
from counterfoil.links.acquirers.alipay.credentials import AlipayCredentials
from counterfoil.links.acquirers.numbers import ALIPAY
from counterfoil.money import round_to_minor
from tests.links.acquirers.peers.alipay import APP_ID, AlipayPeer
from tests.links.acquirers.peers.door import BeforeTheDoor
from tests.links.acquirers.peers.rsa_keys import private_pem, public_pem
from tests.links.acquirers.stage import Fault, Truth

_CODES = {
    Decline.INSUFFICIENT_FUNDS: "ACQ.BUYER_BALANCE_NOT_ENOUGH",
    Decline.INVALID_CODE: "ACQ.PAYMENT_AUTH_CODE_INVALID",
    Decline.OVER_LIMIT: "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR",
    Decline.NOT_PERMITTED: "ACQ.BUYER_ENABLE_STATUS_FORBID",
    Decline.SUSPECTED_FRAUD: "ACQ.PAYMENT_REQUEST_HAS_RISK",
    Decline.MISCONFIGURED: "ACQ.ACCESS_FORBIDDEN",
    Decline.UNRECOGNISED: "ACQ.A_CODE_OF_TOMORROW",
}


def credentials(url: str, *, patience: timedelta = timedelta(seconds=2)) -> AlipayCredentials:
    """Return what the peer's merchant would enter."""
    return AlipayCredentials(
        app_id=APP_ID,
        private_key=private_pem("app"),
        alipay_public_key=public_pem("alipay"),
        base_url=f"{url}/gateway.do",
        patience=patience,
    )


class AlipayStage:
    """The adapter, the peer behind a door, and the peer's book."""

    declines = tuple(_CODES)

    def __init__(self) -> None:
        self.peer = AlipayPeer()
        self.acquirer = BeforeTheDoor(Alipay(credentials(self.peer.url)), self.peer.door_shut)
        self.late: list[Late] = []
        self.cannot = {
            Fault.DUPLICATE_ANSWER: "HTTP answers a request once; what the channel says twice is a webhook",
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
        return Presented(entry=Entry.CODE, number="28" + str(secrets.randbelow(10**16)).zfill(16))

    def truth(self, payment_id: PaymentId) -> Truth:
        trade = self.peer.trades.get(ALIPAY.number_of(payment_id))
        if trade is None:
            return Truth(taken_n=0, taken_minor=0, given_back_minor=0)
        return Truth(
            taken_n=trade.taken_n,
            taken_minor=round_to_minor(trade.total * trade.taken_n, "CNY"),
            given_back_minor=round_to_minor(trade.given_back, "CNY"),
        )

    def close(self) -> None:
        self.peer.close()
        assert not self.peer.errors, self.peer.errors
