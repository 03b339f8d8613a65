"""A day's bill of the simulated host: what moved money, one answer a row, and a last row that states the totals.

Columns are data elements of ISO 8583, and the day with its year, which DE 7 lacks. No card appears in it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from counterfoil.storm.acquirer.fates import Faults, Whim
from counterfoil.storm.acquirer.movements import Kind, Movement
from counterfoil.storm.acquirer.store import Book

_HEAD = (
    *(
        "business_date",
        "mti",
        "de3",
        "de4",
        "de7",
        "de11",
        "de37",
        "de38",
        "de39",
        "de41",
        "de42",
        "de49",
        "payment_id",
    ),
    *("de74", "de75", "de76", "de77", "de86", "de87", "de88", "de89", "de90"),
)


def write_bill(book: Book, faults: Faults, folder: Path, day: str) -> list[Path]:
    """Write the bill of a day as often as fate wants it and return its files; none where it is missing or late."""
    asked_n = book.asked_for_bill(day)
    if faults.happens(Whim.BILL_MISSING, day) or (faults.happens(Whim.BILL_LATE, day) and asked_n == 1):
        return []
    names = [f"bill-{day}.csv"] + ([f"bill-{day}-again.csv"] if faults.happens(Whim.BILL_TWICE, day) else [])
    text = bill_of(book.of_day(day), originals(book, day), day)
    files = [folder / name for name in names]
    for file in files:
        file.write_text(text, encoding="utf-8")
    return files


def originals(book: Book, day: str) -> dict[tuple[str, str], Movement]:
    """Return what the day's rows point at, by merchant and payment id."""
    named = {(row.merchant, row.original_id) for row in book.of_day(day) if row.original_id is not None}
    found = ((key, book.movement(*key)) for key in sorted(named))
    return {key: movement for key, movement in found if movement is not None}


def bill_of(rows: Sequence[Movement], pointed_at: dict[tuple[str, str], Movement], day: str) -> str:
    """Return the text of a bill."""
    out = io.StringIO()
    sheet = csv.DictWriter(out, _HEAD, restval="", lineterminator="\n")
    sheet.writeheader()
    sheet.writerows(_rows(rows, pointed_at))
    sheet.writerow({"business_date": day, "mti": "0510", **_stated(rows, pointed_at)})
    return out.getvalue()


def _rows(rows: Sequence[Movement], pointed_at: dict[tuple[str, str], Movement]) -> Iterator[dict[str, str]]:
    for row in rows:
        original = pointed_at.get((row.merchant, row.original_id or ""))
        yield {
            "business_date": row.day,
            "mti": "0410" if row.kind is Kind.REVERSAL else "0210",
            "de3": row.processing_code,
            "de4": f"{row.amount_minor:012d}",
            "de7": row.sent,
            "de11": row.stan,
            "de37": row.rrn,
            "de38": row.approval_code or "",
            "de39": row.code,
            "de41": row.terminal,
            "de42": row.merchant,
            "de49": row.currency,
            "payment_id": row.payment_id,
            "de90": f"0200{original.stan}{original.sent}".ljust(42, "0") if original is not None else "",
        }


def _stated(rows: Sequence[Movement], pointed_at: dict[tuple[str, str], Movement]) -> dict[str, str]:
    """Return the totals: sales are debits, refunds credits; voids and reversals take back."""
    groups: dict[str, list[int]] = {"76": [], "74": [], "77": [], "75": []}
    for row in rows:
        original = pointed_at.get((row.merchant, row.original_id or ""))
        gives_back = original is not None and original.kind is Kind.REFUND
        match row.kind:
            case Kind.SALE:
                groups["76"].append(row.amount_minor)
            case Kind.REFUND:
                groups["74"].append(row.amount_minor)
            case Kind.VOID:
                groups["77"].append(row.amount_minor)
            case _:
                groups["75" if gives_back else "77"].append(row.amount_minor)
    counts = {f"de{number}": f"{len(amounts):010d}" for number, amounts in groups.items()}
    amounts = {"86": "74", "87": "75", "88": "76", "89": "77"}
    return counts | {f"de{number}": f"{sum(groups[of]):016d}" for number, of in amounts.items()}
