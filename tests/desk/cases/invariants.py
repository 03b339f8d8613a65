"""What the doctor holds about cases, asked after anything that a test did."""

from __future__ import annotations

from datetime import datetime

from counterfoil.db.engine import Database
from counterfoil.doctor import store
from counterfoil.ids import MerchantId

CHECKS = (
    *("case_state_is_its_events", "acts_on_cases_are_facts"),
    *("finding_has_its_case", "case_has_its_finding", "money_begun_is_not_closed_over"),
)


def broken(database: Database, merchant_id: MerchantId, *, now: datetime) -> dict[str, tuple[str, ...]]:
    """Return which of the doctor's checks of cases are broken, and by what."""
    found = {}
    with database.transaction(merchant_id) as connection:
        for name in CHECKS:
            n, subjects = store.broken_rows(connection, name, merchant_id, now=now)
            if n:
                found[name] = subjects
    return found
