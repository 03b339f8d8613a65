"""SQL of ties: reads which stand, writes a later one with its fact, and lays them over the books. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa

from counterfoil.desk.ties.model import Noun, Tie
from counterfoil.desk.ties.tables import TIES
from counterfoil.ids import MerchantId, OrderId, StaffId
from counterfoil.journal.store import Noted, note_all

#: What is said of a column of a book, by table and column; to be read over the row `t` of that table, as it came in.
_SAID: Mapping[tuple[str, str], tuple[Noun, str]] = MappingProxyType(
    {
        ("returns", "order_id"): (Noun.RETURN, "return_id"),
        ("orders", "repeat_of"): (Noun.ORDER, "order_id"),
    }
)

#: The tags of facts: what is tied, and whether it is from then on.
_TAGS: Mapping[Noun, str] = MappingProxyType({Noun.RETURN: "return:original", Noun.ORDER: "order:repeat"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Who ties something, or takes it back, in which case, when."""

    merchant_id: MerchantId
    case_id: str
    staff_id: StaffId
    now: datetime


def standing_now(alias: str) -> str:
    """Return the condition, in SQL, that a row of ties is the last of what it ties, and ties it."""
    return (
        f"{alias}.stands AND NOT EXISTS (SELECT FROM public.ties AS later "
        f"WHERE later.merchant_id = {alias}.merchant_id AND later.noun = {alias}.noun "
        f"AND later.row_id = {alias}.row_id AND later.tie_no > {alias}.tie_no)"
    )


def column_of(table: str, column: str) -> str:
    """Return how a column of a book is read, in SQL over its row `t`: what people said of it counts before it."""
    plain = f't."{column}"'
    if (table, column) not in _SAID:
        return plain
    noun, key = _SAID[table, column]
    return (
        f"coalesce((SELECT tie.order_id FROM public.ties AS tie WHERE tie.merchant_id = t.merchant_id "
        f"AND tie.noun = '{noun}' AND tie.row_id = t.{key} AND {standing_now('tie')}), {plain})"
    )


def keep_others_out(connection: sa.Connection, merchant_id: MerchantId, ties: Collection[Tie]) -> None:
    """Keep others from tying the same rows, or anything else to the same orders, until the transaction ends."""
    names = {tie.subject for tie in ties} | {f"order:{tie.order_id}" for tie in ties}
    for name in sorted(names):
        key = f"{merchant_id}/tie/{name}"
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))


def standing(connection: sa.Connection, merchant_id: MerchantId, subjects: Collection[str]) -> dict[str, Tie]:
    """Return what stands about rows, by their names as findings have them (`return:…`, `order:…`)."""
    names = [subject.partition(":")[::2] for subject in subjects]
    pair = sa.tuple_(TIES.c.noun, TIES.c.row_id)
    return {tie.subject: tie for tie in _stand(connection, merchant_id, pair.in_(names))}


def standing_of_case(connection: sa.Connection, merchant_id: MerchantId, case_id: str, noun: Noun) -> list[Tie]:
    """Return what was said in a case and stands."""
    return _stand(connection, merchant_id, sa.and_(TIES.c.case_id == case_id, TIES.c.noun == noun.value))


def write(connection: sa.Connection, saying: Saying, ties: Sequence[Tie], *, stands: bool) -> None:
    """Write that rows are tied from now on, or no more, and a fact about each; others are kept out."""
    if not ties:
        return
    last = {
        (row.noun, row.row_id): row.tie_no
        for row in connection.execute(
            sa.select(TIES.c.noun, TIES.c.row_id, sa.func.max(TIES.c.tie_no).label("tie_no"))
            .where(
                TIES.c.merchant_id == saying.merchant_id,
                sa.tuple_(TIES.c.noun, TIES.c.row_id).in_([(tie.noun.value, tie.row_id) for tie in ties]),
            )
            .group_by(TIES.c.noun, TIES.c.row_id)
        )
    }
    rows = [
        {
            "merchant_id": saying.merchant_id,
            "noun": tie.noun.value,
            "row_id": tie.row_id,
            "tie_no": last.get((tie.noun.value, tie.row_id), 0) + 1,
            "order_id": tie.order_id,
            "stands": stands,
            "case_id": saying.case_id,
            "said_by": saying.staff_id,
            "said_at": saying.now,
        }
        for tie in ties
    ]
    connection.execute(TIES.insert(), rows)
    word = "tied" if stands else "untied"
    facts = [
        Noted(
            tag=f"{_TAGS[tie.noun]}:{word}",
            subject=tie.subject,
            occurred_at=saying.now,
            actor_id=saying.staff_id,
            body={"order_id": tie.order_id, "tie_no": row["tie_no"], "case_id": saying.case_id},
        )
        for tie, row in zip(ties, rows, strict=True)
    ]
    note_all(connection, saying.merchant_id, facts)


def _stand(connection: sa.Connection, merchant_id: MerchantId, chosen: sa.ColumnElement[bool]) -> list[Tie]:
    query = (
        sa.select(TIES.c.noun, TIES.c.row_id, TIES.c.order_id)
        .where(TIES.c.merchant_id == merchant_id, chosen, sa.text(standing_now("ties")))
        .order_by(TIES.c.noun, TIES.c.row_id)
    )
    return [
        Tie(noun=Noun(row.noun), row_id=row.row_id, order_id=OrderId(row.order_id)) for row in connection.execute(query)
    ]
