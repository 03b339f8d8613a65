"""What a merchant must tell us to be paid by Stripe. Secrets are kept out of every `repr`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

from counterfoil.errors import BadOption
from counterfoil.links.acquirers.wire import PATIENCE

_KEY = re.compile(r"(?:sk|rk)_[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeCredentials:
    """One account and its keys."""

    #: A secret key (`sk_…`) or a restricted one (`rk_…`) that may write PaymentIntents and refunds.
    api_key: str = field(repr=False)
    #: Signing secrets of the webhook endpoint (`whsec_…`); two while one replaces another.
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    #: What a token may stand for: `card`; `card_present` for Stripe's own terminals.
    payment_method_types: tuple[str, ...] = ("card",)
    base_url: str = "https://api.stripe.com"
    patience: timedelta = PATIENCE

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.api_key):
            raise BadOption("stripe: api_key must be a secret key (sk_…) or a restricted key (rk_…)")
        if any(not secret.startswith("whsec_") for secret in self.webhook_secrets):
            raise BadOption("stripe: webhook_secrets must be signing secrets (whsec_…) of the webhook endpoint")
        if not self.payment_method_types:
            raise BadOption('stripe: payment_method_types is empty; write ("card",)')
