"""From core findings to findings: id, exact test, score, sentences, evidence; the same step for every engine.

It works on columns in a small DuckDB of its own, whatever engine ran the rules. The result has the schema of
the findings file, sorted by severity, money at risk and id.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from counterfoil.detectors.catalogue import Severity, catalogue
from counterfoil.detectors.finishing.bill_gaps import bill_gaps
from counterfoil.detectors.finishing.identity import finding_id
from counterfoil.detectors.finishing.lookup import PLACES, POINTERS, look_up
from counterfoil.detectors.finishing.outliers import confirmed
from counterfoil.detectors.finishing.wording import LANGUAGES, fault_sql, gap_sql, sentence_sql
from counterfoil.detectors.run import Verdict
from counterfoil.money import CURRENCIES_BY_SCALE

#: Characters of a keyed hash that a sentence shows.
_KEY_SHOWN = 8

#: The columns of the findings file, in its order.
COLUMNS = (
    "finding_id exception diagnosis severity merchant_id store_id terminal_id operator_id subject other_subject "
    "occurred_at amount_at_risk_minor currency score explanation_en explanation_zh next_step evidence"
).split()


def finish(verdict: Verdict, given: frozenset[str]) -> tuple[pa.Table, pa.Table]:
    """Return the findings, and beside them the core findings with their `finding_id`.

    `given` names the tables that have files of their own.
    """
    core = _with_scores(verdict)
    ids = pa.array(
        [
            finding_id(row[0], row[1], [subject for subject in row[2:] if subject is not None])
            for row in zip(
                *(core[name].to_pylist() for name in ("exception", "merchant_id", "subject", "other_subject")),
                strict=True,
            )
        ],
        pa.string(),
    )
    core = core.append_column("finding_id", ids)
    rows = look_up(verdict.ground, verdict.findings, given)
    desk = duckdb.connect(config={"threads": 2})
    desk.execute("SET TimeZone = 'UTC'")
    gaps = bill_gaps(core, rows.get("acquirer_records"), verdict.ground)
    desk.register("core", core.append_column("bill_gaps", gaps))
    for name, table in rows.items():
        desk.register(f"found_{name}", table)
    desk.execute(f"CREATE TABLE placed AS {_placed_sql(rows)}")
    desk.execute(f"CREATE TABLE worded AS {_worded_sql(verdict)}")
    desk.execute(f"CREATE TABLE evidence AS {_evidence_sql(rows)}")
    findings = desk.execute(_findings_sql()).to_arrow_table()
    return _typed(findings), core


def _with_scores(verdict: Verdict) -> pa.Table:
    """Fetch the core findings and add the outliers that pass their test."""
    bench = verdict.ground.bench
    core = bench.fetch(verdict.findings)
    core = core.append_column("score", pa.nulls(core.num_rows, pa.float64()))
    if verdict.suspects is None:
        return core
    outliers = confirmed(bench.fetch(verdict.suspects), verdict.ground.calendar.policy.outliers)
    return pa.concat_tables([core, outliers.select(core.column_names).cast(core.schema)])


def _placed_sql(rows: Mapping[str, pa.Table]) -> str:
    """Fill in store, terminal and operator from the rows that a finding points at."""
    joins, sources = [], {place: [f"core.{place}"] for place in PLACES}
    for pointer in POINTERS:
        if pointer.table not in rows:
            continue
        alias = f"at_{pointer.table}"
        joins.append(
            f"LEFT JOIN found_{pointer.table} AS {alias} "
            f"ON {alias}.merchant_id = core.merchant_id AND {alias}.id = core.{pointer.columns[0]}"
        )
        for place in PLACES:
            if place in rows[pointer.table].column_names:
                sources[place].append(f"{alias}.{place}")
    places = ", ".join(f"coalesce({', '.join(columns)}) AS {place}" for place, columns in sources.items())
    return f"SELECT core.* EXCLUDE ({', '.join(PLACES)}), {places} FROM core {' '.join(joins)}"


def _worded_sql(verdict: Verdict) -> str:
    """Add the columns of text that the sentences read, then the sentences."""
    calendar = verdict.ground.calendar
    local = {name: _local_text_sql(name, calendar.offsets) for name in ("occurred_at", "since")}
    as_of = f"TIMESTAMP '{calendar.as_of.astimezone(UTC).replace(tzinfo=None).isoformat(sep=' ')}'"
    later = f"CASE WHEN diagnosis = 'outside_window' THEN occurred_at ELSE {as_of} END"
    plain = {
        "order": "order_id",
        "other_order": "other_order_id",
        "payment": "payment_id",
        "other_payment": "other_payment_id",
        "record": "record_id",
        "return": "return_id",
        "slip": "slip_id",
        "notice": "notice_id",
        "parcel": "parcel_id",
        "operator": "operator_id",
        "terminal": "terminal_id",
        "store": "store_id",
        "customer": f"left(substr(subject, 10), {_KEY_SHOWN})",
        "amount": _amount_sql("amount_at_risk_minor"),
        "other_amount": _amount_sql("other_minor"),
        "when": local["occurred_at"],
        "since": local["since"],
        "k": "k::VARCHAR",
        "n": "n::VARCHAR",
        "peers_k": "peers_k::VARCHAR",
        "peers_n": "peers_n::VARCHAR",
    }
    texts = [f"{sql} AS text_{name}" for name, sql in plain.items()]
    days = f"(epoch_us({later}) - epoch_us(since)) // 86400000000"
    serial = f"WHEN 'serial_returner' THEN '{calendar.policy.serial_returner.days}'"
    for language in LANGUAGES:
        texts.append(f"{fault_sql(language)} AS text_fault_{language}")
        texts.append(f"{gap_sql(language, 'occurred_at', 'since')} AS text_gap_{language}")
        texts.append(f"CASE diagnosis {serial} ELSE coalesce(bill_gaps, ({days})::VARCHAR) END AS text_days_{language}")
    return (
        f"SELECT *, {sentence_sql('en')} AS explanation_en, {sentence_sql('zh')} AS explanation_zh "
        f"FROM (SELECT *, {', '.join(texts)} FROM placed)"
    )


def _local_text_sql(column: str, offsets: tuple[tuple[datetime, int], ...]) -> str:
    """Write an instant in the shop's own time, to the minute."""
    first, *rest = offsets
    branches = " ".join(
        f"WHEN {column} >= TIMESTAMP '{start.astimezone(UTC).replace(tzinfo=None)}' THEN {shift}"
        for start, shift in reversed(rest)
    )
    shift = f"CASE {branches} ELSE {first[1]} END" if branches else str(first[1])
    return f"strftime({column} + to_seconds({shift}), '%Y-%m-%d %H:%M')"


def _amount_sql(column: str) -> str:
    """Write minor units with the digits of their currency, in whole numbers throughout."""
    branches = " ".join(
        f"WHEN currency IN {currencies} THEN {_digits_sql(column, scale)}"
        for scale, currencies in CURRENCIES_BY_SCALE.items()
    )
    return f"CASE {branches} ELSE {_digits_sql(column, 2)} END || coalesce(' ' || currency, '')"


def _digits_sql(column: str, scale: int) -> str:
    if scale == 0:
        return f"{column}::VARCHAR"
    unit = 10**scale
    return f"({column} // {unit})::VARCHAR || '.' || lpad(({column} % {unit})::VARCHAR, {scale}, '0')"


def _evidence_sql(rows: Mapping[str, pa.Table]) -> str:
    """List the rows that a finding points at, as JSON, in the order of the pointers."""
    parts = []
    for place, pointer in enumerate(POINTERS):
        for turn, column in enumerate(pointer.columns):
            if pointer.table not in rows:
                continue
            parts.append(
                f"SELECT core.finding_id, {place * 2 + turn} AS place, '{pointer.table}' AS \"table\", found.id, "
                f"found.file, found.line FROM core JOIN found_{pointer.table} AS found "
                f"ON found.merchant_id = core.merchant_id AND found.id = core.{column}"
            )
    if "return_lines" in rows:
        parts.append(
            "SELECT core.finding_id, 99 AS place, 'return_lines' AS \"table\", found.id, found.file, found.line "
            "FROM core JOIN found_return_lines AS found USING (merchant_id, return_id) "
            "WHERE core.diagnosis = 'refund_without_order' AND core.branch = 'a'"
        )
    if not parts:
        return "SELECT NULL::VARCHAR AS finding_id, '[]' AS evidence WHERE false"
    return (
        "SELECT finding_id, "
        "to_json(list({'table': \"table\", id: id, file: file, line: line} ORDER BY place, id))::VARCHAR AS evidence "
        f"FROM ({' UNION '.join(parts)}) GROUP BY finding_id"
    )


def _findings_sql() -> str:
    severities = " ".join(
        f"WHEN exception = '{diagnosis.exception}' AND diagnosis = '{diagnosis.id}' THEN '{diagnosis.severity}'"
        for detector in catalogue().values()
        for diagnosis in detector.diagnoses
    )
    steps = " ".join(
        f"WHEN exception = '{diagnosis.exception}' AND diagnosis = '{diagnosis.id}' THEN '{diagnosis.next_step}'"
        for detector in catalogue().values()
        for diagnosis in detector.diagnoses
    )
    ranks = " ".join(f"WHEN '{severity}' THEN {severity.rank}" for severity in Severity)
    return (
        f"SELECT {', '.join(COLUMNS)} FROM (SELECT worded.* REPLACE (greatest(amount_at_risk_minor, 0) AS "
        f"amount_at_risk_minor), CASE WHEN is_info THEN 'info' ELSE CASE {severities} END END AS severity, "
        f"CASE {steps} END AS next_step, coalesce(evidence.evidence, '[]') AS evidence "
        "FROM worded LEFT JOIN evidence USING (finding_id)) "
        f"ORDER BY CASE severity {ranks} END DESC, amount_at_risk_minor DESC, finding_id"
    )


def _typed(findings: pa.Table) -> pa.Table:
    """Give the times their zone, as the findings file has them."""
    position = findings.column_names.index("occurred_at")
    stamped = pc.assume_timezone(findings["occurred_at"].cast(pa.timestamp("us")), "UTC")
    return findings.set_column(position, "occurred_at", stamped)
