"""Once a night: all live books at once, as a cross-check of the watch, and the habits that only the whole shows.

What the watch and the whole say differently is looked at again first, for rows move while the whole is read. What then
still differs is told, and the desk follows the whole: it sees everything.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.dialects.postgresql import insert

from counterfoil.desk import store
from counterfoil.desk.cases.following.follow import follow_everything
from counterfoil.desk.keeping import keep
from counterfoil.desk.tables import WATCHED
from counterfoil.desk.watch.whole import copy_books, judged, judged_and_kept
from counterfoil.desk.watching import Watcher, as_the_desk_has_it, calendar_of
from counterfoil.ids import MerchantId
from counterfoil.shop.policies.store import policy_at

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.desk.copies.kept import KeptBooks

log = structlog.get_logger()

#: Diagnoses over everybody's sales: of operators, tills and customers, by their habits.
HABITS = frozenset({"operator_outlier", "terminal_outlier", "serial_returner"})

Found = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheck:
    """What came of a cross-check."""

    found_n: int
    habits_n: int
    #: Findings that the two said differently until they were looked at again.
    looked_again_n: int
    #: Findings that they still say differently: a fault of ours, and never a shop's.
    disagreed_n: int


def cross_check(
    watcher: Watcher, merchant_id: MerchantId, *, now: datetime, kept: KeptBooks | None = None
) -> CrossCheck | None:
    """Hold the desk against all books; None where somebody else watches this merchant just now.

    The books stay among those that are `kept`, as they were judged.
    """
    watcher.look_until_done(merchant_id, now=now)
    with tempfile.TemporaryDirectory(prefix="counterfoil-") as scratch:
        with watcher.session.run(merchant_id) as alone:
            if not alone:
                return None
            connection = watcher.session.connection
            calendar = calendar_of(policy_at(connection, merchant_id, now).audit, now)
            # What is found after this moment is nothing that the copies could know of.
            stood = _on_the_desk(connection, merchant_id)
            rows_n = copy_books(watcher.session.driver, Path(scratch))
        if kept is None:
            findings = judged(Path(scratch), calendar)
        else:
            findings = judged_and_kept(Path(scratch), calendar, merchant_id, kept, rows_n=rows_n)
        found = {row["finding_id"]: row for row in as_the_desk_has_it(findings)}
    habits = {name: row for name, row in found.items() if row["diagnosis"] in HABITS}
    whole = {name: row for name, row in found.items() if name not in habits}
    gone = [name for name, row in stood.items() if row["diagnosis"] in HABITS and name not in habits]
    differing = _differing(whole, stood)
    with watcher.session.run(merchant_id) as alone:
        if not alone:
            return None
        connection = watcher.session.connection
        keep(connection, merchant_id, seen=habits.values(), lost=gone, by="rule", now=now)
        _look_again(connection, merchant_id, {row["subject"] for row in differing.values()}, now=now)
    if differing:
        watcher.look_until_done(merchant_id, now=now)
    with watcher.session.run(merchant_id):
        connection = watcher.session.connection
        stood = _on_the_desk(connection, merchant_id)
        wrong = {name: row for name, row in _differing(whole, stood).items() if name in differing}
        if wrong:
            log.error("watch_disagrees_with_the_whole", merchant_id=merchant_id, findings=sorted(wrong))
            seen, lost = [name for name in wrong if name in whole], [name for name in wrong if name not in whole]
            keep(connection, merchant_id, seen=[whole[name] for name in seen], lost=lost, by="rule", now=now)
        follow_everything(connection, merchant_id, now=now)
    return CrossCheck(found_n=len(whole), habits_n=len(habits), looked_again_n=len(differing), disagreed_n=len(wrong))


def _on_the_desk(connection: sa.Connection, merchant_id: MerchantId) -> Found:
    """Return what rules and ladders have said of the live books; what an audit of files brought is not theirs."""
    found = store.open_findings(connection, merchant_id)
    return {row["finding_id"]: dict(row) for row in found if row["found_by"] != store.BY_AUDIT}


def _differing(whole: Found, stood: Found) -> Found:
    """Return what stands on one side only, or otherwise there; what a ladder says alone is no difference."""
    said = ("diagnosis", "severity", "amount_at_risk_minor")
    mine = {name: row for name, row in stood.items() if row["diagnosis"] not in HABITS}
    one_sided = {
        name: row
        for name, row in {**mine, **whole}.items()
        if (name in mine) != (name in whole) and row.get("found_by", "rule") == "rule"
    }
    unlike = {
        name: row for name, row in whole.items() if name in mine and any(row[key] != mine[name][key] for key in said)
    }
    return {**one_sided, **unlike}


def _look_again(connection: sa.Connection, merchant_id: MerchantId, subjects: set[str], *, now: datetime) -> None:
    if not subjects:
        return
    statement = insert(WATCHED)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["merchant_id", "subject"], set_={"due_at": now}),
        [{"merchant_id": merchant_id, "subject": subject, "due_at": now} for subject in sorted(subjects)],
    )
