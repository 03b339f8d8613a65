"""Stripe: which answers its adapter believes, its amounts, and what it keeps to itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Decline, Outcome
from counterfoil.errors import BadOption
from counterfoil.links.acquirers.stripe import reading, words
from counterfoil.links.acquirers.stripe.acquirer import Stripe
from counterfoil.links.acquirers.stripe.amounts import from_stripe, to_stripe
from counterfoil.links.acquirers.stripe.client import Said
from counterfoil.links.acquirers.stripe.reading import Wanted
from counterfoil.money import SCALES
from tests.links.acquirers.messages import a_sale, asked_later, back
from tests.links.acquirers.peers.http import Told
from tests.links.acquirers.peers.stripe import API_KEY
from tests.links.acquirers.stage import Fault
from tests.links.acquirers.stages.stripe import SECRET, StripeStage, credentials


@pytest.fixture
def stage() -> Iterator[StripeStage]:
    with closing(StripeStage()) as opened:
        yield opened


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[1]",
        b"7",
        b"\xff\xfe",
        b"{",
        b"{}",
        b'{"error": "text"}',
        b'{"error": {"type": ["x"]}}',
        b'{"id": "pi_1", "object": "payment_intent", "status": "succeeded"}',
        b'{"object": "list", "data": [7]}',
        b"<html>busy</html>",
    ],
)
def test_no_answer_whatever_it_holds_raises_or_approves(
    stage: StripeStage, raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = a_sale(stage.presented(), currency="EUR")
    undo, refund = back(sale, Kind.REVERSAL), back(sale, Kind.REFUND, reference="pi_1")
    for status in (200, 302, 400, 409, 429, 500, 502):
        told = Told(status=status, body=raw)
        monkeypatch.setattr(stage.peer, "handle", lambda _, told=told: told)
        answers = [stage.acquirer.charge(sale), stage.acquirer.reverse(undo), stage.acquirer.refund(refund)]
        answers += [stage.acquirer.ask(request) for request in (asked_later(sale), undo, refund)]
        assert {answer.outcome for answer in answers} <= {Outcome.UNKNOWN, Outcome.NOT_FOUND, Outcome.DECLINED}
        # An error without a code decides nothing; only a list that was read may say that nothing is in it.
        assert answers[0].outcome is Outcome.UNKNOWN or b'"type"' in raw
        assert answers[3].outcome is Outcome.UNKNOWN


def test_every_code_that_is_known_means_what_the_table_says() -> None:
    for code, decline in words.DECLINES.items():
        card = Said(status=402, data={"error": {"type": "card_error", "code": "card_declined", "decline_code": code}})
        request = Said(status=400, data={"error": {"type": "invalid_request_error", "code": code}})
        for said in (card, request):
            answer = reading.of_refusal(said)
            assert (answer.outcome, answer.decline, answer.response_code) == (Outcome.DECLINED, decline, code)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (409, {"type": "invalid_request_error", "code": "lock_timeout"}),
        (429, {"type": "invalid_request_error", "code": "rate_limit"}),
        (500, {"type": "api_error"}),
        (400, {"type": "idempotency_error"}),
    ],
)
def test_an_error_that_decides_nothing_is_unknown(status: int, error: dict[str, str]) -> None:
    assert reading.of_refusal(Said(status=status, data={"error": error})).outcome is Outcome.UNKNOWN


def test_an_intent_is_read_by_its_status_alone() -> None:
    sale = a_sale(None, currency="EUR")
    names = {words.OUR_MERCHANT: sale.merchant_id, words.OUR_PAYMENT: sale.payment_id}

    def read(status: str, **more: object) -> str:
        intent = {"id": "pi_1", "status": status, "amount": 1230, "currency": "eur", "metadata": names} | more
        return reading.of_intent(intent, Wanted.of(sale)).outcome.value

    assert {status: read(status) for status in [*words.UNTRIED, *words.UNDER_WAY]} == {
        **dict.fromkeys(words.UNTRIED, "not_found"),
        **dict.fromkeys(words.UNDER_WAY, "pending"),
    }
    assert (read("succeeded"), read("canceled"), read("tomorrow")) == ("approved", "declined", "unknown")
    assert read("succeeded", amount_received=1230) == "approved"
    for wrong in ({"amount_received": 1229}, {"amount": 1230.0}, {"currency": "usd"}, {"metadata": {}}):
        assert read("succeeded", **wrong) == "unknown"


@given(amount_minor=st.integers(min_value=1, max_value=10**11), currency=st.sampled_from(["EUR", "MGA", *SCALES]))
def test_an_amount_that_can_be_sent_is_read_back_exactly(amount_minor: int, currency: str) -> None:
    sent = to_stripe(amount_minor, currency)
    assert sent is None or from_stripe(sent, currency) == amount_minor


@pytest.mark.parametrize(
    ("amount_minor", "currency", "sent"),
    [
        (1230, "EUR", 1230),
        (1230, "JPY", 1230),
        (5, "UGX", 500),
        (5, "ISK", 500),
        (1200, "MGA", 12),
        (1230, "MGA", None),
        (1230, "KWD", 1230),
        (1231, "KWD", None),
        (1230, "IQD", None),
        (1230, "CLF", None),
        (0, "EUR", None),
        (-5, "EUR", None),
    ],
)
def test_amounts_follow_the_channels_own_table(amount_minor: int, currency: str, sent: int | None) -> None:
    assert to_stripe(amount_minor, currency) == sent


def test_no_secret_stands_in_a_repr_a_note_or_a_log(
    stage: StripeStage, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mine, shown = credentials(stage.peer.url), stage.presented()
    sale = a_sale(shown, currency="EUR")
    stage.plan(Fault.GARBLED)
    answers = [stage.acquirer.charge(sale), stage.acquirer.ask(asked_later(sale))]
    answers.append(Stripe(replace(mine, api_key="sk_test_stranger")).charge(sale))

    said = repr((mine, Stripe(mine), sale, answers)) + "".join(capsys.readouterr()) + caplog.text
    for secret in (API_KEY, SECRET, shown.number, "sk_test_stranger"):
        assert secret not in said


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("api_key", "pk_test_1"),
        ("api_key", ""),
        ("webhook_secrets", ("secret",)),
        ("payment_method_types", ()),
        ("base_url", "http://api.example.com"),
        ("patience", timedelta(hours=1)),
    ],
)
def test_what_is_configured_wrongly_is_told_in_one_line_at_once(option: str, value: object) -> None:
    with pytest.raises(BadOption) as told:
        Stripe(replace(credentials("https://api.example.com"), **{option: value}))
    assert "\n" not in str(told.value)


def test_an_error_names_a_missing_intent_or_a_missing_token() -> None:
    for param, decline in (("payment_method", Decline.INVALID_CARD), ("intent", Decline.ORIGINAL_NOT_FOUND)):
        error = {"type": "invalid_request_error", "code": "resource_missing", "param": param}
        assert reading.of_refusal(Said(status=404, data={"error": error})).decline is decline
