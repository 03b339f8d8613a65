"""Decisions about tokens: how one is read, and whether one is still good. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from counterfoil.ids import MerchantId, is_id
from counterfoil.languages import Text
from counterfoil.shop.tokens.model import PREFIX, Presented, Token

TEXT_LENGTH_MAX = 256
_DOTS = 2


class TokenRefusal(StrEnum):
    """Why a token lets nobody in, in the order in which it is looked at."""

    MALFORMED = "token_malformed"
    UNKNOWN = "token_unknown"
    REVOKED = "token_revoked"
    EXPIRED = "token_expired"
    OWNER_RETIRED = "token_owner_retired"
    ANOTHER_TERMINAL = "token_of_another_terminal"
    SOME_STORES = "token_of_some_stores"

    def is_transient(self) -> bool:
        """Whether the same token could pass later: never."""
        return False


WORDS: Mapping[TokenRefusal, Text] = MappingProxyType(
    {
        TokenRefusal.MALFORMED: Text(en="This is no token of Counterfoil.", zh="这不是有效格式的令牌。"),
        TokenRefusal.UNKNOWN: Text(en="This token is not known here.", zh="令牌不存在。"),
        TokenRefusal.REVOKED: Text(en="This token was revoked: make a new one.", zh="令牌已撤销：请重新生成。"),
        TokenRefusal.EXPIRED: Text(en="This token has expired: make a new one.", zh="令牌已过期：请重新生成。"),
        TokenRefusal.OWNER_RETIRED: Text(
            en="Its terminal or person is not here any more.", zh="令牌所属的收银机或员工已停用。"
        ),
        TokenRefusal.ANOTHER_TERMINAL: Text(
            en="This token is that of terminal {terminal_id}, and the request speaks for {found}. Nothing was done: "
            "use a token of {found}.",
            zh="该令牌属于收银机 {terminal_id}，而请求针对 {found}。未作任何更改：请使用 {found} 的令牌。",
        ),
        TokenRefusal.SOME_STORES: Text(
            en="This token speaks for some stores, and what was asked for is not of these. Nothing was done: use a "
            "token of the whole shop, as `counterfoil shop token add` makes one.",
            zh="该令牌只代表部分门店，而所请求的内容不属于这些门店。未作任何更改："
            "请使用全店令牌，可用 `counterfoil shop token add` 生成。",
        ),
    }
)


def read_token(text: str) -> Presented | TokenRefusal:
    """Read a token; the id of a merchant may hold points, the rest may not."""
    if not text.startswith(PREFIX) or len(text) > TEXT_LENGTH_MAX:
        return TokenRefusal.MALFORMED
    parts = text.removeprefix(PREFIX).rsplit(".", _DOTS)
    if len(parts) <= _DOTS or not all(parts) or not is_id(parts[0]) or not is_id(parts[1]):
        return TokenRefusal.MALFORMED
    return Presented(merchant_id=MerchantId(parts[0]), token_id=parts[1], secret=parts[2])


def refusal_of(token: Token, *, owner_retired_at: datetime | None, now: datetime) -> TokenRefusal | None:
    """Say why a token whose secret fits lets nobody in; None: it does."""
    if token.revoked_at is not None:
        return TokenRefusal.REVOKED
    if token.expires_at is not None and now >= token.expires_at:
        return TokenRefusal.EXPIRED
    return TokenRefusal.OWNER_RETIRED if owner_retired_at is not None else None
