"""Which days without a bill lie before a refund whose sale is nowhere: perhaps the sale stands in one of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pyarrow as pa

from counterfoil.detectors.ground import Ground

#: So many spans of days are named; the rest is hinted at.
SPANS_MAX = 4

_DAY = timedelta(days=1)


def bill_gaps(core: pa.Table, records: pa.Table | None, ground: Ground) -> pa.Array:
    """Return for each core finding the days without a bill within `return_window` before it, or null.

    Only refunds of the acquirer's book that nobody claims (branch c of `refund_without_order`) have any.
    """
    wanted = [
        diagnosis == "refund_without_order" and branch == "c"
        for diagnosis, branch in zip(core["diagnosis"].to_pylist(), core["branch"].to_pylist(), strict=True)
    ]
    if records is None or not any(wanted):
        return pa.nulls(core.num_rows, pa.string())
    acquirers = {
        (row["merchant_id"], row["id"]): row["acquirer"]
        for row in records.select(["merchant_id", "id", "acquirer"]).to_pylist()
    }
    covered: dict[tuple[str, str], set[date]] = {}
    for row in ground.bench.fetch(ground.covered).to_pylist():
        covered.setdefault((row["merchant_id"], row["acquirer"]), set()).add(row["local_date"])
    texts: list[str | None] = [None] * core.num_rows
    rows = core.select(["merchant_id", "record_id", "occurred_at"]).to_pylist()
    for number in (n for n, yes in enumerate(wanted) if yes):
        row = rows[number]
        days = covered.get((row["merchant_id"], acquirers[row["merchant_id"], row["record_id"]]), set())
        texts[number] = _spans(_missing(ground.calendar.local_day(row["occurred_at"]), days, ground))
    return pa.array(texts, pa.string())


def _missing(day: date, covered: set[date], ground: Ground) -> list[date]:
    back = ground.calendar.policy.return_window.days
    window = [day - _DAY * n for n in range(back, -1, -1)]
    return [each for each in window if each not in covered]


def _spans(days: Iterable[date]) -> str | None:
    spans: list[list[date]] = []
    for day in days:
        if spans and day - spans[-1][1] == _DAY:
            spans[-1][1] = day
        else:
            spans.append([day, day])
    if not spans:
        return None
    named = [f"{first}" if first == last else f"{first} – {last}" for first, last in spans[-SPANS_MAX:]]
    return ("… " if len(spans) > SPANS_MAX else "") + ", ".join(named)
