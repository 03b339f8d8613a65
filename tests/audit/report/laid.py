"""Small reports for the tests: a few findings, said in as few words as the test needs."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime

import pyarrow as pa

from counterfoil.audit.report.catalogue import read_catalogue
from counterfoil.audit.report.model import (
    FINDINGS_SCHEMA,
    TIMELINES_SCHEMA,
    CoverageLine,
    FileRead,
    FileSetAside,
    FileTotal,
    Label,
    ReportInput,
    Run,
    SalesTotal,
)
from counterfoil.audit.report.next_steps import NEXT_STEPS

NOON = datetime(2026, 3, 14, 4, 0, tzinfo=UTC)

#: Text that becomes a fire alarm where it is taken for markup, and a formula where a spreadsheet opens it.
EVIL = "</script><img src=x onerror=window.evil=1>{a|b}"


def finding(number: int = 1, **changes: object) -> dict[str, object]:
    """Give one finding; what is not said is that of a paid order without a slip."""
    return {
        "finding_id": f"finding{number:04d}",
        "exception": "missing_slip",
        "diagnosis": "paid_no_slip",
        "severity": "high",
        "merchant_id": "shop",
        "store_id": "store-1",
        "terminal_id": "till-1",
        "operator_id": "staff-1",
        "subject": f"order:O-{number}",
        "other_subject": None,
        "occurred_at": NOON,
        "amount_at_risk_minor": 1234,
        "currency": "CNY",
        "score": None,
        "explanation_en": f"Order O-{number} was paid and no slip was printed.",
        "explanation_zh": f"订单 O-{number} 已付款，没有出票。",
        "next_step": "send_the_slip",
        "evidence": json.dumps([{"table": "orders", "id": f"O-{number}", "file": "orders.csv", "line": number + 1}]),
        **changes,
    }


def findings_table(*rows: dict[str, object]) -> pa.Table:
    """Lay findings into a table."""
    return pa.Table.from_pylist([*rows], schema=FINDINGS_SCHEMA)


def moment(number: int = 1, **changes: object) -> dict[str, object]:
    """Give one moment of one row."""
    row = changes.pop("row", {"order_id": f"O-{number}", "state": "paid", "total_minor": 1234, "currency": "CNY"})
    return {
        "finding_id": f"finding{number:04d}",
        "table": "orders",
        "id": f"O-{number}",
        "occurred_at": NOON,
        "moment": "placed_at",
        "row": json.dumps(row),
        "file": "orders.csv",
        "line": number + 1,
        **changes,
    }


def timelines_table(*rows: dict[str, object]) -> pa.Table:
    """Lay moments into a table."""
    return pa.Table.from_pylist([*rows], schema=TIMELINES_SCHEMA)


def run(**changes: object) -> Run:
    """Describe a run."""
    plain = Run(as_of=NOON, as_of_chosen="given", version="0.1.0", time_zone="Asia/Shanghai", explain_in="audit-out")
    return dataclasses.replace(plain, **changes)


def report(*rows: dict[str, object], moments: tuple[dict[str, object], ...] = (), **changes: object) -> ReportInput:
    """Make a report of these findings, with the project's own catalogue."""
    plain = ReportInput(
        run=run(),
        findings=findings_table(*rows),
        timelines=timelines_table(*moments),
        catalogue=read_catalogue(),
        next_steps=[Label(key=verb, en=text.en, zh=text.zh) for verb, text in NEXT_STEPS.items()],
    )
    return dataclasses.replace(plain, **changes)


def evil_report() -> ReportInput:
    """Make a report in which every text of the shop's is an attack."""
    row = finding(
        1,
        finding_id=EVIL,
        merchant_id=EVIL,
        store_id=EVIL,
        terminal_id=EVIL + "t",
        operator_id="=HYPERLINK(1)",
        subject=f"order:{EVIL}",
        other_subject=f"order:{EVIL}2",
        explanation_en=EVIL,
        explanation_zh=EVIL,
        next_step=EVIL,
        evidence=json.dumps([{"table": EVIL, "id": EVIL, "file": EVIL, "line": 1}]),
    )
    inside = {"order_id": EVIL, "state": EVIL, "total_minor": EVIL, EVIL: EVIL, "currency": EVIL}
    told = [moment(finding_id=EVIL, id=EVIL, row=inside, file=EVIL, table=table) for table in ("orders", "slips", EVIL)]
    told.append(moment(finding_id=EVIL, id=f"{EVIL}2", row=inside, file=EVIL))
    evil_file = FileRead(
        name=EVIL,
        reader=EVIL,
        reader_en=EVIL,
        reader_zh=EVIL,
        encoding=EVIL,
        rows_read=2,
        rows_kept=1,
        gave={EVIL: 1},
        set_aside=(FileSetAside(reason=EVIL, text_en=EVIL, text_zh=EVIL, why="quarantined", rows=1),),
        control_totals=(FileTotal(name=EVIL, label=EVIL, stated=EVIL, found="1"),),
        remarks=((EVIL, EVIL),),
    )
    return report(
        row,
        moments=tuple(told),
        run=run(explain_in=EVIL, files=(evil_file,), policy=((EVIL, EVIL),), books={EVIL: 1}),
        coverage=(CoverageLine(exception=EVIL, diagnosis=EVIL, examined=False, reason_en=EVIL, reason_zh=EVIL),),
        totals=(SalesTotal(merchant_id=EVIL, currency="CNY", sales_n=1, sales_minor=1),),
    )
