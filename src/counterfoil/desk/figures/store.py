"""SQL of the desk's figures. It reads, and never commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.counter.figures.store import Over
from counterfoil.db.asking import ask
from counterfoil.db.queries import queries_of
from counterfoil.desk.figures.model import By, Found, Resolved, Tally

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.ids import MerchantId

_QUERIES = queries_of(__package__)


def found(connection: sa.Connection, merchant_id: MerchantId, over: Over) -> Found:
    """Count the findings that are of some days, and how long the cases took that ended in them."""
    stores = sorted(over.store_ids)
    given = (over.begin, over.end, over.time_zone, over.currency, stores, over.with_storeless)
    rows = ask(connection, _QUERIES["found"], (merchant_id, *given))
    tallies: dict[By, list[Tally]] = {by: [] for by in By}
    for kind, what, n, standing_n, at_risk_minor in rows:
        tallies[By(kind)].append(Tally(what=what, n=n, standing_n=standing_n, at_risk_minor=at_risk_minor))
    tallies[By.HOUR].sort(key=lambda tally: int(tally.what or 0))
    ended = ask(connection, _QUERIES["resolved"], (merchant_id, over.begin, over.end, stores, over.with_storeless))
    return Found(
        tallies=tallies,
        resolved=[Resolved(exception=name, n=n, median=median, p90=p90) for name, n, median, p90 in ended],
    )
