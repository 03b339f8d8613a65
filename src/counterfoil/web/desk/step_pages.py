"""`/desk/cases/…/inquiries`, `…/refunds`, …: the steps of the playbook that ask an acquirer, or move money.

They wait for the acquirer in threads of their own, so that no page waits behind a silent one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from litestar import Controller, Request, Response, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from counterfoil.counter.authorising import Consent
from counterfoil.desk.cases.model import CaseId
from counterfoil.desk.steps.asking_again import ask_again
from counterfoil.desk.steps.cancelling import cancel_unpaid
from counterfoil.desk.steps.giving_back import give_back
from counterfoil.desk.steps.linking import link_return, unlink_return
from counterfoil.desk.steps.model import ANSWERS, Asked, Came, Stepped
from counterfoil.desk.steps.rebuilding import rebuild_order
from counterfoil.desk.steps.returning_charges import return_charge
from counterfoil.ids import ID_LENGTH_MAX, StaffId, StoreId
from counterfoil.refusals import Refused
from counterfoil.shop.staff.pins import DIGITS_MAX, Pin
from counterfoil.web.desk.cases import CASES, back_to, refuse
from counterfoil.web.desk.inbox import WORKS, in_names
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, visit_of

#: What the page says of a press, by what it came to.
_TOLD: Mapping[Came, Told] = MappingProxyType(
    {
        Came.DONE: Told.STEP_DONE,
        Came.DECLINED: Told.STEP_DECLINED,
        Came.UNKNOWN: Told.STEP_UNKNOWN,
        Came.UNDER_WAY: Told.STEP_UNDER_WAY,
        Came.NOTHING: Told.STEP_NOTHING,
        Came.REFUSED: Told.STEP_DECLINED,
    }
)
_REASON_LENGTH_MAX = 400
#: An id, and `order:` before it.
_ORDER_LENGTH_MAX = ID_LENGTH_MAX + 6


class StepController(Controller):
    """Steps of a case that reach outside it."""

    path = CASES
    include_in_schema = False

    @post("/{case_id:str}/inquiries", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def ask_again(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Ask the acquirer again about a payment of the case."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        answer = await asyncio.to_thread(ask_again, faces.house, asked_by(visit, case_id, form))
        if isinstance(answer, Stepped) and answer.came in ANSWERS and not answer.repeated:
            return back_to(faces, case_id, Told.STEP_ANSWERED)
        return await _answered(faces, visit, case_id, answer)

    @post("/{case_id:str}/refunds", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def give_back(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Give the money back, with a second person's consent."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        consent = _consent(form)
        answer = await asyncio.to_thread(give_back, faces.house, asked_by(visit, case_id, form), consent)
        return await _answered(faces, visit, case_id, answer)

    @post("/{case_id:str}/cancellations", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def cancel_unpaid(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Cancel the unpaid one of two orders."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await _answered(faces, visit, case_id, await faces.asked(_cancel, faces, visit, case_id, form))

    @post("/{case_id:str}/orders", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def rebuild_order(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Make the order that the acquirer's record proves."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        answer = await faces.asked(_rebuild, faces, visit, case_id, form)
        return await _answered(faces, visit, case_id, answer)

    @post("/{case_id:str}/charges", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def return_charge(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Make the order that the acquirer's record proves, and give its money back, with a second person's consent."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        consent, asked, store_id = _consent(form), asked_by(visit, case_id, form), _store(form)
        answer = await asyncio.to_thread(return_charge, faces.house, asked, consent, store_id=store_id)
        return await _answered(faces, visit, case_id, answer)

    @post("/{case_id:str}/links", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def link_return(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Link a return to the order that it is of."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await _answered(faces, visit, case_id, await faces.asked(_link, faces, visit, case_id, form))

    @post("/{case_id:str}/links/taken_back", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def unlink_return(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Take the link of a return back."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        answer = await faces.asked(unlink_return, faces.house, asked_by(visit, case_id, form))
        return await _answered(faces, visit, case_id, answer)


def _link(faces: Faces, visit: Visit, case_id: str, form: Filled) -> Stepped | Refused:
    order_id = form.text("order", longest=_ORDER_LENGTH_MAX)
    return link_return(faces.house, asked_by(visit, case_id, form), order_id=order_id)


def _cancel(faces: Faces, visit: Visit, case_id: str, form: Filled) -> Stepped | Refused:
    reason = form.text("reason", longest=_REASON_LENGTH_MAX, default="")
    return cancel_unpaid(faces.house, asked_by(visit, case_id, form), reason=reason)


def _rebuild(faces: Faces, visit: Visit, case_id: str, form: Filled) -> Stepped | Refused:
    goods = form.text("goods", longest=_REASON_LENGTH_MAX, default="")
    return rebuild_order(faces.house, asked_by(visit, case_id, form), goods=goods, store_id=_store(form))


def _store(form: Filled) -> StoreId | None:
    store = form.optional_text("store")
    return None if store is None else StoreId(store)


def asked_by(visit: Visit, case_id: str, form: Filled, *, sees: bool = True) -> Asked:
    """Return one press of a step; `sees`: it counts only for the version of the case that somebody saw."""
    who = visit.known
    return Asked(
        merchant_id=who.merchant_id,
        case_id=CaseId(case_id),
        about=form.text("about"),
        action_id=form.id("action_id"),
        seen=form.count("seen") if sees else None,
        actor=who.person,
        now=visit.now,
    )


def _consent(form: Filled) -> Consent | None:
    name, digits = form.optional_text("authoriser"), form.secret("pin", longest=DIGITS_MAX * 2)
    if not name or not digits:
        return None
    reason = form.text("reason", longest=_REASON_LENGTH_MAX, default="")
    return Consent(authoriser_id=StaffId(name), pin=Pin(digits=digits), reason=reason)


async def _answered(faces: Faces, visit: Visit, case_id: str, answer: Stepped | Refused) -> Response[Any]:
    if isinstance(answer, Refused):
        refuse(await faces.asked(in_names, faces, visit, answer))
    told = Told.DONE_BEFORE if answer.repeated and answer.came is Came.DONE else _TOLD[answer.came]
    return back_to(faces, case_id, told)
