"""`/office/terminals`: the devices at the counters; setting one up shows its token once, and never again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from counterfoil.books.payments.model import Tender
from counterfoil.counter.setting_up_terminals import set_up, take_out_of_use
from counterfoil.ids import StoreId, TerminalId, is_id
from counterfoil.refusals import Refused
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.merchants.model import Terminal
from counterfoil.shop.merchants.rules import NAME_LENGTH_MAX
from counterfoil.shop.staff.model import Verb
from counterfoil.web.access import needs
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.problems import PageRefused
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, visit_of

PATH = "/office/terminals"
MANAGES = needs(Verb.MANAGE_TERMINALS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What came of the form: a refusal with what was typed, or a token, which is shown once."""

    refused: Refused | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    made: Terminal | None = None
    token: str = field(default="", repr=False)


class TerminalsController(Controller):
    """The terminals."""

    path = PATH
    include_in_schema = False

    @get("/", opt=MANAGES)
    async def terminals(self, request: Request[Any, Any, Any]) -> Response[str]:
        """List the terminals of the stores that somebody manages."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_list, faces, visit, Shown())

    @post("/", opt=MANAGES, status_code=HTTP_200_OK)
    async def set_up(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Set one up, and show its token in the answer: it is in no address and in no book."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_set_up, faces, visit, form)

    @post("/{terminal_id:str}/retirement", opt=MANAGES, status_code=HTTP_303_SEE_OTHER)
    async def retire(self, request: Request[Any, Any, Any], terminal_id: FromPath[str]) -> Response[Any]:
        """Take one out of use."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_retire, faces, visit, terminal_id)


def _list(faces: Faces, visit: Visit, shown: Shown) -> Response[str]:
    who = visit.known
    managed = who.stores_for(Verb.MANAGE_TERMINALS)
    with faces.reading(visit) as connection:
        terminals = merchants.terminals(connection, who.merchant_id)
    stores = [store for store in who.stores if store.store_id in managed]
    of_mine = [terminal for terminal in terminals if terminal.store_id in managed]
    response = faces.page(
        visit,
        "office/terminals.html",
        status=HTTP_409_CONFLICT if shown.refused is not None else HTTP_200_OK,
        terminals=sorted(of_mine, key=lambda one: (one.retired_at is not None, one.store_id, one.terminal_id)),
        store_names={store.store_id: store.name for store in stores},
        store_choices=[(store.store_id, store.name) for store in stores],
        cards_to={one.terminal_id: _cards_to(faces, visit, one) for one in of_mine},
        shown=shown,
        name_length_max=NAME_LENGTH_MAX,
    )
    if shown.token:
        response.headers["Cache-Control"] = "no-store"
    return response


def _cards_to(faces: Faces, visit: Visit, terminal: Terminal) -> str | None:
    """Return who is asked about a card at a terminal, as a sale there would be sent; None: no card is taken."""
    lane = faces.house.acquirers.lane(visit.known.merchant_id, terminal.terminal_id, Tender.CARD)
    return None if lane is None else lane.acquirer.name


def _set_up(faces: Faces, visit: Visit, form: Filled) -> Response[str]:
    who = visit.known
    typed = {name: form.text(name) for name in ("terminal_id", "name")}
    typed["store"] = form.id("store")
    wanted = Terminal(
        terminal_id=TerminalId(typed["terminal_id"]),
        store_id=StoreId(typed["store"]),
        name=typed["name"],
    )
    with faces.database.transaction(who.merchant_id) as connection:
        answer = set_up(connection, who.merchant_id, wanted, actor_id=who.staff_id, now=visit.now)
    if isinstance(answer, Refused):
        return _list(faces, visit, Shown(refused=answer, fields=typed))
    return _list(faces, visit, Shown(made=wanted, token=answer.text()))


def _retire(faces: Faces, visit: Visit, terminal_id: str) -> Response[Any]:
    who = visit.known
    if not is_id(terminal_id):
        raise NotFoundException
    with faces.database.transaction(who.merchant_id) as connection:
        refused = take_out_of_use(
            connection, who.merchant_id, TerminalId(terminal_id), actor_id=who.staff_id, now=visit.now
        )
    if refused is not None:
        raise PageRefused(refused)
    return Redirect(PATH, status_code=HTTP_303_SEE_OTHER, cookies=[faces.cookies.tell(Told.TERMINAL_RETIRED)])
