"""`/` and `/welcome`: leads everybody to where their work begins."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from counterfoil.web.access import PUBLIC, SIGNED_IN
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.places import WELCOME, home_of
from counterfoil.web.visits import Visit, visit_of


class StartController(Controller):
    """The first address."""

    include_in_schema = False

    @get("/", opt=PUBLIC, status_code=HTTP_303_SEE_OTHER, sync_to_thread=False)
    def start(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Lead on."""
        who = visit_of(request).who
        return Redirect("/sign-in" if who is None else home_of(who), status_code=HTTP_303_SEE_OTHER)

    @get(WELCOME, opt=SIGNED_IN)
    async def welcome(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Say what somebody can do who has no role yet; whoever has one goes on to where their work begins."""
        faces, visit = faces_of(request), visit_of(request)
        home = home_of(visit.known)
        if home != WELCOME:
            return Redirect(home, status_code=HTTP_303_SEE_OTHER)
        return await faces.asked(_welcome, faces, visit)


def _welcome(faces: Faces, visit: Visit) -> Response[str]:
    return faces.page(visit, "sign_in/welcome.html")
