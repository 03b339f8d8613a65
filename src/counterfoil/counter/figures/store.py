"""SQL of the counter's figures: what was taken day by day, and who sold and voided how often. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from counterfoil.db.asking import ask
from counterfoil.db.queries import queries_of
from counterfoil.ids import StaffId, StoreId

if TYPE_CHECKING:
    import sqlalchemy as sa

    from counterfoil.ids import MerchantId

_QUERIES = queries_of(__package__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """Over which days and stores is added up: from `begin` on and before `end`."""

    begin: datetime
    end: datetime
    #: By which local days and hours are told.
    time_zone: str
    #: Money in another currency is not added up.
    currency: str
    store_ids: frozenset[StoreId]
    #: Whether what belongs to no store counts as well; then no store is left out.
    with_storeless: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTotal:
    """What one tender came to on one local day, in minor units: taken, and given back."""

    day: date
    tender: str
    sales_n: int
    taken_minor: int
    back_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorCount:
    """What one operator did at one store."""

    store_id: StoreId
    operator_id: StaffId
    #: Orders that they brought to an end.
    sales_n: int
    #: Sales of the store that they voided.
    voids_n: int


def day_totals(connection: sa.Connection, merchant_id: MerchantId, over: Over) -> Sequence[DayTotal]:
    """Add up the approved payments of some days, by local day and tender; practice sales are left out."""
    given = (over.begin, over.end, over.time_zone, over.currency, sorted(over.store_ids), over.with_storeless)
    rows = ask(connection, _QUERIES["day_totals"], (merchant_id, *given))
    return [
        DayTotal(day=day, tender=tender, sales_n=sales_n, taken_minor=taken, back_minor=back)
        for day, tender, sales_n, taken, back in rows
    ]


def operator_counts(connection: sa.Connection, merchant_id: MerchantId, over: Over) -> Sequence[OperatorCount]:
    """Count what each operator sold and voided, store by store, as the rule of outliers counts it."""
    rows = ask(connection, _QUERIES["operator_counts"], (merchant_id, over.begin, over.end, sorted(over.store_ids)))
    return [
        OperatorCount(store_id=StoreId(store_id), operator_id=StaffId(operator_id), sales_n=sales_n, voids_n=voids_n)
        for store_id, operator_id, sales_n, voids_n in rows
    ]
