"""`/office/audits/…/choices`, `…/run` and `…/mapping`: what `counterfoil audit` can be told, by a form.

What cannot be used comes back with the form, beside its field and as it was typed; nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Controller, Request, Response, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from counterfoil.desk.audits import asking, choosing
from counterfoil.desk.audits.asking import Asked
from counterfoil.desk.audits.choices import Choice, Choices
from counterfoil.desk.audits.refusals import AuditRefusal
from counterfoil.refusals import Refused
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.forms import FIELD, form_sent
from counterfoil.web.office.audits import PATH, RECONCILES, Typed, back_to, folders_of, page_of, refuse
from counterfoil.web.office.files import Sent, sent_in
from counterfoil.web.told import Told
from counterfoil.web.visiting import TOKEN_INSIDE, insist_on_token, still_allowed
from counterfoil.web.visits import Visit, visit_of

#: What is read of a form with a mapping. A larger mapping than is taken still comes whole, so that the page says why.
_FORM_BYTES_MAX = 4 << 20
_TYPED = (Choice.AS_OF, Choice.TIME_ZONE, Choice.CURRENCY, Choice.YEAR)
_TYPED_LENGTH_MAX = 100
#: Said beside the field of the mapping; any other refusal is of the whole audit.
_OF_A_MAPPING = frozenset(
    {
        AuditRefusal.MAPPING_MISSING,
        AuditRefusal.MAPPING_TOO_LARGE,
        AuditRefusal.MAPPING_UNUSABLE,
        AuditRefusal.MAPPING_NEEDED,
    }
)

_Do = Callable[..., Asked | Refused]


class AuditChoicesController(Controller):
    """What is chosen for an audit beside its files."""

    path = PATH
    include_in_schema = False

    @post("/{audit_id:str}/choices", opt=RECONCILES, status_code=HTTP_303_SEE_OTHER)
    async def choose(self, request: Request[Any, Any, Any], audit_id: FromPath[str]) -> Response[Any]:
        """Keep the moment, the time zone, the currency and the year."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_chosen, faces, visit, audit_id, form)

    @post("/{audit_id:str}/run", opt=RECONCILES, status_code=HTTP_303_SEE_OTHER)
    async def run(self, request: Request[Any, Any, Any], audit_id: FromPath[str]) -> Response[Any]:
        """Hand an audit to the worker, with what is in the fields beside the button."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_ran, faces, visit, audit_id, form)

    @post(
        "/{audit_id:str}/mapping",
        opt={**RECONCILES, **TOKEN_INSIDE},
        status_code=HTTP_303_SEE_OTHER,
        request_max_body_size=_FORM_BYTES_MAX,
    )
    async def send_mapping(self, request: Request[Any, Any, Any], audit_id: FromPath[str]) -> Response[Any]:
        """Take a mapping."""
        faces, fields = faces_of(request), await form_sent(request)
        token = fields.get(FIELD, "")
        insist_on_token(request, token if isinstance(token, str) else "")
        visit = await still_allowed(request)
        return await faces.asked(_mapping_sent, faces, visit, audit_id, await sent_in(fields, Choice.MAPPING))

    @post("/{audit_id:str}/mapping/removals", opt=RECONCILES, status_code=HTTP_303_SEE_OTHER)
    async def remove_mapping(self, request: Request[Any, Any, Any], audit_id: FromPath[str]) -> Response[Any]:
        """Do without a mapping."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_mapping_removed, faces, visit, audit_id)


def _chosen(faces: Faces, visit: Visit, audit_id: str, form: Filled) -> Response[Any]:
    return _read(faces, visit, audit_id, form, choosing.choose, Told.AUDIT_CHOICES_KEPT)


def _ran(faces: Faces, visit: Visit, audit_id: str, form: Filled) -> Response[Any]:
    if any(map(form.holds, _TYPED)):
        return _read(faces, visit, audit_id, form, choosing.choose_and_run, Told.AUDIT_QUEUED)
    # Nobody was asked: what is kept stays.
    who = visit.known
    with faces.database.transaction(who.merchant_id) as connection:
        answer = asking.run(connection, who.merchant_id, audit_id, actor=who.person, now=visit.now)
    return _answered(faces, visit, audit_id, answer, Told.AUDIT_QUEUED)


def _read(faces: Faces, visit: Visit, audit_id: str, form: Filled, do: _Do, told: Told) -> Response[Any]:
    """Read the fields, and do something with what was chosen; what cannot be used comes back, and nothing is done."""
    who = visit.known
    typed = {name: form.text(name, longest=_TYPED_LENGTH_MAX, default="") for name in _TYPED}
    read = choosing.read_choices(typed)
    if not isinstance(read, Choices):
        shown = Typed(fields={str(name): value for name, value in typed.items()}, refused=read)
        return page_of(faces, visit, audit_id, "office/audit.html", shown)
    with faces.database.transaction(who.merchant_id) as connection:
        answer = do(
            connection, who.merchant_id, audit_id, read, folders=folders_of(faces), actor=who.person, now=visit.now
        )
    return _answered(faces, visit, audit_id, answer, told)


def _mapping_sent(faces: Faces, visit: Visit, audit_id: str, sent: Sent) -> Response[Any]:
    who = visit.known
    mapping = choosing.try_mapping(sent.name, sent.content)
    if isinstance(mapping, Refused):
        return _answered(faces, visit, audit_id, mapping, Told.AUDIT_MAPPING_TAKEN)
    with faces.database.transaction(who.merchant_id) as connection:
        answer = choosing.take_mapping(
            connection, who.merchant_id, audit_id, mapping, folders=folders_of(faces), actor=who.person, now=visit.now
        )
    return _answered(faces, visit, audit_id, answer, Told.AUDIT_MAPPING_TAKEN)


def _mapping_removed(faces: Faces, visit: Visit, audit_id: str) -> Response[Any]:
    who = visit.known
    with faces.database.transaction(who.merchant_id) as connection:
        answer = choosing.drop_mapping(
            connection, who.merchant_id, audit_id, folders=folders_of(faces), actor=who.person, now=visit.now
        )
    return _answered(faces, visit, audit_id, answer, Told.AUDIT_MAPPING_REMOVED)


def _answered(faces: Faces, visit: Visit, audit_id: str, answer: Asked | Refused, told: Told) -> Response[Any]:
    """Lead back to the page of the audit, or say on it why nothing was done."""
    if isinstance(answer, Asked):
        return back_to(faces, audit_id, Told.DONE_BEFORE if answer.repeated else told)
    if answer.code not in _OF_A_MAPPING:
        refuse(answer)
    return page_of(faces, visit, audit_id, "office/audit.html", Typed(refused={Choice.MAPPING: answer}))
