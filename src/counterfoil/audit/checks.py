"""Counts that are no findings, but that people want to see: rows, footers, mirrors, references used twice.

They stand in the report's checks section and in `checks.json`. Works on the shelf; never judges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from counterfoil.audit.check_words import label_of
from counterfoil.audit.intake.shelf import FileRead, Shelf
from counterfoil.audit.report.model import Check
from counterfoil.languages import Text

#: So many quarantined rows of each reason are named; the others are counted.
QUARANTINED_NAMED_MAX = 100

_AGREE = Text(en="Control total: {label}", zh="控制总数：{label}")


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row that broke the format: where it stands, and what was found in which column, masked."""

    file: str
    line: int
    table: str | None
    column: str | None
    reason: str
    found: str | None


def checks_of(shelf: Shelf) -> list[Check]:
    """Return the checks of every file, then those of the books as a whole."""
    return [check for file in shelf.files for check in _of_file(file, shelf)] + list(_of_books(shelf))


def quarantined_of(shelf: Shelf) -> list[QuarantinedRow]:
    """Return the first quarantined rows of each reason, by file and line."""
    rows = shelf.connection.execute(_FIRST_QUARANTINED.format(rows=shelf.quarantined)).fetchall()
    return [QuarantinedRow(*row) for row in rows]


def checks_document(checks: list[Check], quarantined: list[QuarantinedRow]) -> Mapping[str, object]:
    """Return the JSON document `checks.json`: named values, by file where they have one, and quarantined rows."""
    return {
        "format": 1,
        "checks": [
            {"name": c.name, "file": c.file, "value": c.value, "label_en": c.label_en, "label_zh": c.label_zh}
            for c in checks
        ],
        "quarantined": [asdict(row) for row in quarantined],
    }


def _check(name: str, value: object, file: str | None = None, label: Text | None = None) -> Check:
    text = label or label_of(name)
    return Check(name=name, label_en=text.en, label_zh=text.zh, value=str(value), file=file)


def _of_file(file: FileRead, shelf: Shelf) -> Iterator[Check]:
    yield _check("rows_read", file.rows_read, file.name)
    yield _check("rows_kept", file.rows_kept, file.name)
    for total in file.control_totals:
        label = Text(en=_AGREE.en.format(label=total.label), zh=_AGREE.zh.format(label=total.label))
        value = total.stated if total.agrees else f"{total.stated} ≠ {total.found}"
        yield _check(f"control_total_{total.name}", value, file.name, label)
    for name, count in file.counts.items():
        yield _check(name, count, file.name)
    for reason, count in file.set_aside.items():
        known = shelf.reasons.get(reason)
        words = Text(en=known.text_en, zh=known.text_zh) if known else None
        yield _check(f"set_aside_{reason}", count, file.name, words)


def _of_books(shelf: Shelf) -> Iterator[Check]:
    for table, view in shelf.tables.items():
        yield _check(f"book_{table}", _count(shelf, f"SELECT count(*) FROM {view}"))
    orders = shelf.tables.get("orders")
    if orders and "training" in shelf.carried["orders"]:
        yield _check("training_orders", _count(shelf, f"SELECT count(*) FROM {orders} WHERE training"))
    records = shelf.tables.get("acquirer_records")
    if records:
        yield _check("references_under_two_orders", _count(shelf, _TWICE_NAMED.format(records=records)))


_FIRST_QUARANTINED = f"""
    SELECT source_file, source_line, table_name, column_name, reason, found
    FROM {{rows}}
    QUALIFY row_number() OVER (PARTITION BY reason ORDER BY source_file, source_line, table_name, column_name)
        <= {QUARANTINED_NAMED_MAX}
    ORDER BY source_file, source_line, table_name, column_name, reason
"""

#: A platform number that stands under two references of ours: no key by itself, and no double charge by itself.
_TWICE_NAMED = """
    SELECT count(*) FROM (
        SELECT merchant_id, acquirer, acquirer_reference
        FROM {records}
        WHERE kind = 'sale' AND acquirer_reference IS NOT NULL AND our_reference IS NOT NULL
        GROUP BY ALL
        HAVING min(our_reference) <> max(our_reference)
    )
"""


def _count(shelf: Shelf, sql: str) -> int:
    row = shelf.connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])
