"""Closing a batch: what is compared, what is uploaded, and what a silence or a lie amounts to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from counterfoil.books.payments.model import Kind
from counterfoil.books.payments.ports import Settled, Totals
from counterfoil.storm.acquirer.wire import Message, written
from tests.links.acquirers.iso8583.hosts import CARD, QUICK, Script, answer_to, linked
from tests.links.acquirers.till import TERMINAL, a_sale, back

NOW = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
SALE = replace(a_sale(CARD, channel="iso8583", at=NOW), presented=None)
TOTALS = Totals(
    currency="CNY", sales_n=3, sales_minor=3690, undone_n=1, undone_minor=1230, refunds_n=1, refunds_minor=200
)
BATCH = [SALE, back(SALE, Kind.VOID), back(SALE, Kind.REFUND, amount_minor=200), back(SALE, Kind.REVERSAL)]


def scripted(*said: dict[str, str] | None) -> Script:
    """Answer the messages of a closing in turn; None is silence."""
    turns = iter(said)

    def script(message: Message) -> bytes:
        if message.mti == "0800":
            return written(answer_to(message))
        changes = next(turns)
        return b"" if changes is None else written(answer_to(message, **changes))

    return script


def test_totals_are_told_by_debit_and_credit() -> None:
    with linked(scripted({"e66": "1"})) as (acquirer, host, _):
        assert acquirer.settle(TERMINAL, TOTALS, BATCH, now=NOW).outcome is Settled.EQUAL

        _, message = host.heard
        told = {number: int(message.get(number)) for number in (74, 75, 76, 77, 86, 87, 88, 89)}
        assert told == {74: 1, 75: 0, 76: 3, 77: 1, 86: 200, 87: 0, 88: 3690, 89: 1230}
        assert (message.mti, message.get(3), message.get(49), message.get(7)) == ("0500", "920000", "156", "0301220000")


@pytest.mark.parametrize("unequal", [{"e66": "2"}, {"e39": "95"}])
def test_a_batch_is_uploaded_without_cards_and_without_what_was_reversed(unequal: dict[str, str]) -> None:
    with linked(scripted(unequal, {}, {}, {}, {"e66": "1"})) as (acquirer, host, _):
        settlement = acquirer.settle(TERMINAL, TOTALS, BATCH, now=NOW)

        assert (settlement.outcome, settlement.response_code) == (Settled.UNEQUAL, "00")
        uploaded = [message for message in host.heard if message.mti == "0320"]
        assert [message.get(48) for message in uploaded] == [request.payment_id for request in BATCH[:3]]
        assert [message.get(3) for message in uploaded] == ["000000", "020000", "200000"]
        assert [message.get(90)[4:10] for message in uploaded] == [request.stan for request in BATCH[:3]]
        assert len({message.get(11) for message in uploaded}) == len(uploaded)
        assert host.heard[-1].get(3) == "960000"


@pytest.mark.parametrize(
    "said",
    [
        [None],
        [{"e39": "96"}],
        [{"e66": "3"}],
        [{"e42": "SOMEBODY ELSES "}],
        [{"e66": "2"}, {}, {"e39": "30"}, {}],
        [{"e66": "2"}, {}, None, {}],
        [{"e66": "2"}, {}, {}, {}, None],
        [{"e66": "2"}, {}, {}, {}, {"e66": "2"}],
    ],
)
def test_a_closing_that_does_not_end_well_is_unknown_and_says_why(said: list[dict[str, str] | None]) -> None:
    with linked(scripted(*said), replace(QUICK, answer_ms=60)) as (acquirer, _, late):
        settlement = acquirer.settle(TERMINAL, TOTALS, BATCH, now=NOW)

        assert settlement.outcome is Settled.UNKNOWN
        assert settlement.note
        assert late == []


def test_an_upload_ends_with_the_first_message_that_is_not_taken() -> None:
    with linked(scripted({"e66": "2"}, {}, {"e39": "30"})) as (acquirer, host, _):
        settlement = acquirer.settle(TERMINAL, TOTALS, BATCH, now=NOW)

        assert "only 1 of 3" in settlement.note
        assert [message.mti for message in host.heard] == ["0800", "0500", "0320", "0320"]


def test_a_host_that_cannot_be_reached_leaves_the_batch_open() -> None:
    with linked() as (acquirer, host, _):
        host.close()
        assert acquirer.settle(TERMINAL, TOTALS, BATCH, now=NOW).outcome is Settled.UNKNOWN


def test_totals_that_cannot_be_told_are_not_sent() -> None:
    with linked() as (acquirer, host, _):
        settlement = acquirer.settle(TERMINAL, replace(TOTALS, currency="???"), BATCH, now=NOW)
        assert settlement.outcome is Settled.UNKNOWN
        assert "currency" in settlement.note
        assert host.heard == []
