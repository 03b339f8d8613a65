"""Our payments against the acquirers' bills, day by day: the picture that finance looks at first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from counterfoil.audit.report.model import BillDay
from counterfoil.detectors.ground import Ground

_DAY = ("acquirer", "currency", "local_date")


def bill_days(ground: Ground) -> Sequence[BillDay]:
    """Return one row per acquirer, currency and local day: sales only, approved on our side, succeeded on theirs."""
    ours = ground.books["payments"].filter(
        (ibis._.kind == "sale") & (ibis._.state == "approved") & ibis._.acquirer.notnull()
    )
    theirs = ground.events.filter((ibis._.kind == "sale") & (ibis._.state == "succeeded"))
    claims = ground.claims.select("merchant_id", "payment_id", "record_id", "record_state")
    met = claims.filter(claims.record_state == "succeeded")
    left_ours = ours.anti_join(claims, ["merchant_id", "payment_id"])
    left_theirs = ground.leftovers.filter((ground.leftovers.kind == "sale") & (ground.leftovers.state == "succeeded"))
    matched = ours.semi_join(met, ["merchant_id", "payment_id"])
    parts = {
        "ours": _by_day(ground, ours),
        "theirs": _by_day(ground, theirs),
        "matched": _by_day(ground, matched),
        "left_ours": _by_day(ground, left_ours),
        "left_theirs": _by_day(ground, left_theirs),
    }
    tagged = [table.mutate(side=ibis.literal(side)) for side, table in parts.items()]
    rows = ground.bench.fetch(ibis.union(*tagged)).to_pylist()
    covered = {
        (row["acquirer"], row["local_date"])
        for row in ground.bench.fetch(ground.covered.select("acquirer", "local_date")).to_pylist()
    }
    sums: dict[tuple[str, str, date], dict[str, int]] = {}
    for row in rows:
        told = sums.setdefault((row["acquirer"], row["currency"], row["local_date"]), {})
        told[f"{row['side']}_n"], told[f"{row['side']}_minor"] = row["n"], row["minor"]
    return [
        BillDay(
            acquirer=acquirer,
            currency=currency,
            day=day,
            covered=(acquirer, day) in covered,
            **{
                name: found.get(name, 0)
                for name in (
                    *("ours_n", "ours_minor", "theirs_n", "theirs_minor", "matched_n", "matched_minor"),
                    *("left_ours_n", "left_theirs_n"),
                )
            },
        )
        for (acquirer, currency, day), found in sorted(sums.items(), key=lambda item: tuple(map(str, item[0])))
    ]


def _by_day(ground: Ground, rows: ir.Table) -> ir.Table:
    dated = rows.select("acquirer", "currency", "amount_minor", local_date=ground.calendar.local_date(rows.occurred_at))
    return dated.group_by(list(_DAY)).agg(n=ibis._.count(), minor=ibis._.amount_minor.sum().cast("int64"))
