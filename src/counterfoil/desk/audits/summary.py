"""What a finished audit tells its page: figures by finding, what each file gave, and which rows took no part and why.

Plain data, as it is kept in the table of audits. No cell of a file is in it: where a row stands is told, and not what.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterfoil.audit.intake.shown_names import printable

if TYPE_CHECKING:
    import pyarrow as pa

    from counterfoil.audit.intake.shelf import FileRead
    from counterfoil.audit.outcome import Outcome
    from counterfoil.audit.report.model import CoverageLine

#: So many rows that took no part are named, for each reason; the report counts all of them.
ROWS_NAMED_MAX = 5
#: The report says what it is allowed to do in its first lines, before anything of the shop's.
_HEAD_BYTES = 4096
_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')


def summary_of(outcome: Outcome) -> Mapping[str, Any]:
    """Return what the page of an audit shows of its outcome."""
    return {
        "as_of": outcome.as_of.isoformat(),
        "findings_n": outcome.findings.num_rows,
        "findings": _tallied(outcome.findings),
        "examined_n": sum(line.examined for line in outcome.coverage),
        "diagnoses_n": len(outcome.coverage),
        "coverage": _covered(outcome.coverage),
        "uncovered_days_n": len(outcome.uncovered_days),
        "files": [_file(file) for file in outcome.files],
        "reasons": {word: {"en": each.text_en, "zh": each.text_zh} for word, each in outcome.reasons.items()},
        "rows": _rows(outcome),
        "passed_over": [
            {"name": printable(each.name), "en": each.text_en, "zh": each.text_zh} for each in outcome.passed_over
        ],
        "report_policy": policy_of(outcome.written["report"]),
    }


def policy_of(report: Path) -> str:
    """Return what a report of ours says that it may do: one script, by its hash, and nothing from anywhere."""
    with report.open("rb") as file:
        found = _POLICY.search(file.read(_HEAD_BYTES).decode("utf-8", "replace"))
    return found[1] if found else "default-src 'none'"


def _covered(coverage: Sequence[CoverageLine]) -> dict[str, dict[str, int]]:
    """Count the diagnoses of each exception, and those of them that could be examined."""
    counted: dict[str, dict[str, int]] = {}
    for line in coverage:
        of_exception = counted.setdefault(line.exception, {"examined_n": 0, "diagnoses_n": 0})
        of_exception["examined_n"] += line.examined
        of_exception["diagnoses_n"] += 1
    return counted


def _tallied(findings: pa.Table) -> list[dict[str, Any]]:
    """Count findings by exception, diagnosis, severity and currency."""
    keys = ["exception", "diagnosis", "severity", "currency"]
    grouped = findings.group_by(keys).aggregate([("finding_id", "count"), ("amount_at_risk_minor", "sum")])
    tallied = [
        {**{key: row[key] for key in keys}, "n": row["finding_id_count"], "minor": row["amount_at_risk_minor_sum"] or 0}
        for row in grouped.to_pylist()
    ]
    return sorted(tallied, key=lambda row: tuple(str(row[key]) for key in keys))


def _file(file: FileRead) -> dict[str, Any]:
    return {
        "name": file.name,
        "reader": file.reader,
        "rows_read": file.rows_read,
        "rows_kept": file.rows_kept,
        "gave": dict(file.gave),
        "set_aside": dict(file.set_aside),
        "totals": [
            {"label": total.label, "stated": total.stated, "found": total.found, "agrees": total.agrees}
            for total in file.control_totals
        ],
    }


def _rows(outcome: Outcome) -> list[dict[str, Any]]:
    """Name the first rows of each reason by file, line and column."""
    named: dict[str, int] = {}
    rows = []
    for row in outcome.quarantined:
        named[row.reason] = named.get(row.reason, 0) + 1
        if named[row.reason] <= ROWS_NAMED_MAX:
            rows.append({"file": row.file, "line": row.line, "column": row.column, "reason": row.reason})
    return rows
