"""What the page knows before any block of findings is inflated: the run, the catalogue, and sums over everything.

Sums are taken over all findings, also over those that the table leaves out. Money leaves here as text, so that
no browser rounds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from counterfoil.answer_words import meanings
from counterfoil.audit.report.blanks import filled
from counterfoil.audit.report.cases import FINDINGS_SHOWN_MAX, SEVERITIES, TIMELINES_MAX
from counterfoil.audit.report.columns import CHUNK_ROWS
from counterfoil.audit.report.model import (
    BillDay,
    Check,
    CoverageLine,
    ExceptionText,
    FileRead,
    FlowEdge,
    Label,
    ReportInput,
    Run,
    SalesTotal,
    UncoveredDay,
)
from counterfoil.audit.report.playbooks import sections
from counterfoil.audit.report.zone import offset_minutes
from counterfoil.errors import Bug
from counterfoil.languages import Language
from counterfoil.money import scale_of

#: 38 digits hold the sum of any number of 64-bit amounts that a file can have.
_EXACT = pa.decimal128(38, 0)


def overview(data: ReportInput, findings: pa.Table) -> dict[str, object]:
    """Return the page's first block as plain values; `findings` are all of them, ranked."""
    currencies = {currency for currency in pc.unique(findings["currency"]).to_pylist() if currency}
    currencies |= {total.currency for total in data.totals} | {day.currency for day in data.days}
    return {
        "run": _run(data.run),
        "findings": findings.num_rows,
        "shown_max": FINDINGS_SHOWN_MAX,
        "timelines_max": TIMELINES_MAX,
        "chunk_rows": CHUNK_ROWS,
        "severities": list(SEVERITIES),
        "scales": {currency: scale_of(currency) for currency in sorted(currencies)},
        "sums": _sums(findings),
        "catalogue": [_exception(exception) for exception in data.catalogue],
        "coverage": [_coverage(line) for line in data.coverage],
        "uncovered": _uncovered(data.uncovered_days),
        "totals": [_total(total) for total in data.totals],
        "flow": _flow(data.flow),
        "days": [_day(day) for day in sorted(data.days, key=_day_key)],
        "checks": [_check(check) for check in data.checks],
        "answers": {code: [said.en, said.zh] for code, said in meanings().items()},
        "next_steps": {step.key: [step.en, step.zh] for step in data.next_steps},
    }


def _run(run: Run) -> dict[str, object]:
    if run.as_of.utcoffset() is None:
        raise Bug("the report was given an as-of without a time zone")
    instant = pa.chunked_array([pa.array([run.as_of.astimezone(UTC)], pa.timestamp("us", tz="UTC"))])
    local = pc.local_timestamp(instant.cast(pa.timestamp("us", tz=run.time_zone)))
    return {
        "as_of": local[0].as_py().isoformat(" ", "seconds"),
        "as_of_offset": offset_minutes(instant, run.time_zone)[0].as_py(),
        "as_of_chosen": run.as_of_chosen,
        "version": run.version,
        "time_zone": run.time_zone,
        "language": run.language,
        "explain_in": run.explain_in,
        "engine": run.engine,
        "books": dict(run.books),
        "policy": [list(pair) for pair in run.policy],
        "files": [_file(file) for file in run.files],
    }


def _file(file: FileRead) -> dict[str, object]:
    return {
        "name": file.name,
        "reader": file.reader,
        "title": [file.reader_en, file.reader_zh],
        "encoding": file.encoding,
        "rows_read": file.rows_read,
        "rows_kept": file.rows_kept,
        "gave": dict(file.gave),
        "set_aside": [[part.reason, part.why, part.rows, part.text_en, part.text_zh] for part in file.set_aside],
        "totals": [[total.name, total.label, total.stated, total.found] for total in file.control_totals],
        "remarks": [list(remark) for remark in file.remarks],
    }


def _sums(findings: pa.Table) -> list[list[object]]:
    """Count and add up all findings by exception, diagnosis, severity and currency."""
    keys = ["exception", "diagnosis", "severity", "currency"]
    exact = findings.select(keys).append_column("minor", findings["amount_at_risk_minor"].cast(_EXACT))
    sums = exact.group_by(keys, use_threads=False).aggregate([("minor", "sum"), ("minor", "count")])
    columns = [sums[name].to_pylist() for name in (*keys, "minor_count")]
    minor = [str(value) for value in sums["minor_sum"].to_pylist()]
    return [list(row) for row in zip(*columns, minor, strict=True)]


def _exception(exception: ExceptionText) -> dict[str, object]:
    names = [diagnosis.name for diagnosis in exception.diagnoses]
    playbooks = ((Language.EN, exception.playbook_en), (Language.ZH, exception.playbook_zh))
    return {
        "name": exception.name,
        "title": [exception.title_en, exception.title_zh],
        "question": [exception.question_en, exception.question_zh],
        "gaps": [list(gap) for gap in exception.gaps],
        "playbook": [sections(told, names, partial(filled, language=language)) for language, told in playbooks],
        "diagnoses": [
            {
                "name": diagnosis.name,
                "title": [diagnosis.title_en, diagnosis.title_zh],
                "question": [diagnosis.question_en, diagnosis.question_zh],
                "severity": diagnosis.severity,
            }
            for diagnosis in exception.diagnoses
        ],
    }


def _coverage(line: CoverageLine) -> list[object]:
    return [line.exception, line.diagnosis, line.examined, line.reason_en, line.reason_zh]


def _uncovered(days: Iterable[UncoveredDay]) -> list[list[object]]:
    """Group days by acquirer, in order."""
    by_acquirer: dict[str, list[str]] = {}
    for day in sorted(days, key=lambda one: (one.acquirer, one.day)):
        by_acquirer.setdefault(day.acquirer, []).append(day.day.isoformat())
    return [[acquirer, listed] for acquirer, listed in by_acquirer.items()]


def _total(total: SalesTotal) -> dict[str, object]:
    return {
        "merchant": total.merchant_id,
        "currency": total.currency,
        "sales_n": total.sales_n,
        "sales": str(total.sales_minor),
        "voided_n": total.voided_n,
        "voided": _text(total.voided_minor),
        "refunded_n": total.refunded_n,
        "refunded": _text(total.refunded_minor),
    }


def _text(minor: int | None) -> str | None:
    return None if minor is None else str(minor)


def _flow(edges: Sequence[FlowEdge]) -> dict[str, object]:
    """Return the nodes and edges of the flow; Bug where the edges run in a circle."""
    labels: dict[str, Label] = {}
    for edge in edges:
        labels.setdefault(edge.source.key, edge.source)
        labels.setdefault(edge.target.key, edge.target)
    counted = [(edge.source.key, edge.target.key, edge.count) for edge in edges if edge.count > 0]
    _refuse_circle(counted)
    used = {key for source, target, _ in counted for key in (source, target)}
    nodes = [[label.key, label.en, label.zh] for label in labels.values() if label.key in used]
    return {"nodes": nodes, "edges": [list(edge) for edge in counted]}


def _refuse_circle(edges: Sequence[tuple[str, str, int]]) -> None:
    """Take away edges whose source nothing reaches, until none is left or a circle remains."""
    left = list(edges)
    while left:
        reached = {target for _, target, _ in left}
        further = [edge for edge in left if edge[0] in reached]
        if len(further) == len(left):
            raise Bug(f"the flow of sales runs in a circle through {left[0][0]}")
        left = further


def _day_key(day: BillDay) -> tuple[str, str, str]:
    return day.acquirer, day.currency, day.day.isoformat()


def _day(day: BillDay) -> list[object]:
    return [
        day.acquirer,
        day.currency,
        day.day.isoformat(),
        day.ours_n,
        str(day.ours_minor),
        day.theirs_n,
        str(day.theirs_minor),
        day.matched_n,
        str(day.matched_minor),
        day.left_ours_n,
        day.left_theirs_n,
        day.covered,
    ]


def _check(check: Check) -> list[object]:
    return [check.name, check.label_en, check.label_zh, check.value, check.file]
