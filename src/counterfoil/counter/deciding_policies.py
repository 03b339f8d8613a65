"""Decides the policy of the shop, one change at a time: a new version, who decided it and why, and a fact of it.

A policy holds at every store, so whoever decides it needs the verb at every store. What holds is never changed: a new
version takes its place, and the old one stays readable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.error_words import said
from counterfoil.errors import BadOption
from counterfoil.ids import MerchantId, StaffId
from counterfoil.journal import store as journal
from counterfoil.languages import Language, Text
from counterfoil.plain_numbers import holds_secret
from counterfoil.refusals import Refused
from counterfoil.shop.policies import store as policies
from counterfoil.shop.policies.editing import with_value
from counterfoil.shop.policies.own_tables import (
    CODES_TABLE,
    LIMITS_TABLE,
    limit_typed,
    with_limit,
    with_scale_code,
    without_scale_code,
)
from counterfoil.shop.policies.rules import read_shop_policy, unusable_in
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import EVERY_STORE, Ask, Role, Verb
from counterfoil.shop.staff.rules import REASON_LENGTH_MAX, may, said_reason

if TYPE_CHECKING:
    import sqlalchemy as sa


class PolicyRefusal(StrEnum):
    """Why no policy was decided, in the order in which it is looked at."""

    MAY_NOT = "may_not_decide_policy"
    MOVED = "policy_moved"
    BAD_VALUE = "policy_bad_value"
    SO_ALREADY = "policy_so_already"
    NO_REASON = "policy_no_reason"
    REASON_HOLDS_NUMBER = "policy_reason_holds_number"

    def is_transient(self) -> bool:
        """Whether asking again later, unchanged, could be answered otherwise: never; somebody must change something."""
        return False


POLICY_WORDS: Mapping[PolicyRefusal, Text] = MappingProxyType(
    {
        PolicyRefusal.MAY_NOT: Text(
            en="It holds at every store, and your role does not decide it. Nothing was changed: ask the owner.",
            zh="政策适用于所有门店，您的角色无权制定。未作任何更改：请联系店主。",
        ),
        PolicyRefusal.MOVED: Text(
            en="Somebody has decided another version since you opened this page. Nothing was changed: look again.",
            zh="在您打开此页之后，已有人制定了新版本。未作任何更改：请重新查看。",
        ),
        PolicyRefusal.BAD_VALUE: Text(
            en="This value cannot be used: {why}. Nothing was changed.", zh="此值不可用：{why}。未作任何更改。"
        ),
        PolicyRefusal.SO_ALREADY: Text(
            en="This is what holds already. Nothing was changed.", zh="现行政策即为此值。未作任何更改。"
        ),
        PolicyRefusal.NO_REASON: Text(
            en="Say why, in {most} characters at most: it is kept with the version. Nothing was changed.",
            zh="请说明原因（最多 {most} 个字），将随版本留存。未作任何更改。",
        ),
        PolicyRefusal.REASON_HOLDS_NUMBER: Text(
            en="The reason holds what looks like a card number or a PIN, which are never kept. Nothing was changed: "
            "leave it out.",
            zh="原因中含有疑似卡号或 PIN 的内容，此类内容一律不保存。未作任何更改：请删去后再试。",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to decide: what a change comes to, and what they have seen and said."""

    #: The newest version that they saw before, or 0: what another one has decided meanwhile is not overwritten unseen.
    seen_version: int
    reason: str
    actor_id: StaffId
    now: datetime


#: Makes a text out of another, in a time zone; BadOption where it cannot be used.
Change = Callable[[str, str], str]


def tried_value(text: str, key: str, written: str, *, time_zone: str) -> str | Refused:
    """Return the policy with one value changed, as TOML; an empty value lets the default hold again."""
    return _tried(text, _value_change(key, written), time_zone=time_zone)


def decide_value(
    connection: sa.Connection, merchant_id: MerchantId, key: str, written: str, wish: Wish
) -> int | Refused:
    """Decide a version that differs from what holds now in one value, and return its number; it holds at once."""
    return _decide(connection, merchant_id, _value_change(key, written), {"key": key, "value": written}, wish)


def decide_limit(
    connection: sa.Connection,
    merchant_id: MerchantId,
    role: Role,
    wish: Wish,
    *,
    discount: str,
    refund: str,
    currency: str,
) -> int | Refused:
    """Decide another limit of a role: a discount in per cent, a refund in major units or `any`; empty: the default."""

    def change(text: str, time_zone: str) -> str:
        return with_limit(text, role, limit_typed(discount, refund, currency), time_zone=time_zone)

    told = {"key": f"{LIMITS_TABLE}.{role}", "value": f"{discount or '-'} %, {refund or '-'} {currency}"}
    return _decide(connection, merchant_id, change, told, wish)


def decide_scale_code(
    connection: sa.Connection, merchant_id: MerchantId, shape: str, decimals: int | None, wish: Wish
) -> int | Refused:
    """Decide that codes of one more pattern are read."""

    def change(text: str, time_zone: str) -> str:
        return with_scale_code(text, shape, decimals, time_zone=time_zone)

    return _decide(connection, merchant_id, change, {"key": CODES_TABLE, "value": shape, "decimals": decimals}, wish)


def decide_without_scale_code(
    connection: sa.Connection, merchant_id: MerchantId, shape: str, wish: Wish
) -> int | Refused:
    """Decide that codes of a pattern are not read any more."""

    def change(text: str, time_zone: str) -> str:
        return without_scale_code(text, shape, time_zone=time_zone)

    return _decide(connection, merchant_id, change, {"key": CODES_TABLE, "removed": shape}, wish)


def _decide(
    connection: sa.Connection, merchant_id: MerchantId, change: Change, told: Mapping[str, object], wish: Wish
) -> int | Refused:
    """Decide a version that differs from what holds now in one change; `told` is what the fact says of it."""
    actor = staff.person(connection, merchant_id, wish.actor_id)
    if actor is None or may(actor, Ask(verb=Verb.SET_POLICY, store_id=EVERY_STORE)) is not None:
        return _no(PolicyRefusal.MAY_NOT)
    time_zone = policies.hold(connection, merchant_id)
    if policies.newest_version(connection, merchant_id) != wish.seen_version:
        return _no(PolicyRefusal.MOVED)
    holding = policies.version_at(connection, merchant_id, wish.now)
    changed = _tried("" if holding is None else holding.text, change, time_zone=time_zone)
    if isinstance(changed, Refused):
        return changed
    why = said_reason(wish.reason)
    if why is None or len(why) > REASON_LENGTH_MAX:
        return _no(PolicyRefusal.NO_REASON, most=REASON_LENGTH_MAX)
    if holds_secret(why):
        return _no(PolicyRefusal.REASON_HOLDS_NUMBER)
    try:
        version = policies.decide(connection, merchant_id, changed, reason=why, decided_by=wish.actor_id, now=wish.now)
    except BadOption as error:
        # What every reader takes, the database may still not run.
        return _no(PolicyRefusal.BAD_VALUE, why=why_unusable(error))
    journal.note(
        connection,
        merchant_id,
        "policy:version:decided",
        f"policy:{version}",
        occurred_at=wish.now,
        actor_id=wish.actor_id,
        body={**told, "before_version": None if holding is None else holding.version},
    )
    return version


def _tried(text: str, change: Change, *, time_zone: str) -> str | Refused:
    try:
        changed = change(text, time_zone)
    except BadOption as error:
        return _no(PolicyRefusal.BAD_VALUE, why=why_unusable(error))
    is_so = not unusable_in(text, time_zone=time_zone) and (
        read_shop_policy(changed, time_zone=time_zone) == read_shop_policy(text, time_zone=time_zone)
    )
    return _no(PolicyRefusal.SO_ALREADY) if is_so else changed


def why_unusable(error: BadOption) -> Text:
    """Say why a value cannot be used; that it is one of the policy is plain to whoever typed it there."""
    en, zh = (said(error, each) for each in (Language.EN, Language.ZH))
    return Text(en=en.removeprefix("policy: "), zh=zh.removeprefix("policy：").removeprefix("政策："))


def _value_change(key: str, written: str) -> Change:
    return lambda text, time_zone: with_value(text, key, written, time_zone=time_zone)


def _no(code: PolicyRefusal, **facts: object) -> Refused:
    return Refused(code=code, text=POLICY_WORDS[code].filled(**facts) if facts else POLICY_WORDS[code])
