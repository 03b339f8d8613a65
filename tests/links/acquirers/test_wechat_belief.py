"""WeChat Pay: which answers its adapter believes, its bill, and what it keeps to itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from counterfoil.audit.readers.wechat_trade_bill import READER
from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Answer, Decline, Outcome
from counterfoil.errors import BadOption
from counterfoil.links.acquirers.wechat import reading, words
from counterfoil.links.acquirers.wechat.acquirer import WechatPay
from counterfoil.links.acquirers.wechat.client import Said
from tests.audit.readers.files import reading_of, rows_of, written
from tests.links.acquirers.messages import a_sale, asked_later, back, fresh
from tests.links.acquirers.peers.http import Told
from tests.links.acquirers.peers.wechat import MCHID
from tests.links.acquirers.stage import Fault
from tests.links.acquirers.stages.wechat import API_KEY, WechatStage, credentials


@pytest.fixture
def stage() -> Iterator[WechatStage]:
    with closing(WechatStage()) as opened:
        yield opened


def test_a_wrong_key_of_ours_is_told_as_misconfigured(stage: WechatStage) -> None:
    stranger = WechatPay(replace(credentials(stage.peer.url), serial_no="ANOTHER"))
    answer = stranger.charge(a_sale(stage.presented()))
    assert (answer.outcome, answer.decline) == (Outcome.DECLINED, Decline.MISCONFIGURED)


@pytest.mark.parametrize("flaw", ["no signature", "another key", "an old signature", "another serial"])
def test_a_yes_without_a_right_signature_is_unknown(
    stage: WechatStage, flaw: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = stage.peer.signed

    def signed(status: int, data: dict[str, object]) -> Told:
        match flaw:
            case "no signature":
                return Told(status=status, body=right(status, data).body)
            case "another key":
                return right(status, data, key="stranger")
            case "an old signature":
                return right(status, data, stamp=1_700_000_000)
            case _:
                told = right(status, data)
                return replace(told, headers={**told.headers, "Wechatpay-Serial": "PUB_KEY_ID_02"})

    monkeypatch.setattr(stage.peer, "signed", signed)
    sale = a_sale(stage.presented())
    assert stage.acquirer.charge(sale).outcome is Outcome.UNKNOWN
    stage.decline_next(Decline.INSUFFICIENT_FUNDS)
    assert stage.acquirer.charge(a_sale(stage.presented())).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "raw", [b"", b"null", b"[1]", b"\xff\xfe", b"{", b'{"trade_state": 7}', b'{"code": ["x"]}', b"<html>busy</html>"]
)
def test_no_answer_whatever_it_holds_raises_or_approves(
    stage: WechatStage, raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = a_sale(stage.presented())
    for status in (200, 204, 302, 404, 429, 502):
        told = Told(status=status, headers=stage.peer.signature_of(raw), body=raw)
        monkeypatch.setattr(stage.peer, "handle", lambda _, told=told: told)
        for request in (sale, back(sale, Kind.VOID), back(sale, Kind.REFUND)):
            call = {Kind.SALE: stage.acquirer.charge, Kind.VOID: stage.acquirer.void}.get(
                request.kind, stage.acquirer.refund
            )
            assert call(request).outcome is Outcome.UNKNOWN
            assert stage.acquirer.ask(request).outcome is Outcome.UNKNOWN


def test_the_bill_is_fetched_unpacked_checked_and_read(stage: WechatStage, tmp_path: Path) -> None:
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    stage.acquirer.refund(back(sale, Kind.REFUND, amount_minor=230))

    bill = WechatPay(credentials(stage.peer.url)).bill(date(2026, 3, 1))

    assert bill is not None
    assert bill.digest is not None
    assert bill.digest.startswith("sha1:")
    with duckdb.connect() as connection:
        rows = rows_of(reading_of(connection, READER, written(tmp_path, bill.content, bill.name)))
    assert (rows[0]["kind"], rows[0]["our_reference"]) == ("sale", sale.payment_id)
    assert [row["amount_minor"] for row in rows] == [1230, 230]


@pytest.mark.parametrize("reason", ["NO_STATEMENT_EXIST", "STATEMENT_CREATING", "damaged", "elsewhere", "silence"])
def test_a_day_without_a_bill_has_none(stage: WechatStage, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.acquirer.charge(a_sale(stage.presented()))
    match reason:
        case "damaged":
            stage.peer.bill_is_damaged = True
        case "elsewhere":
            monkeypatch.setattr(type(stage.peer), "url", "http://127.0.0.2:1")
        case "silence":
            stage.plan(Fault.LOST_ANSWER)
        case _:
            stage.peer.bill_error = reason
    adapter = WechatPay(credentials(f"http://127.0.0.1:{stage.peer.port}"))
    assert adapter.bill(date(2026, 3, 1)) is None


def test_no_secret_stands_in_a_repr_a_note_or_a_log(
    stage: WechatStage, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mine, shown = credentials(stage.peer.url), stage.presented()
    sale = a_sale(shown)
    stage.plan(Fault.GARBLED)
    answers = [stage.acquirer.charge(sale), stage.acquirer.ask(asked_later(sale))]
    stage.peer.bill_error = "NO_STATEMENT_EXIST"
    WechatPay(mine).bill(date(2026, 3, 1))

    said = repr((mine, WechatPay(mine), sale, answers)) + "".join(capsys.readouterr()) + caplog.text
    for secret in (API_KEY, shown.number, mine.private_key.splitlines()[2], "oUpF8uMuAJO"):
        assert secret not in said


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("mchid", " "),
        ("api_v3_key", "short"),
        ("private_key", "no key"),
        ("platform_keys", {}),
        ("platform_keys", {"PUB_KEY_ID_01": "no key"}),
        ("base_url", "http://api.example.com"),
        ("base_url", "api.example.com"),
        ("patience", timedelta()),
    ],
)
def test_what_is_configured_wrongly_is_told_in_one_line_at_once(option: str, value: object) -> None:
    with pytest.raises(BadOption) as told:
        WechatPay(replace(credentials("https://api.example.com"), **{option: value}))
    assert "\n" not in str(told.value)
    assert API_KEY not in str(told.value)


def test_every_code_that_is_known_means_what_the_table_says_in_both_spellings() -> None:
    for code, decline in words.DECLINES.items():
        for spelled in (code, code.lower(), "_".join(code)):
            answer = reading.of_refusal(Said(status=400, code=spelled, data={}), words.DECLINES)
            assert (answer.outcome, answer.decline, answer.response_code) == (Outcome.DECLINED, decline, spelled)
    assert not words.UNDECIDED & set(words.DECLINES)


def test_an_order_is_read_by_its_state_alone() -> None:
    number = fresh()

    def read(state: str) -> tuple[Answer, Answer]:
        amount = {"total": 1230, "currency": "CNY"}
        data = {"out_trade_no": number, "mchid": MCHID, "trade_state": state, "amount": amount}
        said = Said(status=200, code=None, data=data)
        return (
            reading.of_trade(said, number=number, mchid=MCHID, amount_minor=1230),
            reading.of_undone_trade(said, number=number, mchid=MCHID, amount_minor=1230),
        )

    of_sale = {
        state: read(state)[0].outcome.value
        for state in "SUCCESS REFUND NOTPAY USERPAYING ACCEPT REVOKED CLOSED PAYERROR TOMORROW".split()
    }
    assert of_sale == {
        "SUCCESS": "approved",
        "REFUND": "approved",
        "NOTPAY": "pending",
        "USERPAYING": "pending",
        "ACCEPT": "pending",
        "REVOKED": "declined",
        "CLOSED": "declined",
        "PAYERROR": "declined",
        "TOMORROW": "unknown",
    }
    assert {state for state in of_sale if read(state)[1].outcome is Outcome.APPROVED} == {
        "REVOKED",
        "CLOSED",
        "PAYERROR",
    }
