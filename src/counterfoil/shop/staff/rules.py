"""Who may do what, and who may consent to it. Pure: people, a question and limits in, a value or a refusal out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.ids import StaffId, StoreId
from counterfoil.languages import Text
from counterfoil.shop.staff.model import EVERY_STORE, Ask, Authorisation, Person, Role, Verb
from counterfoil.shop.staff.roles import LIMITS, MATRIX, MAY_GIVE, Limit

REASON_LENGTH_MAX = 200


class Refusal(StrEnum):
    """Why somebody may not, in the order in which it is looked at."""

    RETIRED = "staff_retired"
    SAME_PERSON = "authoriser_is_operator"
    NOT_GRANTED = "not_granted"
    OVER_LIMIT = "over_limit"
    REASON_MISSING = "reason_missing"
    REASON_TOO_LONG = "reason_too_long"

    def is_transient(self) -> bool:
        """Whether asking again later, unchanged, could be answered otherwise: never; somebody must change something."""
        return False


WORDS: Mapping[Refusal, Text] = MappingProxyType(
    {
        Refusal.RETIRED: Text(en="This person does not work here any more.", zh="该员工已离职。"),
        Refusal.SAME_PERSON: Text(
            en="The consent must come from somebody else: ask a second person to enter their PIN.",
            zh="授权人不能是操作员本人：请另一位有权限的同事输入 PIN。",
        ),
        Refusal.NOT_GRANTED: Text(
            en="No role of this person allows it at this store: ask a supervisor.",
            zh="该员工在本店没有此权限：请找领班。",
        ),
        Refusal.OVER_LIMIT: Text(
            en="It is more than this person may allow: ask somebody with a higher limit.",
            zh="超出该员工的权限额度：请找额度更高的同事。",
        ),
        Refusal.REASON_MISSING: Text(en="Say why: a reason is needed.", zh="请填写原因。"),
        Refusal.REASON_TOO_LONG: Text(
            en=f"The reason has more than {REASON_LENGTH_MAX} characters: say it shorter.",
            zh=f"原因超过 {REASON_LENGTH_MAX} 个字：请简短说明。",
        ),
    }
)


def may(person: Person, ask: Ask, limits: Mapping[Role, Limit] = LIMITS) -> Refusal | None:
    """Say why somebody may not do it alone; None: they may."""
    if person.retired_at is not None:
        return Refusal.RETIRED
    allowing = MATRIX[ask.verb].roles & person.roles_at(ask.store_id)
    if not allowing:
        return Refusal.NOT_GRANTED
    # Each role counts by itself: the verb of one role must not be stretched by the limit of another.
    return None if any(_within(limits[role], ask) for role in allowing) else Refusal.OVER_LIMIT


def discount_max(person: Person, verb: Verb, store_id: StoreId, limits: Mapping[Role, Limit] = LIMITS) -> int:
    """Return how much somebody may take off by a verb alone, in thousandths; 0 where they may not at all."""
    allowing = MATRIX[verb].roles & person.roles_at(store_id)
    return max((limits[role].discount_permille_max for role in allowing), default=0)


def percent(permille: int) -> str:
    """Return thousandths as people say them: 100 are 10, and 125 are 12.5."""
    whole, tenths = divmod(permille, 10)
    return f"{whole}.{tenths}" if tenths else str(whole)


def authorise(
    operator_id: StaffId, authoriser: Person, ask: Ask, reason: str, limits: Mapping[Role, Limit] = LIMITS
) -> Authorisation | Refusal:
    """Turn a second person's consent into a value that later verbs take; their PIN was checked before."""
    if authoriser.retired_at is not None:
        return Refusal.RETIRED
    if authoriser.staff_id == operator_id:
        return Refusal.SAME_PERSON
    refused = may(authoriser, ask, limits)
    if refused is not None:
        return refused
    said = said_reason(reason)
    if said is None:
        return Refusal.REASON_MISSING
    if len(said) > REASON_LENGTH_MAX:
        return Refusal.REASON_TOO_LONG
    return Authorisation(authoriser_id=authoriser.staff_id, verb=ask.verb, reason=said)


def said_reason(text: str) -> str | None:
    """Return a reason as it is kept, on one line; None where nothing was said that can be kept."""
    said = " ".join(text.split())
    return said if said and said.isprintable() else None


def may_give(giver: Person, role: Role, store_id: StoreId) -> Refusal | None:
    """Say why somebody may not give or take a role at a store; nobody gives a role that is not below their own."""
    if giver.retired_at is not None:
        return Refusal.RETIRED
    own = giver.roles_at(store_id)
    return None if any(role in MAY_GIVE.get(held, frozenset()) for held in own) else Refusal.NOT_GRANTED


def may_lead(leader: Person, person: Person) -> Refusal | None:
    """Say why somebody may not set another's password or PIN: they set those whose every role they may give."""
    if leader.retired_at is not None:
        return Refusal.RETIRED
    if leader.staff_id == person.staff_id:
        return None
    leads = {grant.store_id for grant in person.grants} or {EVERY_STORE}
    if any(may(leader, Ask(verb=Verb.MANAGE_STAFF, store_id=store_id)) is not None for store_id in leads):
        return Refusal.NOT_GRANTED
    roles = [may_give(leader, grant.role, grant.store_id) for grant in person.grants]
    return next((refusal for refusal in roles if refusal is not None), None)


def _within(limit: Limit, ask: Ask) -> bool:
    refundable = limit.refund_minor_max is None or ask.refund_minor <= limit.refund_minor_max
    return refundable and ask.discount_permille <= limit.discount_permille_max
