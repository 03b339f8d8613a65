"""The story of every finding: all rows of the five books that belong to the sale, ready for one timeline.

Works on the shelf (DuckDB), whichever engine ran the rules; the claims of the payments in question come from that
engine. Never shows more than keyed hashes and card tails: what a shop's own books hold beyond that is masked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from counterfoil.audit.intake.quarantine import MASK
from counterfoil.audit.intake.shelf import Shelf
from counterfoil.books.format import TABLES, Kind, Table
from counterfoil.detectors.run import Verdict

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

#: Telemetry this long around a finding belongs to its story.
TELEMETRY_AROUND_S = 900

_LINKS = {
    "order_id": ("order_id", "other_order_id"),
    "payment_id": ("payment_id", "other_payment_id"),
    "record_id": ("record_id", "other_record_id"),
    "return_id": ("return_id",),
    "slip_id": ("slip_id",),
    "notice_id": ("notice_id",),
    "parcel_id": ("parcel_id",),
}

#: What people write by hand, where a telephone number or a mail address may stand.
_PROSE = frozenset({"name", "fault", "reason", "place", "detail"})
_NUMBER_OR_ADDRESS = r"[+]?[0-9]{7,}|[0-9]{3,}([ -][0-9]{3,}){2,}|[^\s@]+@[^\s@]+"
#: A key like this was never hashed: a card number, a telephone number, a mail address.
_NO_HASH = r"[+]?[0-9 -]{7,}|.*@.*"
_TAIL_LENGTH = 4

#: Times that are promises or plans are no moments of a story.
_NO_MOMENTS = frozenset({"promised_at"})


def tell_stories(shelf: Shelf, verdict: Verdict, core: pa.Table) -> pa.Table:
    """Return one row per moment of each row of a book that belongs to a finding.

    Columns: finding_id, table, id, occurred_at?, moment?, row (JSON of what is known), file, line; in the order of
    finding, time, table, id, moment. `core` are the core findings with their `finding_id`.
    """
    desk = shelf.connection.cursor()
    desk.register("story_core", core)
    desk.register("story_claims", _claims(verdict))
    _gather(desk, shelf)
    parts = [_moments(shelf, name, where) for name, where in _WHERE.items() if name in shelf.tables]
    sql = " UNION ALL ".join(parts) or _NOTHING
    return desk.execute(f'SELECT * FROM ({sql}) ORDER BY finding_id, occurred_at, "table", id, moment').to_arrow_table()


_NOTHING = (
    "SELECT NULL::VARCHAR AS finding_id, '' AS \"table\", '' AS id, NULL::TIMESTAMP AS occurred_at, "
    "NULL::VARCHAR AS moment, '{}' AS \"row\", NULL::VARCHAR AS file, NULL::BIGINT AS line WHERE false"
)


def _claims(verdict: Verdict) -> pa.Table:
    """Fetch which records belong to the payments of the findings' orders."""
    ground, findings = verdict.ground, verdict.findings
    orders = ibis.union(
        findings.select("merchant_id", "order_id"), findings.select("merchant_id", order_id="other_order_id")
    )
    named = ibis.union(
        findings.select("merchant_id", "payment_id"), findings.select("merchant_id", payment_id="other_payment_id")
    )
    back = ground.backs.select("merchant_id", "payment_id", order_id="home_order_id")
    payments = ground.books["payments"].select("merchant_id", "payment_id", "order_id")
    of_orders = ibis.union(payments, back).semi_join(orders, ["merchant_id", "order_id"])
    related = ibis.union(of_orders.select("merchant_id", "payment_id"), named, distinct=True)
    claims = ground.claims.semi_join(related, ["merchant_id", "payment_id"])
    return ground.bench.fetch(claims.select("merchant_id", "payment_id", "record_id"))


def _gather(desk: duckdb.DuckDBPyConnection, shelf: Shelf) -> None:
    """Collect, for every finding, the ids of the rows that belong to it; wider with each step."""
    for key, columns in _LINKS.items():
        parts = [
            f"SELECT finding_id, merchant_id, {column} AS {key} FROM story_core WHERE {column} IS NOT NULL"
            for column in columns
        ]
        desk.execute(f"CREATE OR REPLACE TEMP TABLE story_{key} AS {' UNION '.join(parts)}")
    if "payments" in shelf.tables:
        payments = shelf.tables["payments"]
        _widen(
            desk,
            "payment_id",
            f"SELECT s.finding_id, s.merchant_id, p.payment_id FROM story_order_id s "
            f"JOIN {payments} p USING (merchant_id, order_id)",
        )
        _widen(
            desk,
            "payment_id",
            f"SELECT s.finding_id, s.merchant_id, p.payment_id FROM story_payment_id s "
            f"JOIN {payments} p ON p.merchant_id = s.merchant_id AND p.original_payment_id = s.payment_id",
        )
        _widen(
            desk,
            "payment_id",
            f"SELECT s.finding_id, s.merchant_id, p.original_payment_id AS payment_id "
            f"FROM story_payment_id s JOIN {payments} p USING (merchant_id, payment_id) "
            "WHERE p.original_payment_id IS NOT NULL",
        )
        _widen(
            desk,
            "return_id",
            f"SELECT s.finding_id, s.merchant_id, p.return_id FROM story_payment_id s "
            f"JOIN {payments} p USING (merchant_id, payment_id) WHERE p.return_id IS NOT NULL",
        )
    _widen(
        desk,
        "record_id",
        "SELECT s.finding_id, s.merchant_id, c.record_id FROM story_payment_id s "
        "JOIN story_claims c USING (merchant_id, payment_id)",
    )
    if "returns" in shelf.tables:
        _widen(
            desk,
            "return_id",
            "SELECT s.finding_id, s.merchant_id, r.return_id FROM story_order_id s "
            f"JOIN {shelf.tables['returns']} r USING (merchant_id, order_id)",
        )
    if "parcels" in shelf.tables:
        _widen(
            desk,
            "parcel_id",
            "SELECT s.finding_id, s.merchant_id, p.parcel_id FROM story_order_id s "
            f"JOIN {shelf.tables['parcels']} p USING (merchant_id, order_id)",
        )
    for table, key in (("slips", "slip_id"), ("notices", "notice_id")):
        for link in ("order_id", "payment_id", "return_id"):
            if table in shelf.tables and link in TABLES[table].names:
                _widen(
                    desk,
                    key,
                    f"SELECT s.finding_id, s.merchant_id, t.{key} FROM story_{link} s "
                    f"JOIN {shelf.tables[table]} t USING (merchant_id, {link})",
                )


def _widen(desk: duckdb.DuckDBPyConnection, key: str, found: str) -> None:
    desk.execute(
        f"INSERT INTO story_{key} SELECT DISTINCT finding_id, merchant_id, {key} FROM ({found}) AS f "
        f"ANTI JOIN story_{key} AS known USING (finding_id, merchant_id, {key})"
    )


#: How the rows of a table are found; `t` is the book, `s` what was gathered.
_WHERE = {
    "orders": "story_order_id s USING (merchant_id, order_id)",
    "order_lines": "story_order_id s USING (merchant_id, order_id)",
    "payments": "story_payment_id s USING (merchant_id, payment_id)",
    "acquirer_records": "story_record_id s USING (merchant_id, record_id)",
    "slips": "story_slip_id s USING (merchant_id, slip_id)",
    "notices": "story_notice_id s USING (merchant_id, notice_id)",
    "parcels": "story_parcel_id s USING (merchant_id, parcel_id)",
    "tracking_events": "story_parcel_id s USING (merchant_id, parcel_id)",
    "returns": "story_return_id s USING (merchant_id, return_id)",
    "return_lines": "story_return_id s USING (merchant_id, return_id)",
    "terminal_events": "story_core s ON t.merchant_id = s.merchant_id AND t.terminal_id = s.terminal_id "
    f"AND t.kind <> 'heartbeat' AND t.occurred_at BETWEEN s.occurred_at - to_seconds({TELEMETRY_AROUND_S}) "
    f"AND s.occurred_at + to_seconds({TELEMETRY_AROUND_S})",
}


def _moments(shelf: Shelf, name: str, where: str) -> str:
    """Write the SELECT that turns the rows of one table into moments."""
    table = TABLES[name]
    moments = [c.name for c in table if c.kind is Kind.TIME and c.name not in _NO_MOMENTS]
    entries = ", ".join(f"{{k: '{column}', v: to_json({value})}}" for column, value in _shown(table))
    row = f"to_json(map_from_entries(list_filter([{entries}], lambda e: e.v <> 'null'::JSON)))::VARCHAR"
    identity = " || '/' || ".join(f"t.{column}::VARCHAR" for column in table.key[1:])
    rows = (
        f'SELECT s.finding_id, \'{name}\' AS "table", {identity} AS id, {row} AS "row", t.source_file AS file, '
        f"t.source_line AS line{''.join(f', t.{column}' for column in moments)} "
        f"FROM {shelf.tables[name]} t JOIN {where}"
    )
    if not moments:
        return (
            f'SELECT finding_id, "table", id, NULL::TIMESTAMP AS occurred_at, NULL::VARCHAR AS moment, "row", file, '
            f"line FROM ({rows})"
        )
    listed = ", ".join(f"{{moment: '{column}', happened: {column}}}" for column in moments)
    return (
        f'SELECT finding_id, "table", id, m.happened AS occurred_at, m.moment, "row", file, line FROM '
        f'(SELECT finding_id, "table", id, "row", file, line, '
        f"unnest(list_filter([{listed}], lambda x: x.happened IS NOT NULL)) AS m FROM ({rows}))"
    )


def _shown(table: Table) -> list[tuple[str, str]]:
    """Return the columns of a row as (name, SQL): times as ISO 8601, quantities as text so that no digit is lost.

    Nobody can be found by what is shown: a key that is no hash, and numbers and addresses in prose, are masked.
    """
    shown = []
    for column in table:
        value = f't."{column.name}"'
        if column.kind is Kind.TIME:
            value = f"strftime({value}, '%Y-%m-%dT%H:%M:%SZ')"
        elif column.kind is Kind.DECIMAL:
            value = f"{value}::VARCHAR"
        elif column.name == "instrument_tail":
            value = f"right({value}, {_TAIL_LENGTH})"
        elif column.kind is Kind.KEY:
            value = f"CASE WHEN regexp_full_match({value}, '{_NO_HASH}') THEN '{MASK}' ELSE {value} END"
        elif column.name in _PROSE:
            value = f"regexp_replace({value}, '{_NUMBER_OR_ADDRESS}', '{MASK}', 'g')"
        shown.append((column.name, value))
    return shown
