"""The neighbourhood of what moved: every row that the rules have to see to judge it, and no more.

A finding depends on rows that name each other, that may belong to each other by number, amount and time, or that look
alike. The neighbourhood is closed under all of these ways, in both directions, so whatever lies in it is judged as it
would be among all rows. A doubt lets a row in. What a row says is not decided here: that is the rules'.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from counterfoil.books.format import TABLES
from counterfoil.db.queries import queries_of
from counterfoil.desk.copies.store import STANDS
from counterfoil.desk.ties.store import column_of, standing_now
from counterfoil.desk.watch.session import WatchSession
from counterfoil.detectors.ground.fold import NO_EVENTS
from counterfoil.detectors.ground.lookalikes import SOLD_AGAIN_WITHIN
from counterfoil.errors import Bug

if TYPE_CHECKING:
    from counterfoil.detectors.ground import Calendar

#: Longer ways than from any row to any other that people could have laid.
ROUNDS_MAX = 1_000

#: What a finding can be about, and with it the kinds of rows that are looked at.
KINDS = ("order", "payment", "acquirer_record", "slip", "notice", "parcel", "return")

_ID = 'text COLLATE "C"'
_MATCHED = (
    "kind text, side text, acquirer text, currency text, amount_minor bigint, occurred_at timestamptz, rrn text, "
    f"approval_code text, terminal_id {_ID}, stan text, instrument_key {_ID}, near_from timestamptz, "
    "near_until timestamptz, code_from timestamptz, code_until timestamptz, is_free boolean"
)

#: The temporary tables beside those of the script. `round` is that in which a row came in; -1: it is only read.
SHAPES: Mapping[str, str] = {
    "near": f"kind text, id {_ID}, round integer, PRIMARY KEY (kind, id)",
    "members": f"subject {_ID}",
    "front_orders": (
        f"order_id {_ID}, request_id {_ID}, customer_key {_ID}, placed_at timestamptz, total_minor bigint, "
        f"currency text, terminal_id {_ID}, operator_id {_ID}, twin_from timestamptz, twin_until timestamptz, "
        "void_from timestamptz"
    ),
    "front_payments": (
        f"payment_id {_ID}, order_id {_ID}, return_id {_ID}, original_payment_id {_ID}, request_id {_ID}, {_MATCHED}, "
        "again_until timestamptz"
    ),
    "front_records": (
        f"record_id {_ID}, our_reference {_ID}, original_reference {_ID}, acquirer_reference text, {_MATCHED}, "
        "card_from timestamptz, card_until timestamptz"
    ),
    "spans": "acquirer text, first_at timestamptz, last_at timestamptz",
    "open_days": "local_date date, moment timestamp",
}

#: Table of the books -> the kind of row by which it is found, and the column that names that.
_FOUND_BY = {
    "orders": ("order", "order_id"),
    "order_lines": ("order", "order_id"),
    "payments": ("payment", "payment_id"),
    "acquirer_records": ("acquirer_record", "record_id"),
    "slips": ("slip", "slip_id"),
    "notices": ("notice", "notice_id"),
    "parcels": ("parcel", "parcel_id"),
    "tracking_events": ("parcel", "parcel_id"),
    "returns": ("return", "return_id"),
    "return_lines": ("return", "return_id"),
}

_EVENT_KINDS = ", ".join(f"'{kind}'" for kind in ("sale", "void", "reversal", "refund"))


class Neighbourhoods:
    """The queries of the watch, with the windows of one policy written into them."""

    def __init__(self, calendar: Calendar) -> None:
        self._queries = {name: query.format(**_words(calendar)) for name, query in queries_of(__package__).items()}

    def __getitem__(self, name: str) -> str:
        return self._queries[name]

    def close(self, session: WatchSession) -> None:
        """Let in whatever the rows of round 0 lead to, until nothing more comes in."""
        for number in range(ROUNDS_MAX):
            for kind in ("orders", "payments", "records"):
                session.execute(f"DELETE FROM front_{kind}")
                session.execute(self["front_" + kind], number)
            came_n = session.execute(self["named"], number) + session.execute(self["matching"], number)
            if came_n == 0:
                return
        raise Bug(f"a neighbourhood was not closed in {ROUNDS_MAX} rounds")

    def lay_out(self, session: WatchSession) -> None:
        """Copy the rows of the neighbourhood, and what is only read, into the books of the script."""
        session.execute(self["members"])
        session.execute(self["lookups"])
        for name, (kind, column) in _FOUND_BY.items():
            # What people said in cases counts before what a row says, and the row stays as it came in.
            book = ", ".join(column_of(name, each.name) for each in TABLES[name])
            session.execute(
                f"INSERT INTO {name} SELECT {book}, NULL, NULL "
                f"FROM near JOIN public.{name} AS t ON t.{column} = near.id "
                f"WHERE near.kind = '{kind}'{STANDS.get(name, '')}"
            )
        session.execute(self["network"])
        session.execute(self["covers"])


def _words(calendar: Calendar) -> dict[str, str]:
    """Return what the queries leave open: windows, sides, and when a row is free to be claimed."""
    policy = calendar.policy
    windows = {
        name: interval(getattr(policy, name))
        for name in (
            *("match_window", "duplicate_window", "unknown_settle", "slip_within", "ship_within", "late_after"),
            *("restock_within", "tracking_within", "stalled_after", "confirm_after", "sync_within", "failed_retry"),
        )
    }
    occurred = "p.occurred_at"
    near = policy.match_window
    return {
        **windows,
        # Number and time of one event may come from two of its rows, each within the window of a third.
        "code_window": interval(3 * policy.ref_match_window),
        "card_window": interval(policy.duplicate_window + 2 * policy.ref_match_window),
        "sold_again_within": interval(SOLD_AGAIN_WITHIN),
        "merchant": "nullif(current_setting('counterfoil.merchant_id', true), '')",
        "kinds": "ARRAY[" + ", ".join(f"'{kind}'" for kind in KINDS) + "]",
        "side_of_p": _side("p.kind"),
        "side_of_r": _side("r.kind"),
        "same_r": f"r.acquirer = f.acquirer AND r.currency = f.currency AND {_side('r.kind')} = f.side",
        "same_p": f"p.acquirer = f.acquirer AND p.currency = f.currency AND {_side('p.kind')} = f.side",
        "tie_stands": standing_now("tie"),
        "p_is_free": _payment_is_free(),
        "r_is_free": _record_is_free(policy.ref_match_window),
        "local_date": local_date_sql(calendar, "(r.occurred_at AT TIME ZONE 'UTC')"),
        "own_day": local_date_sql(calendar, occurred),
        "early_day": local_date_sql(calendar, f"({occurred} - {interval(near)} - INTERVAL '1 microsecond')"),
        "late_day": local_date_sql(calendar, f"({occurred} + {interval(near)})"),
        "unbilled": (
            "NOT EXISTS (SELECT FROM acquirer_records AS r "
            "WHERE r.our_reference = p.payment_id AND r.state = 'succeeded')"
        ),
    }


def interval(window: timedelta) -> str:
    """Write a window for PostgreSQL, in whole seconds."""
    return f"INTERVAL '{int(window.total_seconds())} seconds'"


def local_date_sql(calendar: Calendar, at: str) -> str:
    """Write the shop's day of a naive UTC instant, with the offsets that the rules use too."""
    first, *rest = calendar.offsets
    branches = " ".join(
        f"WHEN {at} >= TIMESTAMP '{start.replace(tzinfo=None)}' THEN {at} + INTERVAL '{shift} seconds'"
        for start, shift in reversed(rest)
    )
    shifted = f"{at} + INTERVAL '{first[1]} seconds'"
    return f"CAST(CASE {branches} ELSE {shifted} END AS date)" if branches else f"CAST({shifted} AS date)"


def _side(kind: str) -> str:
    return f"CASE {kind} WHEN 'sale' THEN 'sale' WHEN 'refund' THEN 'refund' ELSE 'undo' END"


def _payment_is_free() -> str:
    """A payment that a record names by its id claims one of those, before anything else is tried."""
    return (
        "(p.acquirer IS NOT NULL AND NOT EXISTS (SELECT FROM public.acquirer_records AS own "
        "WHERE own.our_reference = p.payment_id AND own.acquirer = p.acquirer AND own.currency = p.currency "
        f"AND own.kind IN ({_EVENT_KINDS}) AND {_side('own.kind')} = {_side('p.kind')} "
        "AND NOT EXISTS (SELECT FROM public.acquirer_records AS later WHERE later.supersedes = own.record_id)))"
    )


def _record_is_free(window: timedelta) -> str:
    """A record is not free where it names a payment, and whatever else names that is surely the same event."""
    no_events = ", ".join(f"'{kind}'" for kind in NO_EVENTS)
    return (
        f"(r.kind NOT IN ({no_events}) AND NOT ("
        "EXISTS (SELECT FROM public.payments AS named WHERE named.payment_id = r.our_reference "
        "AND named.acquirer = r.acquirer AND named.currency = r.currency "
        f"AND {_side('named.kind')} = {_side('r.kind')}) "
        "AND coalesce((SELECT count(*) = count(DISTINCT coalesce(like_it.source, 'bill')) "
        "AND count(DISTINCT (like_it.kind, like_it.amount_minor, like_it.currency)) = 1 "
        "AND count(DISTINCT like_it.acquirer_reference) <= 1 "
        f"AND max(like_it.occurred_at) - min(like_it.occurred_at) <= {interval(window)} "
        "FROM public.acquirer_records AS like_it WHERE like_it.our_reference = r.our_reference "
        f"AND like_it.acquirer = r.acquirer AND like_it.kind NOT IN ({no_events})), false)))"
    )


def moments_of(day: date, calendar: Calendar) -> list[datetime]:
    """Return when a day's bill must be there, and when nothing can come late any more."""
    policy = calendar.policy
    found = []
    for deadline in (policy.acquirer_ready, policy.acquirer_latest):
        at = datetime.combine(day + timedelta(days=deadline.days), deadline.at, policy.zone)
        # A local time that the clock passes twice, or not at all, is made sure of.
        while deadline.reached_through(at, policy.zone) < day:
            at += timedelta(minutes=15)
        found.append(at)
    return found
