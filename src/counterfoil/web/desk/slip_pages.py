"""`/desk/cases/…/slips/…`: the slip of an order of a case, to be printed, and what somebody says became of it.

The page prints by the browser's own dialog, which tells nobody how it ended; so somebody says it, as at a till.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from counterfoil.books.slips import store as slips
from counterfoil.books.slips.rules import FAULT_LENGTH_MAX
from counterfoil.books.slips.states import ENDS, Event
from counterfoil.counter.looking.store import OrderSeen, order_seen
from counterfoil.counter.paper.laying import paper_of
from counterfoil.counter.paper.model import Paper
from counterfoil.counter.paper.store import names_on, place_of
from counterfoil.desk.cases.inbox import reading
from counterfoil.desk.cases.model import Case
from counterfoil.desk.cases.rules import may_work, why_not_theirs
from counterfoil.desk.cases.states import IN_HAND
from counterfoil.desk.steps import store as steps
from counterfoil.desk.steps.model import Came, Step
from counterfoil.desk.steps.owing import reaches
from counterfoil.desk.steps.printing import tell_of_slip
from counterfoil.ids import MerchantId, OrderId, StoreId, is_id, new_id
from counterfoil.languages import Text
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import EVERY_STORE, Verb
from counterfoil.web.desk.cases import CASES, back_to, refuse
from counterfoil.web.desk.inbox import WORKS, in_names
from counterfoil.web.desk.step_pages import asked_by
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, visit_of

if TYPE_CHECKING:
    import sqlalchemy as sa

#: The printer's own codes, as the slips book keeps them; a till says the same.
FAULTS: Mapping[str, Text] = MappingProxyType(
    {
        "paper_out": Text(en="No: out of paper", zh="否：缺纸"),
        "offline": Text(en="No: the printer is off", zh="否：打印机离线"),
        "jam": Text(en="No: jammed, or the cover is open", zh="否：卡纸或机盖未合"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipPage:
    """One slip, ready to be printed."""

    case: Case
    order: OrderSeen
    paper: Paper
    #: The customer has one already.
    is_copy: bool


class SlipPagesController(Controller):
    """Slips of cases."""

    path = CASES
    include_in_schema = False

    @get("/{case_id:str}/slips/{order_id:str}", opt=WORKS)
    async def slip(
        self, request: Request[Any, Any, Any], case_id: FromPath[str], order_id: FromPath[str]
    ) -> Response[Any]:
        """Show the slip of an order of the case, to be printed; one that is out already is a copy."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_slip, faces, visit, case_id, order_id)

    @post("/{case_id:str}/slips", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def told(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Take what became of the slip that an order of the case owes."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_told, faces, visit, case_id, form)


def _slip(faces: Faces, visit: Visit, case_id: str, order_id: str) -> Response[Any]:
    with faces.reading(visit) as connection:
        page = _page(connection, visit, case_id, order_id)
    if isinstance(page, Refused):
        refuse(in_names(faces, visit, page))
    return faces.page(visit, "desk/slip.html", page=page, action_id=new_id(visit.now), faults=FAULTS)


def _told(faces: Faces, visit: Visit, case_id: str, form: Filled) -> Response[Any]:
    fault = form.optional_text("fault", longest=FAULT_LENGTH_MAX)
    event = Event.PRINTED if fault is None else Event.FAILED
    asked = asked_by(visit, case_id, form, sees=False)
    answer = tell_of_slip(faces.house, asked, event=event, fault=fault)
    if isinstance(answer, Refused):
        refuse(in_names(faces, visit, answer))
    said = Told.SLIP_OUT if answer.came is Came.DONE else Told.SLIP_NOT_OUT
    return back_to(faces, case_id, Told.DONE_BEFORE if answer.repeated else said)


def _page(connection: sa.Connection, visit: Visit, case_id: str, order_id: str) -> SlipPage | Refused:
    """Read a slip as somebody may print it; a refusal where the case is not theirs, 404 where it has no such slip."""
    who = visit.known
    file = reading.case_file(connection, who.merchant_id, case_id, actor=who.person)
    if isinstance(file, Refused):
        return file
    case = file.case
    order = _order(connection, who.merchant_id, case, order_id)
    if not (may_work(who.person, case.store_id) and may_work(who.person, _store(order))):
        raise PermissionDeniedException
    offers = steps.offered(connection, who.merchant_id, case.case_id)
    is_owed = any(offer.step is Step.PRINT_SLIP and offer.about == order_id for offer in offers)
    no = why_not_theirs(case, who.person) if is_owed and case.state in IN_HAND else None
    if no is not None:
        return no
    if not is_owed:
        _insist_on_copy(connection, visit, order)
    place, names = place_of(connection, who.merchant_id, order), names_on(connection, who.merchant_id, [order])
    paper = paper_of(order, place, visit.language, names)
    return SlipPage(case=case, order=order, paper=paper, is_copy=not is_owed)


def _order(connection: sa.Connection, merchant_id: MerchantId, case: Case, order_id: str) -> OrderSeen:
    is_known = is_id(order_id) and reaches(connection, merchant_id, case.case_id, order_id)
    order = order_seen(connection, merchant_id, OrderId(order_id)) if is_known else None
    if order is None:
        raise NotFoundException
    return order


def _insist_on_copy(connection: sa.Connection, visit: Visit, order: OrderSeen) -> None:
    """End the request where there is nothing to copy, or it is not theirs to print again."""
    there = slips.of_order(connection, visit.known.merchant_id, OrderId(order.order_id))
    if not there or any(slip.state not in ENDS for slip in there):
        raise NotFoundException
    if not visit.known.may(Verb.REPRINT, _store(order) or EVERY_STORE):
        raise PermissionDeniedException


def _store(order: OrderSeen) -> StoreId | None:
    return None if order.store_id is None else StoreId(order.store_id)
