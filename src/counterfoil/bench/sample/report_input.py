"""A whole made-up audit of any size, for the report's bench and its tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow.compute as pc

from counterfoil.audit.report.catalogue import read_catalogue
from counterfoil.audit.report.model import Label, ReportInput
from counterfoil.audit.report.next_steps import NEXT_STEPS
from counterfoil.bench.sample import findings as made
from counterfoil.bench.sample import surroundings

_FIRST_DAY = date(2026, 3, 9)
_AS_OF = datetime(2026, 6, 1, 2, 30, tzinfo=UTC)

#: So many sales stand behind each finding.
_SALES_PER_FINDING = 40


def report_input(findings: int, *, seed: int = 1) -> ReportInput:
    """Make everything that a report of so many findings shows; the seed decides everything."""
    start = datetime(_FIRST_DAY.year, _FIRST_DAY.month, _FIRST_DAY.day, tzinfo=UTC)
    table, timelines = made.make(findings, seed, start)
    sales = max(findings * _SALES_PER_FINDING, 1000)
    counted = pc.value_counts(table["exception"]).to_pylist()
    return ReportInput(
        run=surroundings.run(_AS_OF, sales),
        findings=table,
        timelines=timelines,
        catalogue=read_catalogue(),
        coverage=surroundings.coverage(made.diagnoses()),
        uncovered_days=surroundings.uncovered(_FIRST_DAY),
        totals=surroundings.totals(sales),
        flow=surroundings.flow(sales, {one["values"]: one["counts"] for one in counted}),
        days=surroundings.days(_FIRST_DAY, seed),
        checks=surroundings.checks(),
        next_steps=[Label(key=verb, en=text.en, zh=text.zh) for verb, text in NEXT_STEPS.items()],
    )
