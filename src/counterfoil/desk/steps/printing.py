"""Says what became of the slip that an order of a case owes: it came out, or it did not; by the tills' own verb.

In one transaction, for nobody is asked. A browser cannot see a printer, so whoever pressed says it. The paper is out
whatever somebody else did to the case meanwhile, so no version of it is asked for; of a case that has closed, by the
books or by somebody, only what came of it is written down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.books.slips import store as slips
from counterfoil.books.slips.model import Told
from counterfoil.books.slips.rules import why_unusable
from counterfoil.books.slips.states import ENDS, Event
from counterfoil.counter.house import House
from counterfoil.counter.telling_slips import tell_all
from counterfoil.desk.cases import store as cases
from counterfoil.desk.cases.model import ENDING, CaseEvent
from counterfoil.desk.cases.refusals import CaseRefusal
from counterfoil.desk.cases.refusals import refused as case_refused
from counterfoil.desk.cases.states import State
from counterfoil.desk.steps import acting
from counterfoil.desk.steps.model import Asked, Came, Step, Stepped
from counterfoil.ids import OrderId
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

#: What takes a slip to its customer.
ENDS_WELL = frozenset({Event.PRINTED, Event.SENT})


def tell_of_slip(house: House, asked: Asked, *, event: Event, fault: str | None = None) -> Stepped | Refused:
    """Tell of the slips that an order owes, once, and write it into the case; `fault`: why the paper did not come."""
    with house.database.transaction(asked.merchant_id) as connection:
        offer = acting.offered(connection, asked, Step.PRINT_SLIP)
        # The case comes before its slips, wherever both are kept from others.
        cases.lock(connection, asked.merchant_id, [asked.case_id])
        again = _ended(connection, asked)
        if again is not None and (again.body["step"], again.body["about"]) != (Step.PRINT_SLIP.value, asked.about):
            return case_refused(CaseRefusal.ACTION_ID_TAKEN)
        if again is not None:
            return Stepped(came=Came(str(again.body["came"])), begun=again, repeated=True)
        if isinstance(offer, Refused):
            return offer
        words = _words(connection, asked, event, fault)
        no = next(filter(None, (why_unusable(word, now=asked.now) for word in words)), None)
        return no or _told(connection, asked, words, Came.DONE if event in ENDS_WELL else Came.DECLINED)


def _ended(connection: sa.Connection, asked: Asked) -> CaseEvent | None:
    """Return what this press came to before: nothing of it is done without that."""
    found = cases.events_of_action(connection, asked.merchant_id, [asked.case_id], asked.action_id + ENDING)
    return found.get(asked.case_id)


def _words(connection: sa.Connection, asked: Asked, event: Event, fault: str | None) -> list[Told]:
    """Return a word for each slip of the order that nobody has in hand: one paper is the slip of all of them."""
    return [
        Told(slip_id=slip.slip_id, event=event, told_at=asked.now, fault=fault, operator_id=asked.actor.staff_id)
        for slip in slips.of_order(connection, asked.merchant_id, OrderId(asked.about))
        if slip.state not in ENDS
    ]


def _told(connection: sa.Connection, asked: Asked, words: Sequence[Told], came: Came) -> Stepped | Refused:
    (case, _last) = cases.cases(connection, asked.merchant_id, [asked.case_id])[asked.case_id]
    if case.state is not State.CLOSED:
        begun = acting.begin(connection, asked, Step.PRINT_SLIP, kept=lambda _offer: {})
        if isinstance(begun, Refused):
            return begun
    for answer in tell_all(connection, asked.merchant_id, words, now=asked.now, case_id=asked.case_id):
        # Somebody told of it at a till a moment ago: then it is out, and that is what the case says, too.
        if isinstance(answer, Refused):
            came = Came.DONE
    acting.end(connection, asked, Step.PRINT_SLIP, came, order_id=asked.about)
    ended = _ended(connection, asked)
    assert ended is not None, "what was told is written down"
    return Stepped(came=came, begun=ended)
