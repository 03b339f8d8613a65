"""Decides the policy of the shop, one value at a time: a new version, who decided it and why, and a fact that says so.

A policy holds at every store, so whoever decides it needs the verb at every store. What holds is never changed: a new
version takes its place, and the old one stays readable.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.error_words import said
from counterfoil.errors import BadOption
from counterfoil.ids import MerchantId, StaffId
from counterfoil.journal import store as journal
from counterfoil.languages import Language, Text
from counterfoil.refusals import Refused
from counterfoil.shop.policies import store as policies
from counterfoil.shop.policies.editing import with_value
from counterfoil.shop.policies.rules import read_shop_policy
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import EVERY_STORE, Ask, Verb
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
    }
)


def tried_value(text: str, key: str, written: str, *, time_zone: str) -> str | Refused:
    """Return the policy with one value changed, as TOML; an empty value lets the default hold again."""
    try:
        changed = with_value(text, key, written, time_zone=time_zone)
    except BadOption as error:
        why = Text(en=said(error, Language.EN), zh=said(error, Language.ZH))
        return _no(PolicyRefusal.BAD_VALUE, why=why)
    is_so = read_shop_policy(changed, time_zone=time_zone) == read_shop_policy(text, time_zone=time_zone)
    return _no(PolicyRefusal.SO_ALREADY) if is_so else changed


def decide_value(
    connection: sa.Connection,
    merchant_id: MerchantId,
    key: str,
    written: str,
    *,
    seen_version: int,
    reason: str,
    actor_id: StaffId,
    now: datetime,
) -> int | Refused:
    """Decide a version that differs from what holds now in one value, and return its number; it holds at once.

    `seen_version` is the newest version that somebody saw before, or 0: what another one has decided meanwhile is not
    overwritten unseen.
    """
    actor = staff.person(connection, merchant_id, actor_id)
    if actor is None or may(actor, Ask(verb=Verb.SET_POLICY, store_id=EVERY_STORE)) is not None:
        return _no(PolicyRefusal.MAY_NOT)
    time_zone = policies.hold(connection, merchant_id)
    if policies.newest_version(connection, merchant_id) != seen_version:
        return _no(PolicyRefusal.MOVED)
    holding = policies.version_at(connection, merchant_id, now)
    changed = tried_value("" if holding is None else holding.text, key, written, time_zone=time_zone)
    if isinstance(changed, Refused):
        return changed
    why = said_reason(reason)
    if why is None or len(why) > REASON_LENGTH_MAX:
        return _no(PolicyRefusal.NO_REASON, most=REASON_LENGTH_MAX)
    version = policies.decide(connection, merchant_id, changed, reason=why, decided_by=actor_id, now=now)
    journal.note(
        connection,
        merchant_id,
        "policy:version:decided",
        f"policy:{version}",
        occurred_at=now,
        actor_id=actor_id,
        body={"key": key, "value": written, "before_version": None if holding is None else holding.version},
    )
    return version


def _no(code: PolicyRefusal, **facts: object) -> Refused:
    return Refused(code=code, text=POLICY_WORDS[code].filled(**facts) if facts else POLICY_WORDS[code])
