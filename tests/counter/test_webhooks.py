"""Channels call us: believed by their signature, kept once, harmless in whatever order they come."""

from __future__ import annotations

from typing import Any

import pytest

from counterfoil.books.payments.webhooks import BODY_BYTES_MAX, NotTaken
from counterfoil.counter.bills.webhooks import UnknownAcquirer, Webhooks
from counterfoil.ids import MerchantId, PaymentId
from counterfoil.links.acquirers.wechat.webhook import WechatWebhook
from tests.counter.acquirer import Fate
from tests.counter.till import Counter
from tests.links.acquirers.peers.wechat import WechatPeer
from tests.links.acquirers.stages.wechat import credentials
from tests.links.acquirers.test_wechat_webhook import a_paid_order, sealed

VERIFIER = WechatWebhook(credentials("https://api.example.com"))


def hear(counter: Counter, body: bytes, *, key: str = "wechat", whose: MerchantId | None = None) -> Any:  # noqa: ANN401 — what is heard
    webhooks = Webhooks(
        database=counter.database, verifiers=[(whose or counter.merchant_id, VERIFIER)], clock=counter.clock
    )
    headers = WechatPeer.signature_of(body, stamp=int(counter.clock.now.timestamp()), key=key)
    return webhooks.hear("wechat", headers, body)


def paid(payment_id: str, event_id: str = "EV-1", **changed: object) -> bytes:
    body = a_paid_order(PaymentId(payment_id), amount={"total": 500, "payer_total": 500, "currency": "CNY"}, **changed)
    return sealed(body, "TRANSACTION.SUCCESS").replace(b"EV-1", event_id.encode())


def sold(counter: Counter, fate: Fate) -> str:
    counter.wechat.plan("charge", fate)
    sale = counter.sale(counter.tender("wechat"))
    counter.sell(sale)
    return str(sale.tenders[0].payment_id)


def test_a_webhook_ends_an_unknown_payment_and_stands_in_the_acquirers_book(counter: Counter) -> None:
    payment_id = sold(counter, Fate.LOST_ANSWER)
    heard = hear(counter, paid(payment_id))
    assert (heard.acknowledgement.status, counter.state(payment_id)) == (204, "approved")
    (row,) = counter.rows("SELECT * FROM acquirer_records")
    assert (row["source"], row["kind"], row["state"], row["amount_minor"]) == ("webhook", "sale", "succeeded", 500)
    assert (row["our_reference"], row["entered_by"]) == (payment_id, "import")


def test_a_repeat_is_acknowledged_and_changes_nothing(counter: Counter) -> None:
    payment_id = sold(counter, Fate.LOST_ANSWER)
    hear(counter, paid(payment_id))
    before = counter.counts()
    assert hear(counter, paid(payment_id)).acknowledgement.status == 204
    assert counter.counts() == before


def test_an_approval_that_comes_after_another_word_of_it_is_harmless(counter: Counter) -> None:
    payment_id = sold(counter, Fate.FINE)
    assert counter.state(payment_id) == "approved"
    hear(counter, paid(payment_id))
    hear(counter, paid(payment_id, "EV-2"))
    assert counter.state(payment_id) == "approved"
    assert len(counter.rows("SELECT * FROM acquirer_records")) == 2


def test_a_webhook_denies_a_decline_and_the_payment_is_unknown_again(counter: Counter) -> None:
    payment_id = sold(counter, Fate.FALSELY_DECLINED)
    hear(counter, paid(payment_id))
    assert counter.state(payment_id) == "unknown"


def test_what_is_signed_with_another_key_is_not_believed_and_not_kept(counter: Counter) -> None:
    payment_id = sold(counter, Fate.LOST_ANSWER)
    heard = hear(counter, paid(payment_id), key="other")
    assert (heard.acknowledgement, heard.refused) == (None, NotTaken.BAD_SIGNATURE)
    assert (counter.state(payment_id), counter.counts()["webhook_events"]) == ("unknown", 0)


def test_what_is_too_long_is_refused_unread(counter: Counter) -> None:
    assert hear(counter, b"x" * (BODY_BYTES_MAX + 1)).refused is NotTaken.TOO_LARGE


def test_an_event_of_an_unknown_type_is_kept_aside_with_its_reason(counter: Counter) -> None:
    body = sealed(a_paid_order(PaymentId("p9")), "COUPON.USE")
    assert hear(counter, body).acknowledgement.status == 204
    assert hear(counter, body).acknowledgement.status == 204
    (row,) = counter.rows("SELECT * FROM webhook_events")
    assert (row["aside"], row["record_id"], bool(row["note"])) == ("ignored", None, True)
    assert counter.counts()["acquirer_records"] == 0


def test_a_charge_that_no_payment_of_ours_answers_for_stands_in_their_book(counter: Counter) -> None:
    assert hear(counter, paid("nobody-paid-this")).acknowledgement.status == 204
    assert counter.counts()["acquirer_records"] == 1


def test_an_acquirer_of_no_name_of_ours_may_not_call(counter: Counter) -> None:
    webhooks = Webhooks(database=counter.database, verifiers=[], clock=counter.clock)
    with pytest.raises(UnknownAcquirer):
        webhooks.hear("wechat", {}, b"")
