"""`/till`: the till, which till it is, and who stands at it."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT, HTTP_429_TOO_MANY_REQUESTS

from counterfoil.counter.ringing_up import Counter
from counterfoil.counter.signing_in import Entered
from counterfoil.refusals import Refused
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.sessions.refusals import SignInRefusal
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Ask, Verb
from counterfoil.shop.staff.pins import DIGITS_MAX, Pin
from counterfoil.shop.staff.rules import may
from counterfoil.web.access import SIGNED_IN, needs
from counterfoil.web.cookies import Place
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.problems import PageRefused
from counterfoil.web.sign_in.pages import entered
from counterfoil.web.till.at_till import counter_of
from counterfoil.web.till.starting import beginning_of
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, visit_of

#: People in the list of a till; a store has fewer.
PEOPLE_MAX = 200


class TillController(Controller):
    """The till."""

    path = "/till"
    include_in_schema = False

    @get("/", opt=needs(Verb.SELL, by_pin=True))
    async def till(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Show the till; who is at none chooses one first."""
        faces, visit = faces_of(request), visit_of(request)
        counter = counter_of(visit)
        if counter is None:
            return Redirect("/till/choice", status_code=HTTP_303_SEE_OTHER)
        return await faces.asked(_till, faces, visit, counter)

    @get("/choice", opt=needs(Verb.SELL))
    async def choice(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Show the tills that this person may work at."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_choice, faces, visit)

    @post("/choice", opt=needs(Verb.SELL), status_code=HTTP_303_SEE_OTHER)
    async def choose(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Put this browser at a till."""
        faces, who, form = faces_of(request), visit_of(request).known, await filled_in(request)
        terminal_id = form.id("terminal")
        no = await faces.asked(faces.house.signing_in.choose_till, who.session, terminal_id)
        if no is not None:
            raise PageRefused(no)
        kept = faces.cookies.keep_place(Place(merchant_id=who.merchant_id, terminal_id=terminal_id))
        cookies = [kept, faces.cookies.tell(Told.TILL_CHOSEN)]
        return Redirect("/till", status_code=HTTP_303_SEE_OTHER, cookies=cookies)

    @get("/switch", opt=SIGNED_IN)
    async def switch_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Ask who takes over, and for their PIN."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_switch_form, faces, visit, "", None, HTTP_200_OK)

    @post("/switch", opt=SIGNED_IN, status_code=HTTP_303_SEE_OTHER)
    async def switch(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Let somebody take over."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_switch, faces, visit, form)


def _till(faces: Faces, visit: Visit, counter: Counter) -> Response[str]:
    return faces.page(visit, "till/till.html", beginning=beginning_of(faces, visit, counter))


def _choice(faces: Faces, visit: Visit) -> Response[str]:
    who = visit.known
    with faces.reading(visit) as connection:
        known = merchants.terminals(connection, who.merchant_id)
    open_stores = {store.store_id: store for store in who.stores}
    tills = [
        (terminal, open_stores[terminal.store_id])
        for terminal in known
        if terminal.retired_at is None and terminal.store_id in open_stores and who.may(Verb.SELL, terminal.store_id)
    ]
    return faces.page(visit, "till/choice.html", tills=tills)


def _switch_form(faces: Faces, visit: Visit, chosen: str, no: Refused | None, status: int) -> Response[str]:
    who = visit.known
    with faces.reading(visit) as connection:
        everybody = staff.people(connection, who.merchant_id)
    here = who.terminal.store_id if who.terminal is not None else None
    people = [
        person
        for person in everybody
        if here is not None and person.has_pin and may(person, Ask(verb=Verb.SELL, store_id=here)) is None
    ][:PEOPLE_MAX]
    return faces.page(visit, "till/switch.html", status=status, people=people, chosen=chosen, refused=no)


def _switch(faces: Faces, visit: Visit, form: Filled) -> Response[Any]:
    chosen = form.id("who")
    pin = Pin(digits=form.secret("pin", longest=DIGITS_MAX * 2))
    answer = faces.house.signing_in.switch(visit.known.session, chosen, pin)
    if isinstance(answer, Entered):
        return entered(faces, answer, "/till")
    too_many = answer.code is SignInRefusal.TOO_MANY_TRIES
    return _switch_form(faces, visit, chosen, answer, HTTP_429_TOO_MANY_REQUESTS if too_many else HTTP_409_CONFLICT)
