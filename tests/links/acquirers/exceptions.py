"""Which cases a channel cannot have, and why; whatever stands in no table is run, on every stage."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tests.links.acquirers.stage import Fault, Stage

_ASKS = (
    "asked_about_an_approved_sale_it_says_so",
    "asked_about_a_declined_sale_it_does_not_say_approved",
    "asked_about_a_pending_sale_it_says_so_and_then_approved",
    "asked_about_what_it_never_saw_it_says_not_found",
    "asked_after_a_lost_answer_it_tells_the_truth",
)
_BATCHES = (
    "a_settlement_that_is_repeated_is_still_equal",
    "unequal_totals_upload_the_batch",
    "a_silent_settlement_is_unknown",
    "a_void_behind_the_settlement_is_refused",
)
_CONVERSATIONS = (
    "a_late_answer_is_unknown_and_reported_as_late",
    "a_late_answer_is_not_believed_as_the_next_ones",
    "an_answer_that_comes_twice_takes_money_once_and_is_reported",
    "answers_out_of_order_find_their_own_sales",
    "a_sale_that_arrives_behind_its_reversal_is_refused",
    "an_approval_behind_a_reversal_is_reported",
)
_WITHIN_HTTP = ("a_connection_that_ends_within_the_answer_is_unknown", "trouble_at_the_peer_may_hide_money_that_moved")

_HTTP = {
    **dict.fromkeys(_CONVERSATIONS, "an answer over HTTP belongs to its own call and ends with it"),
    **dict.fromkeys(_WITHIN_HTTP, "its peer shows the same ending as garbled and as server_error"),
    **dict.fromkeys(_BATCHES, "the channel closes its day by itself"),
    "a_channel_without_an_inquiry_says_that_it_does_not_know": "the channel has an inquiry",
    "the_largest_amount_is_taken_whole_and_a_larger_one_is_not_sent": "twelve digits are a card host's limit",
}
_ONE_CURRENCY = {
    "an_amount_without_minor_units_keeps_its_scale": "the channel takes CNY only",
    "an_amount_in_thousandths_keeps_its_scale": "the channel takes CNY only",
}

#: Channel -> case -> reason.
NOT_FOR: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "iso8583": dict.fromkeys(_ASKS, "a card host has no inquiry; its ladder reverses at once"),
        "stripe": _HTTP,
        "wechat": {**_HTTP, **_ONE_CURRENCY},
        "alipay": {**_HTTP, **_ONE_CURRENCY},
    }
)


def reason_to_leave(stage: Stage, case: str, faults: frozenset[Fault]) -> str | None:
    """Return why a stage does not play a case, or None where it must."""
    leaves: Mapping[str, str] = getattr(stage, "leaves", {})
    for fault in sorted(faults & set(stage.cannot)):
        return stage.cannot[fault]
    if "void" in case.split("_") and not stage.acquirer.can_void:
        return "the channel has no void; a refund is all there is"
    return leaves.get(case) or NOT_FOR.get(stage.acquirer.channel, {}).get(case)
