"""The channels that can be configured, in one table: what each needs to know, and how it is built from that.

A channel's own package of the vendor's is imported when the channel is built, and never before. It must never connect:
a shop opens in the morning whether or not the bank is awake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from types import MappingProxyType

from counterfoil.books.payments.ports import Acquirer, OnLate
from counterfoil.books.payments.webhooks import WebhookVerifier
from counterfoil.ids import PaymentId, TerminalId
from counterfoil.links.acquirers.alipay.acquirer import Alipay
from counterfoil.links.acquirers.alipay.credentials import AlipayCredentials
from counterfoil.links.acquirers.alipay.webhook import AlipayWebhook
from counterfoil.links.acquirers.iso8583.acquirer import Address, Iso8583Acquirer
from counterfoil.links.acquirers.iso8583.profile import SIMULATED_HOST, Account, Numbers, Profile
from counterfoil.links.acquirers.numbers import ALIPAY, WECHAT_REFUND, WECHAT_SALE
from counterfoil.links.acquirers.stripe.acquirer import Stripe
from counterfoil.links.acquirers.stripe.credentials import StripeCredentials
from counterfoil.links.acquirers.stripe.webhook import StripeWebhook
from counterfoil.links.acquirers.wechat.acquirer import WechatPay
from counterfoil.links.acquirers.wechat.credentials import WechatCredentials
from counterfoil.links.acquirers.wechat.webhook import WechatWebhook
from counterfoil.links.acquirers.wire import PATIENCE
from counterfoil.settings import AcquirerSettings, Options

PORT_MAX = 65_535
#: How long a host may think, where the file does not say.
HOST_ANSWER_S = 25
#: How long it may take to reach it, and to hand a message over.
HOST_CONNECT_S = 5
_ANSWER_S_MAX = 120
_PROFILES: Mapping[str, Profile] = MappingProxyType({"standard": Profile(), "simulated": SIMULATED_HOST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An acquirer, and what its lane has to know of it."""

    acquirer: Acquirer
    #: Whether its messages carry a trace number of the terminal's lane.
    is_traced: bool
    #: The longest that one call can take.
    call_max: timedelta
    #: Who knows the channel's own calls by their signature; None: it never calls.
    webhook: WebhookVerifier | None = None
    #: How its numbers are read back into our ids; None: it carries our ids as they are.
    read_back: Callable[[str, str], PaymentId | None] | None = None


Builder = Callable[[str, Options, OnLate], Built]


def build(settings: AcquirerSettings, on_late: OnLate) -> Built:
    """Build the acquirer of one table; BadOption where the table does not say what its channel needs."""
    built = CHANNELS[settings.channel](settings.name, settings.options, on_late)
    settings.options.refuse_the_rest()
    if built.call_max >= settings.patience:
        # Otherwise the worker would ask about a payment whose own answer is still awaited.
        raise settings.options.bad(
            "answer_s",
            f"less, or patience_s more: a call may take {built.call_max.seconds} s, and patience_s is shorter",
        )
    return built


def _iso8583(name: str, options: Options, on_late: OnLate) -> Built:
    profile = _PROFILES[options.one_of("profile", tuple(_PROFILES), "standard")]
    connect_s = options.whole("connect_s", HOST_CONNECT_S, least=1, most=_ANSWER_S_MAX)
    profile = replace(
        profile,
        tpdu=options.optional_text("tpdu"),
        numbers=Numbers(options.one_of("numbers", tuple(Numbers), profile.numbers)),
        zone=options.text("zone", profile.zone),
        signs_on=options.yes_or_no("signs_on", default=profile.signs_on),
        connect_ms=connect_s * 1_000,
        write_ms=connect_s * 1_000,
        answer_ms=options.whole("answer_s", HOST_ANSWER_S, least=1, most=_ANSWER_S_MAX) * 1_000,
    )
    terminals = options.table("terminals")
    account = Account(
        merchant_number=options.text("merchant_number"),
        terminal_numbers={TerminalId(terminal): terminals.text(terminal) for terminal in terminals.keys()},  # noqa: SIM118 — a table is no mapping: each key is asked for by what it should be
    )
    address = Address(host=options.text("host"), port=options.whole("port", least=1, most=PORT_MAX))
    acquirer = Iso8583Acquirer(name=name, address=address, account=account, profile=profile, on_late=on_late)
    call_ms_max = profile.connect_ms + profile.write_ms + profile.answer_ms
    return Built(acquirer=acquirer, is_traced=True, call_max=timedelta(milliseconds=call_ms_max))


def _wechat(name: str, options: Options, _on_late: OnLate) -> Built:
    keys = options.table("platform_keys")
    credentials = WechatCredentials(
        mchid=options.text("mchid"),
        appid=options.text("appid"),
        serial_no=options.text("serial_no"),
        private_key=options.secret("private_key"),
        api_v3_key=options.secret("api_v3_key"),
        platform_keys={serial: keys.secret(serial) for serial in keys.keys()},  # noqa: SIM118 — as above
        refund_notify_url=options.optional_text("refund_notify_url"),
        base_url=options.text("base_url", _default(WechatCredentials, "base_url")),
        patience=_answer_within(options),
    )
    return Built(
        acquirer=WechatPay(credentials, name=name),
        is_traced=False,
        call_max=2 * credentials.patience,
        webhook=WechatWebhook(credentials, acquirer=name),
        read_back=lambda kind, number: (WECHAT_SALE if kind == "sale" else WECHAT_REFUND).our_reference_of(number),
    )


def _alipay(name: str, options: Options, _on_late: OnLate) -> Built:
    credentials = AlipayCredentials(
        app_id=options.text("app_id"),
        private_key=options.secret("private_key"),
        alipay_public_key=options.secret("alipay_public_key"),
        notify_url=options.optional_text("notify_url"),
        base_url=options.text("base_url", _default(AlipayCredentials, "base_url")),
        patience=_answer_within(options),
    )
    return Built(
        acquirer=Alipay(credentials, name=name),
        is_traced=False,
        call_max=2 * credentials.patience,
        webhook=AlipayWebhook(credentials, acquirer=name),
        read_back=lambda _kind, number: ALIPAY.our_reference_of(number),
    )


def _default(credentials: type[WechatCredentials | AlipayCredentials | StripeCredentials], name: str) -> str:
    return next(str(field.default) for field in fields(credentials) if field.name == name)


def _stripe(name: str, options: Options, _on_late: OnLate) -> Built:
    secrets = options.table("webhook_secrets")
    credentials = StripeCredentials(
        api_key=options.secret("api_key"),
        webhook_secrets=tuple(secrets.secret(name) for name in secrets.keys()),  # noqa: SIM118 — as above
        payment_method_types=tuple(options.texts("payment_method_types", ("card",))),
        base_url=options.text("base_url", _default(StripeCredentials, "base_url")),
        patience=_answer_within(options),
    )
    # It makes an intent and then confirms it; an intent that was there already is asked for in between.
    return Built(
        acquirer=Stripe(credentials, name=name),
        is_traced=False,
        call_max=3 * credentials.patience,
        webhook=StripeWebhook(credentials, acquirer=name) if credentials.webhook_secrets else None,
    )


def _answer_within(options: Options) -> timedelta:
    return timedelta(seconds=options.whole("answer_s", PATIENCE.seconds, least=1, most=_ANSWER_S_MAX))


#: A new channel is one more line.
CHANNELS: Mapping[str, Builder] = MappingProxyType(
    {
        "iso8583": _iso8583,
        "wechat": _wechat,
        "alipay": _alipay,
        "stripe": _stripe,
    }
)
