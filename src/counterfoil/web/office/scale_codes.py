"""`/office/policy/scale-codes`: how codes that scales print are read, tried on one, and decided as a new version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import PermissionDeniedException
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from counterfoil.counter.deciding_policies import Wish, decide_scale_code, decide_without_scale_code
from counterfoil.ids import MerchantId
from counterfoil.refusals import Refused
from counterfoil.shop.catalogue.codes import CODE_LENGTH_MAX
from counterfoil.shop.catalogue.rules import WORDS, CodeRefusal, Picked
from counterfoil.shop.catalogue.scale_codes import PATTERNS_MAX, ScalePattern, read_scale_code
from counterfoil.shop.catalogue.store import pick_code
from counterfoil.shop.policies.rules import read_kept_policy
from counterfoil.shop.staff.model import EVERY_STORE, Verb
from counterfoil.shop.staff.rules import REASON_LENGTH_MAX
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.office.policy import DECIDES, LOOKS, Typed, in_force, wish_of
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, visit_of

if TYPE_CHECKING:
    import sqlalchemy as sa

PATH = "/office/policy/scale-codes"
SHAPE_LENGTH_MAX = 40


class ScaleCodesController(Controller):
    """Codes that scales print."""

    path = PATH
    include_in_schema = False

    @get("/", opt=LOOKS)
    async def codes(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Show the patterns that are read, and what a code would mean at a till."""
        faces, visit = faces_of(request), visit_of(request)
        code = request.query_params.get("code", "").strip()[:CODE_LENGTH_MAX]
        return await faces.asked(_list, faces, visit, code, Typed())

    @post("/versions", opt=DECIDES, status_code=HTTP_303_SEE_OTHER)
    async def add(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Decide a new version that reads one more pattern."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_added, faces, visit, form)

    @post("/removals", opt=DECIDES, status_code=HTTP_303_SEE_OTHER)
    async def remove(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Decide a new version without a pattern."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_removed, faces, visit, form)


def _list(faces: Faces, visit: Visit, code: str, typed: Typed) -> Response[str]:
    who = visit.known
    found = in_force(faces, visit)
    patterns = read_kept_policy(found.text, time_zone=who.merchant.time_zone).scale_codes
    picked: Picked | CodeRefusal | None = None
    if code:
        with faces.reading(visit) as connection:
            picked = pick_code(connection, who.merchant_id, code, patterns=patterns, price_list=None, now=visit.now)
    return faces.page(
        visit,
        "office/scale_codes.html",
        status=HTTP_409_CONFLICT if typed.refused is not None else HTTP_200_OK,
        found=found,
        patterns=patterns,
        code=code,
        scale=read_scale_code(code, patterns),
        picked=picked if isinstance(picked, Picked) else None,
        why_not=WORDS[picked] if isinstance(picked, CodeRefusal) else None,
        digits_of=_digits_of,
        fields=typed.fields,
        refused=typed.refused,
        may_decide=who.may(Verb.SET_POLICY, EVERY_STORE),
        currency=who.merchant.currency,
        patterns_max=PATTERNS_MAX,
        shape_length_max=SHAPE_LENGTH_MAX,
        code_length_max=CODE_LENGTH_MAX,
        reason_length_max=REASON_LENGTH_MAX,
    )


def _added(faces: Faces, visit: Visit, form: Filled) -> Response[Any]:
    shape = form.text("shape", longest=SHAPE_LENGTH_MAX, default="")
    decimals = form.count("decimals") if form.text("decimals", default="") else None

    def decide(connection: sa.Connection, merchant_id: MerchantId, wish: Wish) -> int | Refused:
        return decide_scale_code(connection, merchant_id, shape, decimals, wish)

    fields = {"shape": shape, "decimals": "" if decimals is None else str(decimals)}
    return _decided(faces, visit, form, decide, fields)


def _removed(faces: Faces, visit: Visit, form: Filled) -> Response[Any]:
    shape = form.text("removed", longest=SHAPE_LENGTH_MAX)

    def decide(connection: sa.Connection, merchant_id: MerchantId, wish: Wish) -> int | Refused:
        return decide_without_scale_code(connection, merchant_id, shape, wish)

    return _decided(faces, visit, form, decide, {})


def _decided(
    faces: Faces,
    visit: Visit,
    form: Filled,
    decide: Callable[[sa.Connection, MerchantId, Wish], int | Refused],
    fields: Mapping[str, str],
) -> Response[Any]:
    who = visit.known
    if not who.may(Verb.SET_POLICY, EVERY_STORE):
        raise PermissionDeniedException
    wish = wish_of(visit, form)
    with faces.database.transaction(who.merchant_id) as connection:
        answer = decide(connection, who.merchant_id, wish)
    if isinstance(answer, Refused):
        return _list(faces, visit, "", Typed(refused=answer, fields={**fields, "reason": wish.reason}))
    return Redirect(PATH, status_code=HTTP_303_SEE_OTHER, cookies=[faces.cookies.tell(Told.TILLS_FOLLOW)])


def _digits_of(pattern: ScalePattern, letter: str) -> int:
    """Return how many digits of a code a letter of its pattern stands for."""
    return pattern.shape.count(letter)
