"""What Alipay says unasked: believed where it is signed, of this day, and about our app."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import pytest

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Decline, Outcome
from counterfoil.books.payments.webhooks import BODY_BYTES_MAX, NotTaken, Verdict, WebhookEvent, WebhookNotTaken
from counterfoil.ids import PaymentId
from counterfoil.links.acquirers.alipay.amounts import beijing_text
from counterfoil.links.acquirers.alipay.webhook import AlipayWebhook
from counterfoil.links.acquirers.numbers import ALIPAY
from tests.links.acquirers.messages import fresh
from tests.links.acquirers.peers.alipay import APP_ID
from tests.links.acquirers.peers.rsa_keys import signature
from tests.links.acquirers.stages.alipay import credentials

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def a_form(payment_id: PaymentId, **changed: str) -> dict[str, str]:
    return {
        "notify_time": beijing_text(NOW),
        "notify_type": "trade_status_sync",
        "notify_id": "ac05099524730693a8b330c5ecf72da9786",
        "app_id": APP_ID,
        "charset": "utf-8",
        "version": "1.0",
        "trade_no": "2026030122001400000000000001",
        "out_trade_no": ALIPAY.number_of(payment_id),
        "trade_status": "TRADE_SUCCESS",
        "total_amount": "12.30",
        "subject": "面包 & Bread",
        "passback_params": quote(payment_id, safe=""),
        "gmt_payment": "2026-03-01 19:58:30",
        "buyer_logon_id": "zha***@example.com",
    } | changed


def posted(form: dict[str, str], *, key: str = "alipay", **beside: str) -> bytes:
    message = "&".join(f"{name}={value}" for name, value in sorted(form.items()))
    return urlencode(form | {"sign": signature(key, message.encode()), "sign_type": "RSA2"} | beside).encode()


def verdict_on(body: bytes, *, now: datetime = NOW) -> Verdict:
    return AlipayWebhook(credentials("https://api.example.com")).verify({}, body, now=now)


def reason_of(verdict: Verdict) -> NotTaken:
    assert isinstance(verdict, WebhookNotTaken), verdict
    return verdict.reason


@pytest.mark.parametrize("payment_id", [fresh(), PaymentId("till.7:" + "x" * 57)], ids=["short", "long"])
def test_a_paid_trade_is_an_approval_of_our_payment(payment_id: PaymentId) -> None:
    event = verdict_on(posted(a_form(payment_id)))
    assert isinstance(event, WebhookEvent)
    assert (event.payment_id, event.kind, event.amount_minor) == (payment_id, Kind.SALE, 1230)
    assert event.answer.outcome is Outcome.APPROVED
    assert event.occurred_at == datetime(2026, 3, 1, 11, 58, 30, tzinfo=UTC)
    assert "zha***" not in repr(event)


def test_a_closed_trade_holds_nothing() -> None:
    event = verdict_on(posted(a_form(fresh(), trade_status="TRADE_CLOSED")))
    assert isinstance(event, WebhookEvent)
    assert (event.answer.outcome, event.answer.decline) == (Outcome.DECLINED, Decline.ALREADY_UNDONE)


def test_a_refund_is_told_by_its_own_number_and_without_its_amount() -> None:
    refund_id = fresh()
    form = a_form(fresh(), out_biz_no=refund_id, refund_fee="5.00", gmt_refund="2026-03-01 19:59:00.320")
    event = verdict_on(posted(form))
    assert isinstance(event, WebhookEvent)
    assert (event.payment_id, event.kind, event.amount_minor) == (refund_id, Kind.REFUND, None)
    assert event.answer.outcome is Outcome.APPROVED


def test_the_same_event_again_has_the_same_id() -> None:
    body = posted(a_form(fresh()))
    assert verdict_on(body) == verdict_on(body, now=NOW + timedelta(hours=25))


def test_a_forged_or_changed_event_is_refused() -> None:
    form = a_form(fresh())
    body = posted(form)
    assert reason_of(verdict_on(posted(form, key="stranger"))) is NotTaken.BAD_SIGNATURE
    assert reason_of(verdict_on(body.replace(b"12.30", b"12.31"))) is NotTaken.BAD_SIGNATURE
    assert reason_of(verdict_on(body + b"&added=1")) is NotTaken.BAD_SIGNATURE
    assert reason_of(verdict_on(posted(form, sign="****"))) is NotTaken.BAD_SIGNATURE
    assert reason_of(verdict_on(urlencode(form).encode())) is NotTaken.UNSIGNED
    assert reason_of(verdict_on(posted(form, sign_type="RSA"))) is NotTaken.UNSIGNED
    # A field that is named twice could be verified with one value and read with the other.
    assert reason_of(verdict_on(body + b"&total_amount=99.00")) is NotTaken.UNSIGNED


def test_a_copy_that_somebody_kept_is_too_old_and_a_wrong_clock_is_named() -> None:
    body = posted(a_form(fresh()))
    assert reason_of(verdict_on(body, now=NOW + timedelta(hours=26, seconds=1))) is NotTaken.TOO_OLD
    assert reason_of(verdict_on(body, now=NOW - timedelta(minutes=6))) is NotTaken.TOO_NEW


@pytest.mark.parametrize(
    "changed", [{"notify_time": "soon"}, {"total_amount": "12.345"}, {"gmt_payment": "yesterday evening, about"}]
)
def test_a_genuine_event_that_cannot_be_read_is_refused_by_name(changed: dict[str, str]) -> None:
    assert reason_of(verdict_on(posted(a_form(fresh(), **changed)))) is NotTaken.UNREADABLE


def test_what_is_not_for_us_or_decides_nothing_is_acknowledged_and_left() -> None:
    not_ours = reason_of(verdict_on(posted(a_form(fresh(), app_id="1"))))
    waiting = reason_of(verdict_on(posted(a_form(fresh(), trade_status="WAIT_BUYER_PAY"))))
    assert (not_ours, waiting) == (NotTaken.NOT_OURS, NotTaken.IGNORED)
    webhook = AlipayWebhook(credentials("https://api.example.com"))
    assert webhook.acknowledge(taken=waiting.is_genuine).body == b"success"
    assert webhook.acknowledge(taken=NotTaken.UNSIGNED.is_genuine).body == b"fail"


@pytest.mark.parametrize("body", [b"", b"\xff", b"&&&", b"a", b"=", b"&".join([b"a=1"] * 300), b"%zz=%zz"])
def test_what_is_no_form_is_refused(body: bytes) -> None:
    assert reason_of(verdict_on(body)) is NotTaken.UNSIGNED


def test_a_body_that_is_too_long_is_refused_unread() -> None:
    assert reason_of(verdict_on(b"x" * (BODY_BYTES_MAX + 1))) is NotTaken.TOO_LARGE
