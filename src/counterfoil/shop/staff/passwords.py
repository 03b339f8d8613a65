"""Passwords: what one must look like, and how one is hashed. For desks and offices; a till is quicker with a PIN.

Long beats odd (NIST SP 800-63B, 5.1.1): no letters are asked for, and what everybody tries first is refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.ids import StaffId
from counterfoil.languages import Text
from counterfoil.shop.staff.keyed_hashes import Compared, KeyedHashes

if TYPE_CHECKING:
    import argon2

LENGTH_MIN, LENGTH_MAX = 10, 128
_DIFFERENT_MIN = 5

#: What people try first, where it is long enough to be taken at all.
_KNOWN = frozenset(
    "1234567890 12345678910 0123456789 qwertyuiop 1q2w3e4r5t password12 password123 password1234 passw0rd123 "
    "iloveyou123 counterfoil counterfoil1 counterfoil123 administrator adminadmin changeme123 letmein123 welcome123 "
    "woaini1314520 5201314520 zhongguo123 aa123456789 abc1234567 abcd123456 abcdefghij "
    "q1w2e3r4t5y6 1qaz2wsx3edc".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """What somebody typed; hidden from `repr`, and gone with the call."""

    text: str = field(repr=False)


class PasswordFlaw(StrEnum):
    """Why a new password cannot be used, in the order in which it is looked at."""

    TOO_SHORT = "password_too_short"
    TOO_LONG = "password_too_long"
    TOO_SIMPLE = "password_too_simple"
    IS_A_NAME = "password_is_a_name"

    def is_transient(self) -> bool:
        """Whether the same password could pass later: never."""
        return False


PASSWORD_WORDS: Mapping[PasswordFlaw, Text] = MappingProxyType(
    {
        PasswordFlaw.TOO_SHORT: Text(
            en=f"A password has at least {LENGTH_MIN} characters: a few words in a row are easy to remember.",
            zh=f"密码至少 {LENGTH_MIN} 个字符：几个词连在一起就很好记。",
        ),
        PasswordFlaw.TOO_LONG: Text(
            en=f"A password has at most {LENGTH_MAX} characters.", zh=f"密码最多 {LENGTH_MAX} 个字符。"
        ),
        PasswordFlaw.TOO_SIMPLE: Text(
            en="Everybody tries this password first: take a few words that do not belong together.",
            zh="这个密码太容易被猜到：请换成几个互不相关的词。",
        ),
        PasswordFlaw.IS_A_NAME: Text(
            en="The password must not be the name or the number of the person or the shop.",
            zh="密码不能是本人或店铺的名称、编号。",
        ),
    }
)


def flaw_of_password(password: Password, *names: str) -> PasswordFlaw | None:
    """Say why a password cannot be set for somebody of these names; None: it can."""
    text = _plain(password)
    if len(text) < LENGTH_MIN:
        return PasswordFlaw.TOO_SHORT
    if len(text) > LENGTH_MAX:
        return PasswordFlaw.TOO_LONG
    folded = text.casefold()
    if len(set(folded)) < _DIFFERENT_MIN or folded in _KNOWN:
        return PasswordFlaw.TOO_SIMPLE
    return PasswordFlaw.IS_A_NAME if folded in {name.casefold() for name in names} else None


class Passwords:
    """Hashes and compares the passwords of one merchant."""

    def __init__(self, key: bytes, hasher: argon2.PasswordHasher | None = None) -> None:
        """Take the merchant's key for passwords."""
        self._hashes = KeyedHashes(key, hasher)

    def hash(self, staff_id: StaffId, password: Password) -> str:
        """Hash a password for one person."""
        return self._hashes.hash(staff_id, _plain(password))

    def compared(self, password_hash: str | None, staff_id: StaffId, password: Password) -> Compared:
        """Compare; it takes as long where there is no hash, and nothing too long is looked at."""
        # One sign more than any password has: what is cut off there fits none.
        return self._hashes.compared(password_hash, staff_id, _plain(password)[: LENGTH_MAX + 1])


def _plain(password: Password) -> str:
    """Spell a password the same, whichever keyboard wrote it (RFC 8265)."""
    return unicodedata.normalize("NFC", password.text)
