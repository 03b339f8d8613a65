"""The one place that reads the clock. Rules, stores and flows are handed `now`; only the edges ask for it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return this moment, in UTC, to the microsecond (which is what PostgreSQL keeps)."""
    return datetime.now(UTC)
