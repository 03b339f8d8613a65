"""What an answer of Alipay amounts to. Pure: answers in, an `Answer` out.

An answer is believed only where it names our number and our amount. A yes to a cancellation is given for trades that
never were, so an undo is approved by the trade's status alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from counterfoil.books.payments.ports import Answer, Decline
from counterfoil.links.acquirers.alipay import words
from counterfoil.links.acquirers.alipay.amounts import fen
from counterfoil.links.acquirers.alipay.client import Said
from counterfoil.links.acquirers.answers import approved, declined, not_found, pending, unknown

_OTHER_TRADE = "the answer is about another trade"
_OTHER_AMOUNT = "the answer names another amount"


def of_pay(said: Said, *, number: str, amount_minor: int) -> Answer:
    """Read the answer to a charge."""
    if said.code not in {words.DONE, words.WAITING}:
        return of_refusal(said, words.DECLINES)
    reference = _text(said.data, "trade_no")
    if said.data.get("out_trade_no", number) != number:
        return unknown(_OTHER_TRADE)
    if said.code == words.WAITING:
        return pending("the customer is asked for a password", code=said.code, reference=reference)
    if "out_trade_no" not in said.data:
        return unknown(_OTHER_TRADE)
    if fen(said.data.get("total_amount")) != amount_minor:
        return unknown(_OTHER_AMOUNT)
    return approved("paid", amount_minor=amount_minor, code=said.code, reference=reference)


def of_trade(said: Said, *, number: str, amount_minor: int) -> Answer:
    """Read a trade, as the answer to an inquiry, for what it means to the sale."""
    if said.code != words.DONE:
        return of_refusal(said, words.DECLINES)
    if said.data.get("out_trade_no") != number:
        return unknown(_OTHER_TRADE)
    status, reference = said.data.get("trade_status"), _text(said.data, "trade_no")
    if status == words.OPEN_TRADE:
        return pending("not paid yet", code=words.OPEN_TRADE, reference=reference)
    if status == words.CLOSED_TRADE:
        return declined(Decline.ALREADY_UNDONE, "closed or given back", code=words.CLOSED_TRADE, reference=reference)
    if status not in words.PAID_TRADES:
        return unknown("a trade in a status that is not documented")
    if fen(said.data.get("total_amount")) != amount_minor:
        return unknown(_OTHER_AMOUNT)
    return approved("paid", amount_minor=amount_minor, code=str(status), reference=reference)


def of_undone_trade(said: Said, *, number: str, amount_minor: int) -> Answer:
    """Read a trade for what it means to the void or the reversal of it."""
    if said.code != words.DONE:
        if said.sub_code in words.ABSENT:
            return not_found("no such trade now", code=said.raw_code)
        return unknown("the inquiry was refused", code=said.raw_code)
    if said.data.get("out_trade_no") != number:
        return unknown(_OTHER_TRADE)
    if said.data.get("trade_status") != words.CLOSED_TRADE:
        return not_found("the trade is not undone", code=_text(said.data, "trade_status"))
    if "total_amount" in said.data and fen(said.data["total_amount"]) != amount_minor:
        return unknown(_OTHER_AMOUNT)
    reference = _text(said.data, "trade_no")
    return approved("the trade is closed", amount_minor=amount_minor, code=words.CLOSED_TRADE, reference=reference)


def of_refund(said: Said, *, number: str, amount_minor: int) -> Answer | None:
    """Read the answer to a refund; None where it says no more than that the trade is as it was before."""
    if said.code != words.DONE:
        return of_refusal(said, words.DECLINES_OF_RETURNS)
    if said.data.get("out_trade_no") != number:
        return unknown(_OTHER_TRADE)
    if said.data.get("fund_change") != "Y":
        return None
    # The fee that it names is all that was ever given back of this trade.
    total = fen(said.data.get("refund_fee"))
    if total is None or total < amount_minor:
        return unknown(_OTHER_AMOUNT)
    return approved("given back", amount_minor=amount_minor, code=said.code, reference=_text(said.data, "trade_no"))


def of_refund_query(said: Said, *, number: str, request_number: str, amount_minor: int) -> Answer:
    """Read a refund, as the answer to an inquiry."""
    if said.code != words.DONE:
        return of_refusal(said, words.DECLINES)
    data, status = said.data, said.data.get("refund_status")
    if status is None:
        return not_found("no such refund, or one that failed", code=said.code)
    if (data.get("out_trade_no"), data.get("out_request_no")) != (number, request_number):
        return unknown("the answer is about another refund")
    match status:
        case _ if fen(data.get("refund_amount")) != amount_minor:
            return unknown(_OTHER_AMOUNT)
        case "REFUND_SUCCESS":
            reference = _text(data, "trade_no")
            return approved("given back", amount_minor=amount_minor, code=status, reference=reference)
        case "REFUND_PROCESSING":
            return pending("accepted, and not given back yet", code=status)
        case "REFUND_FAIL":
            return declined(Decline.UNRECOGNISED, "the refund failed", code=status)
        case _:
            return unknown("a refund in a status that is not documented")


def of_refusal(said: Said, declines: Mapping[str, Decline]) -> Answer:
    """Read a no, or an answer that decides nothing."""
    if said.code in words.AT_THE_DOOR:
        return declined(Decline.MISCONFIGURED, "refused before it was looked at", code=said.raw_code)
    if said.code != words.REFUSED or said.sub_code is None or said.sub_code in words.UNDECIDED:
        return unknown("the platform does not know", code=said.raw_code)
    if said.sub_code in words.ABSENT and said.sub_code not in declines:
        return not_found("no such trade now", code=said.sub_code)
    return declined(declines.get(said.sub_code, Decline.UNRECOGNISED), "refused", code=said.sub_code)


def _text(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    return value if isinstance(value, str) and value else None
