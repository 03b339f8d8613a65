"""Takes people on, gives and revokes their roles, sets their PINs, and notes that they have left; each leaves a fact.

Every verb asks anew who does it, in the transaction that it changes: nobody leads whom they may not, and nobody takes
from themselves what they would need to put it right. One goes after the other, so a shop never loses its last owner.
A fact names people by their ids and holds no name and no secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.ids import MerchantId, StaffId, StoreId
from counterfoil.journal import store as journal
from counterfoil.languages import Language, Text
from counterfoil.plain_numbers import holds_secret
from counterfoil.refusals import Refused
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.merchants.rules import WORDS as NAME_WORDS
from counterfoil.shop.merchants.rules import flaw_of_name
from counterfoil.shop.sessions import store as sessions
from counterfoil.shop.sessions.model import Ending
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.kept_secrets import store as kept_secrets
from counterfoil.shop.staff.model import EVERY_STORE, Ask, Grant, Person, Role, Verb
from counterfoil.shop.staff.pins import PIN_WORDS, Pin, flaw_of
from counterfoil.shop.staff.rules import REASON_LENGTH_MAX, may, may_give, may_lead, said_reason

if TYPE_CHECKING:
    import sqlalchemy as sa


class PeopleRefusal(StrEnum):
    """Why nothing was changed, in the order in which it is looked at."""

    NO_SUCH_PERSON = "no_such_person"
    NO_SUCH_STORE = "no_such_store"
    MAY_NOT_LEAD = "may_not_lead"
    MAY_NOT_GIVE = "may_not_give"
    ONESELF = "oneself"
    ID_TAKEN = "id_taken"
    SO_ALREADY = "so_already"
    REASON_TOO_LONG = "reason_too_long"
    REASON_HOLDS_NUMBER = "reason_holds_number"

    def is_transient(self) -> bool:
        """Whether asking again later, unchanged, could be answered otherwise: never; somebody must change something."""
        return False


PEOPLE_WORDS: Mapping[PeopleRefusal, Text] = MappingProxyType(
    {
        PeopleRefusal.NO_SUCH_PERSON: Text(
            en="Nobody of this id works here. Nothing was changed: look at the list of people.",
            zh="没有此编号的在职员工。未作任何更改：请查看员工列表。",
        ),
        PeopleRefusal.NO_SUCH_STORE: Text(
            en="There is no open store of this id. Nothing was changed: choose one of the list.",
            zh="没有此编号的营业门店。未作任何更改：请从列表中选择。",
        ),
        PeopleRefusal.MAY_NOT_LEAD: Text(
            en="This person has a role that is not below yours, or works at a store that you do not lead. Nothing was "
            "changed: ask the owner.",
            zh="此人的角色不低于您，或在您不负责的门店任职。未作任何更改：请找店主。",
        ),
        PeopleRefusal.MAY_NOT_GIVE: Text(
            en="You may not give or take this role at this store. Nothing was changed: ask the owner.",
            zh="您无权在此门店授予或收回这一角色。未作任何更改：请找店主。",
        ),
        PeopleRefusal.ONESELF: Text(
            en="Nobody retires themselves or takes a role from themselves. Nothing was changed: ask a second person.",
            zh="不能将自己设为离职，也不能收回自己的角色。未作任何更改：请由另一位同事操作。",
        ),
        PeopleRefusal.ID_TAKEN: Text(
            en="Somebody has this id already, or had it once. Nothing was changed: choose another id.",
            zh="此编号已被使用（含已离职员工）。未作任何更改：请换一个编号。",
        ),
        PeopleRefusal.SO_ALREADY: Text(en="It was so already; nothing was changed.", zh="原本就是如此，未作任何更改。"),
        PeopleRefusal.REASON_TOO_LONG: Text(
            en=f"The reason has more than {REASON_LENGTH_MAX} characters. Nothing was changed: say it shorter.",
            zh=f"原因超过 {REASON_LENGTH_MAX} 个字。未作任何更改：请简短说明。",
        ),
        PeopleRefusal.REASON_HOLDS_NUMBER: Text(
            en="The reason holds what looks like a card number or a PIN, which are never kept. Nothing was changed: "
            "leave it out.",
            zh="原因中含有疑似卡号或 PIN 的内容，此类内容一律不保存。未作任何更改：请删去后再试。",
        ),
    }
)


def take_on(
    connection: sa.Connection,
    merchant_id: MerchantId,
    staff_id: str,
    *,
    name: str,
    language: Language,
    actor_id: StaffId,
    now: datetime,
) -> Refused | None:
    """Take somebody on, without a role, a PIN or a password; None: they work here now."""
    actor = staff.person(connection, merchant_id, actor_id)
    stores = [EVERY_STORE, *(store.store_id for store in merchants.stores(connection, merchant_id))]
    if actor is None or not any(_manages(actor, store_id) for store_id in stores):
        return _no(PeopleRefusal.MAY_NOT_LEAD)
    flaw = flaw_of_name(staff_id, name)
    if flaw is not None:
        return Refused(code=flaw, text=NAME_WORDS[flaw])
    who = StaffId(staff_id)
    if not staff.add_person(connection, merchant_id, who, name=name, language=language, now=now):
        return _no(PeopleRefusal.ID_TAKEN)
    _note(connection, merchant_id, "person:taken_on", who, actor_id, now)
    return None


def give_role(
    connection: sa.Connection, merchant_id: MerchantId, wanted: Grant, *, reason: str, now: datetime
) -> Refused | None:
    """Give a role at a store, or at every one (`given_by` is who does so); None: they have it now."""
    refused = _refused_grant(connection, merchant_id, wanted, reason)
    if refused is not None:
        return refused
    store = merchants.store(connection, merchant_id, wanted.store_id) if wanted.store_id else None
    if wanted.store_id and (store is None or store.retired_at is not None):
        return _no(PeopleRefusal.NO_SUCH_STORE)
    if not staff.give(connection, merchant_id, wanted, now=now, reason=said_reason(reason)):
        return _no(PeopleRefusal.SO_ALREADY)
    _note(connection, merchant_id, "grant:given", wanted.staff_id, wanted.given_by, now, **_told(wanted))
    return None


def revoke_role(
    connection: sa.Connection, merchant_id: MerchantId, wanted: Grant, *, reason: str, now: datetime
) -> Refused | None:
    """Take a role from somebody else (`given_by` is who does so); None: they have it no more."""
    refused = _refused_grant(connection, merchant_id, wanted, reason)
    if refused is not None:
        return refused
    if wanted.staff_id == wanted.given_by:
        return _no(PeopleRefusal.ONESELF)
    if not staff.revoke(connection, merchant_id, wanted, now=now, reason=said_reason(reason)):
        return _no(PeopleRefusal.SO_ALREADY)
    _note(connection, merchant_id, "grant:revoked", wanted.staff_id, wanted.given_by, now, **_told(wanted))
    return None


def set_pin(
    connection: sa.Connection,
    merchant_id: MerchantId,
    staff_id: StaffId,
    pin: Pin,
    pin_hash: str,
    *,
    actor_id: StaffId,
    now: datetime,
) -> Refused | None:
    """Set the PIN of somebody whom the actor leads, or their own, and lift a lock; None: it is set.

    The hash is slow, so it is made before, and nobody who leads people meanwhile waits for it.
    """
    refused = _refused_leading(connection, merchant_id, staff_id, actor_id)
    if refused is not None:
        return refused
    flaw = flaw_of(pin)
    if flaw is not None:
        return Refused(code=flaw, text=PIN_WORDS[flaw])
    kept_secrets.set_pin(connection, merchant_id, staff_id, pin_hash)
    _note(connection, merchant_id, "pin:set", staff_id, actor_id, now)
    return None


def retire(
    connection: sa.Connection, merchant_id: MerchantId, staff_id: StaffId, *, actor_id: StaffId, now: datetime
) -> Refused | None:
    """Note that somebody else has left; every session of theirs ends with it. None: it is noted."""
    refused = _refused_leading(connection, merchant_id, staff_id, actor_id)
    if refused is not None:
        return refused
    if staff_id == actor_id:
        return _no(PeopleRefusal.ONESELF)
    if not staff.retire(connection, merchant_id, staff_id, now=now):
        return _no(PeopleRefusal.SO_ALREADY)
    ended = sessions.end_all(connection, merchant_id, staff_id, Ending.RETIRED, now=now)
    _note(connection, merchant_id, "person:retired", staff_id, actor_id, now, sessions_ended=ended)
    return None


def _refused_grant(connection: sa.Connection, merchant_id: MerchantId, wanted: Grant, reason: str) -> Refused | None:
    """Say why a role may not be given or taken by whoever wants to; a reason may be left out, and is never endless."""
    staff.lock_people(connection, merchant_id)
    person = staff.person(connection, merchant_id, wanted.staff_id)
    actor = None if wanted.given_by is None else staff.person(connection, merchant_id, wanted.given_by)
    if person is None or person.retired_at is not None:
        return _no(PeopleRefusal.NO_SUCH_PERSON)
    if actor is None or not _may_give(actor, wanted.role, wanted.store_id):
        return _no(PeopleRefusal.MAY_NOT_GIVE)
    if holds_secret(reason):
        return _no(PeopleRefusal.REASON_HOLDS_NUMBER)
    return _no(PeopleRefusal.REASON_TOO_LONG) if len(reason) > REASON_LENGTH_MAX else None


def _refused_leading(
    connection: sa.Connection, merchant_id: MerchantId, staff_id: StaffId, actor_id: StaffId
) -> Refused | None:
    staff.lock_people(connection, merchant_id)
    person = staff.person(connection, merchant_id, staff_id)
    actor = staff.person(connection, merchant_id, actor_id)
    if person is None or person.retired_at is not None:
        return _no(PeopleRefusal.NO_SUCH_PERSON)
    return _no(PeopleRefusal.MAY_NOT_LEAD) if actor is None or may_lead(actor, person) is not None else None


def _may_give(actor: Person, role: Role, store_id: StoreId) -> bool:
    return _manages(actor, store_id) and may_give(actor, role, store_id) is None


def _manages(actor: Person, store_id: StoreId) -> bool:
    return may(actor, Ask(verb=Verb.MANAGE_STAFF, store_id=store_id)) is None


def _no(code: PeopleRefusal) -> Refused:
    return Refused(code=code, text=PEOPLE_WORDS[code])


def _told(grant: Grant) -> dict[str, object]:
    return {"role": grant.role, "store_id": grant.store_id or None}


def _note(
    connection: sa.Connection,
    merchant_id: MerchantId,
    what: str,
    staff_id: StaffId,
    actor_id: StaffId | None,
    now: datetime,
    **body: object,
) -> None:
    journal.note(
        connection, merchant_id, f"staff:{what}", f"staff:{staff_id}", occurred_at=now, actor_id=actor_id, body=body
    )
