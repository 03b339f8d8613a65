"""WeChat Pay's words and what they mean to us. Data; the judgement over whole answers is `reading.py`.

Versions 2 and 3 of the API spell the same codes with and without underscores (`AUTHCODEEXPIRE`, `AUTH_CODE_EXPIRE`),
so codes are compared without them. A code that is not listed is `unrecognised`, with itself beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.books.payments.ports import Decline

#: Answers that decide nothing: the channel had trouble, or it says no because an earlier message may have said yes.
UNDECIDED = frozenset(
    "SYSTEMERROR BANKERROR INVALIDREQUEST ORDERPAID OUTTRADENOUSED FREQUENCYLIMITED FREQUENCYLIMITEXCEED "
    "RATELIMITEXCEEDED".split()
)
#: A refund is refused with this where it breaks a rule (the cap, the year) — and where its number was used before.
UNDECIDED_AGAIN = frozenset({"INVALIDREQUEST"})
#: An undo is refused with these where there is nothing left to undo; the order's state then says why.
DONE_ALREADY = frozenset({"ORDERCLOSED", "ORDERREVERSED"})
#: The customer is at it.
WAITING = frozenset({"USERPAYING"})
ABSENT = frozenset("ORDERNOTEXIST RESOURCENOTEXISTS REFUNDNOTEXIST REFUNDNOTEXISTS TRADENOTEXIST".split())
#: The only answer that may come without a signature: our own was refused, so nothing was looked at.
UNSIGNED = frozenset({"SIGNERROR"})

DECLINES: Mapping[str, Decline] = MappingProxyType(
    {
        "NOTENOUGH": Decline.INSUFFICIENT_FUNDS,
        "AUTHCODEEXPIRE": Decline.INVALID_CODE,
        "AUTHCODEEXPIRED": Decline.INVALID_CODE,
        "AUTHCODEERROR": Decline.INVALID_CODE,
        "AUTHCODEINVALID": Decline.INVALID_CODE,
        "BUYERMISMATCH": Decline.INVALID_CODE,
        "NOTSUPORTCARD": Decline.NOT_PERMITTED,  # the channel's own spelling
        "NOTSUPPORTCARD": Decline.NOT_PERMITTED,
        "ACCOUNTERROR": Decline.NOT_PERMITTED,
        "RULELIMIT": Decline.NOT_PERMITTED,
        "ORDERCLOSED": Decline.ALREADY_UNDONE,
        "ORDERREVERSED": Decline.ALREADY_UNDONE,
        "TRADEOVERDUE": Decline.ALREADY_SETTLED,
        "REVERSEEXPIRE": Decline.ALREADY_SETTLED,
        "USERACCOUNTABNORMAL": Decline.NOT_PERMITTED,
        "NOAUTH": Decline.MISCONFIGURED,
        "SIGNERROR": Decline.MISCONFIGURED,
        "PARAMERROR": Decline.MISCONFIGURED,
        "APPIDMCHIDNOTMATCH": Decline.MISCONFIGURED,
        "APPIDNOTEXIST": Decline.MISCONFIGURED,
        "MCHIDNOTEXIST": Decline.MISCONFIGURED,
        "MCHNOTEXISTS": Decline.MISCONFIGURED,
    }
)
#: In an answer to a refund or an undo, the same words speak of the order that is pointed at.
DECLINES_OF_RETURNS: Mapping[str, Decline] = MappingProxyType(
    {
        **DECLINES,
        **dict.fromkeys(ABSENT, Decline.ORIGINAL_NOT_FOUND),
        "INVALIDREQUEST": Decline.UNRECOGNISED,
        "REFUNDFEEMISMATCH": Decline.REFUND_TOO_LARGE,
        "REFUNDAMOUNTEXCEED": Decline.REFUND_TOO_LARGE,
    }
)

#: `trade_state` of an order that may still be paid.
OPEN_TRADES = frozenset({"USERPAYING", "NOTPAY", "ACCEPT"})
#: … that was taken back, or closed before anybody paid.
UNDONE_TRADES = frozenset({"REVOKED", "CLOSED"})
#: … that was paid; `REFUND`: and some or all of it given back since.
PAID_TRADES = frozenset({"SUCCESS", "REFUND"})
FAILED_TRADE = "PAYERROR"


def plain(code: str) -> str:
    """Return a code as both versions of the API would spell it."""
    return code.replace("_", "").upper()
