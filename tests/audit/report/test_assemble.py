"""The written file: the same bytes for the same input, nothing of the shop's as markup, small, whole or not there."""

from __future__ import annotations

import dataclasses
import gzip
import json
import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pytest

from counterfoil.audit.report import assemble, cases, document, overview, timelines
from counterfoil.audit.report.assemble import write_report
from counterfoil.audit.report.cases import cases_with_timelines
from counterfoil.audit.report.model import FlowEdge, Label, ReportInput
from counterfoil.audit.report.playbooks import sections
from counterfoil.audit.report.zone import epoch_ms, offset_minutes
from counterfoil.bench.report import SIZE_BAR_BYTES
from counterfoil.bench.sample.report_input import report_input
from counterfoil.errors import BadInput, Bug
from tests.audit.report.laid import EVIL, evil_report, finding, moment, report


def _block(out: Path, name: str) -> dict[str, list[object]]:
    text = out.read_text(encoding="utf-8")
    packed = re.search(rf'<script type="application/gzip" id="{name}">([^<]*)</script>', text)
    assert packed is not None, name
    return json.loads(gzip.decompress(b64decode(packed[1])))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "report.html"


def test_the_same_input_in_any_order_gives_the_same_bytes(out: Path, tmp_path: Path) -> None:
    rows = [finding(number, amount_at_risk_minor=number % 3) for number in range(20)]
    moments = tuple(moment(number, id=f"O-{number}-{place}") for number in range(20) for place in range(3))
    write_report(out, report(*rows, moments=moments))
    write_report(tmp_path / "again.html", report(*rows[::-1], moments=moments[::-1]))

    assert out.read_bytes() == (tmp_path / "again.html").read_bytes()


def test_no_text_of_the_shop_stands_in_the_file_as_it_is(out: Path) -> None:
    write_report(out, evil_report())

    text = out.read_text(encoding="utf-8")
    assert EVIL not in text
    assert "onerror=window.evil" not in text


def test_the_policy_allows_the_one_script_by_its_hash_and_no_request(out: Path) -> None:
    write_report(out, report(finding()))

    text = out.read_text(encoding="utf-8")
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    assert script is not None
    digest = b64encode(sha256(script[1].encode()).digest()).decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith(f"default-src 'none'; script-src 'sha256-{digest}';")
    assert "connect-src" not in policy[1]  # default-src 'none' stands for it
    assert "http" not in re.sub(r"http-equiv", "", policy[1])


def test_a_page_that_was_never_built_is_said_so_and_nothing_is_left(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assemble, "built_page", lambda: document.built_page(tmp_path / "nowhere"))

    with pytest.raises(BadInput, match="make setup"):
        write_report(out, report(finding()))
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        write_report(tmp_path / "no" / "such" / "folder" / "report.html", report(finding()))


def test_a_failure_half_way_leaves_the_old_report_alone(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out.write_text("the old one", encoding="utf-8")
    circle = Label(key="a", en="a", zh="a"), Label(key="b", en="b", zh="b")
    flow = (
        FlowEdge(source=circle[0], target=circle[1], count=1),
        FlowEdge(source=circle[1], target=circle[0], count=1),
    )

    with pytest.raises(Bug, match="circle"):
        write_report(out, report(finding(), flow=flow))
    assert out.read_text(encoding="utf-8") == "the old one"
    assert [path.name for path in out.parent.iterdir()] == ["report.html"]


def test_all_findings_are_summed_even_those_that_the_table_leaves_out(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (assemble, overview, cases):
        monkeypatch.setattr(module, "FINDINGS_SHOWN_MAX", 10)
    write_report(out, report(*(finding(number, amount_at_risk_minor=100) for number in range(25))))

    told = _block(out, "overview")
    assert told["findings"] == 25
    assert told["sums"] == [["missing_slip", "paid_no_slip", "high", "CNY", 25, "2500"]]
    assert len(_block(out, "sentences-0")["en"]) == 10


def test_sums_of_money_are_exact_beyond_64_bits(out: Path) -> None:
    most = 2**63 - 1
    write_report(out, report(*(finding(number, amount_at_risk_minor=most) for number in range(3))))

    assert _block(out, "overview")["sums"][0][-1] == str(3 * most)


def test_the_most_at_stake_get_timelines_whatever_their_currency() -> None:
    rows = report(
        finding(1, amount_at_risk_minor=5000, currency="CNY"),
        finding(2, amount_at_risk_minor=4000, currency="JPY"),
        finding(3, amount_at_risk_minor=9000, currency="KWD"),
        finding(4, amount_at_risk_minor=10**9, severity="info"),
        finding(5, amount_at_risk_minor=60, currency=None),
    ).findings

    assert cases_with_timelines(rows).to_pylist() == [
        "finding0002",
        "finding0005",
        "finding0001",
        "finding0003",
        "finding0004",
    ]
    assert cases_with_timelines(rows, limit=2).to_pylist() == ["finding0002", "finding0005"]


def test_timelines_beyond_the_limit_are_left_to_explain(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assemble, "TIMELINES_MAX", 2)
    rows = [finding(number, amount_at_risk_minor=100 - number) for number in range(4)]
    write_report(out, report(*rows, moments=tuple(moment(number) for number in range(4))))

    assert _block(out, "timelines-0")["case"] == [0, 1]


def test_a_case_with_too_many_moments_is_cut_and_says_how_many_are_left_out(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timelines, "EVENTS_PER_CASE_MAX", 5)
    many = tuple(moment(id=f"O-{place}", occurred_at=datetime(2026, 1, 1 + place, tzinfo=UTC)) for place in range(9))
    write_report(out, report(finding(), finding(2), moments=(*many, moment(2))))

    told = _block(out, "timelines-0")
    assert told["left_out"] == {"0": 4}
    assert told["id"] == ["O-0", "O-1", "O-2", "O-3", "O-4", "O-2"]


def test_timelines_lie_in_chunks(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timelines, "CHUNK_CASES", 2)
    rows = [finding(number, amount_at_risk_minor=100 - number) for number in range(5)]
    write_report(out, report(*rows, moments=tuple(moment(number) for number in (0, 1, 3, 4))))

    assert [_block(out, f"timelines-{number}")["case"] for number in range(2)] == [[0, 1], [3, 4]]


def test_findings_that_lack_a_column_are_our_own_fault(out: Path) -> None:
    with pytest.raises(Bug, match="without evidence"):
        write_report(out, report(findings=report(finding()).findings.drop_columns(["evidence"])))


def test_a_severity_that_nobody_knows_is_our_own_fault(out: Path) -> None:
    with pytest.raises(Bug, match="severity"):
        write_report(out, report(finding(severity="terrible")))


def test_local_time_follows_the_zone_through_daylight_saving() -> None:
    times = pa.chunked_array(
        [pa.array([datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC), None])]
    )

    assert offset_minutes(times, "Europe/London").to_pylist() == [0, 60, None]
    assert offset_minutes(times, "Asia/Kolkata").to_pylist() == [330, 330, None]


def test_milliseconds_are_rounded_down_on_both_sides_of_1970() -> None:
    start = datetime(1970, 1, 1, tzinfo=UTC)
    times = pa.chunked_array([pa.array([start + timedelta(microseconds=1999), start - timedelta(microseconds=1)])])

    assert epoch_ms(times).to_pylist() == [1, -1]


def test_a_playbook_is_cut_into_sections_and_the_parts_of_its_diagnoses() -> None:
    text = "# T\n\nPreface.\n\n## What happened\nAll.\n\n- **A** (`late`): slow\n- anybody\n\n### `send_it`\n1. Send.\n"

    preface, happened = sections(text, ["late"])
    assert preface == {"heading": "", "parts": [{"keys": (), "title": "", "html": "<p>Preface.</p>\n"}]}
    assert [part["keys"] for part in happened["parts"]] == [(), ("late",), (), ("send_it",)]


def test_markup_and_unsafe_links_in_a_playbook_are_shown_as_text() -> None:
    (section,) = sections("<img src=x onerror=alert(1)> [x](javascript:alert(1))", [])

    html = section["parts"][0]["html"]
    assert "<img" not in html
    assert "<a" not in html


def test_an_as_of_without_a_zone_is_our_own_fault(out: Path) -> None:
    naive = report(finding())
    broken = dataclasses.replace(naive.run, as_of=datetime(2026, 1, 1))  # noqa: DTZ001  # the fault under test

    with pytest.raises(Bug, match="time zone"):
        write_report(out, dataclasses.replace(naive, run=broken))


def test_a_finding_with_its_timeline_takes_no_more_than_a_share_of_the_size_bar(out: Path, sample: ReportInput) -> None:
    """Five thousand of these and forty-five thousand without a timeline, less than half as heavy, meet the bar."""
    write_report(out, sample)
    page = len(document.built_page().script) + len(document.built_page().style)
    each = (out.stat().st_size - page) / sample.findings.num_rows

    assert page + 5_000 * each + 45_000 * each / 2 <= SIZE_BAR_BYTES


@pytest.mark.long
def test_fifty_thousand_findings_stay_below_the_size_bar(out: Path) -> None:
    write_report(out, report_input(50_000))

    assert out.stat().st_size <= SIZE_BAR_BYTES
