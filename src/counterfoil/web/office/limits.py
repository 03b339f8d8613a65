"""`/office/policy/limits`: how much of what each role may do; another limit is a new version of the policy."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from counterfoil.counter.deciding_policies import decide_limit
from counterfoil.money import to_major
from counterfoil.refusals import Refused
from counterfoil.shop.policies.own_tables import ANY, LIMITS_TABLE
from counterfoil.shop.policies.rules import read_kept_policy
from counterfoil.shop.staff.model import EVERY_STORE, Role, Verb
from counterfoil.shop.staff.roles import LIMITS, ROLE_NAMES, Limit
from counterfoil.shop.staff.rules import REASON_LENGTH_MAX
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.office.policy import DECIDES, LOOKS, InForce, Typed, in_force, wish_of
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, visit_of

PATH = "/office/policy/limits"
VALUE_LENGTH_MAX = 30
_PERCENT = 10
#: How a limit of refunds is chosen: an amount, any, or what the project says.
_AMOUNT, _DEFAULT = "amount", "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleLimit:
    """How much a role may do."""

    role: Role
    limit: Limit
    default: Limit
    #: What of it the text in force names, as TOML holds it.
    decided: Mapping[str, object]


class LimitsController(Controller):
    """The limits of the roles."""

    path = PATH
    include_in_schema = False

    @get("/", opt=LOOKS)
    async def limits(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Show how much each role may do."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_list, faces, visit)

    @get("/{role:str}", opt=DECIDES)
    async def limit(self, request: Request[Any, Any, Any], role: FromPath[str]) -> Response[str]:
        """Show the limits of a role, to be changed."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_limit, faces, visit, _role(role), Typed())

    @post("/{role:str}/versions", opt=DECIDES, status_code=HTTP_303_SEE_OTHER)
    async def decide(self, request: Request[Any, Any, Any], role: FromPath[str]) -> Response[Any]:
        """Decide a new version with other limits of a role."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_decided, faces, visit, _role(role), form)


def _list(faces: Faces, visit: Visit) -> Response[str]:
    found = in_force(faces, visit)
    return faces.page(
        visit,
        "office/limits.html",
        found=found,
        limits=_limits(found, visit),
        role_names=ROLE_NAMES,
        may_decide=visit.known.may(Verb.SET_POLICY, EVERY_STORE),
        currency=visit.known.merchant.currency,
        percent=_percent,
    )


def _limit(faces: Faces, visit: Visit, role: Role, typed: Typed) -> Response[str]:
    who = visit.known
    if not who.may(Verb.SET_POLICY, EVERY_STORE):
        raise PermissionDeniedException
    found = in_force(faces, visit)
    one = next(each for each in _limits(found, visit) if each.role is role)
    return faces.page(
        visit,
        "office/limit.html",
        status=HTTP_409_CONFLICT if typed.refused is not None else HTTP_200_OK,
        found=found,
        one=one,
        role_names=ROLE_NAMES,
        fields=typed.fields or _fields_of(one, who.merchant.currency),
        refused=typed.refused,
        currency=who.merchant.currency,
        percent=_percent,
        ways=(_AMOUNT, ANY, _DEFAULT),
        value_length_max=VALUE_LENGTH_MAX,
        reason_length_max=REASON_LENGTH_MAX,
    )


def _decided(faces: Faces, visit: Visit, role: Role, form: Filled) -> Response[Any]:
    who = visit.known
    names = ("discount", "way", "refund")
    typed = {name: form.text(name, longest=VALUE_LENGTH_MAX, default="") for name in names}
    refund = {ANY: ANY, _DEFAULT: ""}.get(typed["way"], typed["refund"])
    with faces.database.transaction(who.merchant_id) as connection:
        answer = decide_limit(
            connection,
            who.merchant_id,
            role,
            wish_of(visit, form),
            discount=typed["discount"],
            refund=refund,
            currency=who.merchant.currency,
        )
    if isinstance(answer, Refused):
        fields = {**typed, "reason": form.text("reason", longest=REASON_LENGTH_MAX * 2, default="")}
        return _limit(faces, visit, role, Typed(refused=answer, fields=fields))
    return Redirect(PATH, status_code=HTTP_303_SEE_OTHER, cookies=[faces.cookies.tell(Told.TILLS_FOLLOW)])


def _role(name: str) -> Role:
    if name not in {*Role}:
        raise NotFoundException
    return Role(name)


def _limits(found: InForce, visit: Visit) -> list[RoleLimit]:
    limits = read_kept_policy(found.text, time_zone=visit.known.merchant.time_zone).limits
    decided = tomllib.loads(found.text).get(LIMITS_TABLE, {})
    return [
        RoleLimit(role=role, limit=limits[role], default=LIMITS[role], decided=decided.get(role, {})) for role in Role
    ]


def _fields_of(one: RoleLimit, currency: str) -> Mapping[str, str]:
    """Return how a limit stands in its form; what nobody has decided stays empty, so that it stays undecided."""
    discount = _percent(one.limit.discount_permille_max) if "discount_permille_max" in one.decided else ""
    refund = one.limit.refund_minor_max
    if "refund_minor_max" not in one.decided:
        return {"discount": discount, "way": _DEFAULT, "refund": ""}
    amount = "" if refund is None else f"{to_major(refund, currency):f}"
    return {"discount": discount, "way": ANY if refund is None else _AMOUNT, "refund": amount}


def _percent(permille: int) -> str:
    """Write a share for people, and as the form takes it: `12.5`."""
    return f"{permille / _PERCENT:g}"
