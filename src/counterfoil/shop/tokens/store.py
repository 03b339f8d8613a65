"""Tokens in the database. Takes the transaction of a merchant, never commits; a secret leaves once, when it is made."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from counterfoil.ids import MerchantId, StaffId, TerminalId, new_id
from counterfoil.shop.merchants.tables import TERMINALS
from counterfoil.shop.staff.tables import STAFF
from counterfoil.shop.tokens.model import Presented, Scope, Token
from counterfoil.shop.tokens.rules import TokenRefusal, refusal_of
from counterfoil.shop.tokens.tables import API_TOKENS

SECRET_BYTES = 32


def add_token(
    connection: sa.Connection,
    merchant_id: MerchantId,
    *,
    scopes: Iterable[Scope],
    now: datetime,
    name: str | None = None,
    terminal_id: TerminalId | None = None,
    staff_id: StaffId | None = None,
    expires_at: datetime | None = None,
) -> Presented:
    """Make a token and return it with its secret, which nobody can ask for again."""
    made = Presented(merchant_id=merchant_id, token_id=new_id(now), secret=secrets.token_urlsafe(SECRET_BYTES))
    row = {
        "merchant_id": merchant_id,
        "token_id": made.token_id,
        "secret_digest": _digest(made.secret),
        "name": name,
        "terminal_id": terminal_id,
        "staff_id": staff_id,
        "scopes": sorted(scopes),
        "created_at": now,
        "expires_at": expires_at,
    }
    connection.execute(sa.insert(API_TOKENS).values(row))
    return made


def check_token(connection: sa.Connection, presented: Presented, *, now: datetime) -> Token | TokenRefusal:
    """Return the token that somebody presented, or why it lets nobody in."""
    of_token = (API_TOKENS.c.merchant_id == presented.merchant_id, API_TOKENS.c.token_id == presented.token_id)
    owner_retired_at = sa.func.coalesce(STAFF.c.retired_at, TERMINALS.c.retired_at).label("owner_retired_at")
    staffed = API_TOKENS.outerjoin(
        STAFF, sa.and_(STAFF.c.merchant_id == API_TOKENS.c.merchant_id, STAFF.c.staff_id == API_TOKENS.c.staff_id)
    )
    owned = staffed.outerjoin(
        TERMINALS,
        sa.and_(
            TERMINALS.c.merchant_id == API_TOKENS.c.merchant_id, TERMINALS.c.terminal_id == API_TOKENS.c.terminal_id
        ),
    )
    row = connection.execute(sa.select(API_TOKENS, owner_retired_at).select_from(owned).where(*of_token)).one_or_none()
    # A secret with 256 random bits needs no slow hash: nobody can try them all.
    kept = bytes(row.secret_digest) if row is not None else bytes(SECRET_BYTES)
    fits = hmac.compare_digest(kept, _digest(presented.secret))
    if row is None or not fits:
        return TokenRefusal.UNKNOWN
    token = _token(row)
    return refusal_of(token, owner_retired_at=row.owner_retired_at, now=now) or token


def tokens(connection: sa.Connection, merchant_id: MerchantId) -> tuple[Token, ...]:
    """Return every token, the revoked ones too, from the oldest on."""
    chosen = sa.select(API_TOKENS).where(API_TOKENS.c.merchant_id == merchant_id).order_by(API_TOKENS.c.token_id)
    return tuple(_token(row) for row in connection.execute(chosen))


def revoke_token(connection: sa.Connection, merchant_id: MerchantId, token_id: str, *, now: datetime) -> bool:
    """Take a token back; False where none of this id was good."""
    gone = (
        sa.update(API_TOKENS)
        .where(
            API_TOKENS.c.merchant_id == merchant_id,
            API_TOKENS.c.token_id == token_id,
            API_TOKENS.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    return connection.execute(gone).rowcount == 1


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _token(row: sa.Row[*tuple[object, ...]]) -> Token:
    return Token(
        merchant_id=MerchantId(row.merchant_id),
        token_id=row.token_id,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        created_at=row.created_at,
        name=row.name,
        terminal_id=TerminalId(row.terminal_id) if row.terminal_id is not None else None,
        staff_id=StaffId(row.staff_id) if row.staff_id is not None else None,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
