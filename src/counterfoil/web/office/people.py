"""`/office/people`: who works here, as what and where; taking somebody on, roles, PINs, passwords, and leaving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from litestar import Controller, Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from counterfoil.counter import leading_people
from counterfoil.ids import StaffId, StoreId, is_id
from counterfoil.languages import Language
from counterfoil.refusals import Refused
from counterfoil.shop.merchants.rules import NAME_LENGTH_MAX
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import EVERY_STORE, Grant, Person, Role, Verb
from counterfoil.shop.staff.passwords import Password
from counterfoil.shop.staff.pins import Pin
from counterfoil.shop.staff.roles import ROLE_NAMES
from counterfoil.shop.staff.rules import REASON_LENGTH_MAX, may_give, may_lead
from counterfoil.web.access import needs
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, Who, visit_of

PATH = "/office/people"
LEADS = needs(Verb.MANAGE_STAFF)
#: In a form: at every store. An empty value could be a field that was left out.
_EVERYWHERE = "*"


class Part(StrEnum):
    """The forms of somebody's page; a refusal stands in its own."""

    GRANT = "grant"
    PIN = "pin"
    PASSWORD = "password"  # noqa: S105 — the name of a form
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a form comes back with: its fields, and why it was refused. A secret never comes back."""

    refused: Refused | None = None
    part: Part | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


_NOTHING = Typed()
_Change = Callable[[sa.Connection], Refused | None]


class PeopleController(Controller):
    """The people."""

    path = PATH
    include_in_schema = False

    @get("/", opt=LEADS)
    async def people(self, request: Request[Any, Any, Any]) -> Response[str]:
        """List everybody."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_list, faces, visit, _NOTHING)

    @post("/", opt=LEADS, status_code=HTTP_303_SEE_OTHER)
    async def take_on(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Take somebody on."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_take_on, faces, visit, form)

    @get("/{staff_id:str}", opt=LEADS)
    async def person(self, request: Request[Any, Any, Any], staff_id: FromPath[str]) -> Response[str]:
        """Show somebody."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_person, faces, visit, staff_id, _NOTHING)

    @post("/{staff_id:str}/grants", opt=LEADS, status_code=HTTP_303_SEE_OTHER)
    async def give(self, request: Request[Any, Any, Any], staff_id: FromPath[str]) -> Response[Any]:
        """Give a role."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_give, faces, visit, staff_id, form)

    @post("/{staff_id:str}/revocations", opt=LEADS, status_code=HTTP_303_SEE_OTHER)
    async def revoke(self, request: Request[Any, Any, Any], staff_id: FromPath[str]) -> Response[Any]:
        """Take a role."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_revoke, faces, visit, staff_id, form)

    @post("/{staff_id:str}/pin", opt=LEADS, status_code=HTTP_303_SEE_OTHER)
    async def set_pin(self, request: Request[Any, Any, Any], staff_id: FromPath[str]) -> Response[Any]:
        """Set a PIN."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_set_pin, faces, visit, staff_id, Pin(digits=form.secret("pin")))

    @post("/{staff_id:str}/password", opt=LEADS, status_code=HTTP_303_SEE_OTHER)
    async def set_password(self, request: Request[Any, Any, Any], staff_id: FromPath[str]) -> Response[Any]:
        """Set a password."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_set_password, faces, visit, staff_id, Password(text=form.secret("password")))

    @post("/{staff_id:str}/retirement", opt=LEADS, status_code=HTTP_303_SEE_OTHER)
    async def retire(self, request: Request[Any, Any, Any], staff_id: FromPath[str]) -> Response[Any]:
        """Note that somebody has left."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_retire, faces, visit, staff_id)


def _list(faces: Faces, visit: Visit, typed: Typed) -> Response[str]:
    who = visit.known
    with faces.reading(visit) as connection:
        people = staff.people(connection, who.merchant_id)
    return faces.page(
        visit,
        "office/people.html",
        status=HTTP_409_CONFLICT if typed.refused is not None else HTTP_200_OK,
        people=sorted(people, key=lambda person: (person.retired_at is not None, person.name, person.staff_id)),
        led={person.staff_id for person in people if may_lead(who.person, person) is None},
        store_names=_store_names(who),
        typed=typed,
        name_length_max=NAME_LENGTH_MAX,
    )


def _take_on(faces: Faces, visit: Visit, form: Filled) -> Response[Any]:
    who = visit.known
    staff_id, name = form.text("staff_id"), form.text("name")
    language = form.word("language", Language)
    with faces.database.transaction(who.merchant_id) as connection:
        refused = leading_people.take_on(
            connection,
            who.merchant_id,
            staff_id,
            name=name,
            language=language,
            actor_id=who.staff_id,
            now=visit.now,
        )
    if refused is not None:
        typed = Typed(refused=refused, fields={"staff_id": staff_id, "name": name, "language": language})
        return _list(faces, visit, typed)
    return _to(faces, staff_id, Told.TAKEN_ON)


def _person(faces: Faces, visit: Visit, staff_id: str, typed: Typed) -> Response[str]:
    who = visit.known
    with faces.reading(visit) as connection:
        person = staff.person(connection, who.merchant_id, StaffId(staff_id)) if is_id(staff_id) else None
    if person is None:
        raise NotFoundException
    stores = [(_EVERYWHERE, EVERY_STORE), *((store.store_id, store.store_id) for store in who.stores)]
    givable = {role for role in Role for _, store_id in stores if may_give(who.person, role, store_id) is None}
    names = _store_names(who)
    return faces.page(
        visit,
        "office/person.html",
        status=HTTP_409_CONFLICT if typed.refused is not None else HTTP_200_OK,
        person=person,
        store_names=names,
        typed=typed,
        may_lead=may_lead(who.person, person) is None,
        is_oneself=person.staff_id == who.staff_id,
        revocable=_revocable(who, person),
        role_choices=[(role, ROLE_NAMES[role].to(visit.language)) for role in Role if role in givable],
        store_choices=[
            (shown, names.get(store_id, "")) for shown, store_id in stores if _may_give_any(who.person, store_id)
        ],
        reason_length_max=REASON_LENGTH_MAX,
    )


def _revocable(who: Who, person: Person) -> set[tuple[str, str]]:
    """Return which of somebody's roles the visitor may take, each with its store."""
    if person.staff_id == who.staff_id:
        return set()
    return {
        (grant.role, grant.store_id)
        for grant in person.grants
        if may_give(who.person, grant.role, grant.store_id) is None
    }


def _may_give_any(person: Person, store_id: StoreId) -> bool:
    return any(may_give(person, role, store_id) is None for role in Role)


def _give(faces: Faces, visit: Visit, staff_id: str, form: Filled) -> Response[Any]:
    wanted, reason = _grant(visit, staff_id, form), form.text("reason", longest=REASON_LENGTH_MAX * 2, default="")
    merchant_id = visit.known.merchant_id
    typed = Typed(part=Part.GRANT, fields={"role": wanted.role, "store": form.text("store"), "reason": reason})
    return _changed(
        faces,
        visit,
        staff_id,
        typed,
        Told.ROLE_GIVEN,
        lambda connection: leading_people.give_role(connection, merchant_id, wanted, reason=reason, now=visit.now),
    )


def _revoke(faces: Faces, visit: Visit, staff_id: str, form: Filled) -> Response[Any]:
    wanted, reason = _grant(visit, staff_id, form), form.text("reason", longest=REASON_LENGTH_MAX * 2, default="")
    merchant_id = visit.known.merchant_id
    return _changed(
        faces,
        visit,
        staff_id,
        Typed(part=Part.GRANT),
        Told.ROLE_REVOKED,
        lambda connection: leading_people.revoke_role(connection, merchant_id, wanted, reason=reason, now=visit.now),
    )


def _set_pin(faces: Faces, visit: Visit, staff_id: str, pin: Pin) -> Response[Any]:
    who = visit.known
    hashed = faces.house.signing_in.pins(who.merchant_id).hash(StaffId(staff_id), pin)
    return _changed(
        faces,
        visit,
        staff_id,
        Typed(part=Part.PIN),
        Told.PIN_SET,
        lambda connection: leading_people.set_pin(
            connection, who.merchant_id, StaffId(staff_id), pin, hashed, actor_id=who.staff_id, now=visit.now
        ),
    )


def _retire(faces: Faces, visit: Visit, staff_id: str) -> Response[Any]:
    who = visit.known
    return _changed(
        faces,
        visit,
        staff_id,
        Typed(part=Part.LEAVING),
        Told.RETIRED,
        lambda connection: leading_people.retire(
            connection, who.merchant_id, StaffId(staff_id), actor_id=who.staff_id, now=visit.now
        ),
    )


def _set_password(faces: Faces, visit: Visit, staff_id: str, password: Password) -> Response[Any]:
    who = visit.known
    if not is_id(staff_id):
        raise NotFoundException
    refused = faces.house.setting_passwords.set(who.merchant_id, StaffId(staff_id), password, by=who.staff_id)
    if refused is not None:
        return _person(faces, visit, staff_id, Typed(refused=refused, part=Part.PASSWORD))
    return _to(faces, staff_id, Told.PASSWORD_SET)


def _changed(faces: Faces, visit: Visit, staff_id: str, typed: Typed, told: Told, change: _Change) -> Response[Any]:
    """Do one thing to somebody; a refusal comes back in its form, with what was typed."""
    if not is_id(staff_id):
        raise NotFoundException
    with faces.database.transaction(visit.known.merchant_id) as connection:
        refused = change(connection)
    if refused is None:
        return _to(faces, staff_id, told)
    return _person(faces, visit, staff_id, Typed(refused=refused, part=typed.part, fields=typed.fields))


def _grant(visit: Visit, staff_id: str, form: Filled) -> Grant:
    at = form.text("store")
    store_id = EVERY_STORE if at == _EVERYWHERE else StoreId(form.id("store"))
    return Grant(
        staff_id=StaffId(staff_id), role=form.word("role", Role), store_id=store_id, given_by=visit.known.staff_id
    )


def _store_names(who: Who) -> dict[str, str]:
    return {store.store_id: store.name for store in who.stores}


def _to(faces: Faces, staff_id: str, told: Told) -> Response[Any]:
    return Redirect(f"{PATH}/{staff_id}", status_code=HTTP_303_SEE_OTHER, cookies=[faces.cookies.tell(told)])
