"""Writes what "keep both" says: that the later of two orders repeats the earlier one on purpose.

It is the same answer that a cashier gives at the till, given later: the rules read it before the order's own word. It
goes with the closure that says so, in whatever way the case is closed, and goes when somebody reopens the case.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import sqlalchemy as sa

from counterfoil.desk.cases.acting import Press
from counterfoil.desk.cases.model import CaseId, Moved
from counterfoil.desk.cases.tables import CASE_FINDINGS
from counterfoil.desk.store import BY_AUDIT
from counterfoil.desk.tables import FINDINGS
from counterfoil.desk.ties import store as ties
from counterfoil.desk.ties.model import Noun, Tie
from counterfoil.desk.ties.store import Saying
from counterfoil.ids import OrderId

if TYPE_CHECKING:
    from collections.abc import Mapping

_ORDER = "order:"


def say_repeats(connection: sa.Connection, press: Press, moved: Mapping[CaseId, Moved]) -> None:
    """Write of each pair of orders that closed cases are about that it is two purchases; a repeated press wrote it."""
    for case_id in _done_now(moved):
        pairs = _pairs(connection, press, case_id)
        ties.keep_others_out(connection, press.merchant_id, pairs)
        said = ties.standing(connection, press.merchant_id, [tie.subject for tie in pairs])
        unsaid = [tie for tie in pairs if tie.subject not in said]
        ties.write(connection, _saying(press, case_id), unsaid, stands=True)


def unsay_repeats(connection: sa.Connection, press: Press, moved: Mapping[CaseId, Moved]) -> None:
    """Take back what closing a case has said; the rules find it again."""
    for case_id in _done_now(moved):
        said = ties.standing_of_case(connection, press.merchant_id, case_id, Noun.ORDER)
        ties.keep_others_out(connection, press.merchant_id, said)
        ties.write(connection, _saying(press, case_id), said, stands=False)


def _done_now(moved: Mapping[CaseId, Moved]) -> Iterable[CaseId]:
    return sorted(case_id for case_id, one in moved.items() if not one.repeated)


def _pairs(connection: sa.Connection, press: Press, case_id: CaseId) -> list[Tie]:
    """Return the pairs of orders that the standing findings of a case are about; files' are not ours."""
    query = (
        sa.select(FINDINGS.c.subject, FINDINGS.c.other_subject)
        .join(
            CASE_FINDINGS,
            sa.and_(
                CASE_FINDINGS.c.merchant_id == FINDINGS.c.merchant_id,
                CASE_FINDINGS.c.finding_id == FINDINGS.c.finding_id,
            ),
        )
        .where(
            CASE_FINDINGS.c.merchant_id == press.merchant_id,
            CASE_FINDINGS.c.case_id == case_id,
            FINDINGS.c.exception == "duplicate_order",
            FINDINGS.c.gone_at.is_(None),
            FINDINGS.c.found_by != BY_AUDIT,
            FINDINGS.c.subject.startswith(_ORDER),
            FINDINGS.c.other_subject.startswith(_ORDER),
        )
        .order_by(FINDINGS.c.finding_id)
    )
    # Of an order that repeats two, the first is enough: it is left out of the rule by itself.
    found = {
        later: Tie(noun=Noun.ORDER, row_id=later.removeprefix(_ORDER), order_id=OrderId(earlier.removeprefix(_ORDER)))
        for later, earlier in reversed(connection.execute(query).all())
    }
    return list(found.values())


def _saying(press: Press, case_id: CaseId) -> Saying:
    return Saying(merchant_id=press.merchant_id, case_id=case_id, staff_id=press.actor.staff_id, now=press.now)
