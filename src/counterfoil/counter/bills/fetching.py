"""Fetches bills by itself: from channels that give them by day, and from folders; asked for again within a limit."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
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

#: A file in a folder is taken when nobody has written to it for so long.
RESTS_FOR = timedelta(minutes=1)
#: Where it goes from there: taken, or refused.
_SORTED = ("taken", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class BillFetching:
    """Fetches bills; one for a process."""

    database: Database
    taking: BillTaking
    #: Whose channel it is, what `payments.acquirer` calls it, and the channel.
    channels: Sequence[tuple[MerchantId, str, HasBill]]
    clock: Callable[[], datetime]
    #: Where people and programs put bills: a folder for each merchant, and in it one for each acquirer, by their names.
    #: None: nowhere.
    folder: Path | None = None

    def take_folder(self, merchant_id: MerchantId) -> list[BillTaken]:
        """Take what lies in a merchant's folder; a file goes on to `taken` or `refused` beside it."""
        if self.folder is None or not (home := self.folder / merchant_id).is_dir():
            return []
        named = [path for path in sorted(home.iterdir()) if path.is_dir() and path.name not in _SORTED]
        places: list[tuple[Path, str | None]] = [(home, None), *((path, path.name) for path in named)]
        due = [(path, acquirer) for place, acquirer in places for path in sorted(place.iterdir()) if self._rests(path)]
        taken = [self._taken_from(merchant_id, path, acquirer) for path, acquirer in due]
        return [bill for bill in taken if bill is not None]

    def _rests(self, path: Path) -> bool:
        """Say whether a file is whole: nobody has written to it for a while."""
        if not path.is_file() or path.name.startswith("."):
            return False
        written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return written_at + RESTS_FOR <= self.clock()

    def _taken_from(self, merchant_id: MerchantId, path: Path, acquirer: str | None) -> BillTaken | None:
        try:
            bill = self.taking.take(merchant_id, path, acquirer=acquirer)
        except BadInput as error:
            log.error("bill_not_taken", merchant_id=merchant_id, why=str(error))  # noqa: TRY400 — no fault of code
            bill = None
        place = path.parent / _SORTED[0 if bill is not None else 1]
        place.mkdir(exist_ok=True)
        path.replace(place / path.name)
        return bill

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
