"""What tills tell of the slips that they owed: it came out, it was sent, it failed and why.

Each word is taken or refused by itself, and the same word again changes nothing, so a till tells it until it hears an
answer. Locks are taken by slip id, and no other row is locked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from counterfoil.books.slips import store as slips
from counterfoil.books.slips.model import Slip, Told
from counterfoil.books.slips.refusals import SlipRefusal, refused
from counterfoil.books.slips.rules import judge, why_unusable
from counterfoil.books.slips.states import advance
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, OrderId, TerminalId, is_id
from counterfoil.journal import store as journal
from counterfoil.journal.store import Noted
from counterfoil.refusals import Refused

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipTelling:
    """Takes what is told of slips; one for a process, used by many threads."""

    database: Database
    clock: Callable[[], datetime]

    def tell(
        self, merchant_id: MerchantId, told: Sequence[Told], *, terminal_id: TerminalId | None = None
    ) -> list[Slip | Refused]:
        """Take words about slips, each with an answer of its own, in their order: the slip as it stands, or why not.

        `terminal_id`: only slips of this terminal are there for whoever tells; None: those of all.
        """
        now = self.clock()
        with self.database.transaction(merchant_id) as connection:
            return tell_all(connection, merchant_id, told, now=now, terminal_id=terminal_id)

    def of_order(self, merchant_id: MerchantId, order_id: OrderId) -> list[Slip]:
        """Return the slips of an order, the oldest first."""
        with self.database.transaction(merchant_id) as connection:
            return slips.of_order(connection, merchant_id, order_id)


def tell_all(
    connection: sa.Connection,
    merchant_id: MerchantId,
    told: Sequence[Told],
    *,
    now: datetime,
    terminal_id: TerminalId | None = None,
    case_id: str | None = None,
) -> list[Slip | Refused]:
    """Take words about slips within a transaction that somebody else ends.

    `terminal_id`: as in `SlipTelling.tell`; `case_id`: it is told at the desk, for this case, and of no till's printer.
    """
    names = {word.slip_id for word in told if is_id(word.slip_id)}
    there = slips.locked(connection, merchant_id, names)
    if terminal_id is not None:
        there = {name: slip for name, slip in there.items() if slip.terminal_id == terminal_id}
    return [_taken(connection, merchant_id, there, word, now=now, case_id=case_id) for word in told]


def _taken(
    connection: sa.Connection,
    merchant_id: MerchantId,
    there: dict[str, Slip],
    word: Told,
    *,
    now: datetime,
    case_id: str | None,
) -> Slip | Refused:
    no = why_unusable(word, now=now)
    if no is not None:
        return no
    slip = there.get(word.slip_id)
    if slip is None:
        return refused(SlipRefusal.NO_SUCH_SLIP, slip_id=word.slip_id[:64])
    event = judge(slip, word)
    if isinstance(event, Refused):
        return event
    if event is None:
        return slip
    moved = replace(slip, state=advance(slip.state, event), fault=word.fault)
    slips.move(connection, slip, merchant_id, moved.state, fault=moved.fault)
    fact = Noted(
        tag=f"slip:{slip.kind}:{event}",
        subject=f"slip:{slip.slip_id}",
        occurred_at=word.told_at,
        body={"fault": word.fault} if case_id is None else {"fault": word.fault, "case_id": case_id},
        actor_id=word.operator_id,
        terminal_id=slip.terminal_id if case_id is None else None,
    )
    journal.note_all(connection, merchant_id, [fact])
    # A word about the same slip further down the list finds what this one has left.
    there[slip.slip_id] = moved
    return moved
