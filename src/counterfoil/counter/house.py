"""Everything that one process needs to serve the counter, put together once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from counterfoil.counter.acquiring import Acquirers
from counterfoil.counter.authorising import Authorising
from counterfoil.counter.bills.fetching import BillFetching
from counterfoil.counter.bills.taking import BillTaking
from counterfoil.counter.bills.webhooks import Webhooks
from counterfoil.counter.charging import Charging
from counterfoil.counter.closing.day import Closing
from counterfoil.counter.knowing_the_shop import ShopKnowledge
from counterfoil.counter.parking import Parking
from counterfoil.counter.resolving import Resolver
from counterfoil.counter.selling import Selling
from counterfoil.counter.setting_passwords import SettingPasswords
from counterfoil.counter.signing_in import SigningIn
from counterfoil.counter.telling_slips import SlipTelling
from counterfoil.counter.tendering import Tendering
from counterfoil.counter.undoing import Undoing
from counterfoil.db.engine import Database
from counterfoil.journal.sealing import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The verbs of the counter over one database and its acquirers."""

    database: Database
    acquirers: Acquirers
    knowledge: ShopKnowledge
    charging: Charging
    resolver: Resolver
    undoing: Undoing
    selling: Selling
    tendering: Tendering
    authorising: Authorising
    parking: Parking
    slips: SlipTelling
    closing: Closing
    bills: BillTaking
    fetching: BillFetching
    webhooks: Webhooks
    signing_in: SigningIn
    setting_passwords: SettingPasswords
    #: By which a form of our pages is told from somebody else's.
    forms_key: bytes = field(repr=False)
    #: Since when this process serves: what should have happened by now is counted from then.
    opened_at: datetime
    #: Chains the journal; None where nobody said how the sealer's role connects.
    sealer: Sealer | None = None
    #: Where the files of audits lie that people run in the browser; None: nowhere, and none is taken.
    audits_home: Path | None = None
    #: Where the books lie as they were judged last night; None: nowhere, and none are kept.
    judged_home: Path | None = None
    #: What else was opened for this house.
    closes: tuple[Callable[[], None], ...] = ()

    async def close(self) -> None:
        """Answer what was taken, then let go of everything."""
        await self.selling.group.close()
        for close in self.closes:
            await asyncio.to_thread(close)
        self.database.close()
