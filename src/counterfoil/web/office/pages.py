"""`/office`: its first page, the shop from above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Controller, Request, Response, get
from litestar.params import QueryParameter

from counterfoil.money import scale_of, to_major
from counterfoil.shop.staff.model import Verb
from counterfoil.web.access import needs
from counterfoil.web.desk.unwatched import unwatched
from counterfoil.web.desk.words import exception_titles
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.office.left_open import Wanted
from counterfoil.web.office.overview import VOIDS_FOR, Overview, overview
from counterfoil.web.office.tenders import TENDER_NAMES
from counterfoil.web.visits import Visit, visit_of

Which = Annotated[str | None, QueryParameter(name="open", description="`older`: open sales of longer ago.")]
OpenAfter = Annotated[str | None, QueryParameter(name="open_after", description="How many open sales stand before.")]


class OfficeController(Controller):
    """The office."""

    path = "/office"
    include_in_schema = False

    @get("/", opt=needs(Verb.READ_REPORTS))
    async def first(
        self, request: Request[Any, Any, Any], which: Which = None, open_after: OpenAfter = None
    ) -> Response[str]:
        """Show the shop from above."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_first, faces, visit, Wanted.from_address(which, open_after))


def _first(faces: Faces, visit: Visit, wanted: Wanted) -> Response[str]:
    with faces.reading(visit) as connection:
        seen = overview(connection, visit, wanted)
        not_looked_at = unwatched(connection, faces, visit)
    currency = visit.known.merchant.currency
    return faces.page(
        visit,
        "office/first.html",
        seen=seen,
        unwatched=not_looked_at,
        currency=currency,
        tender_names=TENDER_NAMES,
        chart=_chart(seen, visit, currency),
        exceptions=[(name, title, seen.counts.by_exception.get(name, 0)) for name, title in exception_titles().items()],
        voids_days=VOIDS_FOR.days,
    )


def _chart(seen: Overview, visit: Visit, currency: str) -> Mapping[str, Any]:
    """Lay out today's money: a bar for each store, a part of it for each tender, in major units."""
    return {
        "kind": "bars",
        "digits": scale_of(currency),
        "labels": [one.store.name for one in seen.days],
        "series": [
            {
                "name": TENDER_NAMES[tender].to(visit.language) if tender in TENDER_NAMES else tender,
                "values": [float(to_major(one.net.get(tender, 0), currency)) for one in seen.days],
            }
            for tender in seen.tenders
        ],
    }
