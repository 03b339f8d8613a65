"""Made-up findings and the timelines of the first cases among them; the seed decides everything."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from counterfoil.audit.report.cases import cases_with_timelines
from counterfoil.audit.report.model import FINDINGS_SCHEMA, TIMELINES_SCHEMA
from counterfoil.bench.sample.aftermath import AFTERMATH
from counterfoil.bench.sample.sales import SALES
from counterfoil.bench.sample.story import MOMENTS, Story
from counterfoil.detectors.catalogue import Diagnosis, catalogue
from counterfoil.money import show

#: The made-up shop's zone is eight hours ahead of UTC.
SHOP_OPENS = timedelta(hours=1)

_DAYS = 84
_BAD_DAY = 52
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_ID_LENGTH = 26
_EVIDENCE_ROWS = 4

#: How often a diagnosis occurs beside the others, by severity; the gravest ones are rare.
WEIGHTS: Mapping[str, float] = MappingProxyType({"critical": 0.5, "high": 1.0, "low": 2.2, "info": 0.15})

#: Tills get busy before noon, and again before they close.
_HOURS = (1, 1, 2, 3, 5, 6, 4, 3, 3, 4, 6, 5, 2)


#: Weekends are busier; one day the acquirer's line was down.
_DAY_WEIGHTS = [(6 if day % 7 in {4, 5, 6} else 4) + day / 30 + (9 if day == _BAD_DAY else 0) for day in range(_DAYS)]


def diagnoses() -> tuple[Diagnosis, ...]:
    """Return all diagnoses in the order of the detectors."""
    return tuple(diagnosis for detector in catalogue().values() for diagnosis in detector.diagnoses)


def make(count: int, seed: int, first_day: datetime) -> tuple[pa.Table, pa.Table]:
    """Make findings, and the timelines of those that the report wants."""
    known = diagnoses()
    rng = random.Random(seed)
    weights = [WEIGHTS[kind.severity] * rng.paretovariate(1.6) for kind in known]
    chosen = rng.choices(known, weights=weights, k=count)
    rows = [_finding(kind, _told(kind, number, seed, first_day)) for number, kind in enumerate(chosen)]
    findings = pa.Table.from_pylist(rows, schema=FINDINGS_SCHEMA)
    wanted = set(cases_with_timelines(findings).to_pylist())
    events = [
        event
        for number, (kind, row) in enumerate(zip(chosen, rows, strict=True))
        if row["finding_id"] in wanted
        for event in _events(row["finding_id"], _told(kind, number, seed, first_day))
    ]
    return findings, pa.Table.from_pylist(events, schema=TIMELINES_SCHEMA)


def _told(kind: Diagnosis, number: int, seed: int, first_day: datetime) -> Story:
    """Tell the story of one finding; the same number tells the same story."""
    rng = random.Random(f"{seed}/{number}")
    day = rng.choices(range(_DAYS), weights=_DAY_WEIGHTS)[0]
    hour = rng.choices(range(len(_HOURS)), weights=_HOURS)[0]
    at = first_day + SHOP_OPENS + timedelta(days=day, hours=hour, seconds=rng.randrange(3600))
    store = rng.choices(range(1, 9), weights=range(9, 1, -1))[0]
    story = Story(
        rng=rng,
        number=number,
        at=at,
        store=f"store-{store:02d}",
        terminal=f"till-{store:02d}-{rng.randrange(1, 5)}",
        operator=f"staff-{store:02d}{rng.choice('ABCDEF')}",
    )
    (SALES.get(kind.id) or AFTERMATH[kind.id])(story)
    return story


def _finding(kind: Diagnosis, story: Story) -> dict[str, Any]:
    amount = 0 if kind.id in {"paid_and_unpaid", "void_then_cash"} else story.total
    return {
        "finding_id": "".join(story.rng.choices(_ALPHABET, k=_ID_LENGTH)),
        "exception": kind.exception,
        "diagnosis": kind.id,
        "severity": kind.severity.value,
        "merchant_id": "teahouse",
        "store_id": story.store,
        "terminal_id": story.terminal,
        "operator_id": story.operator,
        "subject": story.subject,
        "other_subject": story.other,
        "occurred_at": story.at,
        "amount_at_risk_minor": amount,
        "currency": "CNY",
        "score": round(story.rng.uniform(0.8, 1.0), 3) if story.other else None,
        "explanation_en": _sentence(kind.sentence["en"], story),
        "explanation_zh": _sentence(kind.sentence["zh"], story),
        "next_step": kind.next_step,
        "evidence": json.dumps([*_evidence(story)], separators=(",", ":")),
    }


def _sentence(template: str, story: Story) -> str:
    """Fill a detector's sentence with what the story knows."""
    first = {table: key for table, key, _ in reversed(story.rows)}
    when = f"{story.at + timedelta(hours=8):%Y-%m-%d %H:%M}"
    words = defaultdict(
        lambda: "3",
        amount=show(story.total, "CNY"),
        other_amount=show(story.total + 1000, "CNY"),
        order=first.get("orders", story.id("O")),
        other_order=(story.other or story.id("O", "-2")).partition(":")[2],
        payment=first.get("payments", story.id("P")),
        other_payment=(story.other or story.id("P", "-2")).partition(":")[2],
        record=first.get("acquirer_records", story.id("R")),
        parcel=first.get("parcels", story.id("K")),
        slip=first.get("slips", story.id("S")),
        notice=first.get("notices", story.id("N")),
        customer=f"{story.number * 7919:064x}"[-8:],
        when=when,
        since=when,
        gap="3 min",
        fault="jam",
        terminal=story.terminal,
        operator=story.operator,
        store=story.store,
        **{"return": first.get("returns", story.id("T"))},
    )
    return template.format_map(words)


def _evidence(story: Story) -> Iterator[dict[str, object]]:
    shown = [row for row in story.rows if row[0] != "order_lines"][:_EVIDENCE_ROWS]
    for table, key, _ in shown:
        yield {"table": table, "id": key, "file": f"{table}.csv", "line": 2 + (story.number * 13) % 400_000}


def _events(finding_id: str, story: Story) -> Iterator[dict[str, object]]:
    """Write every moment of every row, or the row alone where it has no moment."""
    for place, (table, key, row) in enumerate(story.rows):
        told = {name: value for name, value in row.items() if value is not None}
        text = json.dumps(told, default=lambda value: value.isoformat(), separators=(",", ":"))
        moments: list[str | None] = [name for name in MOMENTS[table] if row.get(name) is not None]
        for moment in moments or [None]:
            yield {
                "finding_id": finding_id,
                "table": table,
                "id": key,
                "occurred_at": row[moment] if moment else None,
                "moment": moment,
                "row": text,
                "file": f"{table}.csv",
                "line": 2 + (story.number * 13 + place) % 400_000,
            }
