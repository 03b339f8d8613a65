"""Alipay: which answers its adapter believes, its bill, and what it keeps to itself."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.audit.readers.alipay_trade_bill import READER
from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Decline, Outcome
from counterfoil.errors import BadOption
from counterfoil.links.acquirers.alipay import reading, words
from counterfoil.links.acquirers.alipay.acquirer import Alipay
from counterfoil.links.acquirers.alipay.amounts import beijing_text, fen, moment_of, yuan
from counterfoil.links.acquirers.alipay.client import Said
from tests.audit.readers.files import reading_of, rows_of, written
from tests.links.acquirers.messages import a_sale, asked_later, back
from tests.links.acquirers.peers.http import Told
from tests.links.acquirers.peers.rsa_keys import private_pem, public_pem
from tests.links.acquirers.stage import Fault
from tests.links.acquirers.stages.alipay import AlipayStage, credentials


@pytest.fixture
def stage() -> Iterator[AlipayStage]:
    with closing(AlipayStage()) as opened:
        yield opened


@pytest.mark.parametrize("key", [None, "stranger"])
def test_neither_a_yes_nor_a_no_is_believed_without_a_right_signature(stage: AlipayStage, key: str | None) -> None:
    stage.peer.signs_with = key
    assert stage.acquirer.charge(a_sale(stage.presented())).outcome is Outcome.UNKNOWN
    stage.decline_next(Decline.INSUFFICIENT_FUNDS)
    assert stage.acquirer.charge(a_sale(stage.presented())).outcome is Outcome.UNKNOWN


def test_a_wrong_key_of_ours_is_told_as_misconfigured(stage: AlipayStage) -> None:
    stranger = Alipay(replace(credentials(stage.peer.url), private_key=private_pem("stranger")))
    answer = stranger.charge(a_sale(stage.presented()))
    assert (answer.outcome, answer.decline) == (Outcome.DECLINED, Decline.MISCONFIGURED)
    assert answer.response_code == "isv.invalid-signature"


def test_keys_are_read_as_the_platforms_own_tool_hands_them_out(stage: AlipayStage) -> None:
    def bare(pem: str) -> str:
        return "".join(pem.splitlines()[1:-1])

    mine = credentials(stage.peer.url)
    tool = replace(mine, private_key=bare(private_pem("app")), alipay_public_key=bare(public_pem("alipay")))
    assert Alipay(tool).charge(a_sale(stage.presented())).outcome is Outcome.APPROVED


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"\xff\xfe",
        b'{"alipay_trade_pay_response":',
        b'{"alipay_trade_pay_response":7,"sign":"x"}',
        b'{"alipay_trade_pay_response":{"code":"10000"},"sign":["x"]}',
        b'{"error_response":{"code":"40004","sub_code":"ACQ.TRADE_HAS_CLOSE"}}',
        b"<html>busy</html>",
    ],
)
def test_no_answer_whatever_it_holds_raises_or_decides(
    stage: AlipayStage, raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = a_sale(stage.presented())
    for status in (200, 302, 404, 502):
        told = Told(status=status, body=raw)
        monkeypatch.setattr(stage.peer, "handle", lambda _, told=told: told)
        answers = [stage.acquirer.charge(sale), stage.acquirer.void(back(sale, Kind.VOID))]
        answers += [stage.acquirer.refund(back(sale, Kind.REFUND)), stage.acquirer.ask(asked_later(sale))]
        assert [answer.outcome for answer in answers] == [Outcome.UNKNOWN] * 4


def test_an_answer_that_decides_nothing_is_unknown() -> None:
    for code, sub_code in [("20000", "isp.unknow-error"), ("40004", None), ("40004", "ACQ.SYSTEM_ERROR"), ("7", "x")]:
        said = Said(code=code, sub_code=sub_code, data={})
        assert reading.of_refusal(said, words.DECLINES).outcome is Outcome.UNKNOWN
        assert reading.of_refusal(said, words.DECLINES_OF_RETURNS).outcome is Outcome.UNKNOWN
    assert not words.UNDECIDED & set(words.DECLINES_OF_RETURNS)


def test_every_code_that_is_known_means_what_the_table_says() -> None:
    for code, decline in words.DECLINES_OF_RETURNS.items():
        answer = reading.of_refusal(Said(code="40004", sub_code=code, data={}), words.DECLINES_OF_RETURNS)
        assert (answer.outcome, answer.decline, answer.response_code) == (Outcome.DECLINED, decline, code)


def test_the_bill_is_fetched_and_read(stage: AlipayStage, tmp_path: Path) -> None:
    sale = a_sale(stage.presented())
    stage.acquirer.charge(sale)
    stage.acquirer.refund(back(sale, Kind.REFUND, amount_minor=230))

    bill = Alipay(credentials(stage.peer.url)).bill(date(2026, 3, 1))

    assert bill is not None
    with zipfile.ZipFile(io.BytesIO(bill.content)) as packed:
        unpacked = written(tmp_path, packed.read("bill.csv"))
    with duckdb.connect() as connection:
        rows = rows_of(reading_of(connection, READER, unpacked))
    assert (rows[0]["kind"], rows[0]["our_reference"]) == ("sale", sale.payment_id)
    assert [row["amount_minor"] for row in rows] == [1230, 230]


@pytest.mark.parametrize("reason", ["isp.bill_not_exist", "damaged", "silence"])
def test_a_day_without_a_bill_has_none(stage: AlipayStage, reason: str) -> None:
    match reason:
        case "damaged":
            stage.peer.bill_is_damaged = True
        case "silence":
            stage.plan(Fault.LOST_ANSWER)
        case _:
            stage.peer.bill_error = reason
    assert Alipay(credentials(stage.peer.url)).bill(date(2026, 3, 1)) is None


def test_no_secret_stands_in_a_repr_a_note_or_a_log(
    stage: AlipayStage, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mine, shown = credentials(stage.peer.url), stage.presented()
    sale = a_sale(shown)
    stage.plan(Fault.GARBLED)
    answers = [stage.acquirer.charge(sale), stage.acquirer.ask(asked_later(sale))]
    stage.peer.bill_error = "isp.bill_not_exist"
    Alipay(mine).bill(date(2026, 3, 1))

    said = repr((mine, Alipay(mine), sale, answers)) + "".join(capsys.readouterr()) + caplog.text
    for secret in (shown.number, mine.private_key.splitlines()[2], "zha***@example.com"):
        assert secret not in said


@pytest.mark.parametrize(
    ("option", "value"),
    [("app_id", " "), ("private_key", "no key"), ("alipay_public_key", "no key"), ("base_url", "http://example.com")],
)
def test_what_is_configured_wrongly_is_told_in_one_line_at_once(option: str, value: str) -> None:
    with pytest.raises(BadOption) as told:
        Alipay(replace(credentials("https://api.example.com"), **{option: value}))
    assert "\n" not in str(told.value)


@given(amount_minor=st.integers(min_value=0, max_value=10**11))
def test_an_amount_that_is_written_is_read_back(amount_minor: int) -> None:
    assert fen(yuan(amount_minor)) == amount_minor


@pytest.mark.parametrize("text", ["", "1.234", "-1.00", "1e3", "NaN", "１", None, 12.3, 1230, "1.", ".5", "1.23\n"])
def test_what_is_no_amount_is_none(text: object) -> None:
    assert fen(text) is None


def test_times_are_written_in_beijing_whatever_the_machines_zone() -> None:
    moment = datetime(2026, 3, 1, 16, 30, 5, tzinfo=UTC)
    assert beijing_text(moment) == "2026-03-02 00:30:05"
    assert moment_of("2026-03-02 00:30:05.320") == moment
