"""Messages to Stripe and its answers, by the official package with a transport of ours. Knows no payment.

The package's own transports cannot say whether a message left, and time each packet instead of the exchange; ours
(`wire.py`) takes their place by the package's own door for it. The package never retries here: whether a message may
go twice is the ladder's decision.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from counterfoil.links.acquirers.packages import need
from counterfoil.links.acquirers.stripe.credentials import StripeCredentials
from counterfoil.links.acquirers.wire import Silence, Wire

_YES = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer that was read."""

    status: int
    data: Mapping[str, Any] = field(repr=False)

    @property
    def is_yes(self) -> bool:
        """Whether the channel did what it was asked to do."""
        return self.status in _YES

    @property
    def error(self) -> Mapping[str, Any]:
        """What it says of an error; empty where it says nothing."""
        error = self.data.get("error")
        return error if isinstance(error, Mapping) else {}

    @property
    def code(self) -> str | None:
        """The word that says most about an error."""
        for name in ("decline_code", "code", "type"):
            if isinstance(self.error.get(name), str):
                return str(self.error[name])
        return None


def things_in(said: Said) -> list[Mapping[str, Any]] | None:
    """Return what a page of a list holds; None where the answer is no list."""
    things = said.data.get("data")
    if said.data.get("object") != "list" or not isinstance(things, list):
        return None
    return [thing for thing in things if isinstance(thing, Mapping)]


class StripeClient:
    """One account's line to Stripe."""

    def __init__(self, credentials: StripeCredentials) -> None:
        self.credentials = credentials
        self.wire = Wire(base_url=credentials.base_url.rstrip("/"), patience=credentials.patience)
        self._stripe = need("stripe", extra="stripe", channel="Stripe")
        # Below this level the package writes what it sends into the log, tokens of cards included.
        logging.getLogger("stripe").setLevel(logging.WARNING)
        client = self._stripe.StripeClient(
            credentials.api_key,
            base_addresses={"api": self.wire.base_url},
            http_client=_transport(self._stripe, self.wire),
            max_network_retries=0,
        )
        self._intents, self._refunds = client.v1.payment_intents, client.v1.refunds

    def create_intent(self, params: Mapping[str, Any], *, key: str) -> Said | Silence:
        """Create an intent; the same key again returns what it returned at first."""
        return self._said(lambda: self._intents.create(params=dict(params), options={"idempotency_key": key}))

    def confirm_intent(self, intent_id: str, params: Mapping[str, Any], *, key: str) -> Said | Silence:
        """Attempt to be paid."""
        options = {"idempotency_key": key}
        return self._said(lambda: self._intents.confirm(intent_id, params=dict(params), options=options))

    def cancel_intent(self, intent_id: str) -> Said | Silence:
        """Cancel an intent, which then can never be paid.

        Without a key of ours: a refusal would be kept under it, and repeated after it has lost its reason.
        """
        return self._said(lambda: self._intents.cancel(intent_id))

    def retrieve_intent(self, intent_id: str) -> Said | Silence:
        """Return an intent with its latest charge."""
        return self._said(lambda: self._intents.retrieve(intent_id, params={"expand": ["latest_charge"]}))

    def list_intents(self, params: Mapping[str, Any]) -> Said | Silence:
        """Return one page of intents, the newest first."""
        return self._said(lambda: self._intents.list(params=dict(params)))

    def create_refund(self, params: Mapping[str, Any], *, key: str) -> Said | Silence:
        """Give money back; the same key again returns what it returned at first."""
        return self._said(lambda: self._refunds.create(params=dict(params), options={"idempotency_key": key}))

    def list_refunds(self, params: Mapping[str, Any]) -> Said | Silence:
        """Return one page of refunds, the newest first."""
        return self._said(lambda: self._refunds.list(params=dict(params)))

    def _said(self, call: Callable[[], Any]) -> Said | Silence:
        try:
            data = call().last_response.data
        except self._stripe.StripeError as error:
            lost = getattr(error, "silence", None)
            if isinstance(lost, Silence):
                return lost
            # Of an answer that is no JSON, the package hands on the headers as if they were its content.
            if isinstance(error.json_body, dict) and isinstance(error.json_body.get("error"), dict):
                return Said(status=int(error.http_status or 0), data=error.json_body)
            return Silence(sent=True, note=f"the answer (HTTP {error.http_status}) cannot be read")
        except (AttributeError, KeyError, TypeError, ValueError):
            # JSON of a shape that the package does not expect breaks inside it, in many ways.
            return Silence(sent=True, note="the answer is not in the documented format")
        return Said(status=200, data=data) if isinstance(data, dict) else Silence(sent=True, note="the answer is empty")


def _transport(stripe: Any, wire: Wire) -> Any:  # noqa: ANN401 — the package is loaded only when it is configured
    """Make a transport for the package: one exchange, no retry, and silence told apart."""

    class Lost(stripe.APIConnectionError):  # type: ignore[misc]  # its base is known at run time only
        """No answer."""

        def __init__(self, silence: Silence) -> None:
            super().__init__(silence.note, should_retry=False)
            self.silence = silence

    class Transport(stripe.HTTPClient):  # type: ignore[misc]  # as above
        """What the package sends by."""

        name = "counterfoil"

        def request(
            self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
        ) -> tuple[bytes, int, Mapping[str, str]]:
            parts = urlsplit(url)
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            body = post_data.encode() if post_data else None
            heard = wire.exchange(method.upper(), target, headers=headers, body=body)
            if isinstance(heard, Silence):
                raise Lost(heard)
            return heard.body, heard.status, heard.headers

        def close(self) -> None:
            """Nothing is held."""

    return Transport()
