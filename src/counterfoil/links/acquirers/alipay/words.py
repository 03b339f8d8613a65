"""Alipay's words and what they mean to us. Data; the judgement over whole answers is `reading.py`.

`code` says how far a message came, `sub_code` why it was refused. A sub-code that is not listed is `unrecognised`,
with itself beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.books.payments.ports import Decline

DONE = "10000"
WAITING = "10003"
REFUSED = "40004"
#: Refused before anybody looked at the business: our keys, our permissions, our parameters.
AT_THE_DOOR = frozenset({"20001", "40001", "40002", "40003", "40006"})

#: Refusals that decide nothing: the platform had trouble, or an earlier message under our number may have been done.
UNDECIDED = frozenset(
    {
        "ACQ.SYSTEM_ERROR",
        "ACQ.TRADE_HAS_SUCCESS",
        "ACQ.CONTEXT_INCONSISTENT",
        "ACQ.TRADE_BUYER_NOT_MATCH",
        "aop.ACQ.SYSTEM_ERROR",
        "isp.unknow-error",  # the platform's own spelling
    }
)
#: A cancellation is refused with these where there is nothing left to cancel; the trade's status then says why.
CLOSED_ALREADY = frozenset({"ACQ.TRADE_HAS_CLOSE", "ACQ.REASON_TRADE_STATUS_INVALID"})
ABSENT = frozenset({"ACQ.TRADE_NOT_EXIST"})

DECLINES: Mapping[str, Decline] = MappingProxyType(
    {
        "ACQ.BUYER_BALANCE_NOT_ENOUGH": Decline.INSUFFICIENT_FUNDS,
        "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH": Decline.INSUFFICIENT_FUNDS,
        "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE": Decline.INSUFFICIENT_FUNDS,
        "ACQ.PAYMENT_AUTH_CODE_INVALID": Decline.INVALID_CODE,
        "ACQ.AUTH_TOKEN_IS_NOT_EXIST": Decline.INVALID_CODE,
        "ACQ.TOTAL_FEE_EXCEED": Decline.INVALID_AMOUNT,
        "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR": Decline.OVER_LIMIT,
        "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR": Decline.OVER_LIMIT,
        "ACQ.BEYOND_PAY_RESTRICTION": Decline.OVER_LIMIT,
        "ACQ.BEYOND_PER_RECEIPT_RESTRICTION": Decline.OVER_LIMIT,
        "ACQ.BEYOND_PER_RECEIPT_DAY_RESTRICTION": Decline.OVER_LIMIT,
        "ACQ.ERROR_BALANCE_PAYMENT_DISABLE": Decline.NOT_PERMITTED,
        "ACQ.BUYER_SELLER_EQUAL": Decline.NOT_PERMITTED,
        "ACQ.BUYER_ENABLE_STATUS_FORBID": Decline.NOT_PERMITTED,
        "ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT": Decline.NOT_PERMITTED,
        "ACQ.MOBILE_PAYMENT_SWITCH_OFF": Decline.NOT_PERMITTED,
        "ACQ.USER_FACE_PAYMENT_SWITCH_OFF": Decline.NOT_PERMITTED,
        "ACQ.PAYMENT_FAIL": Decline.REFER_TO_ISSUER,
        "ACQ.PULL_MOBILE_CASHIER_FAIL": Decline.REFER_TO_ISSUER,
        "ACQ.PAYMENT_REQUEST_HAS_RISK": Decline.SUSPECTED_FRAUD,
        "ACQ.TRADE_HAS_CLOSE": Decline.ALREADY_UNDONE,
        "ACQ.SELLER_BEEN_BLOCKED": Decline.MISCONFIGURED,
        "ACQ.ACCESS_FORBIDDEN": Decline.MISCONFIGURED,
        "ACQ.PARTNER_ERROR": Decline.MISCONFIGURED,
        "ACQ.INVALID_PARAMETER": Decline.MISCONFIGURED,
        "ACQ.INVALID_STORE_ID": Decline.MISCONFIGURED,
        "ACQ.EXIST_FORBIDDEN_WORD": Decline.MISCONFIGURED,
    }
)
#: In an answer to a refund or an undo, the same words speak of the trade that is pointed at.
DECLINES_OF_RETURNS: Mapping[str, Decline] = MappingProxyType(
    {
        **DECLINES,
        "ACQ.TRADE_NOT_EXIST": Decline.ORIGINAL_NOT_FOUND,
        "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL": Decline.REFUND_TOO_LARGE,
        "ACQ.REFUND_FEE_ERROR": Decline.REFUND_TOO_LARGE,
        "ACQ.REASON_TRADE_REFUND_FEE_ERR": Decline.REFUND_TOO_LARGE,
        # The shop's own balance at the channel is too small to give anything back.
        "ACQ.SELLER_BALANCE_NOT_ENOUGH": Decline.INSUFFICIENT_FUNDS,
        "ACQ.REASON_TRADE_BEEN_FREEZEN": Decline.NOT_PERMITTED,
        "ACQ.TRADE_NOT_ALLOW_REFUND": Decline.NOT_PERMITTED,
        "ACQ.DISCORDANT_REPEAT_REQUEST": Decline.DUPLICATE,
        "ACQ.TRADE_HAS_FINISHED": Decline.ALREADY_SETTLED,
        "ACQ.TRADE_CANCEL_TIME_OUT": Decline.ALREADY_SETTLED,
        "ACQ.REASON_TRADE_STATUS_INVALID": Decline.ALREADY_UNDONE,
    }
)

#: `trade_status` of a trade whose money the shop holds.
PAID_TRADES = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
OPEN_TRADE = "WAIT_BUYER_PAY"
#: Closed before anybody paid, or paid and given back in full: either way, nothing is held.
CLOSED_TRADE = "TRADE_CLOSED"
