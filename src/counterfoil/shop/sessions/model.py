"""The values of sessions. Frozen; no I/O. A secret is hidden from `repr`, and lives as long as one call."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from counterfoil.ids import MerchantId, StaffId, StoreId, TerminalId
from counterfoil.languages import Language
from counterfoil.shop.staff.model import EVERY_STORE, Theme

#: What every cookie's value begins with, so that a scanner for leaked secrets knows one when it sees it.
PREFIX = "cfs_"

#: From the password on: a working day, and nobody's night. A change of persons at a till does not stretch it.
LIVES_FOR = timedelta(hours=14)
#: Without anybody doing anything.
IDLE_MAX = timedelta(hours=2)


class Began(StrEnum):
    """How somebody proved who they are."""

    PASSWORD = "password"  # noqa: S105 — a word, no secret
    PIN = "pin"  #: at a till that somebody else had opened with a password


class Ending(StrEnum):
    """What ended a session before its time."""

    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    SWITCHED = "switched"  #: somebody else took over at the till
    SIGNED_IN_AGAIN = "signed_in_again"  #: from the same browser
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 — as above
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session as it is kept."""

    merchant_id: MerchantId
    session_id: str
    staff_id: StaffId
    began_by: Began
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    language: Language
    theme: Theme
    #: The till at which it is; None: no till.
    terminal_id: TerminalId | None = None
    #: What its pages show: one store, or every one that the person works at.
    store_id: StoreId = EVERY_STORE
    ended_at: datetime | None = None
    ended_by: Ending | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A session as a browser sent it: `cfs_<merchant>.<session id>.<secret>`."""

    #: Known before the look-up, so that the look-up is already that of one merchant.
    merchant_id: MerchantId
    session_id: str
    secret: str = field(repr=False)

    def text(self) -> str:
        """Return it as the browser keeps it."""
        return f"{PREFIX}{self.merchant_id}.{self.session_id}.{self.secret}"
