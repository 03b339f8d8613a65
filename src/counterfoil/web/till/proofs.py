"""That a second person typed their PIN for a sale, as a proof that the till carries until it sends the sale. Pure.

A PIN is never kept by a browser, and the sale is told minutes later, or again after a reload. So the consent is signed:
who allowed how much of which order. It opens nothing else, and nobody at the browser can make one up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from counterfoil.ids import MerchantId, StaffId

_BETWEEN = "."
_SHARE_DIGITS_MAX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Consented:
    """What one person has allowed."""

    merchant_id: MerchantId
    order_id: str
    staff_id: StaffId
    #: The largest share that may be taken off in their name, in thousandths.
    permille: int


def proof_of_consent(key: bytes, what: Consented) -> str:
    """Make the proof of a consent."""
    # Its first words keep it from being anything else that is signed with this key, such as a form's token.
    told = msgspec.json.encode(("consent at a till", what.merchant_id, what.order_id, what.staff_id, what.permille))
    signed = base64.urlsafe_b64encode(hmac.digest(key, told, hashlib.sha256)).decode().rstrip("=")
    return f"{what.permille}{_BETWEEN}{signed}"


def who_consented(
    key: bytes, merchant_id: MerchantId, order_id: str, shares: Mapping[StaffId, int], proofs: Mapping[str, str]
) -> frozenset[StaffId]:
    """Return who of those that are named in a sale has proven that they allowed so much of it."""
    found = set()
    for staff_id, permille in shares.items():
        share = _share(proofs.get(staff_id, ""))
        if share is None or permille > share:
            continue
        what = Consented(merchant_id=merchant_id, order_id=order_id, staff_id=staff_id, permille=share)
        if hmac.compare_digest(proof_of_consent(key, what).encode(), proofs[staff_id].encode()):
            found.add(staff_id)
    return frozenset(found)


def _share(proof: str) -> int | None:
    """Return the share that a proof begins with; None where it begins with none."""
    digits, between, _signed = proof.partition(_BETWEEN)
    is_share = between and digits.isascii() and digits.isdigit() and len(digits) <= _SHARE_DIGITS_MAX
    return int(digits) if is_share else None
