"""The list of findings in a real browser: filtered, searched, counted, exported, printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.audit.report.model import ReportInput
from tests.audit.report.conftest import Opener
from tests.audit.report.laid import finding, report, run

pytestmark = pytest.mark.browser


def test_a_filter_in_the_address_gives_its_findings_and_their_number(
    opened: Opener, sample: ReportInput, sample_file: Path
) -> None:
    severities = sample.findings["severity"].to_pylist()
    window = opened(sample_file, "#/findings?severity=critical", language="en")

    assert window.text(".found") == f"{severities.count('critical')} of {len(severities)} findings"
    window.page.get_by_role("checkbox", name="High").check()
    both = sum(severity in {"critical", "high"} for severity in severities)
    assert window.text(".found") == f"{both} of {len(severities)} findings"
    assert "severity=high" in window.page.url


def test_search_finds_ids_titles_in_both_languages_and_words_of_sentences(opened: Opener) -> None:
    rows = (finding(1), finding(2, explanation_en="The zebra was refunded."), finding(3, diagnosis="slip_failed"))
    window = opened(report(*rows), language="en")
    for query, found in (
        ("o-2", "1 of 3"),
        ("zebra", "1 of 3"),
        ("卡纸" * 9, "0 of 3"),
        ("till-1 o-3", "1 of 3"),
        ("小票", ""),
    ):
        window.go(f"#/findings?q={query}")
        window.page.wait_for_timeout(500)  # the sentences arrive while nobody waits
        assert found in window.text(".found"), query


def test_amounts_are_filtered_in_whole_units_of_their_own_currency(opened: Opener) -> None:
    rows = (
        finding(1, amount_at_risk_minor=1050, currency="CNY"),
        finding(2, amount_at_risk_minor=1050, currency="JPY"),
        finding(3, amount_at_risk_minor=1050, currency="KWD"),
    )
    window = opened(report(*rows), "#/findings?min=10.5&max=1049.99", language="en")
    assert window.text(".found") == "1 of 3 findings"

    window.go("#/findings?min=1.05")
    assert window.text(".found") == "3 findings"


def test_money_is_written_with_the_digits_of_its_currency_and_never_rounded(opened: Opener) -> None:
    rows = (
        finding(1, amount_at_risk_minor=2**63 - 1, currency="KWD"),
        finding(2, amount_at_risk_minor=1234567, currency="JPY"),
        finding(3, amount_at_risk_minor=5, currency="CNY"),
        finding(4, amount_at_risk_minor=77, currency=None),
    )
    window = opened(report(*rows), "#/findings", language="en")

    amounts = [text.replace("\n", "") for text in window.page.locator(".cell-money").all_inner_texts()]
    assert amounts == ["KWD 9,223,372,036,854,775.807", "JPY 1,234,567", "77", "CNY 0.05"]


def test_times_are_those_of_the_policy_s_zone(opened: Opener) -> None:
    window = opened(report(finding()), "#/findings")
    assert window.text(".cell-when").split() == ["2026-03-14", "12:00:00"]


def test_days_and_hours_are_filtered_by_the_shop_s_clock(opened: Opener) -> None:
    window = opened(
        report(finding(), run=run(time_zone="America/New_York")), "#/findings?from=2026-03-14", language="en"
    )
    assert window.text(".cell-when").split() == ["2026-03-14", "00:00:00"]
    for query, found in (
        ("to=2026-03-13", "0 of 1"),
        ("hour=0", "1 finding"),
        ("weekday=5", "1 finding"),
        ("weekday=6", "0 of 1"),
    ):
        window.go(f"#/findings?{query}")
        assert found in window.text(".found"), query


def test_only_the_rows_in_sight_are_in_the_document(opened: Opener, sample_file: Path) -> None:
    window = opened(sample_file, "#/findings")
    assert 5 < window.page.locator(".row").count() < 40
    window.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    window.page.wait_for_timeout(200)

    last = int(window.page.locator(".row").last.get_attribute("aria-rowindex") or 0)
    assert last == 301


def test_exported_rows_are_the_filtered_ones_and_no_formula(opened: Opener) -> None:
    rows = (
        finding(1, operator_id='=HYPERLINK("x")', store_id="+1", terminal_id="@a,b", explanation_en='say "no"'),
        finding(2, severity="low"),
    )
    window = opened(report(*rows), "#/findings?severity=high", language="en")
    with window.page.expect_download() as waiting:
        window.page.get_by_role("button", name="Export CSV").click()

    lines = Path(waiting.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(
        'finding0001,missing_slip,paid_no_slip,high,shop,\'+1,"\'@a,b","\'=HYPERLINK(""x"")",order:O-1,,'
    )
    assert "2026-03-14T12:00:00.000+08:00,1234,CNY,," in lines[1]
    assert '"say ""no"""' in lines[1]


def test_printing_the_findings_prints_their_rows(opened: Opener, sample_file: Path) -> None:
    window = opened(sample_file, "#/findings?severity=high")
    window.page.emulate_media(media="print")
    window.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    found = int(window.text(".found").split()[0])
    assert window.page.locator(".row").count() == min(found, 300)
    assert not window.page.locator(".tools").is_visible()


def test_letters_typed_while_the_page_filters_are_not_lost(opened: Opener, sample_file: Path) -> None:
    window = opened(sample_file, "#/findings")
    window.page.locator("#search").press_sequentially("till-01-1 slip", delay=45)
    window.page.wait_for_function("() => location.hash.includes('q=till-01-1+slip')")

    assert window.page.locator("#search").input_value() == "till-01-1 slip"
