"""Sessions in the database. Takes the transaction of a merchant, never commits.

A secret leaves once, when it is made.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from counterfoil.ids import MerchantId, StaffId, StoreId, TerminalId, new_id
from counterfoil.languages import Language
from counterfoil.shop.sessions.model import Began, Ending, Presented, Session
from counterfoil.shop.sessions.rules import SessionRefusal, refusal_of
from counterfoil.shop.sessions.tables import SESSIONS
from counterfoil.shop.staff.model import EVERY_STORE, Theme
from counterfoil.shop.staff.tables import STAFF

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a new session begins with."""

    staff_id: StaffId
    began_by: Began
    expires_at: datetime
    language: Language
    theme: Theme
    terminal_id: TerminalId | None = None
    store_id: StoreId = EVERY_STORE


def add_session(
    connection: sa.Connection, merchant_id: MerchantId, opening: Opening, *, now: datetime
) -> tuple[Presented, Session]:
    """Begin a session; always with a new id and a new secret, whatever the browser sent before."""
    made = Presented(merchant_id=merchant_id, session_id=new_id(now), secret=secrets.token_urlsafe(SECRET_BYTES))
    begun = Session(
        merchant_id=merchant_id,
        session_id=made.session_id,
        staff_id=opening.staff_id,
        began_by=opening.began_by,
        created_at=now,
        last_seen_at=now,
        expires_at=opening.expires_at,
        language=opening.language,
        theme=opening.theme,
        terminal_id=opening.terminal_id,
        store_id=opening.store_id,
    )
    row = {
        "merchant_id": merchant_id,
        "session_id": begun.session_id,
        "secret_digest": _digest(made.secret),
        "staff_id": begun.staff_id,
        "began_by": begun.began_by,
        "created_at": now,
        "last_seen_at": now,
        "expires_at": begun.expires_at,
        "terminal_id": begun.terminal_id,
        "store_id": begun.store_id,
        "language": begun.language,
        "theme": begun.theme,
    }
    connection.execute(sa.insert(SESSIONS).values(row))
    return made, begun


def check_session(connection: sa.Connection, presented: Presented, *, now: datetime) -> Session | SessionRefusal:
    """Return the session that a browser presented, or why it lets nobody in."""
    owned = SESSIONS.join(
        STAFF, sa.and_(STAFF.c.merchant_id == SESSIONS.c.merchant_id, STAFF.c.staff_id == SESSIONS.c.staff_id)
    )
    asked = (
        sa.select(SESSIONS, STAFF.c.retired_at.label("owner_retired_at"))
        .select_from(owned)
        .where(SESSIONS.c.merchant_id == presented.merchant_id, SESSIONS.c.session_id == presented.session_id)
    )
    row = connection.execute(asked).one_or_none()
    # A secret with 256 random bits needs no slow hash: nobody can try them all.
    kept = bytes(row.secret_digest) if row is not None else bytes(SECRET_BYTES)
    fits = hmac.compare_digest(kept, _digest(presented.secret))
    if row is None or not fits:
        return SessionRefusal.UNKNOWN
    session = _session(row)
    return refusal_of(session, owner_retired_at=row.owner_retired_at, now=now) or session


def seen(connection: sa.Connection, session: Session, *, now: datetime) -> None:
    """Note that somebody did something; never backwards."""
    connection.execute(_of(session).where(SESSIONS.c.last_seen_at < now).values(last_seen_at=now))


def set_look(connection: sa.Connection, session: Session, *, language: Language, theme: Theme) -> None:
    """Keep in which language and colours the session's pages are."""
    connection.execute(_of(session).values(language=language, theme=theme))


def set_place(
    connection: sa.Connection, session: Session, *, terminal_id: TerminalId | None, store_id: StoreId
) -> None:
    """Keep at which till the session is, and which store its pages show."""
    connection.execute(_of(session).values(terminal_id=terminal_id, store_id=store_id))


def end(connection: sa.Connection, session: Session, ending: Ending, *, now: datetime) -> bool:
    """End a session; False where it had ended already."""
    over = _of(session).where(SESSIONS.c.ended_at.is_(None)).values(ended_at=now, ended_by=ending)
    return connection.execute(over).rowcount == 1


def end_all(
    connection: sa.Connection, merchant_id: MerchantId, staff_id: StaffId, ending: Ending, *, now: datetime
) -> int:
    """End every session of a person; returns how many there were."""
    over = (
        sa.update(SESSIONS)
        .where(SESSIONS.c.merchant_id == merchant_id, SESSIONS.c.staff_id == staff_id, SESSIONS.c.ended_at.is_(None))
        .values(ended_at=now, ended_by=ending)
    )
    return connection.execute(over).rowcount


def forget(connection: sa.Connection, merchant_id: MerchantId, *, before: datetime, limit: int) -> int:
    """Delete sessions that were over before a moment, so many at most; returns how many went."""
    old = (
        sa.select(SESSIONS.c.session_id)
        .where(SESSIONS.c.merchant_id == merchant_id, SESSIONS.c.expires_at < before)
        .limit(limit)
    )
    gone = sa.delete(SESSIONS).where(SESSIONS.c.merchant_id == merchant_id, SESSIONS.c.session_id.in_(old))
    return connection.execute(gone).rowcount


def _of(session: Session) -> sa.Update:
    return sa.update(SESSIONS).where(
        SESSIONS.c.merchant_id == session.merchant_id, SESSIONS.c.session_id == session.session_id
    )


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _session(row: sa.Row[*tuple[object, ...]]) -> Session:
    return Session(
        merchant_id=MerchantId(row.merchant_id),
        session_id=row.session_id,
        staff_id=StaffId(row.staff_id),
        began_by=Began(row.began_by),
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        language=Language(row.language),
        theme=Theme(row.theme),
        terminal_id=TerminalId(row.terminal_id) if row.terminal_id is not None else None,
        store_id=StoreId(row.store_id),
        ended_at=row.ended_at,
        ended_by=Ending(row.ended_by) if row.ended_by is not None else None,
    )
