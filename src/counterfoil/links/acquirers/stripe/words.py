"""Stripe's words and what they mean to us. Data; the judgement over whole answers is `reading.py`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.books.payments.ports import Decline

#: What we write on everything that we create, to know it again.
OUR_PAYMENT = "counterfoil_payment_id"
OUR_MERCHANT = "counterfoil_merchant_id"
OUR_KIND = "counterfoil_kind"

#: Errors of a card by `decline_code`, or by `code` where there is none; and errors of a request by `code`.
DECLINES: Mapping[str, Decline] = MappingProxyType(
    {
        "insufficient_funds": Decline.INSUFFICIENT_FUNDS,
        "withdrawal_count_limit_exceeded": Decline.OVER_LIMIT,
        "card_velocity_exceeded": Decline.OVER_LIMIT,
        "expired_card": Decline.EXPIRED_CARD,
        "invalid_expiry_month": Decline.EXPIRED_CARD,
        "invalid_expiry_year": Decline.EXPIRED_CARD,
        "incorrect_pin": Decline.WRONG_PIN,
        "invalid_pin": Decline.WRONG_PIN,
        "offline_pin_required": Decline.WRONG_PIN,
        "online_or_offline_pin_required": Decline.WRONG_PIN,
        "pin_try_exceeded": Decline.PIN_TRIES_EXCEEDED,
        "incorrect_number": Decline.INVALID_CARD,
        "invalid_number": Decline.INVALID_CARD,
        "invalid_account": Decline.INVALID_CARD,
        "new_account_information_available": Decline.INVALID_CARD,
        "incorrect_cvc": Decline.INVALID_CARD,
        "invalid_cvc": Decline.INVALID_CARD,
        "invalid_amount": Decline.INVALID_AMOUNT,
        "amount_too_small": Decline.INVALID_AMOUNT,
        "amount_too_large": Decline.INVALID_AMOUNT,
        "card_not_supported": Decline.NOT_PERMITTED,
        "currency_not_supported": Decline.NOT_PERMITTED,
        "restricted_card": Decline.NOT_PERMITTED,
        "service_not_allowed": Decline.NOT_PERMITTED,
        "transaction_not_allowed": Decline.NOT_PERMITTED,
        "not_permitted": Decline.NOT_PERMITTED,
        "authentication_required": Decline.NOT_PERMITTED,
        "payment_intent_authentication_failure": Decline.NOT_PERMITTED,
        "charge_disputed": Decline.NOT_PERMITTED,
        "fraudulent": Decline.SUSPECTED_FRAUD,
        "lost_card": Decline.SUSPECTED_FRAUD,
        "stolen_card": Decline.SUSPECTED_FRAUD,
        "pickup_card": Decline.SUSPECTED_FRAUD,
        "merchant_blacklist": Decline.SUSPECTED_FRAUD,
        "security_violation": Decline.SUSPECTED_FRAUD,
        "call_issuer": Decline.REFER_TO_ISSUER,
        "do_not_honor": Decline.REFER_TO_ISSUER,
        "do_not_try_again": Decline.REFER_TO_ISSUER,
        "generic_decline": Decline.REFER_TO_ISSUER,
        "no_action_taken": Decline.REFER_TO_ISSUER,
        "card_declined": Decline.REFER_TO_ISSUER,
        "issuer_not_available": Decline.ACQUIRER_UNAVAILABLE,
        "processing_error": Decline.ACQUIRER_UNAVAILABLE,
        "reenter_transaction": Decline.ACQUIRER_UNAVAILABLE,
        "try_again_later": Decline.ACQUIRER_UNAVAILABLE,
        "duplicate_transaction": Decline.DUPLICATE,
        "charge_already_refunded": Decline.REFUND_TOO_LARGE,
        "balance_insufficient": Decline.INSUFFICIENT_FUNDS,
    }
)

#: Status of an intent that no attempt to pay has reached, or none that counts.
UNTRIED = frozenset({"requires_payment_method", "requires_confirmation"})
#: … that is being decided by somebody.
UNDER_WAY = frozenset({"processing", "requires_action", "requires_capture"})
#: … that can be cancelled, after which it can never be paid.
CANCELLABLE = frozenset({"requires_payment_method", "requires_confirmation", "requires_action", "requires_capture"})
