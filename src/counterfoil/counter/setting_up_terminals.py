"""Sets terminals up and takes them out of use; each leaves a fact. A token is handed out once, when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.ids import MerchantId, StaffId, StoreId, TerminalId
from counterfoil.journal import store as journal
from counterfoil.languages import Text
from counterfoil.refusals import Refused
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.merchants.model import Terminal
from counterfoil.shop.merchants.rules import WORDS as NAME_WORDS
from counterfoil.shop.merchants.rules import flaw_of_name
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Ask, Verb
from counterfoil.shop.staff.rules import may
from counterfoil.shop.tokens.model import OF_TERMINALS, Presented
from counterfoil.shop.tokens.store import add_token

if TYPE_CHECKING:
    import sqlalchemy as sa


class TerminalRefusal(StrEnum):
    """Why nothing was changed, in the order in which it is looked at."""

    NO_SUCH_TERMINAL = "no_such_terminal"
    NO_SUCH_STORE = "no_such_store"
    MAY_NOT = "may_not_manage_terminals"
    ID_TAKEN = "terminal_id_taken"

    def is_transient(self) -> bool:
        """Whether asking again later, unchanged, could be answered otherwise: never; somebody must change something."""
        return False


TERMINAL_WORDS: Mapping[TerminalRefusal, Text] = MappingProxyType(
    {
        TerminalRefusal.NO_SUCH_TERMINAL: Text(
            en="No terminal of this id is in use. Nothing was changed: look at the list.",
            zh="没有此编号的在用收银机。未作任何更改：请查看列表。",
        ),
        TerminalRefusal.NO_SUCH_STORE: Text(
            en="There is no open store of this id. Nothing was changed: choose one of the list.",
            zh="没有此编号的营业门店。未作任何更改：请从列表中选择。",
        ),
        TerminalRefusal.MAY_NOT: Text(
            en="None of your roles at this store allows it. Nothing was changed: ask its manager.",
            zh="您在此门店的角色没有这项权限。未作任何更改：请找该店店长。",
        ),
        TerminalRefusal.ID_TAKEN: Text(
            en="A terminal has this id already, or had it once. Nothing was changed: choose another id.",
            zh="此编号已被使用（含已停用的收银机）。未作任何更改：请换一个编号。",
        ),
    }
)


def set_up(
    connection: sa.Connection, merchant_id: MerchantId, wanted: Terminal, *, actor_id: StaffId, now: datetime
) -> Presented | Refused:
    """Set a terminal up and return its token, with the secret that nobody can ask for again."""
    store = merchants.store(connection, merchant_id, wanted.store_id)
    if store is None or store.retired_at is not None:
        return _no(TerminalRefusal.NO_SUCH_STORE)
    if not _may(connection, merchant_id, actor_id, wanted.store_id):
        return _no(TerminalRefusal.MAY_NOT)
    flaw = flaw_of_name(wanted.terminal_id, wanted.name)
    if flaw is not None:
        return Refused(code=flaw, text=NAME_WORDS[flaw])
    if not merchants.add_terminal(connection, merchant_id, wanted, now=now):
        return _no(TerminalRefusal.ID_TAKEN)
    token = add_token(
        connection, merchant_id, scopes=OF_TERMINALS, now=now, name=wanted.name, terminal_id=wanted.terminal_id
    )
    _note(connection, merchant_id, "added", wanted.terminal_id, actor_id, now, store_id=wanted.store_id)
    return token


def take_out_of_use(
    connection: sa.Connection, merchant_id: MerchantId, terminal_id: TerminalId, *, actor_id: StaffId, now: datetime
) -> Refused | None:
    """Take a terminal out of use; its token lets nobody in any more. None: it is out of use."""
    terminal = merchants.terminal(connection, merchant_id, terminal_id)
    if terminal is None or terminal.retired_at is not None:
        return _no(TerminalRefusal.NO_SUCH_TERMINAL)
    if not _may(connection, merchant_id, actor_id, terminal.store_id):
        return _no(TerminalRefusal.MAY_NOT)
    if not merchants.retire_terminal(connection, merchant_id, terminal_id, now=now):
        return _no(TerminalRefusal.NO_SUCH_TERMINAL)
    _note(connection, merchant_id, "retired", terminal_id, actor_id, now)
    return None


def _may(connection: sa.Connection, merchant_id: MerchantId, actor_id: StaffId, store_id: StoreId) -> bool:
    actor = staff.person(connection, merchant_id, actor_id)
    return actor is not None and may(actor, Ask(verb=Verb.MANAGE_TERMINALS, store_id=store_id)) is None


def _no(code: TerminalRefusal) -> Refused:
    return Refused(code=code, text=TERMINAL_WORDS[code])


def _note(
    connection: sa.Connection,
    merchant_id: MerchantId,
    what: str,
    terminal_id: TerminalId,
    actor_id: StaffId,
    now: datetime,
    **body: object,
) -> None:
    journal.note(
        connection,
        merchant_id,
        f"terminal:device:{what}",
        f"terminal:{terminal_id}",
        occurred_at=now,
        actor_id=actor_id,
        body=body,
    )
