"""The stage of Stripe."""

from __future__ import annotations

from datetime import timedelta

from counterfoil.books.payments.ports import Answer, Decline, Entry, Late, Presented, Request
from counterfoil.ids import PaymentId
from counterfoil.links.acquirers.stripe.acquirer import Stripe
from counterfoil.links.acquirers.stripe.credentials import StripeCredentials
from tests.links.acquirers.peers.door import BeforeTheDoor
from tests.links.acquirers.peers.stripe import API_KEY, GOOD_CARD, StripePeer, localstripe
from tests.links.acquirers.stage import Fault, Truth

SECRET = "whsec_of_the_tests"  # noqa: S105 — of a peer that lives as long as one test
_CODES = {
    Decline.INSUFFICIENT_FUNDS: "insufficient_funds",
    Decline.EXPIRED_CARD: "expired_card",
    Decline.WRONG_PIN: "incorrect_pin",
    Decline.REFER_TO_ISSUER: "do_not_honor",
    Decline.SUSPECTED_FRAUD: "stolen_card",
    Decline.UNRECOGNISED: "a_code_of_tomorrow",
}


def credentials(url: str, *, patience: timedelta = timedelta(seconds=4)) -> StripeCredentials:
    """Return what the peer's merchant would enter."""
    return StripeCredentials(api_key=API_KEY, webhook_secrets=(SECRET,), base_url=url, patience=patience)


class _BeforeTheDoor(BeforeTheDoor):
    """Tells the peer when it is asked: an inquiry is then what faults are planned for."""

    peer: StripePeer

    def ask(self, request: Request) -> Answer:
        self.peer.is_asking = True
        try:
            return super().ask(request)
        finally:
            self.peer.is_asking = False


class StripeStage:
    """The adapter, localstripe behind a door, and localstripe's book."""

    declines = tuple(_CODES)

    def __init__(self) -> None:
        self.peer = StripePeer()
        self.acquirer = _BeforeTheDoor(Stripe(credentials(self.peer.url)), self.peer.door_shut)
        self.acquirer.peer = self.peer
        self.late: list[Late] = []
        self.cannot = {
            Fault.DUPLICATE_ANSWER: "HTTP answers a request once; what the channel says twice is a webhook",
        }
        #: Cases of the conformance suite that this channel cannot have.
        self.leaves = {
            "a_second_void_gives_no_money_back": "the channel has no void; a refund is all there is",
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
        return Presented(entry=Entry.TOKEN, number=GOOD_CARD)

    def truth(self, payment_id: PaymentId) -> Truth:
        """Add up what localstripe holds of every intent that was ever made for a payment."""
        charges = []
        for intent_id in self.peer.intents.get(payment_id, []):
            charge = localstripe("GET", f"/v1/payment_intents/{intent_id}")[1]["latest_charge"]
            if charge is not None and charge["status"] == "succeeded":
                charges.append(charge)
        return Truth(
            taken_n=len(charges),
            taken_minor=sum(charge["amount"] for charge in charges),
            given_back_minor=sum(charge["amount_refunded"] for charge in charges),
        )

    def close(self) -> None:
        self.peer.close()
        assert not self.peer.errors, self.peer.errors
