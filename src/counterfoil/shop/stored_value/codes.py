"""The code of a voucher: what the customer holds in hand, and the keyed hash of it, which is all that is kept.

Sixteen signs, of which fifteen are random (74 bits): too many to guess, and none that a person mistakes for another.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from counterfoil.shop.secret_keys import MerchantKeys

#: A prime number of them, so that a check sign notices every wrong sign and every two that are swapped.
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXY"
RANDOM_SIGNS = 15
_GROUP = 4
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "Z": "2"})
_BETWEEN = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherCode:
    """A code; shown once, on the voucher itself."""

    signs: str = field(repr=False)

    def text(self) -> str:
        """Return it as it is printed, in groups of four."""
        return "-".join(self.signs[start : start + _GROUP] for start in range(0, len(self.signs), _GROUP))

    @property
    def tail(self) -> str:
        """The last four signs: a hint for people, and never a key."""
        return self.signs[-_GROUP:]


def new_code() -> VoucherCode:
    """Make a code that nobody can guess."""
    random = "".join(secrets.choice(SIGNS) for _ in range(RANDOM_SIGNS))
    return VoucherCode(signs=random + _check_sign(random))


def read_code(text: str) -> VoucherCode | None:
    """Read a code as somebody typed it; None where it was mistyped."""
    signs = _BETWEEN.sub("", text).upper().translate(_LOOKALIKES)
    if len(signs) != RANDOM_SIGNS + 1 or any(sign not in SIGNS for sign in signs):
        return None
    return VoucherCode(signs=signs) if _check_sign(signs[:-1]) == signs[-1] else None


def voucher_key(keys: MerchantKeys, code: VoucherCode) -> str:
    """Return the keyed hash (HMAC-SHA256) under which a voucher is kept."""
    return hmac.digest(keys.vouchers, code.signs.encode(), hashlib.sha256).hex()


def _check_sign(signs: str) -> str:
    """Return the sign that makes the weighted sum come out even; every place has a weight of its own."""
    total = sum(weight * SIGNS.index(sign) for weight, sign in enumerate(signs, start=1))
    return SIGNS[total % len(SIGNS)]
