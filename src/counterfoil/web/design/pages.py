"""`/design`: every component in every state, in both languages and both colours. Nothing here is anybody's."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_500_INTERNAL_SERVER_ERROR

from counterfoil.db.trouble import Kind, Trouble
from counterfoil.ids import new_id
from counterfoil.shop.sessions.refusals import SignInRefusal, refused
from counterfoil.web.access import SIGNED_IN
from counterfoil.web.design.samples import samples
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import filled_in
from counterfoil.web.problems import PageRefused
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, visit_of

_SEARCH_LENGTH_MAX = 100


class DesignController(Controller):
    """The design language."""

    path = "/design"
    include_in_schema = False

    @get("/", opt=SIGNED_IN)
    async def design(
        self,
        request: Request[Any, Any, Any],
        search: Annotated[str, QueryParameter(name="q", description="Shows only stores of this name.")] = "",
        severity: Annotated[str, QueryParameter(description="Shows only cases that are so bad.")] = "",
    ) -> Response[str]:
        """Show every component."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_design, faces, visit, search[:_SEARCH_LENGTH_MAX], severity)

    @post("/press", opt=SIGNED_IN, status_code=HTTP_303_SEE_OTHER)
    async def press(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Do nothing, and say so: what a verb's button does to a page."""
        form = await filled_in(request)
        form.id("action_id")
        told = faces_of(request).cookies.tell(Told.DESIGN_PRESSED)
        return Redirect("/design", status_code=HTTP_303_SEE_OTHER, cookies=[told])

    @post("/refusal", opt=SIGNED_IN, status_code=HTTP_303_SEE_OTHER, sync_to_thread=False)
    def refusal(self) -> Response[Any]:
        """Refuse."""
        raise PageRefused(refused(SignInRefusal.MAY_NOT_SELL_HERE))

    @get("/problems/{name:str}", opt=SIGNED_IN, sync_to_thread=False)
    def problem(self, name: FromPath[str]) -> Response[Any]:
        """Show a page of problems: by status, or by what is the matter with the books."""
        if name in {*Kind}:
            raise Trouble(Kind(name))
        if name == "refused":
            raise PageRefused(refused(SignInRefusal.MAY_NOT_SELL_HERE))
        status = int(name) if name.isdecimal() else 0
        if status == HTTP_500_INTERNAL_SERVER_ERROR:
            raise RuntimeError("shown on /design; nothing is broken")
        raise HTTPException(status_code=status or 404, detail="shown on /design; nothing is refused")


def _design(faces: Faces, visit: Visit, search: str, severity: str) -> Response[str]:
    made = samples(visit.now)
    found = [
        case for case in made.cases if search.casefold() in case.store.casefold() and severity in {"", case.severity}
    ]
    return faces.page(
        visit,
        "design/design.html",
        made=made,
        found=found,
        search=search,
        severity=severity,
        action_id=new_id(visit.now),
    )
