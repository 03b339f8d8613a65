"""`/desk`: the inbox of cases, and what is done to many of them by one press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import ValidationException
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from counterfoil.counter.paper.store import orders_numbered
from counterfoil.desk.cases import many
from counterfoil.desk.cases.closing import Wish
from counterfoil.desk.cases.closures import Reason
from counterfoil.desk.cases.inbox import reading
from counterfoil.desk.cases.inbox.model import Counts, Page
from counterfoil.desk.cases.model import TEXT_LENGTH_MAX, Case, CaseId, MovedMany
from counterfoil.desk.cases.rules import LEVELS, may_work
from counterfoil.desk.cases.states import IN_HAND, State
from counterfoil.desk.cases.store import cases
from counterfoil.detectors.catalogue import Severity
from counterfoil.ids import StaffId, new_id
from counterfoil.languages import Text
from counterfoil.refusals import Refused
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Person, Role, Verb
from counterfoil.shop.staff.roles import ROLE_NAMES
from counterfoil.web.access import needs
from counterfoil.web.desk.filters import AMOUNT_LENGTH_MAX, PATH, Age, Filters, Whose, filters_of
from counterfoil.web.desk.naming import by_name, names_of
from counterfoil.web.desk.unwatched import unwatched
from counterfoil.web.desk.words import CHIPS, OPEN_FOR, OVERDUE, SEVERITIES, STATES, WHOSE, WORDS, exception_titles
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.local import local_path
from counterfoil.web.problems import PageRefused
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, Who, visit_of
from counterfoil.written_numbers import whole_number

#: Between the id of a ticked case and the version that somebody saw.
_BETWEEN = "@"
#: The longest address that a page comes back to.
_BACK_LENGTH_MAX = 2000

READS = needs(Verb.WORK_CASES, Verb.READ_REPORTS)
WORKS = needs(Verb.WORK_CASES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The figures above the inbox."""

    counts: Counts
    mine_n: int
    #: In the order of the exceptions: name, title, how many.
    exceptions: Sequence[tuple[str, Text, int]]


class InboxController(Controller):
    """The inbox."""

    path = PATH
    include_in_schema = False

    @get("/", opt=READS)
    async def inbox(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Show the cases that somebody may see, as the address says."""
        faces, visit = faces_of(request), visit_of(request)
        given = {name: request.query_params[name] for name in request.query_params}
        return await faces.asked(_inbox, faces, visit, filters_of(given), given.get("at_least", "").strip())

    @post("/assignments", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def assign(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Give the ticked cases to somebody."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_assign, faces, visit, form)

    @post("/closures", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def close(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Close the ticked cases as harmless; those whose next step moves money stay as they are."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_close, faces, visit, form)


def _inbox(faces: Faces, visit: Visit, filters: Filters, amount_typed: str) -> Response[str]:
    who = visit.known
    with faces.reading(visit) as connection:
        shown = None if who.store is None else who.store.store_id
        wanted = filters.wanted(me=who.staff_id, store_id=shown, currency=who.merchant.currency, now=visit.now)
        if filters.q:
            wanted = replace(wanted, numbered=tuple(orders_numbered(connection, who.merchant_id, filters.q)))
        page = reading.inbox(connection, who.merchant_id, wanted, actor=who.person, now=visit.now)
        counts = reading.inbox_counts(connection, who.merchant_id, actor=who.person, now=visit.now, store_id=shown)
        people = staff.people(connection, who.merchant_id)
        tills = merchants.terminals(connection, who.merchant_id)
        not_looked_at = unwatched(connection, faces, visit)
    language = visit.language
    names: dict[str, str] = {person.staff_id: person.name for person in people}
    return faces.page(
        visit,
        "desk/inbox.html",
        filters=filters,
        # Whoever mistyped an amount must not take what they see for what they asked for.
        no_amount="" if filters.at_least else amount_typed[:AMOUNT_LENGTH_MAX],
        unwatched=not_looked_at,
        chips=_chips(filters, names, visit),
        page=page,
        sort=wanted.sort,
        older=None if page.next is None else filters.address(after=page.next.token),
        tally=tally_of(counts, who),
        names=names,
        called=names_of(people, tills, who.stores),
        store_names={store.store_id: store.name for store in who.stores},
        store_choices=[(store.store_id, store.name) for store in who.own_stores],
        owner_choices=[(one, names.get(one, one)) for one in sorted(counts.by_owner) if one != who.staff_id],
        turn_choices=[(role, ROLE_NAMES[role].to(language)) for role in sorted(LEVELS)],
        exception_titles=exception_titles(),
        exception_choices=[(name, title.to(language)) for name, title in exception_titles().items()],
        workable={one.case.case_id for one in page.cases if _can_be_ticked(one.case, who)},
        receiver_choices=[(person.staff_id, person.name) for person in receivers_of(people, page)],
        action_id=new_id(visit.now),
        text_length_max=TEXT_LENGTH_MAX,
        **WORDS,
    )


def _can_be_ticked(case: Case, who: Who) -> bool:
    """Say whether something can be done to a case together with others: it is in hand, and theirs to work on."""
    return case.state in IN_HAND and may_work(who.person, case.store_id)


def _chips(filters: Filters, names: Mapping[str, str], visit: Visit) -> list[tuple[str, str]]:
    """Return what is filtered for, in words, each with the address without it."""
    places: dict[str, str] = {store.store_id: store.name for store in visit.known.stores}
    shown = {
        "exception": exception_titles().get(filters.exception),
        "state": STATES[State(filters.state)] if filters.state else None,
        "severity": SEVERITIES[Severity(filters.severity)] if filters.severity else None,
        "age": OPEN_FOR[Age(filters.age)] if filters.age else None,
        "turn": ROLE_NAMES[Role(filters.turn)] if filters.turn else None,
        "owner": WHOSE[Whose(filters.owner)] if filters.owner in {*Whose} else None,
        "overdue": OVERDUE,
    }
    chips = []
    for name in filters.chosen():
        said, value = shown.get(name), getattr(filters, name)
        plain = {"owner": names, "store": places}.get(name, {}).get(value, value)
        text = CHIPS[name].to(visit.language, what=plain if said is None else said.to(visit.language))
        chips.append((text, filters.address(**{name: ""})))
    return chips


def tally_of(counts: Counts, who: Who) -> Tally:
    """Return the figures above the inbox, as somebody sees them."""
    return Tally(
        counts=counts,
        mine_n=counts.by_owner.get(who.staff_id, 0),
        exceptions=[(name, title, counts.by_exception.get(name, 0)) for name, title in exception_titles().items()],
    )


def receivers_of(people: Sequence[Person], page: Page) -> Sequence[Person]:
    """Return to whom cases of a page could be given: who works on cases of at least one of their stores."""
    stores = {listed.case.store_id for listed in page.cases}
    return [
        person
        for person in people
        if person.retired_at is None and any(may_work(person, store_id) for store_id in stores)
    ]


def _assign(faces: Faces, visit: Visit, form: Filled) -> Response[Any]:
    who = visit.known
    with faces.database.transaction(who.merchant_id) as connection:
        answer = many.assign_many(
            connection,
            who.merchant_id,
            _ticked(form),
            to=StaffId(form.id("to")),
            action_id=form.id("action_id"),
            actor=who.person,
            now=visit.now,
        )
    return _told(faces, visit, form, answer, Told.CASES_ASSIGNED)


def _close(faces: Faces, visit: Visit, form: Filled) -> Response[Any]:
    who = visit.known
    wish = Wish(reason=Reason.HARMLESS, text=form.optional_text("text", longest=TEXT_LENGTH_MAX * 2))
    with faces.database.transaction(who.merchant_id) as connection:
        answer = many.close_many(
            connection,
            who.merchant_id,
            _ticked(form),
            wish=wish,
            action_id=form.id("action_id"),
            actor=who.person,
            now=visit.now,
        )
    return _told(faces, visit, form, answer, Told.CASES_CLOSED)


def _ticked(form: Filled) -> dict[CaseId, int]:
    """Return the ticked cases, each with the version that was seen."""
    chosen: dict[CaseId, int] = {}
    for value in form.ids("case"):
        case_id, _, written = value.rpartition(_BETWEEN)
        version = whole_number(written)
        if not case_id or version is None:
            raise ValidationException(detail="case names no case and its version")
        chosen[CaseId(case_id)] = version
    return chosen


def _told(faces: Faces, visit: Visit, form: Filled, answer: MovedMany | Refused, told: Told) -> Response[Any]:
    """Lead back where all was done; else say of each case that was left why."""
    back = local_path(form.optional_text("next", longest=_BACK_LENGTH_MAX)) or PATH
    if isinstance(answer, Refused):
        raise PageRefused(in_names(faces, visit, answer), back=back)
    if not answer.refused:
        told = told if answer.moved else Told.NOTHING_TICKED
        return Redirect(back, status_code=HTTP_303_SEE_OTHER, cookies=[faces.cookies.tell(told)])
    status = HTTP_200_OK if answer.moved else HTTP_409_CONFLICT
    with faces.reading(visit) as connection:
        people = staff.people(connection, visit.known.merchant_id)
        found = cases(connection, visit.known.merchant_id, list(answer.refused))
    known = {case_id: case for case_id, (case, _) in found.items() if may_work(visit.known.person, case.store_id)}
    left = [(case_id, known.get(case_id), by_name(no, people)) for case_id, no in answer.refused.items()]
    return faces.page(
        visit,
        "desk/many.html",
        status=status,
        moved_n=len(answer.moved),
        left=left,
        back=back,
        exception_titles=exception_titles(),
        **WORDS,
    )


def in_names(faces: Faces, visit: Visit, no: Refused) -> Refused:
    """Return a refusal as a page says it: with names in the places of ids."""
    with faces.reading(visit) as connection:
        return by_name(no, staff.people(connection, visit.known.merchant_id))
