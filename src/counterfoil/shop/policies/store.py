"""The shop's policy in the database. Takes the transaction of a merchant, never commits; a version is never changed."""

from __future__ import annotations

from datetime import datetime

import psycopg
import sqlalchemy as sa

from counterfoil.errors import BadOption, first_line
from counterfoil.ids import MerchantId, StaffId
from counterfoil.shop.merchants.tables import MERCHANTS
from counterfoil.shop.policies.model import PolicyVersion, ShopPolicy
from counterfoil.shop.policies.rules import read_kept_policy, read_shop_policy
from counterfoil.shop.policies.tables import POLICIES

#: The largest pattern that is taken needs less; meanwhile nobody else decides.
TRIAL_SECONDS_MAX = 5
_LIMITED = sa.text("SELECT set_config('statement_timeout', :limit, true)")
#: As the books' own columns are compared.
_PATTERN_TRIED = sa.text("SELECT '' COLLATE \"C\" ~ :pattern")


def decide(
    connection: sa.Connection,
    merchant_id: MerchantId,
    text: str,
    *,
    reason: str,
    decided_by: StaffId | None,
    now: datetime,
    valid_from: datetime | None = None,
) -> int:
    """Decide a new version that holds from now or later on, and return its number; BadOption where it cannot be read.

    Two decisions at once come one after the other: both lock the merchant's row.
    """
    refuse_unrunnable(connection, read_shop_policy(text, time_zone=hold(connection, merchant_id)))
    version = newest_version(connection, merchant_id) + 1
    row = {
        "merchant_id": merchant_id,
        "version": version,
        "valid_from": valid_from or now,
        "text": text,
        "decided_by": decided_by,
        "decided_at": now,
        "reason": reason,
    }
    connection.execute(sa.insert(POLICIES).values(row))
    return version


def refuse_unrunnable(connection: sa.Connection, policy: ShopPolicy) -> None:
    """Raise BadOption where PostgreSQL cannot run the policy's pattern, or thinks about it for too long.

    The watch runs it with every look, and stands still where it fails; what nobody thought of is found here.
    """
    pattern = policy.audit.goods_sku_pattern
    if pattern is None:
        return
    # Whatever comes of it is undone, and with it the limit of its time.
    trial = connection.begin_nested()
    try:
        connection.execute(_LIMITED, {"limit": f"{TRIAL_SECONDS_MAX}s"})
        connection.execute(_PATTERN_TRIED, {"pattern": pattern})
    except sa.exc.DBAPIError as error:
        if not isinstance(error.orig, psycopg.errors.InvalidRegularExpression | psycopg.errors.QueryCanceled):
            raise
        raise BadOption(
            f"policy: goods_sku_pattern cannot be run by PostgreSQL: {first_line(error.orig)}; write a simpler one"
        ) from error
    finally:
        trial.rollback()


def hold(connection: sa.Connection, merchant_id: MerchantId) -> str:
    """Keep others from deciding until the transaction ends, and return the merchant's time zone."""
    held = sa.select(MERCHANTS.c.time_zone).where(MERCHANTS.c.merchant_id == merchant_id).with_for_update()
    return str(connection.execute(held).scalar_one())


def newest_version(connection: sa.Connection, merchant_id: MerchantId) -> int:
    """Return the number of the version that was decided last, whether it holds yet or not; 0: none."""
    last = sa.select(sa.func.coalesce(sa.func.max(POLICIES.c.version), 0)).where(POLICIES.c.merchant_id == merchant_id)
    return int(connection.execute(last).scalar_one())


def version_at(connection: sa.Connection, merchant_id: MerchantId, at: datetime) -> PolicyVersion | None:
    """Return the version that holds at a moment; None: nobody has decided anything for it."""
    chosen = (
        sa.select(POLICIES)
        .where(POLICIES.c.merchant_id == merchant_id, POLICIES.c.valid_from <= at)
        .order_by(POLICIES.c.valid_from.desc(), POLICIES.c.version.desc())
        .limit(1)
    )
    row = connection.execute(chosen).one_or_none()
    return _version(row) if row is not None else None


def policy_at(connection: sa.Connection, merchant_id: MerchantId, at: datetime) -> ShopPolicy:
    """Return the policy that holds at a moment: the defaults, where nobody has decided anything."""
    zone = connection.execute(sa.select(MERCHANTS.c.time_zone).where(MERCHANTS.c.merchant_id == merchant_id))
    version = version_at(connection, merchant_id, at)
    return read_kept_policy(version.text if version is not None else "", time_zone=zone.scalar_one())


def versions(connection: sa.Connection, merchant_id: MerchantId) -> tuple[PolicyVersion, ...]:
    """Return every version, from the first on."""
    chosen = sa.select(POLICIES).where(POLICIES.c.merchant_id == merchant_id).order_by(POLICIES.c.version)
    return tuple(_version(row) for row in connection.execute(chosen))


def _version(row: sa.Row[*tuple[object, ...]]) -> PolicyVersion:
    return PolicyVersion(
        version=row.version,
        valid_from=row.valid_from,
        text=row.text,
        decided_by=StaffId(row.decided_by) if row.decided_by is not None else None,
        decided_at=row.decided_at,
        reason=row.reason,
    )
