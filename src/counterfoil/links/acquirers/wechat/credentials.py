"""What a merchant must tell us to be paid by WeChat Pay. Secrets are kept out of every `repr`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from counterfoil.errors import BadOption
from counterfoil.links.acquirers.wire import PATIENCE

_API_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class WechatCredentials:
    """One merchant number and its keys."""

    mchid: str
    appid: str
    #: The serial number of the merchant's own certificate.
    serial_no: str
    #: The merchant's private key, PEM (`apiclient_key.pem`).
    private_key: str = field(repr=False)
    #: 32 characters, chosen by the merchant; opens what webhooks carry.
    api_v3_key: str = field(repr=False)
    #: WeChat Pay's own keys by what `Wechatpay-Serial` calls them: a public key by `PUB_KEY_ID_…`, or a platform
    #: certificate by its serial number. Several while one replaces another.
    platform_keys: Mapping[str, str] = field(repr=False)
    #: Where WeChat Pay reports refunds to; None: it is asked instead.
    refund_notify_url: str | None = None
    base_url: str = "https://api.mch.weixin.qq.com"
    patience: timedelta = PATIENCE

    def __post_init__(self) -> None:
        for option in ("mchid", "appid", "serial_no"):
            if not getattr(self, option).strip():
                raise BadOption(f"wechat: {option} is empty; it stands in the merchant platform under API security")
        if len(self.api_v3_key.encode()) != _API_KEY_BYTES:
            raise BadOption(f"wechat: api_v3_key must have {_API_KEY_BYTES} bytes, as set in the merchant platform")
        if not self.platform_keys:
            raise BadOption("wechat: platform_keys is empty: without WeChat Pay's public key no answer can be believed")
