"""A shop that was just filled: nothing is known of how its rows are spread, and no statement reads all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg

from counterfoil.db.asking import driver_of
from counterfoil.db.queries import queries_of
from tests.desk.cases.shop import Desk, finding

_QUERIES = queries_of("counterfoil.desk.cases.following")
#: Findings that come at once, and those that came before.
NEW, BEFORE = 100, 1_000


def _scans(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "Relation Name" in plan:
        yield plan
    for part in plan.get("Plans", ()):
        yield from _scans(part)


def _read_n(scan: Mapping[str, Any]) -> float:
    """Return how many rows a scan has looked at, whether it wanted them or not."""
    looked_at = scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0)
    return float(looked_at * scan["Actual Loops"])


def test_what_is_tied_to_what_is_looked_up_row_by_row(desk: Desk) -> None:
    """With a plan that began with all cases in hand, 2,000 findings beside 12,000 cases took longer than 30 seconds."""
    names = [f"F{number:05d}" for number in range(BEFORE + NEW)]
    for first in range(0, len(names), NEW):
        desk.look(*(finding(name) for name in names[first : first + NEW]))
    with desk.database.transaction(desk.merchant_id) as connection:
        cursor = psycopg.RawCursor(driver_of(connection))
        asked = f"EXPLAIN (ANALYZE, FORMAT JSON) {_QUERIES['ties']}".encode()
        cursor.execute(asked, (desk.merchant_id, names[-NEW:]))
        [(told,)] = cursor.fetchall()
    scans = list(_scans(told[0]["Plan"]))
    assert {scan["Relation Name"] for scan in scans} == {"findings", "finding_subjects", "case_findings", "cases"}
    assert max(map(_read_n, scans)) <= 2 * NEW, [(scan["Relation Name"], _read_n(scan)) for scan in scans]
