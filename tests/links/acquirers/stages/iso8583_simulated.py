"""The stage of a card host: the link, and the simulated acquirer in a process of its own."""

from __future__ import annotations

import atexit
import itertools
import tempfile
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import ClassVar

from counterfoil.books.payments.ports import Answer, Decline, Entry, Late, Presented, Request
from counterfoil.ids import PaymentId
from counterfoil.links.acquirers.iso8583 import SIMULATED_HOST, Account, Address, Iso8583Acquirer
from counterfoil.links.acquirers.iso8583.profile import in_milliseconds
from counterfoil.storm.acquirer.started import Started, started
from tests.links.acquirers.stage import Fault, Truth

ANSWER_MS, LATE_MS = 900, 1_300
#: A card number of the kind that every scheme reserves for tests.
CARD = "4111111111111111"
CHIP, PIN_BLOCK, EXPIRY = "9F02060000000012309F1A020156", "0123456789ABCDEF", "3012"

_CODES = {
    Decline.INSUFFICIENT_FUNDS: "51",
    Decline.EXPIRED_CARD: "54",
    Decline.WRONG_PIN: "55",
    Decline.PIN_TRIES_EXCEEDED: "75",
    Decline.NOT_PERMITTED: "58",
    Decline.OVER_LIMIT: "61",
    Decline.INVALID_CARD: "14",
    Decline.INVALID_AMOUNT: "13",
    Decline.CUSTOMER_CANCELLED: "17",
    Decline.REFER_TO_ISSUER: "01",
    Decline.SUSPECTED_FRAUD: "59",
    Decline.DUPLICATE: "94",
    Decline.ACQUIRER_UNAVAILABLE: "92",
    Decline.MISCONFIGURED: "03",
    Decline.UNRECOGNISED: "23",
}
_MERCHANTS = itertools.count(1)


@cache
def host() -> Started:
    """Start the simulated acquirer once for the tests of this process."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="acquirer-")))
    return stack.enter_context(started(folder, seed=8583, faults=f"none,late_ms={LATE_MS}"))


class _BehindADoor(Iso8583Acquirer):
    """The link, with a host that can be deaf for one call."""

    deaf_next = False

    def _exchange(self, request: Request) -> Answer:
        if not self.deaf_next:
            return super()._exchange(request)
        self.deaf_next = False
        self.close()
        host().order("be_deaf")
        try:
            return super()._exchange(request)
        finally:
            host().order("listen")


class SimulatedHostStage:
    """A merchant of its own at the one simulated host, so that no case sees another's payments."""

    cannot: ClassVar = {
        Fault.PENDING: "a card host decides at once; there is nothing to wait for",
    }
    declines = tuple(_CODES)

    def __init__(self) -> None:
        self.merchant = f"CONFORM{next(_MERCHANTS):08d}"
        self.late: list[Late] = []
        self.acquirer = _BehindADoor(
            name="card-host",
            address=Address(host="127.0.0.1", port=host().port),
            account=Account(merchant_number=self.merchant),
            profile=in_milliseconds(SIMULATED_HOST, answer=ANSWER_MS, back_off=1),
            on_late=self.late.append,
        )

    def plan(self, fault: Fault) -> None:
        match fault:
            case Fault.REFUSED_CONNECTION:
                self.acquirer.deaf_next = True
            case Fault.LATE_APPROVAL:
                host().order("faults", faults=f"none,late_ms={LATE_MS},late_approval=10000")
                host().plan("late_request")
            case _:
                host().plan(fault.value)

    def decline_next(self, decline: Decline) -> None:
        host().plan(decline=_CODES[decline], classes="2")

    def presented(self) -> Presented:
        return Presented(entry=Entry.CHIP, number=CARD, expiry=EXPIRY, chip=CHIP, pin_block=PIN_BLOCK)

    def truth(self, payment_id: PaymentId) -> Truth:
        told = host().truth(self.merchant, payment_id)
        return Truth(taken_n=told.taken_n, taken_minor=told.taken_minor, given_back_minor=told.given_back_minor)

    def close(self) -> None:
        self.acquirer.close()
        host().order("forget_plans")
        host().order("faults", faults=f"none,late_ms={LATE_MS}")
