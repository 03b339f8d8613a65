"""The values of the API's tokens. Frozen; no I/O. A secret is hidden from `repr`, and lives as long as one call."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from counterfoil.ids import MerchantId, StaffId, TerminalId

#: What every token begins with, so that a scanner for leaked secrets knows one when it sees it.
PREFIX = "cft_"


class Scope(StrEnum):
    """What a token is good for; what its terminal or person may do limits it further."""

    SELL = "sell"  #: take sales and their payments
    UNDO = "undo"  #: void and refund; a person's PIN is needed as well
    CLOSE = "close"  #: close a store's day
    READ = "read"  #: read sales, payments and findings
    BILLS = "bills"  #: hand in bills
    METRICS = "metrics"  #: read what is counted of the whole installation; for whoever runs the machine


#: What a terminal at the counter needs.
OF_TERMINALS = frozenset({Scope.SELL, Scope.UNDO, Scope.CLOSE, Scope.READ})


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it is kept."""

    merchant_id: MerchantId
    token_id: str
    scopes: frozenset[Scope]
    created_at: datetime
    name: str | None = None
    terminal_id: TerminalId | None = None
    staff_id: StaffId | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A token as somebody sent it: `cft_<merchant>.<token id>.<secret>`."""

    #: Known before the look-up, so that the look-up is already that of one merchant.
    merchant_id: MerchantId
    token_id: str
    secret: str = field(repr=False)

    def text(self) -> str:
        """Return it as it is sent; shown to a person once, and never again."""
        return f"{PREFIX}{self.merchant_id}.{self.token_id}.{self.secret}"
