"""What the bench of the desk shows and reads: cases of every diagnosis, and pages as a browser sees them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from counterfoil.bench.desk.findings import finding
from counterfoil.bench.desk.reader import Times, cases_on, older_than
from counterfoil.detectors.catalogue import catalogue

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def test_every_diagnosis_occurs_in_a_few_thousand_findings_and_each_is_of_a_sale_of_its_own() -> None:
    found = [finding(number, sales=10_000, now=NOW) for number in range(4_000)]
    known = {(detector.id, each.id) for detector in catalogue().values() for each in detector.diagnoses}
    assert {(each["exception"], each["diagnosis"]) for each in found} == known
    assert len({each["subject"] for each in found}) == len(found)
    assert not any("{" in each["explanation_en"] + each["explanation_zh"] for each in found)


def test_a_finding_is_the_same_each_time() -> None:
    assert finding(7, sales=1_000, now=NOW) == finding(7, sales=1_000, now=NOW)


def test_an_inbox_leads_to_its_cases_and_to_its_next_page() -> None:
    page = (
        '<a class="case-said" href="/desk/cases/b1" data-row-link>x</a><a href="/desk/cases/b1">b1</a>'
        '<a href="/desk/cases/b2">y</a><a class="btn btn-sm" href="/desk?sort=money&amp;after=m.9.b2" rel="next">'
    )
    assert cases_on(page) == ["b1", "b2"]
    assert older_than(page) == "/desk?sort=money&after=m.9.b2"
    assert older_than("<p>no more</p>") is None


@pytest.mark.parametrize(("n", "p95"), [(1, 0.0), (20, 19.0), (100, 95.0)])
def test_times_are_summed_up_by_rank(n: int, p95: float) -> None:
    times = Times.of("x", [float(each) for each in reversed(range(n))])
    assert (times.n, times.p95_ms, times.most_ms) == (n, p95, n - 1)
