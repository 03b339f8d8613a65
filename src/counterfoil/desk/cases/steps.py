"""Which steps of the playbooks move money. Pure. What moves money is decided case by case, and never in bulk."""

from __future__ import annotations

from datetime import timedelta

#: An acquirer is waited for for less; a step that has not come to its end by then broke off.
BROKE_OFF_AFTER = timedelta(minutes=2)
#: Steps of `next_step` that give money back, take it, or write it off.
MONEY_STEPS = frozenset(
    {
        "ask_then_refund_one",
        "chase_the_refund",
        "claim_and_replace",
        "collect_again_or_take_back",
        "collect_or_write_off",
        "correct_the_amount",
        "correct_the_refund",
        "give_the_money_back",
        "rebuild_the_order_or_refund",
        "recover_the_excess",
        "recover_the_second_refund",
        "refund_the_double_once",
        "replace_or_refund",
        "replace_void_by_refund",
        "reship_or_refund",
        "ship_or_refund",
    }
)

#: All others: they ask, look, tell, print, send, or write something down.
OTHER_STEPS = frozenset(
    {
        "answer_the_dispute",
        "arrange_a_new_delivery",
        "ask_the_acquirer",
        "ask_then_confirm",
        "cancel_the_unpaid_one",
        "chase_the_carrier",
        "correct_the_address",
        "count_the_drawer",
        "decide_the_exception",
        "find_the_original",
        "give_a_new_date",
        "have_it_signed_off",
        "inspect_the_terminal",
        "look_at_the_pattern",
        "record_the_reason",
        "repair_and_reprint",
        "replace_the_slip",
        "restock_or_write_off",
        "review_the_voids",
        "send_the_return_slip",
        "send_the_slip",
        "sync_the_status",
        "sync_the_terminal",
        "tell_the_customer_nothing_was_taken",
        "upload_the_shipping_data",
    }
)


def moves_money(next_step: str) -> bool:
    """Say whether a step moves money; one that nobody knows is taken to do so."""
    return next_step not in OTHER_STEPS
