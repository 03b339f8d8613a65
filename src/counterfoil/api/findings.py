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

from counterfoil.api.callers import Scope, caller_of, known_as
from counterfoil.api.description import examples
from counterfoil.api.description.examples import answered
from counterfoil.api.problems import PROBLEMS
from counterfoil.counter.house import House
from counterfoil.desk import store
from counterfoil.ids import MerchantId, is_id

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
        responses={**PROBLEMS, HTTP_200_OK: answered(FindingsOut, "one page", examples.FINDINGS)},
        summary="List findings",
        description="By id, a page at a time: ask again with `after` as the page says. `since` keeps those that were "
        "seen or gone since then.",
    )
    async def listed(
        self,
        request: Request[Any, Any, Any],
        exception: Annotated[str | None, QueryParameter(description="Only this exception.")] = None,
        open_only: Annotated[bool, QueryParameter(name="open", description="Only what stands.")] = True,  # noqa: FBT002 — a query parameter
        since: Annotated[datetime | None, QueryParameter(description="Seen or gone since then.")] = None,
        after: Annotated[str | None, QueryParameter(description="Only ids behind this one.")] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)] = 100,
    ) -> FindingsOut:
        """List one page."""
        house: House = request.app.state.house
        token = await caller_of(request, house.knowledge, Scope.READ)
        if not all(text is None or is_id(text) for text in (exception, after)):
            # Neither names anything, so nothing is listed; the database need not be asked.
            return FindingsOut(findings=[], next=None)
        wanted = store.Wanted(exception=exception, is_open=open_only, since=since, after=after, limit=limit)
        return await asyncio.to_thread(_page, house, token.merchant_id, wanted)

    @get(
        "/{finding_id:str}",
        responses={**PROBLEMS, HTTP_200_OK: answered(FindingOut, "the finding", examples.FINDING)},
        summary="Show a finding",
        description="With its evidence, in both languages.",
    )
    async def shown(self, request: Request[Any, Any, Any], finding_id: FromPath[str]) -> FindingOut:
        """Show one."""
        house: House = request.app.state.house
        token = await caller_of(request, house.knowledge, Scope.READ)
        found = await asyncio.to_thread(_one, house, token.merchant_id, finding_id)
        if found is None:
            raise NotFoundException
        return found


def _page(house: House, merchant_id: MerchantId, wanted: store.Wanted) -> FindingsOut:
    with house.database.transaction(merchant_id) as connection:
        found = [_out(row) for row in store.page(connection, merchant_id, wanted)]
    return FindingsOut(findings=found, next=found[-1].finding_id if len(found) == wanted.limit else None)


def _one(house: House, merchant_id: MerchantId, finding_id: str) -> FindingOut | None:
    with house.database.transaction(merchant_id) as connection:
        row = store.finding(connection, merchant_id, known_as(finding_id))
        return None if row is None else _out(row)


def _out(row: Any) -> FindingOut:  # noqa: ANN401 — a row of the desk
    return FindingOut(**{name: row[name] for name in FindingOut.__struct_fields__})
