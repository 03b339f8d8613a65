"""The values of the shop's policy. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from counterfoil.ids import StaffId
from counterfoil.policy import Policy
from counterfoil.shop.catalogue.scale_codes import ScalePattern
from counterfoil.shop.staff.model import Role
from counterfoil.shop.staff.roles import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTimes:
    """How soon a case of each severity should be closed, and how soon the books have to bear a closure out."""

    due_critical: timedelta = timedelta(hours=4)
    due_high: timedelta = timedelta(hours=24)
    due_low: timedelta = timedelta(days=3)
    due_info: timedelta = timedelta(days=7)
    #: Longer than the acquirer takes for its bill of a day (`acquirer_latest`).
    proof_within: timedelta = timedelta(days=4)

    def due_within(self, severity: str) -> timedelta:
        """Return how soon a case of a severity should be closed."""
        return {"critical": self.due_critical, "high": self.due_high, "low": self.due_low}.get(severity, self.due_info)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopPolicy:
    """What holds in the shop: windows and thresholds of the detectors, limits of the roles, scale codes, case times."""

    #: What every diagnosis reads, as an audit over files does.
    audit: Policy
    limits: Mapping[Role, Limit]
    scale_codes: tuple[ScalePattern, ...] = ()
    #: Of the shop's country, without `+`: how a customer's number is read that is given without one.
    calling_code: str | None = None
    cases: CaseTimes = field(default_factory=CaseTimes)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """One version, as it was decided."""

    version: int
    valid_from: datetime
    #: TOML, as it was given.
    text: str
    #: None: at the console of the server.
    decided_by: StaffId | None
    decided_at: datetime
    reason: str
