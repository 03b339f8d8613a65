"""`/desk`: its first page."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get

from counterfoil.shop.staff.model import Verb
from counterfoil.web.access import needs
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.visits import Visit, visit_of


class DeskController(Controller):
    """The desk."""

    path = "/desk"
    include_in_schema = False

    @get("/", opt=needs(Verb.WORK_CASES, Verb.READ_REPORTS))
    async def first(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Show the first page."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_first, faces, visit)


def _first(faces: Faces, visit: Visit) -> Response[str]:
    return faces.page(visit, "desk/first.html")
