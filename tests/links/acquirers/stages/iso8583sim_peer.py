"""The stage of an issuer that we did not write: the host of PyPI's iso8583sim, in another dialect than our own double.

It proves format and transport only. It has no book: it approves whatever its rules do not refuse, a reversal without an
original too, so what it says of money proves nothing, and the cases that look at money are left to other stages.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, ClassVar

from iso8583sim.core.types import ISO8583Message
from iso8583sim.net.framing import Framing
from iso8583sim.net.host import MockHost, Rule
from iso8583sim.wire import WireFormat

from counterfoil.books.payments.ports import Decline, Entry, Late, Presented
from counterfoil.ids import PaymentId
from counterfoil.links.acquirers.iso8583 import Account, Address, Header, Iso8583Acquirer, Profile
from tests.links.acquirers.stage import Fault, NoBook, Truth

ANSWER_MS, LATE_MS = 700, 1_100
TPDU = "6000010000"
_PATIENCE_S = 10
_MERCHANT, _TERMINAL = "SOMEBODYELSES", "T1"
_CODES = {
    Decline.INSUFFICIENT_FUNDS: "51",
    Decline.EXPIRED_CARD: "54",
    Decline.WRONG_PIN: "55",
    Decline.NOT_PERMITTED: "57",
    Decline.OVER_LIMIT: "61",
    Decline.INVALID_CARD: "14",
}
NO_BOOK = "it keeps no book"


class _Issuer(MockHost):
    """Their host, with a rule of its own for the next message where a test has planned one."""

    def __init__(self) -> None:
        super().__init__(
            rules=[Rule()], wire_format=WireFormat.ascii_hex(), framing=Framing(header="4a", tpdu=bytes.fromhex(TPDU))
        )
        self.planned: list[Rule] = []

    def rule_for(self, request: ISO8583Message) -> Rule:
        if request.mti == "0800":
            return super().rule_for(request)
        return self.planned.pop(0) if self.planned else super().rule_for(request)


class Iso8583SimStage:
    """The link with lengths and bit maps in characters, behind a TPDU, and somebody else's issuer on a thread."""

    declines = tuple(_CODES)
    cannot: ClassVar = {
        Fault.PENDING: "a card host decides at once; there is nothing to wait for",
        Fault.DUPLICATE_ANSWER: "it answers once",
        Fault.WRONG_AMOUNT: "it repeats what it was asked",
        Fault.WRONG_TERMINAL: "it repeats what it was asked",
        Fault.GARBLED: "it writes nothing but messages",
        Fault.REFUSED_CONNECTION: "its port cannot be shut for one call",
        Fault.LATE_REQUEST: NO_BOOK,
        Fault.LATE_APPROVAL: NO_BOOK,
        Fault.FALSE_ERROR: NO_BOOK,
    }
    has_book = False
    leaves: ClassVar = {
        **dict.fromkeys(
            (
                "a_void_behind_the_settlement_is_refused",
                "a_refund_above_what_was_taken_is_declined",
                "a_refund_of_an_unknown_payment_is_declined",
                "unequal_totals_upload_the_batch",
            ),
            f"{NO_BOOK}, so it refuses nothing on its account",
        ),
        "a_sale_is_approved_and_its_money_taken_once": "it gives no retrieval reference (DE 37)",
        "answers_out_of_order_find_their_own_sales": "it gives no retrieval reference (DE 37)",
    }

    def __init__(self) -> None:
        self.late: list[Late] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._issuer = _Issuer()
        self._run(self._issuer.start("127.0.0.1", 0))
        self.acquirer = Iso8583Acquirer(
            name="somebody-else",
            address=Address(host="127.0.0.1", port=self._issuer.port),
            account=Account(merchant_number=_MERCHANT),
            profile=Profile(
                header=Header(size=4, is_text=True), bitmap_is_text=True, tpdu=TPDU, answer_ms=ANSWER_MS, back_off_ms=1
            ),
            on_late=self.late.append,
        )

    def plan(self, fault: Fault) -> None:
        rules = {
            Fault.LOST_REQUEST: Rule(action="drop"),
            Fault.LOST_ANSWER: Rule(action="drop"),
            Fault.DROPPED: Rule(action="close"),
            Fault.LATE_ANSWER: Rule(delay_ms=LATE_MS),
            Fault.REORDERED: Rule(delay_ms=ANSWER_MS // 4),
            Fault.SERVER_ERROR: Rule(respond="96"),
        }
        self._issuer.planned.append(rules[fault])

    def decline_next(self, decline: Decline) -> None:
        self._issuer.planned.append(Rule(respond=_CODES[decline]))

    def presented(self) -> Presented:
        return Presented(entry=Entry.CHIP, number="4111111111111111", expiry="3012")

    def truth(self, payment_id: PaymentId) -> Truth:
        raise NoBook

    def close(self) -> None:
        self.acquirer.close()
        self._run(self._issuer.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, story: Coroutine[Any, Any, object]) -> None:
        asyncio.run_coroutine_threadsafe(story, self._loop).result(_PATIENCE_S)
