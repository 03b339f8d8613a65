"""Decisions about sessions: how one is read, and whether one is still good. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from counterfoil.ids import MerchantId, is_id
from counterfoil.languages import Text
from counterfoil.shop.sessions.model import IDLE_MAX, PREFIX, Presented, Session

TEXT_LENGTH_MAX = 256
_DOTS = 2


class SessionRefusal(StrEnum):
    """Why a session lets nobody in, in the order in which it is looked at."""

    MALFORMED = "session_malformed"
    UNKNOWN = "session_unknown"
    ENDED = "session_ended"
    EXPIRED = "session_expired"
    IDLE = "session_idle"
    OWNER_RETIRED = "session_owner_retired"

    def is_transient(self) -> bool:
        """Whether the same session could pass later: never."""
        return False


WORDS: Mapping[SessionRefusal, Text] = MappingProxyType(
    {
        SessionRefusal.MALFORMED: Text(en="Please sign in.", zh="请先登录。"),
        SessionRefusal.UNKNOWN: Text(en="Please sign in.", zh="请先登录。"),
        SessionRefusal.ENDED: Text(
            en="You were signed out, here or somewhere else. Please sign in again.",
            zh="您已在此处或其他地方退出登录，请重新登录。",
        ),
        SessionRefusal.EXPIRED: Text(
            en="A session ends after a working day. Please sign in again.", zh="登录在一个工作日后失效，请重新登录。"
        ),
        SessionRefusal.IDLE: Text(
            en="Nothing was done for a long while, so the session has ended. Please sign in again.",
            zh="长时间没有操作，登录已失效，请重新登录。",
        ),
        SessionRefusal.OWNER_RETIRED: Text(
            en="This person does not work here any more.", zh="该员工已离职，不能再登录。"
        ),
    }
)


def read_cookie(text: str) -> Presented | SessionRefusal:
    """Read a cookie's value; the id of a merchant may hold points, the rest may not."""
    if not text.startswith(PREFIX) or len(text) > TEXT_LENGTH_MAX:
        return SessionRefusal.MALFORMED
    parts = text.removeprefix(PREFIX).rsplit(".", _DOTS)
    if len(parts) <= _DOTS or not all(parts) or not is_id(parts[0]) or not is_id(parts[1]):
        return SessionRefusal.MALFORMED
    return Presented(merchant_id=MerchantId(parts[0]), session_id=parts[1], secret=parts[2])


def refusal_of(session: Session, *, owner_retired_at: datetime | None, now: datetime) -> SessionRefusal | None:
    """Say why a session whose secret fits lets nobody in; None: it does."""
    if session.ended_at is not None:
        return SessionRefusal.ENDED
    if now >= session.expires_at:
        return SessionRefusal.EXPIRED
    if now - session.last_seen_at >= IDLE_MAX:
        return SessionRefusal.IDLE
    return SessionRefusal.OWNER_RETIRED if owner_retired_at is not None else None
