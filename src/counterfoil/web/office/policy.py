"""`/office/policy`: what holds, since when and by whom; a value is tried on some days' books before it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import NotFoundException, PermissionDeniedException, ValidationException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from counterfoil.counter.deciding_policies import Wish, decide_value, tried_value, why_unusable
from counterfoil.desk.cases import store as cases
from counterfoil.desk.copies.kept import KeptBooks
from counterfoil.desk.previews.asking import ask_to_judge
from counterfoil.desk.previews.model import DAYS_MAX, SECONDS_MAX, Change, Days, Preview
from counterfoil.desk.previews.previewing import preview
from counterfoil.desk.previews.refusals import PreviewRefusal
from counterfoil.languages import Language, Text
from counterfoil.moments import is_day_of_a_shop
from counterfoil.refusals import Refused
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.policies import store as policies
from counterfoil.shop.policies.editing import Unit, Value, meaning_of, number_max, values_of
from counterfoil.shop.policies.model import PolicyVersion
from counterfoil.shop.policies.rules import unusable_in
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import EVERY_STORE, Verb
from counterfoil.shop.staff.rules import REASON_LENGTH_MAX
from counterfoil.web.access import needs
from counterfoil.web.desk.naming import Names, names_of
from counterfoil.web.desk.words import diagnosis_titles, exception_titles
from counterfoil.web.faces import Faces, faces_of
from counterfoil.web.filled import Filled, filled_in
from counterfoil.web.office.policy_words import CHANGE_SIGNS, CHANGES, SAMPLE_MINOR, UNITS, said_value
from counterfoil.web.showing import amount
from counterfoil.web.told import Told
from counterfoil.web.visits import Visit, visit_of

PATH = "/office/policy"
LOOKS = needs(Verb.READ_REPORTS, Verb.SET_POLICY)
DECIDES = needs(Verb.SET_POLICY)
#: Versions that are listed, the latest first.
LISTED_MAX = 50
VALUE_LENGTH_MAX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a form comes back with: what was typed, and what came of it."""

    refused: Refused | None = None
    seen: Preview | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """What holds, as a page shows it."""

    versions: tuple[PolicyVersion, ...]
    holding: PolicyVersion | None
    values: tuple[Value, ...]
    #: What was decided once and is refused today, so that defaults hold: its key, and why.
    unusable: tuple[tuple[str, Text], ...]

    @property
    def newest(self) -> int:
        """The number of the version that was decided last; 0: none."""
        return self.versions[-1].version if self.versions else 0

    @property
    def text(self) -> str:
        """The text in force; empty: the defaults hold."""
        return "" if self.holding is None else self.holding.text


class PolicyController(Controller):
    """The policy."""

    path = PATH
    include_in_schema = False

    @get("/", opt=LOOKS)
    async def policy(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Show what holds, and every version."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_list, faces, visit)

    @get("/values/{key:str}", opt=DECIDES)
    async def value(self, request: Request[Any, Any, Any], key: FromPath[str]) -> Response[str]:
        """Show a value, to be changed."""
        faces, visit = faces_of(request), visit_of(request)
        return await faces.asked(_value, faces, visit, key, Typed())

    @post("/values/{key:str}/previews", opt=DECIDES, status_code=HTTP_200_OK)
    async def try_out(self, request: Request[Any, Any, Any], key: FromPath[str]) -> Response[str]:
        """Try another value on the books of some days; nothing is changed."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_tried, faces, visit, key, form)

    @post("/values/{key:str}/versions", opt=DECIDES, status_code=HTTP_303_SEE_OTHER)
    async def decide(self, request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
        """Decide a new version with another value."""
        faces, visit, form = faces_of(request), visit_of(request), await filled_in(request)
        return await faces.asked(_decided, faces, visit, key, form)


def in_force(faces: Faces, visit: Visit) -> InForce:
    """Read what holds now."""
    who = visit.known
    with faces.reading(visit) as connection:
        versions = policies.versions(connection, who.merchant_id)
        holding = policies.version_at(connection, who.merchant_id, visit.now)
    text = "" if holding is None else holding.text
    zone = who.merchant.time_zone
    unusable = tuple((key, why_unusable(error)) for key, error in unusable_in(text, time_zone=zone).items())
    return InForce(versions=versions, holding=holding, values=values_of(text, time_zone=zone), unusable=unusable)


def _list(faces: Faces, visit: Visit) -> Response[str]:
    who = visit.known
    found = in_force(faces, visit)
    with faces.reading(visit) as connection:
        names = {person.staff_id: person.name for person in staff.people(connection, who.merchant_id)}
    return faces.page(
        visit,
        "office/policy.html",
        found=found,
        versions=found.versions[::-1][:LISTED_MAX],
        names=names,
        meaning_of=meaning_of,
        said_value=said_value,
        may_decide=who.may(Verb.SET_POLICY, EVERY_STORE),
        currency=who.merchant.currency,
        Unit=Unit,
    )


def _value(faces: Faces, visit: Visit, key: str, typed: Typed) -> Response[str]:
    who = visit.known
    if not who.may(Verb.SET_POLICY, EVERY_STORE):
        raise PermissionDeniedException
    found = in_force(faces, visit)
    value = next((one for one in found.values if one.key == key), None)
    if value is None:
        raise NotFoundException
    usual = Days.until(visit.now.astimezone(visit.zone).date())
    fields = {"first": usual.first.isoformat(), "last": usual.last.isoformat(), "value": value.written}
    return faces.page(
        visit,
        "office/policy_value.html",
        status=HTTP_409_CONFLICT if typed.refused is not None else HTTP_200_OK,
        found=found,
        value=value,
        meaning=meaning_of(key),
        said_value=said_value,
        unit=_unit(value, who.merchant.currency),
        currency=who.merchant.currency,
        Unit=Unit,
        fields={**fields, **typed.fields},
        refused=typed.refused,
        seen=typed.seen,
        case_ids=_case_ids(faces, visit, typed.seen),
        called=None if typed.seen is None else _called(faces, visit),
        text_of=lambda one: Text(en=one.explanation_en, zh=one.explanation_zh),
        Change=Change,
        changes=CHANGES,
        signs=CHANGE_SIGNS,
        exceptions={name: (title, tone) for tone, (name, title) in enumerate(exception_titles().items(), 1)},
        diagnosis_titles=diagnosis_titles(),
        days_max=DAYS_MAX,
        seconds_max=round(SECONDS_MAX),
        reason_length_max=REASON_LENGTH_MAX,
        value_length_max=VALUE_LENGTH_MAX,
    )


def _unit(value: Value, currency: str) -> Text:
    """Say how a value is written."""
    english, chinese = (amount(SAMPLE_MINOR, currency, language) for language in (Language.EN, Language.ZH))
    sample = Text(en=english, zh=chinese)
    return UNITS[value.unit].filled(
        currency=currency, most=number_max(value.key), sample=sample, sample_minor=SAMPLE_MINOR
    )


def _tried(faces: Faces, visit: Visit, key: str, form: Filled) -> Response[str]:
    who = visit.known
    if not who.may(Verb.SET_POLICY, EVERY_STORE):
        raise PermissionDeniedException
    days = Days(first=_day(form, "first"), last=_day(form, "last"))
    fields = _fields(form) | {"first": days.first.isoformat(), "last": days.last.isoformat()}
    found = in_force(faces, visit)
    zone = who.merchant.time_zone
    changed = tried_value(found.text, key, fields["value"], time_zone=zone)
    if isinstance(changed, Refused):
        return _value(faces, visit, key, Typed(refused=changed, fields=fields))
    home = faces.house.judged_home
    kept = None if home is None else KeptBooks(home).get(who.merchant_id)
    seen = preview(
        faces.database,
        who.merchant_id,
        (found.text, changed),
        days,
        time_zone=zone,
        now=visit.now,
        kept=kept,
        seconds_max=SECONDS_MAX,
    )
    if isinstance(seen, Refused):
        if seen.code is PreviewRefusal.NOT_JUDGED_YET:
            with faces.database.transaction(who.merchant_id) as connection:
                ask_to_judge(connection, who.merchant_id)
        return _value(faces, visit, key, Typed(refused=seen, fields=fields))
    return _value(faces, visit, key, Typed(seen=seen, fields=fields))


def _decided(faces: Faces, visit: Visit, key: str, form: Filled) -> Response[Any]:
    who = visit.known
    fields = _fields(form)
    with faces.database.transaction(who.merchant_id) as connection:
        answer = decide_value(
            connection,
            who.merchant_id,
            key,
            fields["value"],
            wish_of(visit, form),
        )
    if isinstance(answer, Refused):
        return _value(faces, visit, key, Typed(refused=answer, fields=fields))
    return Redirect(PATH, status_code=HTTP_303_SEE_OTHER, cookies=[faces.cookies.tell(Told.POLICY_DECIDED)])


def wish_of(visit: Visit, form: Filled) -> Wish:
    """Return who wants to decide, why, and over which version that they have seen."""
    return Wish(
        seen_version=form.count("seen"),
        reason=form.text("reason", longest=REASON_LENGTH_MAX * 2, default=""),
        actor_id=visit.known.staff_id,
        now=visit.now,
    )


def _fields(form: Filled) -> dict[str, str]:
    return {
        "value": form.text("value", longest=VALUE_LENGTH_MAX, default=""),
        "reason": form.text("reason", longest=REASON_LENGTH_MAX * 2, default=""),
    }


def _day(form: Filled, name: str) -> date:
    try:
        day = date.fromisoformat(form.text(name))
    except ValueError:
        raise ValidationException(detail=f"{name} is no day") from None
    if not is_day_of_a_shop(day):
        raise ValidationException(detail=f"{name} is no day of a shop")
    return day


def _case_ids(faces: Faces, visit: Visit, seen: Preview | None) -> Mapping[str, str]:
    """Return the cases that examples are in, by finding."""
    ids = [] if seen is None else [example.finding_id for tally in seen.tallies for example in tally.examples]
    if not ids:
        return {}
    with faces.reading(visit) as connection:
        return cases.cases_of(connection, visit.known.merchant_id, ids)


def _called(faces: Faces, visit: Visit) -> Names:
    """Return how the shop calls whom and what the sentences of examples name."""
    who = visit.known
    with faces.reading(visit) as connection:
        people, tills = staff.people(connection, who.merchant_id), merchants.terminals(connection, who.merchant_id)
    return names_of(people, tills, who.stores)
