"""`/desk/cases/…`: the page of one case, and what people do with it. Each press is one verb of the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from counterfoil.counter.authorising import Consent
from counterfoil.desk.cases import closing, escalating, merging, noting, taking
from counterfoil.desk.cases.closing import Wish
from counterfoil.desk.cases.closures import CLOSURES, Reason
from counterfoil.desk.cases.model import TEXT_LENGTH_MAX, WAITING_FOR, CaseId, Moved, WaitingFor
from counterfoil.desk.cases.refusals import CaseRefusal
from counterfoil.desk.steps.model import KINDS, TITLES, Step, came_said
from counterfoil.desk.timeline.model import LANES, Lane, Tone
from counterfoil.ids import StaffId, StoreId, new_id
from counterfoil.refusals import Refused
from counterfoil.shop.staff.model import Authorisation, Person, Role, Verb
from counterfoil.shop.staff.pins import DIGITS_MAX, Pin
from counterfoil.shop.staff.roles import ROLE_NAMES
from counterfoil.web.desk.case_page import CasePage, case_page
from counterfoil.web.desk.filters import PATH
from counterfoil.web.desk.inbox import READS, WORKS, in_names
from counterfoil.web.desk.meant import case_meant
from counterfoil.web.desk.open_places import values_of
from counterfoil.web.desk.playbooks import playbook
from counterfoil.web.desk.words import ROWS, WORDS, exception_titles
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.problems import PageRefused
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, visit_of

CASES = f"{PATH}/cases"
#: A text may be too long: the verb says so in words, and keeps nothing.
_TYPED_LENGTH_MAX = TEXT_LENGTH_MAX * 2

Do = Callable[[Faces, Visit, CaseId, Filled], Moved | Refused]


class CaseController(Controller):
    """One case."""

    path = CASES
    include_in_schema = False

    @get("/{case_id:str}", opt=READS)
    async def case(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Show a case; one that is part of another leads there."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_case, faces, visit, case_id)

    @post("/{case_id:str}/taking", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def take(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Take a case that nobody works on."""
        return await _pressed(request, case_id, _take, Told.CASE_TAKEN)

    @post("/{case_id:str}/assignment", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def assign(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Give a case to somebody."""
        return await _pressed(request, case_id, _assign, Told.CASE_ASSIGNED)

    @post("/{case_id:str}/release", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def release(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Put a case back."""
        return await _pressed(request, case_id, _release, Told.CASE_RELEASED)

    @post("/{case_id:str}/escalation", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def escalate(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Hand a case to another role."""
        return await _pressed(request, case_id, _escalate, Told.CASE_ESCALATED)

    @post("/{case_id:str}/notes", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def note(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Write a note."""
        return await _pressed(request, case_id, _note, Told.CASE_NOTED)

    @post("/{case_id:str}/questions", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def ask(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Write down what somebody was asked for."""
        return await _pressed(request, case_id, _ask, Told.CASE_ASKED)

    @post("/{case_id:str}/answers", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def answer(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Write down an answer."""
        return await _pressed(request, case_id, _answer, Told.CASE_ANSWERED)

    @post("/{case_id:str}/closure", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def close(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Close a case with a reason."""
        return await _pressed(request, case_id, _close, Told.CASE_CLOSED)

    @post("/{case_id:str}/reopening", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def reopen(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Take a closure back."""
        return await _pressed(request, case_id, _reopen, Told.CASE_REOPENED)

    @post("/{case_id:str}/merger", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def merge(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Make a case part of another one."""
        return await _pressed(request, case_id, _merge, Told.CASE_MERGED)

    @post("/{case_id:str}/partings", opt=WORKS, status_code=HTTP_303_SEE_OTHER)
    async def part(self, request: Request[Any, Any, Any], case_id: FromPath[str]) -> Response[Any]:
        """Take a finding out of a case."""
        return await _pressed(request, case_id, _part, Told.CASE_PARTED)


def refuse(no: Refused) -> NoReturn:
    """End a handler with a refusal of the desk: what is not there is not found, what is not theirs is forbidden."""
    if no.code is CaseRefusal.NO_SUCH_CASE:
        raise NotFoundException
    if no.code is CaseRefusal.MAY_NOT:
        raise PermissionDeniedException
    raise PageRefused(no)


def back_to(faces: Faces, case_id: str, told: Told) -> Response[Any]:
    """Lead back to the page of a case, which says what was done."""
    return Redirect(f"{CASES}/{case_id}", status_code=HTTP_303_SEE_OTHER, cookies=[faces.cookies.tell(told)])


def _case(faces: Faces, visit: Visit, case_id: str) -> Response[Any]:
    with faces.reading(visit) as connection:
        page = case_page(connection, visit, case_id)
    if isinstance(page, Refused):
        refuse(page)
    case = page.file.case
    if case.case_id != case_id:
        return Redirect(f"{CASES}/{case.case_id}", status_code=HTTP_303_SEE_OTHER)
    return faces.page(visit, "desk/case.html", **_shown(visit, page))


def _shown(visit: Visit, page: CasePage) -> dict[str, Any]:
    case = page.file.case
    return {
        "page": page,
        "case": case,
        "leading": page.leading,
        "playbook": playbook(
            case.exception,
            case.diagnosis,
            case.next_step,
            visit.language,
            values_of(page, zone=visit.zone, language=visit.language, now=visit.now),
        ),
        "exception_titles": exception_titles(),
        "store_names": {store.store_id: store.name for store in visit.known.stores},
        "step_titles": TITLES,
        "came_said": came_said,
        "kind_words": KINDS,
        "waiting_words": WAITING_FOR,
        "lane_words": LANES,
        "row_words": ROWS,
        "Lane": Lane,
        "Tone": Tone,
        "Step": Step,
        "text_length_max": TEXT_LENGTH_MAX,
        "choices_of": _choices,
        "store_choices": [(store.store_id, store.name) for store in visit.known.own_stores],
        "waiting_choices": [(one, said.to(visit.language)) for one, said in WAITING_FOR.items()],
        "level_choices": [(role, ROLE_NAMES[role].to(visit.language)) for role in page.levels],
        # Each form has a press of its own.
        "action_id": lambda: new_id(visit.now),
        **WORDS,
    }


def _choices(people: Sequence[Person]) -> list[tuple[str, str]]:
    """Return people as the choices of a field."""
    return [(person.staff_id, person.name) for person in people]


async def _pressed(request: Request[Any, Any, Any], case_id: str, do: Do, told: Told) -> Response[Any]:
    faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
    answer = await faces.asked(do, faces, visit, CaseId(case_id), form)
    if isinstance(answer, Refused):
        refuse(await faces.asked(in_names, faces, visit, answer))
    return back_to(faces, case_id, Told.DONE_BEFORE if answer.repeated else told)


def _done(
    faces: Faces, visit: Visit, case_id: CaseId, form: Filled, verb: Callable[..., Moved | Refused], **more: object
) -> Moved | Refused:
    """Call a verb of the desk for one press."""
    who = visit.known
    with faces.database.transaction(who.merchant_id) as connection:
        return verb(
            connection,
            who.merchant_id,
            case_id,
            action_id=form.id("action_id"),
            actor=who.person,
            now=visit.now,
            **more,
        )


def _take(faces: Faces, visit: Visit, case_id: CaseId, form: Filled) -> Moved | Refused:
    return _done(faces, visit, case_id, form, taking.take, seen=_seen(form))


def _assign(faces: Faces, visit: Visit, case_id: CaseId, form: Filled) -> Moved | Refused:
    return _done(faces, visit, case_id, form, taking.assign, seen=_seen(form), to=StaffId(form.id("to")))


def _release(faces: Faces, visit: Visit, case_id: CaseId, form: Filled) -> Moved | Refused:
    return _done(faces, visit, case_id, form, taking.release, seen=_seen(form))


def _escalate(faces: Faces, visit: Visit, case_id: CaseId, form: Filled) -> Moved | Refused:
    return _done(
        faces, visit, case_id, form, escalating.escalate, seen=_seen(form), to=form.word("to", Role), text=_text(form)
    )


def _note(faces: Faces, visit: Visit, case_id: CaseId, form: Filled) -> Moved | Refused:
    return _done(faces, visit, case_id, form, noting.note, text=_text(form))


def _ask(faces: Faces, visit: Visit, case_id: CaseId, form: Filled) -> Moved | Refused:
    waiting_for = form.word("waiting_for", WaitingFor)
    return _done(faces, visit, case_id, form, noting.ask, seen=_seen(form), waiting_for=waiting_for, text=_text(form))


def _answer(faces: Faces, visit: Visit, case_id: CaseId, form: Filled) -> Moved | Refused:
    return _done(faces, visit, case_id, form, noting.answer, text=_text(form))


def _reopen(faces: Faces, visit: Visit, case_id: CaseId, form: Filled) -> Moved | Refused:
    return _done(faces, visit, case_id, form, closing.reopen, seen=_seen(form), text=_text(form))


def _merge(faces: Faces, visit: Visit, case_id: CaseId, form: Filled) -> Moved | Refused:
    return _done(
        faces,
        visit,
        case_id,
        form,
        merging.merge,
        seen=_seen(form),
        into=case_meant(faces, visit, form.text("into")),
        text=_text(form) or None,
    )


def _part(faces: Faces, visit: Visit, case_id: CaseId, form: Filled) -> Moved | Refused:
    return _done(
        faces,
        visit,
        case_id,
        form,
        merging.part,
        seen=_seen(form),
        finding_id=form.id("finding_id"),
        text=_text(form) or None,
    )


def _close(faces: Faces, visit: Visit, case_id: CaseId, form: Filled) -> Moved | Refused:
    reason = form.word("reason", Reason)
    consent = _second(faces, visit, case_id, form) if CLOSURES[reason].needs_second else None
    if isinstance(consent, Refused):
        return consent
    wish = Wish(reason=reason, text=_text(form) or None, proof=form.optional_text("proof"), consent=consent)
    return _done(faces, visit, case_id, form, closing.close, seen=_seen(form), wish=wish)


def _second(faces: Faces, visit: Visit, case_id: CaseId, form: Filled) -> Authorisation | Refused | None:
    """Check the second signature; None where nobody signed, and the verb says so."""
    name, digits = form.optional_text("authoriser"), form.secret("pin", longest=DIGITS_MAX * 2)
    if not name or not digits:
        return None
    who = visit.known
    with faces.reading(visit) as connection:
        page = case_page(connection, visit, case_id)
    if isinstance(page, Refused):
        return page
    consent = Consent(authoriser_id=StaffId(name), pin=Pin(digits=digits), reason=_text(form))
    store_id = page.file.case.store_id or StoreId("")
    return faces.house.authorising.consent(who.merchant_id, who.staff_id, store_id, Verb.WORK_CASES, consent)


def _text(form: Filled) -> str:
    return form.text("text", longest=_TYPED_LENGTH_MAX, default="")


def _seen(form: Filled) -> int:
    """Return the version of the case that somebody saw."""
    return form.count("seen")
