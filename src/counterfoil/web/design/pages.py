"""`/design`: every component in every state, in both languages and both colours. Nothing here is anybody's."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get

from counterfoil.web.access import SIGNED_IN
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.visits import Visit, visit_of


class DesignController(Controller):
    """The design language."""

    path = "/design"
    include_in_schema = False

    @get("/", opt=SIGNED_IN)
    async def design(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Show every component."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_design, faces, visit)


def _design(faces: Faces, visit: Visit) -> Response[str]:
    return faces.page(visit, "design/design.html")
