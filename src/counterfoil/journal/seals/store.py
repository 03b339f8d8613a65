"""SQL of the seals: facts in chunks with the rows that they created, and the chain itself. Never commits.

Rows are spelt by PostgreSQL, one `ROW(…)` after the other: values that hold anything special are quoted there, so
different rows are never spelt the same. How times and dates are spelt depends on the session, so `enter` settles that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from counterfoil.db.asking import ask
from counterfoil.ids import FactId, MerchantId
from counterfoil.journal.chain import beginning
from counterfoil.journal.coverage import COVERED
from counterfoil.journal.model import Fact, Head, Seal

if TYPE_CHECKING:
    import sqlalchemy as sa

#: Two sealers of one merchant at once do the same work twice; so the second one goes home.
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('counterfoil seals ' || $1, 0))"

_SETTLED = """
SELECT
    set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
    set_config('statement_timeout', $1, true), set_config('work_mem', '64MB', true), set_config('jit', 'off', true)
"""

_EVER = datetime(1970, 1, 1, tzinfo=UTC)

_HEAD = "SELECT position, seal FROM seals WHERE merchant_id = $1 ORDER BY position DESC LIMIT 1"

_LAST_RECORDED = """
SELECT recorded_at
FROM journal
WHERE merchant_id = $1
    AND fact_id = (SELECT fact_id FROM seals WHERE merchant_id = $1 ORDER BY position DESC LIMIT 1)
"""

_UNSEALED = """
NOT EXISTS (SELECT FROM seals WHERE seals.merchant_id = journal.merchant_id AND seals.fact_id = journal.fact_id)
"""

_FACT = "fact_id, tag, subject, occurred_at, recorded_at, actor_id, terminal_id, body"

#: Ids become visible out of order, so nothing may be chosen by "later than the last one": what has no seal is chosen.
_TO_SEAL = f"""
SELECT {_FACT}
FROM journal
WHERE merchant_id = $1 AND recorded_at >= $2 AND {_UNSEALED}
ORDER BY recorded_at, fact_id
LIMIT $3
"""

_SEALED_FACTS = f"""
SELECT {_FACT}
FROM journal JOIN (
    SELECT fact_id FROM seals WHERE merchant_id = $1 AND position > $2 AND position <= $3
) AS sealed USING (fact_id)
WHERE merchant_id = $1
"""

_SEALS = """
SELECT position, fact_id, seal, fact_digest, rows_digest, encoding, sealed_at
FROM seals
WHERE merchant_id = $1 AND position > $2
ORDER BY position
LIMIT $3
"""

_SEAL_AT = "SELECT seal FROM seals WHERE merchant_id = $1 AND position = $2"

_OLDEST_UNSEALED = f"""
SELECT fact_id, tag, subject, recorded_at
FROM journal
WHERE merchant_id = $1 AND recorded_at < $2 AND recorded_at >= $4 AND {_UNSEALED}
ORDER BY recorded_at, fact_id
LIMIT $3
"""

#: Every seal has a fact of its own (unless somebody deleted it, which `verify` tells).
_UNSEALED_N = """
SELECT (SELECT count(*) FROM journal WHERE merchant_id = $1) - (SELECT count(*) FROM seals WHERE merchant_id = $1)
"""

#: Rows of the counter's own that no fact speaks of. Rows that were imported have one fact for all of them.
_UNTOLD = """
SELECT 'order:' || order_id
FROM orders
WHERE merchant_id = $1 AND entered_by = 'counter' AND NOT EXISTS (
    SELECT FROM journal
    WHERE journal.merchant_id = $1 AND journal.subject = 'order:' || orders.order_id AND journal.body ? 'payments'
)
UNION ALL
SELECT 'payment:' || payment_id
FROM payments
WHERE merchant_id = $1 AND entered_by = 'counter' AND NOT EXISTS (
    SELECT FROM journal
    WHERE journal.merchant_id = $1 AND journal.subject = 'payment:' || payments.payment_id
        AND journal.tag LIKE 'payment:%:intended'
) AND NOT EXISTS (
    SELECT FROM journal
    WHERE journal.merchant_id = $1 AND journal.subject = 'order:' || payments.order_id
        AND journal.body -> 'payments' ? payments.payment_id
)
ORDER BY 1
LIMIT $2
"""


def _row(table: str) -> str:
    columns = ", ".join(f"{table}.{column}" for column in COVERED[table])
    return f"'{table}' || ROW({columns})::text"


def _with_rows(chosen: str) -> str:
    """Return chosen facts with the rows that they created: a sale its order, lines and tenders, an intent its payment.

    A sale's first fact names its tenders in its body; no later fact of an order has that word.
    """
    return f"""
WITH chosen AS MATERIALIZED ({chosen}),
sale AS (
    SELECT fact_id, substr(subject, 7) AS order_id, body FROM chosen WHERE tag LIKE 'order:sale:%' AND body ? 'payments'
),
intent AS (
    SELECT fact_id, jsonb_object_keys(body -> 'payments') AS payment_id FROM sale
    UNION ALL
    SELECT fact_id, substr(subject, 9) FROM chosen WHERE tag LIKE 'payment:%:intended'
),
made AS (
    SELECT fact_id, {_row("orders")} AS line
    FROM sale JOIN orders ON orders.merchant_id = $1 AND orders.order_id = sale.order_id
    UNION ALL
    SELECT fact_id, {_row("order_lines")}
    FROM sale JOIN order_lines ON order_lines.merchant_id = $1 AND order_lines.order_id = sale.order_id
    UNION ALL
    SELECT fact_id, {_row("payments")}
    FROM intent JOIN payments ON payments.merchant_id = $1 AND payments.payment_id = intent.payment_id
    UNION ALL
    SELECT fact_id, {_row("refund_lines")}
    FROM intent JOIN refund_lines ON refund_lines.merchant_id = $1 AND refund_lines.payment_id = intent.payment_id
),
told AS (SELECT fact_id, string_agg(line, E'\\n' ORDER BY line COLLATE "C") AS rows FROM made GROUP BY fact_id)
SELECT
    chosen.fact_id, tag, subject, occurred_at, recorded_at, actor_id, terminal_id, chosen.body::text,
    coalesce(told.rows, '')
FROM chosen LEFT JOIN told ON told.fact_id = chosen.fact_id
ORDER BY recorded_at, chosen.fact_id
"""


_TO_SEAL_WITH_ROWS = _with_rows(_TO_SEAL)
_SEALED_WITH_ROWS = _with_rows(_SEALED_FACTS)

_WRITE = """
INSERT INTO seals (merchant_id, position, fact_id, sealed_at, encoding, seal, fact_digest, rows_digest)
SELECT
    $1, $2 + place, fact_id, $3, $4,
    substring($6 FROM 96 * place::int - 95 FOR 32),
    substring($6 FROM 96 * place::int - 63 FOR 32),
    substring($6 FROM 96 * place::int - 31 FOR 32)
FROM unnest($5::text[]) WITH ORDINALITY AS sealed (fact_id, place)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsealed:
    """A fact that has no place in the chain yet."""

    fact_id: FactId
    tag: str
    subject: str
    recorded_at: datetime


def enter(connection: sa.Connection, *, statement_seconds_max: int) -> None:
    """Settle how a transaction spells rows, and how long one of its questions may take."""
    _ask(connection, _SETTLED, (f"{statement_seconds_max}s",))


def taken(connection: sa.Connection, merchant_id: MerchantId) -> bool:
    """Take the right to seal a merchant's facts until the transaction ends; False where somebody else has it."""
    [(gained,)] = _ask(connection, _LOCK, (merchant_id,))
    return bool(gained)


def head(connection: sa.Connection, merchant_id: MerchantId) -> Head | None:
    """Return how far a chain goes; None where nothing was sealed yet."""
    for position, seal in _ask(connection, _HEAD, (merchant_id,)):
        return Head(merchant_id=merchant_id, position=position, seal=seal)
    return None


def last_recorded_at(connection: sa.Connection, merchant_id: MerchantId) -> datetime | None:
    """Return when the last sealed fact was recorded; None where there is none."""
    for (at,) in _ask(connection, _LAST_RECORDED, (merchant_id,)):
        return at  # type: ignore[no-any-return]  # what the driver returns has no type
    return None


def facts_to_seal(connection: sa.Connection, merchant_id: MerchantId, since: datetime, limit: int) -> list[Fact]:
    """Return facts without a seal that were recorded at or after a moment, in the order of their recording."""
    return [Fact(*row) for row in _ask(connection, _TO_SEAL_WITH_ROWS, (merchant_id, since, limit))]


def write(connection: sa.Connection, merchant_id: MerchantId, seals: Sequence[Seal]) -> None:
    """Write the next seals of a chain; all were made at once, and in one encoding."""
    first = seals[0]
    digests = b"".join([part for seal in seals for part in (seal.seal, seal.fact_digest, seal.rows_digest)])
    facts = [seal.fact_id for seal in seals]
    _ask(connection, _WRITE, (merchant_id, first.position - 1, first.sealed_at, first.encoding, facts, digests))


def seals_after(connection: sa.Connection, merchant_id: MerchantId, position: int, limit: int) -> list[Seal]:
    """Return the next seals after a position, as they lie there."""
    return [Seal(*row) for row in _ask(connection, _SEALS, (merchant_id, position, limit))]


def sealed_facts(connection: sa.Connection, merchant_id: MerchantId, after: int, through: int) -> Mapping[FactId, Fact]:
    """Return the facts that are sealed at these positions, by id."""
    return {row[0]: Fact(*row) for row in _ask(connection, _SEALED_WITH_ROWS, (merchant_id, after, through))}


def seal_at(connection: sa.Connection, merchant_id: MerchantId, position: int) -> bytes | None:
    """Return the seal at a position, the beginning of the chain at 0; None where there is none."""
    if position == 0:
        return beginning(merchant_id).seal
    for (seal,) in _ask(connection, _SEAL_AT, (merchant_id, position)):
        return bytes(seal)
    return None


def unsealed(
    connection: sa.Connection,
    merchant_id: MerchantId,
    *,
    recorded_before: datetime,
    limit: int,
    recorded_since: datetime = _EVER,
) -> list[Unsealed]:
    """Return facts that were recorded before a moment (and not before another) and have no seal, the oldest first."""
    return [
        Unsealed(fact_id=fact_id, tag=tag, subject=subject, recorded_at=recorded_at)
        for fact_id, tag, subject, recorded_at in _ask(
            connection, _OLDEST_UNSEALED, (merchant_id, recorded_before, limit, recorded_since)
        )
    ]


def unsealed_n(connection: sa.Connection, merchant_id: MerchantId) -> int:
    """Return how many facts have no seal yet."""
    [(n,)] = _ask(connection, _UNSEALED_N, (merchant_id,))
    return max(int(n), 0)


def untold_rows(connection: sa.Connection, merchant_id: MerchantId, limit: int) -> list[str]:
    """Return orders and payments of the counter that no fact speaks of, as subjects."""
    return [subject for (subject,) in _ask(connection, _UNTOLD, (merchant_id, limit))]


def merchant_ids(connection: sa.Connection) -> list[MerchantId]:
    """Return which merchants there are."""
    return [MerchantId(found) for (found,) in _ask(connection, "SELECT public.merchant_ids()", ())]


def _ask(connection: sa.Connection, query: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    return ask(connection, query, parameters, binary=True)
