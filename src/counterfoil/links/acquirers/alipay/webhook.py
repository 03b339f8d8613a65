"""What Alipay tells us unasked: a form, signed over its decoded values in the order of their names.

It is repeated for 25 hours until it is answered by `success`, always with the same `notify_id`, and it carries no
other time than that of its sending. It must never read a form before its signature is verified.
Source: Alipay open platform, "asynchronous notifications"; Antom, "Verifying the Asynchronous Notification".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, unquote

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Answer, Decline, Outcome
from counterfoil.books.payments.webhooks import (
    BODY_BYTES_MAX,
    Acknowledgement,
    NotTaken,
    Verdict,
    WebhookEvent,
    WebhookNotTaken,
)
from counterfoil.ids import PaymentId, is_id
from counterfoil.links.acquirers.alipay.amounts import CURRENCY, fen, moment_of
from counterfoil.links.acquirers.alipay.credentials import AlipayCredentials
from counterfoil.links.acquirers.alipay.words import CLOSED_TRADE, PAID_TRADES
from counterfoil.links.acquirers.answers import approved, declined
from counterfoil.links.acquirers.keys import is_signed_by, public_key_of
from counterfoil.links.acquirers.numbers import ALIPAY

#: The platform repeats itself for 25 hours; the hour more is for its clock and ours.
AGE_MAX = timedelta(hours=26)
AHEAD_MAX = timedelta(minutes=5)
_FIELDS_MAX = 200
_TAKEN = Acknowledgement(status=200, content_type="text/plain", body=b"success")
_AGAIN = Acknowledgement(status=200, content_type="text/plain", body=b"fail")


class AlipayWebhook:
    """Verifies with one app's keys."""

    def __init__(self, credentials: AlipayCredentials, *, acquirer: str = "alipay") -> None:
        self.acquirer = acquirer
        self._app_id = credentials.app_id
        self._key = public_key_of(credentials.alipay_public_key, option="alipay: alipay_public_key")

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Verdict:
        """Verify signature and time, in this order, and read the event."""
        if len(body) > BODY_BYTES_MAX:
            return self._no(NotTaken.TOO_LARGE, "longer than any notification")
        form = _form(body)
        signature, scheme = form.pop("sign", ""), form.pop("sign_type", "")
        if not signature or scheme != "RSA2":
            return self._no(NotTaken.UNSIGNED, "no signature of the documented scheme")
        message = "&".join(f"{name}={value}" for name, value in sorted(form.items()))
        if not is_signed_by(self._key, message.encode(), signature):
            return self._no(NotTaken.BAD_SIGNATURE, "signed with no key that we hold, or changed")
        try:
            return self._read(form, now)
        except (KeyError, ValueError):
            return self._no(NotTaken.UNREADABLE, "not in the documented format")

    def acknowledge(self, *, taken: bool) -> Acknowledgement:
        """Answer `success`, or `fail` so that it comes again."""
        return _TAKEN if taken else _AGAIN

    def _read(self, form: Mapping[str, str], now: datetime) -> Verdict:
        sent_at = moment_of(form["notify_time"])
        if now - sent_at > AGE_MAX:
            return self._no(NotTaken.TOO_OLD, "sent longer ago than the platform repeats itself")
        if sent_at - now > AHEAD_MAX:
            return self._no(NotTaken.TOO_NEW, "sent more than five minutes ahead of our clock")
        if form.get("app_id") != self._app_id:
            return self._no(NotTaken.NOT_OURS, "for another app")
        return self._event(form, sent_at)

    def _event(self, form: Mapping[str, str], sent_at: datetime) -> Verdict:
        status = form.get("trade_status", "")
        if form.get("notify_type") != "trade_status_sync" or status not in PAID_TRADES | {CLOSED_TRADE}:
            return self._no(NotTaken.IGNORED, "about something that decides no payment")
        if form.get("out_biz_no") and form.get("gmt_refund"):
            return self._refund(form)
        number = form["out_trade_no"]
        amount_minor = fen(form["total_amount"])
        if amount_minor is None:
            raise ValueError("no amount")
        # The full id travels in `passback_params`; it is believed where it makes the number.
        whole = unquote(form.get("passback_params", ""))
        fits = is_id(whole) and ALIPAY.number_of(PaymentId(whole)) == number
        reference = form["trade_no"]
        if status == CLOSED_TRADE:
            answer = declined(Decline.ALREADY_UNDONE, "closed or given back", code=status, reference=reference)
        else:
            answer = approved("paid", amount_minor=amount_minor, code=status, reference=reference)
        happened = form.get("gmt_close" if status == CLOSED_TRADE else "gmt_payment")
        return WebhookEvent(
            acquirer=self.acquirer,
            event_id=form["notify_id"],
            payment_id=PaymentId(whole) if fits else ALIPAY.our_reference_of(number),
            reference=number,
            kind=Kind.SALE,
            answer=answer,
            amount_minor=amount_minor,
            currency=CURRENCY,
            occurred_at=moment_of(happened) if happened else sent_at,
        )

    def _refund(self, form: Mapping[str, str]) -> WebhookEvent:
        number = form["out_biz_no"]
        # `refund_fee` is all that was ever given back of the trade, so this refund's own amount is not said.
        answer = Answer(outcome=Outcome.APPROVED, note="given back", acquirer_reference=form["trade_no"])
        return WebhookEvent(
            acquirer=self.acquirer,
            event_id=form["notify_id"],
            payment_id=ALIPAY.our_reference_of(number),
            reference=number,
            kind=Kind.REFUND,
            answer=answer,
            amount_minor=None,
            currency=CURRENCY,
            occurred_at=moment_of(form["gmt_refund"]),
        )

    def _no(self, reason: NotTaken, note: str) -> WebhookNotTaken:
        return WebhookNotTaken(acquirer=self.acquirer, reason=reason, note=note)


def _form(body: bytes) -> dict[str, str]:
    """Read a form; an empty one for what is none, or names a field twice."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS_MAX, separator="&"
        )
    except ValueError:
        return {}
    form = dict(pairs)
    return form if len(form) == len(pairs) else {}
