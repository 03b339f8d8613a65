"""Which days of the acquirer's book are there, and of which payments it can be said that they are missing.

A day without a bill proves nothing: it is "not examined", and listed (convention 9).
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from counterfoil.detectors.ground.calendar import Calendar, span


def covered_days(records: ir.Table, calendar: Calendar) -> ir.Table:
    """Return (merchant_id, acquirer, local_date) of the days whose bill has come and is due by now."""
    billed = records.filter(records.source.isnull() | records.source.isin(["bill", "settlement"]))
    days = billed.select("merchant_id", "acquirer", local_date=calendar.local_date(billed.occurred_at)).distinct()
    return days.filter(days.local_date <= ibis.literal(calendar.ready_through))


def decidable(payments: ir.Table, days: ir.Table, calendar: Calendar) -> ir.Table:
    """Add `decidable`: the acquirer's book of that payment's day is there, and nothing can come late any more.

    `payments` has merchant_id, acquirer, occurred_at and `claimed` (by a record of any state). Within
    `match_window` of midnight the neighbouring day must be covered too; of an unclaimed payment the later of
    the two days must be past `acquirer_latest`, of a claimed one its own day.
    """
    window = calendar.policy.match_window
    # A window is inclusive: exactly `window` after midnight still has the day before as its neighbour.
    just_before = payments.occurred_at - span(window) - ibis.interval(microseconds=1)
    dated = payments.mutate(
        own_day=calendar.local_date(payments.occurred_at),
        early_day=calendar.local_date(just_before),
        late_day=calendar.local_date(payments.occurred_at + span(window)),
    )
    for name in ("own_day", "early_day", "late_day"):
        marks = days.select(
            merchant_id_of_day="merchant_id", acquirer_of_day="acquirer", day="local_date", present=ibis.literal(True)
        )
        joined = dated.left_join(
            marks, [("merchant_id", "merchant_id_of_day"), ("acquirer", "acquirer_of_day"), (name, "day")]
        )
        dated = joined.select(*dated.columns, **{f"{name}_covered": joined.present.fill_null(False)})
    last_day = dated.claimed.ifelse(dated.own_day, dated.late_day)
    settled = last_day <= ibis.literal(calendar.latest_through)
    covered = dated.own_day_covered & dated.early_day_covered & dated.late_day_covered
    return dated.select(*payments.columns, decidable=covered & settled)


def payment_days(payments: ir.Table, calendar: Calendar) -> ir.Table:
    """Return (merchant_id, acquirer, local_date, payments_n, first_at, last_at) of the payments with an acquirer."""
    owed = payments.filter(payments.acquirer.notnull())
    dated = owed.select("merchant_id", "acquirer", "occurred_at", local_date=calendar.local_date(owed.occurred_at))
    return dated.group_by(["merchant_id", "acquirer", "local_date"]).agg(
        payments_n=ibis._.count(), first_at=ibis._.occurred_at.min(), last_at=ibis._.occurred_at.max()
    )


def uncovered_days(payments: ir.Table, days: ir.Table) -> ir.Table:
    """Return (merchant_id, acquirer, local_date, payments_n) of days with payments but without a bill."""
    lacking = payments.anti_join(days, ["merchant_id", "acquirer", "local_date"])
    return lacking.select("merchant_id", "acquirer", "local_date", "payments_n")
