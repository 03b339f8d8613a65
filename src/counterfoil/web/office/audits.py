"""`/office/audits`: audits of exported files. Each press is one verb; what takes long is done by the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import File, Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT, HTTP_410_GONE

from counterfoil.audit.intake.recognition import format_title
from counterfoil.desk.audits import asking, store
from counterfoil.desk.audits.asking import Asked
from counterfoil.desk.audits.choices import Choice
from counterfoil.desk.audits.choosing import choices_of
from counterfoil.desk.audits.folders import Folders
from counterfoil.desk.audits.model import (
    FINDINGS_TAKEN_MAX,
    KEPT_FOR,
    MAPPING_BYTES_MAX,
    STAGES,
    STATE_WORDS,
    UNDER_WAY,
    State,
)
from counterfoil.desk.audits.refusals import AuditRefusal, refused
from counterfoil.ids import new_id
from counterfoil.refusals import Refused
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import EVERY_STORE, Verb
from counterfoil.web.access import needs
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.office.audit_words import exceptions_of, files_of
from counterfoil.web.problems import PageRefused
from counterfoil.web.told import Told
from counterfoil.web.visiting import UNATTENDED
from counterfoil.web.visits import Visit, visit_of

PATH = "/office/audits"
RECONCILES = needs(Verb.RECONCILE)
#: So many audits stand in the list.
LISTED_MAX = 50
#: A name that was sent to be removed; longer ones were never kept.
_NAME_LENGTH_MAX = 200

#: The report runs its own script and no other, asks nobody for anything, and knows nothing of the pages around it.
_SANDBOX = "sandbox allow-scripts allow-downloads; frame-ancestors 'none'"

Do = Callable[[Faces, Visit, str, Filled], Asked | Refused]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a form of choices comes back with: what was typed, and why which field was not kept."""

    fields: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[Choice, Refused] = field(default_factory=dict)


NOTHING_TYPED = Typed()


class AuditsController(Controller):
    """Audits of exported files."""

    path = PATH
    include_in_schema = False

    @get("/", opt=RECONCILES)
    async def audits(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Show the audits that somebody may see."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_list, faces, visit)

    @post("/", opt=RECONCILES, status_code=HTTP_303_SEE_OTHER)
    async def begin(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Begin an audit."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_begun, faces, visit, form.id("action_id"))

    @get("/{audit_id:str}", opt=RECONCILES)
    async def audit(self, request: Request[Any, Any, Any], audit_id: FromPath[str]) -> Response[str]:
        """Show an audit."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(page_of, faces, visit, audit_id, "office/audit.html")

    @get("/{audit_id:str}/now", opt={**RECONCILES, **UNATTENDED})
    async def now(self, request: Request[Any, Any, Any], audit_id: FromPath[str]) -> Response[str]:
        """Show how far an audit is: what its page asks for by itself."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(page_of, faces, visit, audit_id, "office/audit_now.html")

    @post("/{audit_id:str}/cancellation", opt=RECONCILES, status_code=HTTP_303_SEE_OTHER)
    async def cancel(self, request: Request[Any, Any, Any], audit_id: FromPath[str]) -> Response[Any]:
        """Cancel an audit that is under way."""
        return await _pressed(request, audit_id, _cancel, Told.AUDIT_CANCELLED)

    @post("/{audit_id:str}/desk", opt=RECONCILES, status_code=HTTP_303_SEE_OTHER)
    async def take_to_desk(self, request: Request[Any, Any, Any], audit_id: FromPath[str]) -> Response[Any]:
        """Make cases of what an audit has found."""
        return await _pressed(request, audit_id, _take_to_desk, Told.AUDIT_TO_DESK)

    @post("/{audit_id:str}/removals", opt=RECONCILES, status_code=HTTP_303_SEE_OTHER)
    async def remove(self, request: Request[Any, Any, Any], audit_id: FromPath[str]) -> Response[Any]:
        """Remove a file."""
        return await _pressed(request, audit_id, _remove, Told.AUDIT_FILE_REMOVED)

    @get("/{audit_id:str}/report", opt=RECONCILES)
    async def report(self, request: Request[Any, Any, Any], audit_id: FromPath[str]) -> Response[Any]:
        """Show the report, by itself and shut in."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_report, faces, visit, audit_id)


def refuse(no: Refused) -> NoReturn:
    """End a handler with a refusal; what somebody may not see is not there."""
    if no.code is AuditRefusal.NO_SUCH_AUDIT:
        raise NotFoundException
    raise PageRefused(no, HTTP_410_GONE) if no.code is AuditRefusal.GONE else PageRefused(no)


def back_to(faces: Faces, audit_id: str, told: Told) -> Response[Any]:
    """Lead back to the page of an audit, which says what was done."""
    return Redirect(f"{PATH}/{audit_id}", status_code=HTTP_303_SEE_OTHER, cookies=[faces.cookies.tell(told)])


def folders_of(faces: Faces) -> Folders:
    """Return where the files of audits lie; ends the request where no folder is set up."""
    if faces.house.audits_home is None:
        raise PageRefused(refused(AuditRefusal.NO_PLACE))
    return Folders(faces.house.audits_home)


def _list(faces: Faces, visit: Visit) -> Response[str]:
    who = visit.known
    mine = None if who.may(Verb.RECONCILE, EVERY_STORE) else who.staff_id
    with faces.reading(visit) as connection:
        found = store.latest(connection, who.merchant_id, begun_by=mine, limit=LISTED_MAX)
        first_names = store.first_names(connection, who.merchant_id, [audit.audit_id for audit in found])
        names = {person.staff_id: person.name for person in staff.people(connection, who.merchant_id)}
    return faces.page(
        visit,
        "office/audits.html",
        audits=found,
        first_names=first_names,
        names=names,
        states=STATE_WORDS,
        state_kinds=_STATE_KINDS,
        kept_days=KEPT_FOR.days,
        action_id=new_id(visit.now),
    )


def _begun(faces: Faces, visit: Visit, action_id: str) -> Response[Any]:
    folders_of(faces)
    who = visit.known
    with faces.database.transaction(who.merchant_id) as connection:
        answer = asking.begin(connection, who.merchant_id, action_id, actor=who.person, now=visit.now)
    if isinstance(answer, Refused):
        refuse(answer)
    return back_to(faces, answer.audit.audit_id, Told.DONE_BEFORE if answer.repeated else Told.AUDIT_BEGUN)


def page_of(faces: Faces, visit: Visit, audit_id: str, template: str, typed: Typed = NOTHING_TYPED) -> Response[str]:
    """Make the page of an audit, or a part of it."""
    who, home = visit.known, faces.house.audits_home
    with faces.reading(visit) as connection:
        filed = asking.seen(connection, who.merchant_id, audit_id, actor=who.person)
        if isinstance(filed, Refused):
            refuse(filed)
        begun_by = staff.person(connection, who.merchant_id, filed.audit.begun_by)
    audit = filed.audit
    if typed.refused and not audit.is_open:
        # There is no form any more beside whose fields something could be said.
        refuse(refused(AuditRefusal.NOT_OPEN))
    chosen = choices_of(audit, Folders(home).of(who.merchant_id, audit.audit_id) if home is not None else None)
    is_under_way, is_on_its_way = audit.state in UNDER_WAY, audit.take_asked_by is not None and audit.taken_at is None
    answer = faces.page(
        visit,
        template,
        status=HTTP_409_CONFLICT if typed.refused else HTTP_200_OK,
        audit=audit,
        chosen=chosen,
        fields={**chosen.typed(), **typed.fields},
        refused=typed.refused,
        currency=who.merchant.currency,
        mapping_kb_max=MAPPING_BYTES_MAX >> 10,
        filed=filed,
        format_title=format_title,
        begun_by=begun_by.name if begun_by is not None else audit.begun_by,
        State=State,
        states=STATE_WORDS,
        state_kinds=_STATE_KINDS,
        stage_words=STAGES,
        stage_at=list(STAGES).index(audit.stage) if audit.stage is not None else -1,
        is_under_way=is_under_way,
        is_on_its_way=is_on_its_way,
        judged_at=datetime.fromisoformat(audit.summary["as_of"]) if audit.summary is not None else None,
        exceptions=exceptions_of(audit.summary),
        read_files=files_of(audit.summary),
        taken_max=FINDINGS_TAKEN_MAX,
        kept_days=KEPT_FOR.days,
        action_id=lambda: new_id(visit.now),
    )
    if visit.is_scripted and not (is_under_way or is_on_its_way):
        # It has come to rest: the whole page says what can be done now.
        answer.headers["HX-Refresh"] = "true"
    return answer


async def _pressed(request: Request[Any, Any, Any], audit_id: str, do: Do, told: Told) -> Response[Any]:
    faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
    answer = await faces.asked(do, faces, visit, audit_id, form)
    if isinstance(answer, Refused):
        refuse(answer)
    return back_to(faces, audit_id, Told.DONE_BEFORE if answer.repeated else told)


def _cancel(faces: Faces, visit: Visit, audit_id: str, _form: Filled) -> Asked | Refused:
    who = visit.known
    with faces.database.transaction(who.merchant_id) as connection:
        return asking.cancel(connection, who.merchant_id, audit_id, actor=who.person, now=visit.now)


def _take_to_desk(faces: Faces, visit: Visit, audit_id: str, _form: Filled) -> Asked | Refused:
    who = visit.known
    with faces.database.transaction(who.merchant_id) as connection:
        return asking.take_to_desk(connection, who.merchant_id, audit_id, actor=who.person, now=visit.now)


def _remove(faces: Faces, visit: Visit, audit_id: str, form: Filled) -> Asked | Refused:
    who = visit.known
    name = form.secret("name", longest=_NAME_LENGTH_MAX)
    with faces.database.transaction(who.merchant_id) as connection:
        filed = asking.seen(connection, who.merchant_id, audit_id, actor=who.person)
        if isinstance(filed, Refused):
            return filed
        return asking.drop_file(
            connection,
            who.merchant_id,
            audit_id,
            name,
            folder=folders_of(faces).of(who.merchant_id, filed.audit.audit_id),
            actor=who.person,
            now=visit.now,
        )


def _report(faces: Faces, visit: Visit, audit_id: str) -> Response[Any]:
    who = visit.known
    with faces.reading(visit) as connection:
        filed = asking.seen(connection, who.merchant_id, audit_id, actor=who.person)
    if isinstance(filed, Refused):
        refuse(filed)
    if filed.audit.summary is None:
        refuse(refused(AuditRefusal.NOT_DONE))
    report = folders_of(faces).of(who.merchant_id, filed.audit.audit_id).report
    if not report.is_file():
        refuse(refused(AuditRefusal.GONE))
    return File(
        report,
        filename=f"counterfoil-{audit_id}.html",
        content_disposition_type="inline",
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": f"{filed.audit.summary['report_policy']}; {_SANDBOX}"},
    )


_STATE_KINDS = {
    State.COLLECTING: "info",
    State.WAITING: "quiet",
    State.RUNNING: "busy",
    State.DONE: "good",
    State.FAILED: "bad",
    State.CANCELLED: "quiet",
}
