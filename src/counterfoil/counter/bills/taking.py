"""Takes a bill in: its rows into the acquirers' book, and its word into the payments that it decides.

The same file twice changes nothing. A later version of a bill adds what is new, and what it says otherwise as rows that
correct earlier ones; what it leaves out stays. Rows are written first, all or none; then each payment that they decide
is decided in a transaction of its own, and a run that breaks off there is finished by handing the file in again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog

from counterfoil.books.payments.ports import Answer, Decline, Outcome
from counterfoil.books.payments.states import Event
from counterfoil.counter.bills import store
from counterfoil.counter.bills.refusals import BillRefusal, unknown_acquirer
from counterfoil.counter.taking_answers import Source, take_answer
from counterfoil.db.engine import Database
from counterfoil.errors import BadOption
from counterfoil.ids import MerchantId, PaymentId, StaffId
from counterfoil.journal import store as journal
from counterfoil.shop.merchants.tables import MERCHANTS
from counterfoil.shop.policies.store import policy_at

if TYPE_CHECKING:
    from counterfoil.audit.one_bill import BillRead

log = structlog.get_logger()

#: Of a file's digest, in the name of what happened to it.
_DIGITS_SHOWN = 32

#: How a channel's number of a payment is read back: (merchant, acquirer, kind, number) -> our id, where it is one.
ReadBack = Callable[[MerchantId, str, str, str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BillTaken:
    """What came of a bill."""

    file: str
    digest: str
    reader: str
    acquirer: str | None
    first_day: date | None
    last_day: date | None
    rows_n: int
    new_n: int
    same_n: int
    corrected_n: int
    aside_n: int
    #: What the file states of itself beside what its rows give: name, label, stated, found, agrees.
    totals: Sequence[Mapping[str, Any]]
    #: The first rows set aside: file, line, column, reason, found.
    aside: Sequence[Mapping[str, Any]]
    #: Payments that it ended, or made unknown again.
    decided_n: int
    #: The very same file had been taken in before: the rest says when, under which name and as whose.
    was_known: bool
    taken_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BillTaking:
    """Takes bills; one for a process."""

    database: Database
    #: The secret by which a merchant's instruments are hashed.
    instrument_key: Callable[[MerchantId], bytes]
    read_back: ReadBack
    #: What the settings call the acquirers of a merchant.
    acquirers: Callable[[MerchantId], Sequence[str]]
    clock: Callable[[], datetime]

    def take(
        self,
        merchant_id: MerchantId,
        path: Path,
        *,
        acquirer: str | None = None,
        name: str | None = None,
        actor_id: StaffId | None = None,
    ) -> BillTaken:
        """Take one file; BadInput where it is no bill, BillRefused where it is of an acquirer that nobody knows.

        `acquirer` is what `payments.acquirer` calls whose it is; None: what its format says. `actor_id` is who handed
        it in; None: a program.
        """
        from counterfoil.audit.one_bill import digest_of  # noqa: PLC0415 — few processes ever read a bill

        shown = name or path.name
        digest = digest_of(path)
        with self.database.transaction(merchant_id) as connection:
            currency = connection.execute(
                sa.select(MERCHANTS.c.currency).where(MERCHANTS.c.merchant_id == merchant_id)
            ).scalar_one_or_none()
            kept = store.bill(connection, merchant_id, digest)
        if currency is None:
            raise BadOption(f"--merchant: there is no merchant {merchant_id!r}")
        was_known = kept is not None
        if kept is None and acquirer is not None:
            self._refuse_unknown(BillRefusal.NO_SUCH_ACQUIRER, merchant_id, {acquirer})
        known: Mapping[str, Any] = (
            dict(kept)
            if kept is not None
            else self._written(merchant_id, path, shown, acquirer, currency, actor_id=actor_id)
        )
        decided_n = self._decide(merchant_id, came_with=digest)
        log.info("bill_taken", merchant_id=merchant_id, reader=known["reader"], new=known["new_n"], decided=decided_n)
        return _told(known, decided_n=decided_n, was_known=was_known)

    def _written(
        self,
        merchant_id: MerchantId,
        path: Path,
        shown: str,
        acquirer: str | None,
        currency: str,
        *,
        actor_id: StaffId | None,
    ) -> Mapping[str, Any]:
        from counterfoil.audit.one_bill import bill_read, renamed  # noqa: PLC0415 — few processes ever read a bill

        now = self.clock()
        with bill_read(path, merchant_id, key=self.instrument_key(merchant_id), currency=currency) as read:
            records = renamed(read, acquirer, partial(self.read_back, merchant_id))
        if acquirer is None and self.acquirers(merchant_id):
            named = set(records["acquirer"].to_pylist())
            self._refuse_unknown(BillRefusal.ACQUIRER_NOT_NAMED, merchant_id, named)
        with self.database.transaction(merchant_id) as connection:
            store.lock_bills(connection, merchant_id)
            known = store.bill(connection, merchant_id, read.digest)
            if known is not None:
                return dict(known)
            zone = policy_at(connection, merchant_id, now).audit.zone
            counts = store.record_rows(connection, merchant_id, records, came_with=read.digest)
            days = [at.astimezone(zone).date() for at in records["occurred_at"].to_pylist()]
            whose = set(records["acquirer"].to_pylist())
            values = {
                "merchant_id": merchant_id,
                "file_digest": read.digest,
                "file_name": shown,
                "reader": read.reader,
                "acquirer": whose.pop() if len(whose) == 1 else None,
                "first_day": min(days, default=None),
                "last_day": max(days, default=None),
                "rows_n": sum(file.rows_read for file in read.files),
                "new_n": counts.new_n,
                "same_n": counts.same_n,
                "corrected_n": counts.corrected_n,
                "aside_n": read.aside_n,
                "totals": _totals(read),
                "aside": _aside(read),
                "taken_at": now,
            }
            store.record_bill(connection, values)
            journal.note(
                connection,
                merchant_id,
                "bill:file:taken",
                f"bill:{read.digest[:_DIGITS_SHOWN]}",
                occurred_at=now,
                actor_id=actor_id,
                body={name: values[name] for name in ("file_digest", "reader", "new_n", "corrected_n", "aside_n")},
            )
        return values

    def _refuse_unknown(self, refusal: BillRefusal, merchant_id: MerchantId, names: set[str]) -> None:
        """Raise BillRefused for a name that neither the settings know nor a payment of before they were changed."""
        known = self.acquirers(merchant_id)
        for name in sorted(names - set(known)):
            with self.database.transaction(merchant_id) as connection:
                was_used = store.has_payments_of(connection, merchant_id, name)
            if not was_used:
                raise unknown_acquirer(refusal, name, known)

    def _decide(self, merchant_id: MerchantId, *, came_with: str) -> int:
        """Let a bill's rows end the payments that nobody could, and deny ends that it contradicts."""
        with self.database.transaction(merchant_id) as connection:
            rows = store.decisive(connection, came_with=came_with)
        decided_n = 0
        for row in rows:
            with self.database.transaction(merchant_id) as connection:
                taken = take_answer(
                    connection,
                    merchant_id,
                    PaymentId(row.payment_id),
                    answer_of(row),
                    source=Source.BILL,
                    now=self.clock(),
                )
            decided_n += taken.event not in {None, Event.SILENT}
        return decided_n


def answer_of(row: store.Decisive) -> Answer:
    """Return a row of a bill as the acquirer's word."""
    succeeded = row.state == "succeeded"
    return Answer(
        outcome=Outcome.APPROVED if succeeded else Outcome.DECLINED,
        decline=None if succeeded else Decline.UNRECOGNISED,
        note="the acquirer's bill says so",
        amount_minor=row.amount_minor,
        acquirer_reference=row.acquirer_reference,
        rrn=row.rrn,
        approval_code=row.approval_code,
        settled_on=row.settled_on,
    )


def _totals(read: BillRead) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "label": each.label, "stated": each.stated, "found": each.found, "agrees": each.agrees}
        for file in read.files
        for each in file.control_totals
    ]


def _aside(read: BillRead) -> list[dict[str, Any]]:
    told = []
    for each in read.aside:
        english, chinese = read.reasons.get(each.reason, (each.reason, each.reason))
        told.append(
            {
                "file": each.file,
                "line": each.line,
                "column": each.column,
                "reason": each.reason,
                "reason_en": english,
                "reason_zh": chinese,
                "found": each.found,
            }
        )
    return told


def _told(known: Mapping[str, Any], *, decided_n: int, was_known: bool) -> BillTaken:
    names = (
        *("reader", "acquirer", "first_day", "last_day", "rows_n", "new_n", "same_n", "corrected_n", "aside_n"),
        *("totals", "aside", "taken_at"),
    )
    return BillTaken(
        file=known["file_name"],
        digest=known["file_digest"],
        decided_n=decided_n,
        was_known=was_known,
        **{name: known[name] for name in names},
    )
