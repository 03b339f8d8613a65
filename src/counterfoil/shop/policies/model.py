"""The values of the shop's policy. Frozen; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from counterfoil.ids import StaffId
from counterfoil.policy import Policy
from counterfoil.shop.catalogue.scale_codes import ScalePattern
from counterfoil.shop.staff.model import Role
from counterfoil.shop.staff.roles import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopPolicy:
    """What holds in the shop: windows and thresholds of the detectors, limits of the roles, codes of its scales."""

    #: What every diagnosis reads, as an audit over files does.
    audit: Policy
    limits: Mapping[Role, Limit]
    scale_codes: tuple[ScalePattern, ...] = ()
    #: Of the shop's country, without `+`: how a customer's number is read that is given without one.
    calling_code: str | None = None


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
