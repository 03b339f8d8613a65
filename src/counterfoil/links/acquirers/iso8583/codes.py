"""What the response codes of ISO 8583:1987 (DE 39) amount to. Pure data and one question.

A code is believed to be a refusal only where the standard defines it as one that the answering host gives on its own
account, or after the issuer's own word. Codes by which a host in the middle says that it is in trouble, or waited in
vain for the next one (06, 09, 20, 22, 68, 90, 91, 96, 98, A0), do not prove that no money moved: the issuer may have
booked. They are in doubt, and so is every code that is not in the table: another market's word may be an approval.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from counterfoil.books.payments.ports import Decline

#: Approved; 11 is approved for a person of note, 16 approved with new data for the card.
APPROVALS = frozenset({"00", "11", "16"})

#: The host's word that it cannot know either, or a part of the amount only (08, 10): no end.
DOUBTS: Mapping[str, str] = MappingProxyType(
    {
        "06": "a fault that the host does not name",
        "08": "approved if the customer can be identified",
        "09": "still in progress",
        "10": "approved for a part of the amount",
        "19": "send it again",
        "20": "the issuer's answer could not be read",
        "22": "a malfunction is suspected",
        "68": "the issuer's answer came too late",
        "90": "the host is changing its day",
        "91": "the issuer or a switch does not answer",
        "96": "a malfunction of a host",
        "98": "no answer from the issuer",
        "A0": "a wrong authentication code",
    }
)

#: Refusals of ISO 8583:1987, by the shop's words for them.
REFUSALS: Mapping[str, Decline] = MappingProxyType(
    {
        "01": Decline.REFER_TO_ISSUER,
        "02": Decline.REFER_TO_ISSUER,
        "03": Decline.MISCONFIGURED,
        "04": Decline.SUSPECTED_FRAUD,
        "05": Decline.NOT_PERMITTED,
        "07": Decline.SUSPECTED_FRAUD,
        "12": Decline.NOT_PERMITTED,
        "13": Decline.INVALID_AMOUNT,
        "14": Decline.INVALID_CARD,
        "15": Decline.INVALID_CARD,
        "17": Decline.CUSTOMER_CANCELLED,
        "18": Decline.UNRECOGNISED,
        "21": Decline.UNRECOGNISED,
        "23": Decline.UNRECOGNISED,
        "25": Decline.ORIGINAL_NOT_FOUND,
        "30": Decline.MISCONFIGURED,
        "31": Decline.NOT_PERMITTED,
        "33": Decline.EXPIRED_CARD,
        "34": Decline.SUSPECTED_FRAUD,
        "35": Decline.SUSPECTED_FRAUD,
        "36": Decline.NOT_PERMITTED,
        "37": Decline.SUSPECTED_FRAUD,
        "38": Decline.PIN_TRIES_EXCEEDED,
        "39": Decline.INVALID_CARD,
        "40": Decline.NOT_PERMITTED,
        "41": Decline.SUSPECTED_FRAUD,
        "42": Decline.INVALID_CARD,
        "43": Decline.SUSPECTED_FRAUD,
        "44": Decline.INVALID_CARD,
        "51": Decline.INSUFFICIENT_FUNDS,
        "52": Decline.INVALID_CARD,
        "53": Decline.INVALID_CARD,
        "54": Decline.EXPIRED_CARD,
        "55": Decline.WRONG_PIN,
        "56": Decline.INVALID_CARD,
        "57": Decline.NOT_PERMITTED,
        "58": Decline.NOT_PERMITTED,
        "59": Decline.SUSPECTED_FRAUD,
        "60": Decline.REFER_TO_ISSUER,
        "61": Decline.OVER_LIMIT,
        "62": Decline.NOT_PERMITTED,
        "63": Decline.SUSPECTED_FRAUD,
        "64": Decline.REFUND_TOO_LARGE,
        "65": Decline.OVER_LIMIT,
        "66": Decline.REFER_TO_ISSUER,
        "67": Decline.SUSPECTED_FRAUD,
        "75": Decline.PIN_TRIES_EXCEEDED,
        "92": Decline.ACQUIRER_UNAVAILABLE,
        "93": Decline.NOT_PERMITTED,
        "94": Decline.DUPLICATE,
    }
)

#: A repeat that is refused as a duplicate says nothing of the first one.
DUPLICATE = "94"
