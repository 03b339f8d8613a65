"""Reads the timeline of a case, for somebody who may see the case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from counterfoil.desk.cases.inbox.model import CaseFinding
from counterfoil.desk.timeline import store
from counterfoil.desk.timeline.lay import Finding, timeline_of
from counterfoil.desk.timeline.model import Timeline
from counterfoil.ids import MerchantId

if TYPE_CHECKING:
    import sqlalchemy as sa

#: Findings whose rows are fetched; the worst of a case come first.
FINDINGS_MAX = 50


def timeline(
    connection: sa.Connection, merchant_id: MerchantId, findings: Sequence[CaseFinding], more: Iterable[str] = ()
) -> Timeline:
    """Return what the books say about the findings of a case; `more` are subjects that its steps have made."""
    chosen = findings[:FINDINGS_MAX]
    subjects = (
        {each.subject for each in chosen} | {each.other_subject for each in chosen if each.other_subject} | {*more}
    )
    evidence = {(str(row.get("table")), str(row.get("id"))) for each in chosen for row in each.evidence}
    books = store.books_of(connection, merchant_id, subjects, evidence)
    return timeline_of(
        books,
        [
            Finding(
                diagnosis=each.diagnosis,
                subject=each.subject,
                other_subject=each.other_subject,
                evidence=each.evidence,
            )
            for each in chosen
            if each.gone_at is None
        ],
    )
