"""What an answer of WeChat Pay amounts to. Pure: answers in, an `Answer` out.

An answer is believed only where it names our number, our merchant and our amount. The state of an order says whether
money is held; that a reversal was accepted does not, so an undo is approved by the order's state alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from counterfoil.books.payments.ports import Answer, Decline
from counterfoil.links.acquirers.answers import approved, declined, not_found, pending, unknown
from counterfoil.links.acquirers.wechat import words
from counterfoil.links.acquirers.wechat.client import Said

CURRENCY = "CNY"


def of_trade(said: Said, *, number: str, mchid: str, amount_minor: int) -> Answer:
    """Read an order, as the answer to a charge or an inquiry, for what it means to the sale."""
    if not said.is_yes:
        return of_refusal(said, words.DECLINES)
    state = said.data.get("trade_state")
    doubt = _strange(said.data, number=number, mchid=mchid)
    if state in words.OPEN_TRADES:
        # Of an order that is not paid yet, the answer may name nothing but its state.
        return unknown(doubt) if doubt and "out_trade_no" in said.data else pending("not paid yet", code=str(state))
    if doubt is not None:
        return unknown(doubt)
    reference = _text(said.data, "transaction_id")
    if state in words.PAID_TRADES:
        wrong = _wrong_amount(said.data, "total", amount_minor)
        if wrong is not None:
            return unknown(wrong)
        return approved("paid", amount_minor=amount_minor, code=str(state), reference=reference)
    if state in words.UNDONE_TRADES:
        return declined(Decline.ALREADY_UNDONE, "closed or taken back", code=str(state), reference=reference)
    if state == words.FAILED_TRADE:
        return declined(Decline.UNRECOGNISED, "the payment failed", code=str(state), reference=reference)
    return unknown("an order in a state that is not documented")


def of_undone_trade(said: Said, *, number: str, mchid: str, amount_minor: int) -> Answer:
    """Read an order for what it means to the void or the reversal of it."""
    if not said.is_yes:
        refusal = of_refusal(said, words.DECLINES_OF_RETURNS)
        if refusal.decline is Decline.ORIGINAL_NOT_FOUND:
            return not_found("no such order now", code=said.code)
        return refusal if not refusal.is_definite else unknown(refusal.note, code=said.code)
    state, doubt = said.data.get("trade_state"), _strange(said.data, number=number, mchid=mchid)
    if doubt is not None:
        return unknown(doubt)
    if state in words.UNDONE_TRADES or state == words.FAILED_TRADE:
        if "amount" in said.data and (wrong := _wrong_amount(said.data, "total", amount_minor)) is not None:
            return unknown(wrong)
        reference = _text(said.data, "transaction_id")
        return approved("the order is closed", amount_minor=amount_minor, code=str(state), reference=reference)
    return not_found("the order is not undone", code=str(state))


def of_refund(said: Said, *, number: str, original_number: str, amount_minor: int) -> Answer:
    """Read a refund, as the answer to its request or to an inquiry."""
    if not said.is_yes:
        return of_refusal(said, words.DECLINES_OF_RETURNS)
    data, status = said.data, said.data.get("status")
    if data.get("out_refund_no") != number or data.get("out_trade_no") != original_number:
        return unknown("the answer is about another refund")
    wrong = _wrong_amount(data, "refund", amount_minor)
    if wrong is not None:
        return unknown(wrong)
    reference = _text(data, "refund_id")
    match status:
        case "SUCCESS":
            return approved("given back", amount_minor=amount_minor, code="SUCCESS", reference=reference)
        case "PROCESSING":
            return pending("accepted, and not given back yet", code="PROCESSING", reference=reference)
        case "CLOSED":
            return declined(Decline.UNRECOGNISED, "the refund was closed", code="CLOSED", reference=reference)
        case "ABNORMAL":
            # The customer's bank sent it back: the money lies at the channel until a person decides.
            return unknown("the customer's bank refused it: decide in the merchant platform", code="ABNORMAL")
        case _:
            return unknown("a refund in a state that is not documented")


def of_refusal(said: Said, declines: Mapping[str, Decline]) -> Answer:
    """Read an error."""
    if said.code is None:
        return unknown(f"an error without a code (HTTP {said.status})")
    code, note = words.plain(said.code), f"refused with HTTP {said.status}"
    if code in words.WAITING:
        return pending("the customer is asked for a password", code=said.code)
    if said.is_trouble or (code in words.UNDECIDED and code not in declines):
        return unknown(note, code=said.code)
    if code in words.ABSENT and code not in declines:
        return not_found("no such order or refund now", code=said.code)
    return declined(declines.get(code, Decline.UNRECOGNISED), note, code=said.code)


def _strange(data: Mapping[str, Any], *, number: str, mchid: str) -> str | None:
    if data.get("out_trade_no") != number:
        return "the answer is about another order"
    return None if data.get("mchid") == mchid else "the answer is about another merchant"


def _wrong_amount(data: Mapping[str, Any], part: str, amount_minor: int) -> str | None:
    amount = data.get("amount")
    # A float or a truth value may equal an amount; neither is one.
    if not isinstance(amount, Mapping) or type(amount.get(part)) is not int or amount[part] != amount_minor:
        return "the answer names another amount"
    return None if amount.get("currency", CURRENCY) == CURRENCY else "the answer names another currency"


def _text(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    return value if isinstance(value, str) and value else None
