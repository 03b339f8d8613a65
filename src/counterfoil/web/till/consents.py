"""That a second person typed their PIN for a sale, as a seal that the till keeps until it sends the sale.

A PIN itself is never kept by a browser, and a sale may be sent minutes later, or again after a reload. The seal says
who allowed how much of which order, and it opens nothing else. Pure.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from counterfoil.ids import MerchantId, StaffId

#: Parts of a seal are joined by this; no number holds one.
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


def seal(key: bytes, what: Consented) -> str:
    """Make the seal of a consent."""
    return f"{what.permille}{_BETWEEN}{_digest(key, what)}"


def proven(
    key: bytes, merchant_id: MerchantId, order_id: str, shares: Mapping[StaffId, int], seals: Mapping[str, str]
) -> frozenset[StaffId]:
    """Return who of those that are named in a sale has proven that they allowed so much of it."""
    return frozenset(
        staff_id
        for staff_id, permille in shares.items()
        if (share := _share(seals.get(staff_id, ""))) is not None
        and permille <= share
        and _fits(
            key,
            Consented(merchant_id=merchant_id, order_id=order_id, staff_id=staff_id, permille=share),
            seals[staff_id],
        )
    )


def _fits(key: bytes, what: Consented, told: str) -> bool:
    return hmac.compare_digest(seal(key, what).encode(), told.encode())


def _share(told: str) -> int | None:
    digits, between, _digest_told = told.partition(_BETWEEN)
    is_share = between and digits.isascii() and digits.isdigit() and len(digits) <= _SHARE_DIGITS_MAX
    return int(digits) if is_share else None


def _digest(key: bytes, what: Consented) -> str:
    told = "|".join(("consent at a till", what.merchant_id, what.order_id, what.staff_id, str(what.permille)))
    return base64.urlsafe_b64encode(hmac.digest(key, told.encode(), hashlib.sha256)).decode().rstrip("=")
