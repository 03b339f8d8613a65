"""Fetches the bills of channels that give them by day; what is not there yet is asked for again, within a limit."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from counterfoil.books.payments.ports import HasBill
from counterfoil.counter.bills import store
from counterfoil.counter.bills.taking import BillTaken, BillTaking
from counterfoil.db.engine import Database
from counterfoil.errors import BadInput
from counterfoil.shop.policies.store import policy_at

if TYPE_CHECKING:
    from counterfoil.ids import MerchantId

log = structlog.get_logger()

#: A bill that is not there yet is asked for again after so long, and so often at most: for a day and a half.
AGAIN_AFTER = timedelta(minutes=30)
TRIES_MAX = 72
#: Days that a shop was switched off are made up for, so far back.
DAYS_BACK_MAX = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class BillFetching:
    """Fetches bills; one for a process."""

    database: Database
    taking: BillTaking
    #: Whose channel it is, what `payments.acquirer` calls it, and the channel.
    channels: Sequence[tuple[MerchantId, str, HasBill]]
    clock: Callable[[], datetime]

    def fetch_due(self, merchant_id: MerchantId) -> list[BillTaken]:
        """Fetch every bill of a merchant that should be there by now and has not been taken."""
        taken = []
        for owner, name, channel in self.channels:
            if owner == merchant_id:
                taken += [
                    bill
                    for day in self._due_days(merchant_id, name)
                    if (bill := self._fetched(merchant_id, name, channel, day)) is not None
                ]
        return taken

    def _due_days(self, merchant_id: MerchantId, name: str) -> Iterator[date]:
        now = self.clock()
        with self.database.transaction(merchant_id) as connection:
            policy = policy_at(connection, merchant_id, now).audit
            ready = policy.acquirer_ready.reached_through(now, policy.zone)
            days = [ready - timedelta(days=back) for back in range(DAYS_BACK_MAX)]
            found = [store.download(connection, merchant_id, name, day) for day in days]
        for day, before in zip(days, found, strict=True):
            if before is None or (
                before["file_digest"] is None
                and before["tries"] < TRIES_MAX
                and before["last_tried_at"] + AGAIN_AFTER <= now
            ):
                yield day

    def _fetched(self, merchant_id: MerchantId, name: str, channel: HasBill, day: date) -> BillTaken | None:
        file = channel.bill(day)
        bill: BillTaken | None = None
        if file is not None:
            with tempfile.NamedTemporaryFile(prefix="counterfoil-bill-") as kept:
                kept.write(file.content)
                kept.flush()
                try:
                    bill = self.taking.take(merchant_id, Path(kept.name), acquirer=name, name=file.name)
                except BadInput as error:
                    log.error("bill_not_taken", acquirer=name, day=day.isoformat(), why=str(error))  # noqa: TRY400 — no fault of code
        with self.database.transaction(merchant_id) as connection:
            store.note_download(
                connection, merchant_id, name, day, digest=None if bill is None else bill.digest, now=self.clock()
            )
        return bill
