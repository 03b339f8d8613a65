"""Our id as a channel may carry it: an id has up to 64 characters and five signs that most channels refuse.

A number is made from the id alone, so it is stored nowhere and made again wherever it is needed. Two ids never share
one:

* an id is *spelled*: a sign that the channel refuses becomes the channel's escape sign and a letter, and the escape
  sign itself is doubled. Reading from the left undoes it, so different ids are spelled differently, and a spelled id
  begins, like every id, with a letter or a digit;
* where the spelling is too long or too short for the channel, the number is `_` and the base 32 of the id's SHA-256,
  as long as the channel allows (155 bits at 32 characters). It begins with a sign that no spelled id begins with, and
  for two ids to share it somebody would have to find a collision of the digest.

A spelled number is read back by `our_reference_of`. A digest cannot be: a bill's row with one is matched by making the
number of each payment in question, or by the full id that WeChat Pay's `attach` and Alipay's `passback_params` carry.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from counterfoil.ids import PaymentId, is_id

_DIGEST_MARK = "_"
#: What an escape is followed by, for each sign that an id may have.
_LETTERS = {".": "d", ":": "c", "@": "a", "+": "p", "-": "m"}
_SIGNS = {letter: sign for sign, letter in _LETTERS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """What a channel allows in a number of ours."""

    length_min: int
    length_max: int
    #: The signs that it takes beside letters and digits.
    signs: str
    #: One of them, which stands for those that it does not take.
    escape: str

    def number_of(self, payment_id: PaymentId) -> str:
        """Return the number that the channel knows a payment by."""
        # Only a proper id is spelled: what came in from somebody else's file may hold any sign.
        spelled = "".join(self._spell(sign) for sign in payment_id) if is_id(payment_id) else ""
        if self.length_min <= len(spelled) <= self.length_max:
            return spelled
        digest = base64.b32encode(hashlib.sha256(payment_id.encode()).digest()).decode().rstrip("=")
        return (_DIGEST_MARK + digest)[: self.length_max]

    def our_reference_of(self, number: str) -> PaymentId | None:
        """Return the id that a number was made from; None for a digest, and for a number that is none of ours."""
        letters: list[str] = []
        rest = iter(number)
        for sign in rest:
            if sign != self.escape:
                letters.append(sign)
                continue
            following = next(rest, "")
            letters.append(self.escape if following == self.escape else _SIGNS.get(following, "?"))
        text = "".join(letters)
        return PaymentId(text) if is_id(text) and self.number_of(PaymentId(text)) == number else None

    def _spell(self, sign: str) -> str:
        if sign == self.escape:
            return sign * 2
        if sign.isalnum() or sign in self.signs:
            return sign
        return self.escape + _LETTERS[sign]


#: WeChat Pay, `out_trade_no`: 6 to 32 letters, digits and `_-|*`.
WECHAT_SALE = Spelling(length_min=6, length_max=32, signs="_-", escape="*")
#: WeChat Pay, `out_refund_no`: up to 64 letters, digits and `_-|*@`.
WECHAT_REFUND = Spelling(length_min=6, length_max=64, signs="_-", escape="*")
#: Alipay, `out_trade_no` and `out_request_no`: up to 64 letters, digits and underscores.
ALIPAY = Spelling(length_min=1, length_max=64, signs="", escape="_")
