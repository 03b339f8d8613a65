"""What the shop said about a sale, as proofs that a till carries until it sends the sale. They open nothing. Pure.

A price was said by the catalogue, and a consent was given by somebody who typed their PIN; but the sale itself is told
by a browser, minutes later, or again after a reload. So both are signed for the sale that they are of: nobody at the
browser can make a price or a consent up, and a PIN is never kept.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from counterfoil.books.orders.model import Line
from counterfoil.ids import MerchantId, StaffId, StoreId

#: A price that was said holds so long: as long as a sale may be told at all.
PRICED_FOR = timedelta(hours=24)
_BETWEEN = "."
_SHARE_DIGITS_MAX = 4
_SECONDS_DIGITS_MAX = 12


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
    told = ("consent", what.merchant_id, what.order_id, what.staff_id, what.permille)
    return f"{what.permille}{_BETWEEN}{_digest(key, told)}"


def who_consented(
    key: bytes, merchant_id: MerchantId, order_id: str, shares: Mapping[StaffId, int], proofs: Mapping[str, str]
) -> frozenset[StaffId]:
    """Return who of those that are named in a sale has proven that they allowed so much of it."""
    found = set()
    for staff_id, permille in shares.items():
        share = _number(proofs.get(staff_id, ""), _SHARE_DIGITS_MAX)
        if share is None or permille > share:
            continue
        what = Consented(merchant_id=merchant_id, order_id=order_id, staff_id=staff_id, permille=share)
        if _is(proof_of_consent(key, what), proofs[staff_id]):
            found.add(staff_id)
    return frozenset(found)


def proof_of_prices(
    key: bytes, merchant_id: MerchantId, store_id: StoreId, lines: Sequence[Line], *, now: datetime
) -> str:
    """Make the proof that the shop priced these lines now."""
    return _proof_of_prices(key, merchant_id, store_id, lines, int(now.timestamp()))


def were_priced(
    key: bytes, merchant_id: MerchantId, store_id: StoreId, lines: Sequence[Line], proof: str, *, now: datetime
) -> bool:
    """Say whether the shop priced exactly these lines, and not too long ago."""
    seconds = _number(proof, _SECONDS_DIGITS_MAX)
    if seconds is None or datetime.fromtimestamp(seconds, UTC) + PRICED_FOR < now:
        return False
    return _is(_proof_of_prices(key, merchant_id, store_id, lines, seconds), proof)


def _proof_of_prices(
    key: bytes, merchant_id: MerchantId, store_id: StoreId, lines: Sequence[Line], seconds: int
) -> str:
    return f"{seconds}{_BETWEEN}{_digest(key, ('prices', merchant_id, store_id, seconds, lines))}"


def _number(proof: str, digits_max: int) -> int | None:
    """Return the number that a proof begins with; None where it begins with none."""
    digits, between, _rest = proof.partition(_BETWEEN)
    is_number = between and digits.isascii() and digits.isdigit() and len(digits) <= digits_max
    return int(digits) if is_number else None


def _is(expected: str, told: str) -> bool:
    return hmac.compare_digest(expected.encode(), told.encode())


def _digest(key: bytes, told: tuple[object, ...]) -> str:
    """Sign what was told; its first word keeps one kind of proof from being another, and from being a form's token."""
    signed = hmac.digest(key, b"proof of a till|" + msgspec.json.encode(told), hashlib.sha256)
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")
