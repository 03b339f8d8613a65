"""What a merchant must tell us to be paid by Alipay. Secrets are kept out of every `repr`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from counterfoil.errors import BadOption
from counterfoil.links.acquirers.wire import PATIENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class AlipayCredentials:
    """One app of the open platform and its keys (signing RSA2)."""

    app_id: str
    #: The app's private key: PEM, or the bare base 64 of the platform's key tool.
    private_key: str = field(repr=False)
    #: Alipay's own public key for this app, not the app's.
    alipay_public_key: str = field(repr=False)
    #: Where Alipay reports payments and refunds to; None: it is asked instead.
    notify_url: str | None = None
    base_url: str = "https://openapi.alipay.com/gateway.do"
    patience: timedelta = PATIENCE

    def __post_init__(self) -> None:
        if not self.app_id.strip():
            raise BadOption("alipay: app_id is empty; it stands in the open platform's console")
