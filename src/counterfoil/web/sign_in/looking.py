"""`/look` and `/place`: in which language and colours somebody reads, and which store their pages show."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, post
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from counterfoil.ids import StoreId
from counterfoil.languages import Language
from counterfoil.shop.staff.model import EVERY_STORE, Theme
from counterfoil.web.access import PUBLIC, SIGNED_IN
from counterfoil.web.cookies import Look
from counterfoil.web.faces import faces_of
from counterfoil.web.filled import filled_in
from counterfoil.web.forms import ANYBODYS_FORM_BYTES_MAX
from counterfoil.web.local import local_path
from counterfoil.web.visits import visit_of


class LookController(Controller):
    """Language, colours, and the store that is shown."""

    include_in_schema = False

    @post("/look", opt=PUBLIC, status_code=HTTP_303_SEE_OTHER, request_max_body_size=ANYBODYS_FORM_BYTES_MAX)
    async def look(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Keep a look: with the person where there is one, and with the browser."""
        visit, faces, form = visit_of(request), faces_of(request), await filled_in(request)
        language = form.word("language", Language) if form.is_ticked("language") else visit.language
        theme = form.word("theme", Theme) if form.is_ticked("theme") else visit.theme
        if visit.who is not None:
            await faces.asked(faces.house.signing_in.set_look, visit.who.session, language, theme)
        kept = faces.cookies.keep_look(Look(language=language, theme=theme))
        return Redirect(
            local_path(form.optional_text("next", longest=2000)) or "/", status_code=HTTP_303_SEE_OTHER, cookies=[kept]
        )

    @post("/place", opt=SIGNED_IN, status_code=HTTP_303_SEE_OTHER)
    async def place(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Show one store, or every one that the person works at."""
        who, faces, form = visit_of(request).known, faces_of(request), await filled_in(request)
        wanted = StoreId(form.text("store", default=""))
        known = {store.store_id for store in who.own_stores} | {EVERY_STORE}
        if wanted in known and who.terminal is None:
            await faces.asked(faces.house.signing_in.choose_store, who.session, wanted)
        return Redirect(local_path(form.optional_text("next", longest=2000)) or "/", status_code=HTTP_303_SEE_OTHER)
