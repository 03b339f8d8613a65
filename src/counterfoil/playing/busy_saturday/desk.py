"""What people do at the desk between two looks of the watch: they take cases, write, ask, hand on, and close one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from counterfoil.desk.cases import closing, escalating, noting, taking
from counterfoil.desk.cases.closing import Wish
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.inbox.model import Wanted
from counterfoil.desk.cases.inbox.reading import inbox
from counterfoil.desk.cases.model import Case, Moved, WaitingFor
from counterfoil.ids import StaffId, new_id
from counterfoil.languages import Language
from counterfoil.playing.acts import Act, Doing
from counterfoil.playing.busy_saturday.calendar import Days, at
from counterfoil.playing.busy_saturday.mishaps.buying import then
from counterfoil.playing.stage import PlayWentWrong, Stage
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Person, Role
from counterfoil.shop.staff.store import person

if TYPE_CHECKING:
    import sqlalchemy as sa

Verb = Callable[..., Moved | Refused]


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One button that somebody presses on the case of a sale of the play."""

    name: str
    by: str
    verb: Verb
    #: What the verb wants to know beside the case.
    what: dict[str, Any]


PRESSES = (
    Press(name="double 1", by="ines", verb=taking.take, what={}),
    Press(
        name="double 1",
        by="ines",
        verb=noting.note,
        what={"text": "The customer has called: two messages from the bank for one purchase."},
    ),
    Press(name="crashed 0", by="ines", verb=taking.take, what={}),
    Press(
        name="crashed 0",
        by="ines",
        verb=noting.ask,
        what={"waiting_for": WaitingFor.CUSTOMER, "text": "请顾客提供付款短信截图，以便核对后补发小票。"},
    ),
    Press(
        name="next till",
        by="ines",
        verb=escalating.escalate,
        what={"to": Role.MANAGER, "text": "Both tills came through, and the cashier has no word about it."},
    ),
    Press(
        name="cash instead",
        by="jun",
        verb=closing.close,
        what={"wish": Wish(reason=Reason.TENDER_CHANGED, text="The card asked for a PIN that the customer had not.")},
    ),
)


def desk(days: Days) -> Iterator[Act]:
    """Yield the looks of the watch, and what people do about what it found."""
    noon, morning = at(days.saturday, "12:59"), at(days.saturday + timedelta(days=1), "11:00")
    yield then(noon, looked)
    yield then(morning, looked)
    for n, press in enumerate(PRESSES):
        yield then(morning + timedelta(minutes=6 * (n + 1)), _pressed(press))


async def looked(stage: Stage) -> None:
    """Take in what arrived on paper, and let the rules look until nothing is due."""

    def look() -> None:
        stage.papers.hand_in(stage.house.database, now=stage.clock.now)
        stage.watcher.look_until_done(stage.merchant_id, now=stage.clock.now)

    await asyncio.to_thread(look)


def _pressed(press: Press) -> Doing:
    async def do(stage: Stage) -> None:
        await asyncio.to_thread(_press, stage, press)

    return do


def _press(stage: Stage, press: Press) -> None:
    with stage.house.database.transaction(stage.merchant_id) as connection:
        actor = person(connection, stage.merchant_id, StaffId(press.by))
        assert actor is not None
        case = _case_of(connection, stage, press, actor)
        if case is None:
            # The play ended before the watch could know; what is not there yet is nobody's work.
            return
        seen = {} if press.verb is noting.note else {"seen": case.version}
        done = press.verb(
            connection,
            stage.merchant_id,
            case.case_id,
            **press.what,
            **seen,
            action_id=new_id(stage.clock.now),
            actor=actor,
            now=stage.clock.now,
        )
    if isinstance(done, Refused):
        raise PlayWentWrong(f"{press.name}: {done.said(Language.EN)}")


def _case_of(connection: sa.Connection, stage: Stage, press: Press, actor: Person) -> Case | None:
    rung = stage.kept[press.name]
    for number in (rung.order_id, rung.payment_id):
        page = inbox(connection, stage.merchant_id, Wanted(find=number), actor=actor, now=stage.clock.now)
        if page.cases:
            return page.cases[0].case
    return None
