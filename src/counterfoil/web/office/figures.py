"""`/office/overview`: the shop over some weeks: sales, exceptions, how long cases take, and voids beside peers.

The days stand in the address. Every chart has its figures in a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from litestar import Controller, Request, Response, get

from counterfoil.books.payments.model import Tender
from counterfoil.counter.figures import store as counted
from counterfoil.counter.figures.store import DayTotal, Over
from counterfoil.desk.figures import store as desk
from counterfoil.desk.figures.model import By, Found, Tally
from counterfoil.desk.figures.peers import Beside, beside_peers
from counterfoil.languages import Language, Text
from counterfoil.money import scale_of, to_major
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.policies.store import policy_at
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Verb
from counterfoil.web import showing
from counterfoil.web.access import needs
from counterfoil.web.desk.words import diagnosis_titles, exception_titles
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.office.tenders import TENDER_NAMES
from counterfoil.web.visits import Visit, visit_of

PATH = "/office/overview"
#: How many days may be chosen; the first is chosen where the address says nothing that can be meant.
DAYS = (30, 7, 90)
#: So many bars stand in one chart; the table below it has as many rows.
BARS_MAX = 12
_HOURS = 24
_DAY = timedelta(days=1)
_ORDER = {tender.value: place for place, tender in enumerate(Tender)}
_NOWHERE = Text(en="not known", zh="未知")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the page shows."""

    first: date
    last: date
    totals: Sequence[DayTotal]
    found: Found
    voids: Sequence[Beside]
    #: How people, stores and terminals are called, by what they are counted by and their id.
    names: Mapping[By, Mapping[str, str]]


class FiguresController(Controller):
    """The figures."""

    path = PATH
    include_in_schema = False

    @get("/", opt=needs(Verb.READ_REPORTS))
    async def figures(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Show the figures of the last days."""
        faces, visit = faces_of(request), visit_of(request)
        given = request.query_params.get("days", "")
        chosen = next((days for days in DAYS if str(days) == given), DAYS[0])
        return await faces.asked(_page, faces, visit, chosen)


def _page(faces: Faces, visit: Visit, days: int) -> Response[str]:
    seen = _read(faces, visit, days)
    currency = visit.known.merchant.currency
    return faces.page(
        visit,
        "office/figures.html",
        seen=seen,
        days=days,
        choices=sorted(DAYS),
        path=PATH,
        currency=currency,
        sales=_sales_chart(seen, visit, currency),
        taken_minor=sum(one.taken_minor for one in seen.totals),
        back_minor=sum(one.back_minor for one in seen.totals),
        sales_n=sum(one.sales_n for one in seen.totals),
        found_n=sum(one.n for one in seen.found.tallies[By.EXCEPTION]),
        standing_n=sum(one.standing_n for one in seen.found.tallies[By.EXCEPTION]),
        at_risk_minor=sum(one.at_risk_minor for one in seen.found.tallies[By.EXCEPTION]),
        parts=[(by, title, *_found_chart(seen, by, visit)) for by, title in _PARTS],
        exception_titles=exception_titles(),
        of_hundred=lambda k, n: round(100 * k / n, 1) if n else None,
        percent=lambda share: f"{100 * share:.1f}",
        By=By,
    )


def _read(faces: Faces, visit: Visit, days: int) -> Figures:
    who = visit.known
    last = visit.now.astimezone(visit.zone).date()
    first = last - timedelta(days=days - 1)
    begin, end = (datetime.combine(day, time(), visit.zone) for day in (first, last + _DAY))
    over = Over(
        begin=begin,
        end=end,
        time_zone=who.merchant.time_zone,
        currency=who.merchant.currency,
        store_ids=who.stores_for(Verb.READ_REPORTS),
        with_storeless=who.sees_all(Verb.READ_REPORTS),
    )
    with faces.reading(visit) as connection:
        limits = policy_at(connection, who.merchant_id, visit.now).audit.outliers
        return Figures(
            first=first,
            last=last,
            totals=counted.day_totals(connection, who.merchant_id, over),
            found=desk.found(connection, who.merchant_id, over),
            voids=beside_peers(counted.operator_counts(connection, who.merchant_id, over), limits),
            names={
                By.STORE: {store.store_id: store.name for store in who.stores},
                By.TERMINAL: {one.terminal_id: one.name for one in merchants.terminals(connection, who.merchant_id)},
                By.OPERATOR: {one.staff_id: one.name for one in staff.people(connection, who.merchant_id)},
            },
        )


def _sales_chart(seen: Figures, visit: Visit, currency: str) -> Mapping[str, Any]:
    """Lay out a column for each day, a part of it for each tender, in major units; what was given back is taken off."""
    net = {(one.day, one.tender): one.taken_minor - one.back_minor for one in seen.totals}
    tenders = sorted({one.tender for one in seen.totals}, key=lambda tender: (_ORDER.get(tender, len(_ORDER)), tender))
    days = [seen.first + n * _DAY for n in range((seen.last - seen.first).days + 1)]
    return {
        "kind": "columns",
        "stacked": True,
        "digits": scale_of(currency),
        "labels": [showing.weekday(day, visit.language) for day in days],
        "series": [
            {
                "name": TENDER_NAMES[tender].to(visit.language) if tender in TENDER_NAMES else tender,
                "values": [float(to_major(net.get((day, tender), 0), currency)) for day in days],
            }
            for tender in tenders
        ],
    }


def _found_chart(seen: Figures, by: By, visit: Visit) -> tuple[Mapping[str, Any] | None, Sequence[tuple[str, Tally]]]:
    """Lay out findings by what they have in common: those that stand and those that are gone; with their tallies."""
    tallies = list(seen.found.tallies[by])
    if by is By.HOUR:
        at = {int(tally.what): tally for tally in tallies if tally.what is not None}
        nothing = [Tally(what=str(hour), n=0, standing_n=0, at_risk_minor=0) for hour in range(_HOURS)]
        shown = [at.get(hour, nothing[hour]) for hour in range(_HOURS)] if at else []
    else:
        shown = tallies[:BARS_MAX]
    rows = [(_called(seen, by, tally.what, visit.language), tally) for tally in shown]
    if not rows:
        return None, rows
    stands, gone = Text(en="stand", zh="未解决"), Text(en="are gone", zh="已消除")
    return {
        "kind": "columns" if by is By.HOUR else "bars",
        "stacked": True,
        "labels": [label for label, _tally in rows],
        "series": [
            {"name": stands.to(visit.language), "values": [tally.standing_n for _label, tally in rows]},
            {"name": gone.to(visit.language), "values": [tally.n - tally.standing_n for _label, tally in rows]},
        ],
    }, rows


def _called(seen: Figures, by: By, what: str | None, language: Language) -> str:
    """Return how people call what findings are counted by."""
    if what is None:
        return _NOWHERE.to(language)
    match by:
        case By.EXCEPTION:
            return exception_titles()[what].to(language)
        case By.DIAGNOSIS:
            exception, _, diagnosis = what.partition("/")
            return diagnosis_titles()[exception, diagnosis].to(language)
        case By.HOUR:
            return f"{int(what):02}:00"
        case _:
            return seen.names[by].get(what, what)


_PARTS: Sequence[tuple[By, Text]] = (
    (By.EXCEPTION, Text(en="By exception", zh="按异常")),
    (By.DIAGNOSIS, Text(en="By cause", zh="按原因")),
    (By.STORE, Text(en="By store", zh="按门店")),
    (By.TERMINAL, Text(en="By terminal", zh="按收银机")),
    (By.OPERATOR, Text(en="By operator", zh="按收银员")),
    (By.HOUR, Text(en="By hour of the day", zh="按时段")),
)
