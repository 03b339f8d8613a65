"""`/api/v1/findings`: what the rules and the ladders have found in the live books."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter
from litestar.status_codes import HTTP_200_OK

from counterfoil.api.access import needs
from counterfoil.api.callers import known_as, not_of_these_stores, stores_of
from counterfoil.api.description import examples
from counterfoil.api.description.examples import answered
from counterfoil.api.problems import PROBLEMS
from counterfoil.counter.house import House
from counterfoil.desk import store
from counterfoil.ids import is_id
from counterfoil.shop.staff.model import Verb
from counterfoil.shop.tokens.model import Scope, Token

#: Findings in one page.
PAGE_MAX = 500


class FindingOut(msgspec.Struct, kw_only=True):
    """A finding."""

    finding_id: str
    exception: str
    diagnosis: str
    severity: str
    subject: str
    other_subject: str | None
    store_id: str | None
    terminal_id: str | None
    operator_id: str | None
    occurred_at: datetime | None
    amount_at_risk_minor: int
    currency: str | None
    score: float | None
    explanation_en: str
    explanation_zh: str
    next_step: str
    evidence: list[dict[str, Any]]
    found_by: str
    first_seen_at: datetime
    last_seen_at: datetime
    #: The books agree again since then.
    gone_at: datetime | None


class FindingsOut(msgspec.Struct, kw_only=True):
    """A page of findings, by id."""

    findings: list[FindingOut]
    #: What to ask for next, as `after`; null: this was the last page.
    next: str | None


class FindingsController(Controller):
    """Findings of the live books."""

    path = "/api/v1/findings"
    tags = ("findings",)

    @get(
        "/",
        opt=needs(Scope.READ),
        responses={**PROBLEMS, HTTP_200_OK: answered(FindingsOut, "one page", examples.FINDINGS)},
        summary="List findings",
        description="By id, a page at a time: ask again with `after` as the page says. `since` keeps those that were "
        "seen or gone since then. A terminal's token is told what was found at its own store.",
    )
    async def listed(
        self,
        request: Request[Any, Token, Any],
        exception: Annotated[str | None, QueryParameter(description="Only this exception.")] = None,
        open_only: Annotated[bool, QueryParameter(name="open", description="Only what stands.")] = True,  # noqa: FBT002 — a query parameter
        since: Annotated[datetime | None, QueryParameter(description="Seen or gone since then.")] = None,
        after: Annotated[str | None, QueryParameter(description="Only ids behind this one.")] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)] = 100,
    ) -> FindingsOut:
        """List one page."""
        house: House = request.app.state.house
        token = request.auth
        if not all(text is None or is_id(text) for text in (exception, after)):
            # Neither names anything, so nothing is listed; the database need not be asked.
            return FindingsOut(findings=[], next=None)
        wanted = store.Wanted(exception=exception, is_open=open_only, since=since, after=after, limit=limit)
        return await asyncio.to_thread(_page, house, token, wanted)

    @get(
        "/{finding_id:str}",
        opt=needs(Scope.READ),
        responses={**PROBLEMS, HTTP_200_OK: answered(FindingOut, "the finding", examples.FINDING)},
        summary="Show a finding",
        description="With its evidence, in both languages.",
    )
    async def shown(self, request: Request[Any, Token, Any], finding_id: FromPath[str]) -> FindingOut:
        """Show one."""
        house: House = request.app.state.house
        token = request.auth
        found = await asyncio.to_thread(_one, house, token, finding_id)
        if found is None:
            raise NotFoundException
        return found


def _page(house: House, token: Token, wanted: store.Wanted) -> FindingsOut:
    seen = stores_of(token, house.knowledge.view(token.merchant_id), Verb.READ_REPORTS)
    with house.database.transaction(token.merchant_id) as connection:
        found = [_out(row) for row in store.page(connection, token.merchant_id, wanted, store_ids=seen.store_ids)]
    return FindingsOut(findings=found, next=found[-1].finding_id if len(found) == wanted.limit else None)


def _one(house: House, token: Token, finding_id: str) -> FindingOut | None:
    seen = stores_of(token, house.knowledge.view(token.merchant_id), Verb.READ_REPORTS)
    with house.database.transaction(token.merchant_id) as connection:
        row = store.finding(connection, token.merchant_id, known_as(finding_id))
    if row is not None and not seen.holds(row["store_id"]):
        raise not_of_these_stores()
    return None if row is None else _out(row)


def _out(row: Any) -> FindingOut:  # noqa: ANN401 — a row of the desk
    return FindingOut(**{name: row[name] for name in FindingOut.__struct_fields__})
