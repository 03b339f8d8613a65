"""Business dates: the day of trade that a sale belongs to; it ends when the store closes it, not at midnight. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def business_date_of(placed_at: datetime, zone: ZoneInfo, starts_at: time) -> date:
    """Return the date on the shop's clock, where a day lasts until `starts_at` of the next (ARTS: BusinessDayDate)."""
    local = placed_at.astimezone(zone)
    early = local.timetz().replace(tzinfo=None) < starts_at
    return local.date() - timedelta(days=1) if early else local.date()
