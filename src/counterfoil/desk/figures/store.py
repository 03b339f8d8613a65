"""SQL of the desk's figures. It reads, and never commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from counterfoil.db.queries import queries_of
from counterfoil.desk.figures.model import By, Found, Resolved, Span, Tally

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.ids import MerchantId

_QUERIES = queries_of(__package__)


def found(connection: sa.Connection, merchant_id: MerchantId, span: Span) -> Found:
    """Count the findings that are of some days, and how long the cases took that ended in them."""
    stores = sorted(span.store_ids)
    rows = _ask(
        connection,
        "found",
        merchant_id,
        span.begin,
        span.end,
        span.time_zone,
        span.currency,
        stores,
        span.with_storeless,
    )
    tallies: dict[By, list[Tally]] = {by: [] for by in By}
    for kind, what, n, standing_n, at_risk_minor in rows:
        tallies[By(kind)].append(Tally(what=what, n=n, standing_n=standing_n, at_risk_minor=at_risk_minor))
    tallies[By.HOUR].sort(key=lambda tally: int(tally.what or 0))
    ended = _ask(connection, "resolved", merchant_id, span.begin, span.end, stores, span.with_storeless)
    return Found(
        tallies=tallies,
        resolved=[Resolved(exception=name, n=n, median=median, p90=p90) for name, n, median, p90 in ended],
    )


def _ask(connection: sa.Connection, query: str, *given: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 — what SQL takes
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    with psycopg.RawCursor(driver) as cursor:
        return cursor.execute(_QUERIES[query].encode(), given).fetchall()
