"""The page in a real browser: it draws everything, asks the network for nothing, and obeys nobody's data."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from counterfoil.audit.report.model import CoverageLine, ReportInput, SalesTotal
from tests.audit.report.conftest import Opener, Window
from tests.audit.report.laid import EVIL, evil_report, finding, moment, report, run

pytestmark = pytest.mark.browser

VIEWS = ("overview", "findings", "charts", "match", "playbooks", "checks", "files")
SOLD = (SalesTotal(merchant_id="shop", currency="CNY", sales_n=40, sales_minor=123456),)


def _first_case(window: Window) -> None:
    window.go("#/findings")
    window.page.locator(".row a").first.click()
    window.page.wait_for_selector(".ledger, .command")


def test_every_view_draws_without_a_complaint_or_a_request(opened: Opener, sample_file: Path) -> None:
    window = opened(sample_file)
    for view in VIEWS:
        window.go(f"#/{view}")
        assert window.page.locator("main h1").count() == 1, view
    _first_case(window)

    assert window.complaints == []
    assert window.requests == [sample_file.as_uri()]


@pytest.mark.parametrize("width", [390, 820, 1600])
def test_no_view_is_wider_than_its_window(opened: Opener, sample_file: Path, width: int) -> None:
    window = opened(sample_file, width=width)
    for view in VIEWS:
        window.go(f"#/{view}")
        assert window.page.evaluate("document.documentElement.scrollWidth") <= width, view
    _first_case(window)
    assert window.page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_the_shop_wrote_is_shown_and_never_obeyed(opened: Opener) -> None:
    window = opened(evil_report())
    for view in (*VIEWS, "findings", "playbooks/" + EVIL.replace("/", "%2F")):
        window.go(f"#/{view}")
    _first_case(window)
    for details in window.page.locator("details.entry summary").all():
        details.click()

    assert EVIL in window.text("main")
    assert window.page.evaluate("window.evil") is None
    assert window.page.locator("main img").count() == 0
    assert window.complaints == []
    assert len(window.requests) == 1


def test_a_script_that_is_not_the_page_s_own_does_not_run(opened: Opener, sample_file: Path) -> None:
    window = opened(sample_file)
    window.page.evaluate("""() => {
      const script = document.createElement('script');
      script.textContent = 'window.evil = 1';
      document.body.append(script);
    }""")

    assert window.page.evaluate("window.evil") is None
    assert any("Content Security Policy" in said for said in window.complaints)


#: Text nodes with Chinese letters that do not say, by their language, that they are Chinese.
_STRAY_CHINESE = """() => {
  const stray = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!/[\\u4e00-\\u9fff]/.test(node.textContent) || parent.closest('script, noscript, style')) continue;
    if (parent.closest('[lang]').lang.startsWith('zh') || parent.closest('.totals-table')) continue;
    stray.push(node.textContent);
  }
  return stray;
}"""


def test_the_english_page_holds_no_chinese(opened: Opener, sample_file: Path) -> None:
    window = opened(sample_file, language="en")
    for view in VIEWS:
        window.go(f"#/{view}")
        assert window.page.evaluate(_STRAY_CHINESE) == [], view
    _first_case(window)
    assert window.page.evaluate(_STRAY_CHINESE) == []


def test_the_chinese_page_holds_no_english_words_of_the_page(opened: Opener, sample_file: Path) -> None:
    words = Path(__file__).parents[3] / "src/counterfoil/audit/report/page/src/words/page.json"
    english = {one for one, other in json.loads(words.read_text(encoding="utf-8")).values() if one != other}
    window = opened(sample_file, language="en")
    window.page.get_by_role("button", name="中文").click()

    assert window.page.evaluate("document.documentElement.lang") == "zh-CN"
    for view in (*VIEWS, "case"):
        _first_case(window) if view == "case" else window.go(f"#/{view}")
        lines = {line.strip() for line in window.text("body").splitlines()}
        assert lines & english == set(), view


def test_the_language_survives_a_reload(opened: Opener, sample_file: Path) -> None:
    window = opened(sample_file)
    window.page.get_by_role("button", name="中文").click()
    window.page.reload()

    assert "涉险金额" in window.text()


def test_the_page_opens_in_the_language_of_the_run(opened: Opener) -> None:
    assert "涉险金额" in opened(report(finding(), run=run(language="zh"))).text()


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


def test_a_case_shows_what_is_missing_and_where_its_evidence_lies(opened: Opener) -> None:
    told = (
        moment(),
        moment(moment="closed_at"),
        moment(table="order_lines", id="O-1/1", occurred_at=None, moment=None),
    )
    window = opened(report(finding(), moments=told), "#/case/finding0001", language="en")
    window.page.wait_for_selector(".ledger")

    text = window.text()
    assert "Order O-1 was paid and no slip was printed." in text
    assert window.text(".missing").splitlines()[:2] == ["Expected, not there", "A slip"]
    assert re.search(r"orders\.csv\s*line 2", text)
    assert "counterfoil explain finding0001 --in audit-out" in text
    assert "Send the slip" in window.text(".next")


def test_a_case_shows_only_the_steps_of_its_own_diagnosis(opened: Opener) -> None:
    window = opened(report(finding(), moments=(moment(),)), "#/case/finding0001", language="en")

    steps = window.text(".playbook")
    assert "Send the slip" in steps
    assert "Sync the terminal" not in steps
    window.go("#/playbooks/missing_slip")
    assert "Sync the terminal" in window.text(".playbook")


def test_a_case_without_a_timeline_gives_the_command_to_copy(opened: Opener) -> None:
    window = opened(report(finding(), run=run(explain_in="my folder")), "#/case/finding0001", language="en")

    assert window.text(".command") == "counterfoil explain finding0001 --in 'my folder'"


def test_twins_stand_side_by_side_with_their_differences_marked(opened: Opener) -> None:
    twin = finding(
        1, exception="duplicate_order", diagnosis="double_charge", subject="order:B", other_subject="order:A"
    )
    plain = {"total_minor": 1234, "currency": "CNY", "state": "paid"}
    told = (
        moment(id="A", row={"order_id": "A", "terminal_id": "till-1", **plain}),
        moment(id="B", row={"order_id": "B", "terminal_id": "till-2", **plain}),
    )
    window = opened(report(twin, moments=told), "#/case/finding0001", language="en")
    window.page.wait_for_selector("table.twins")

    assert window.page.locator("tr.differs th").all_inner_texts() == ["Order", "Terminal"]
    assert window.page.locator("tbody.equal th").all_inner_texts() == ["Total", "Currency", "State"]


def test_an_unknown_case_is_said_to_be_unknown(opened: Opener) -> None:
    assert "no finding nobody" in opened(report(finding()), "#/case/nobody", language="en").text()


def test_a_clean_shop_is_told_so(opened: Opener) -> None:
    line = CoverageLine(exception="missing_slip", diagnosis="paid_no_slip", examined=True)
    window = opened(report(totals=SOLD, coverage=(line,)), language="en")

    assert "Every sale reached a clean end." in window.text(".hero")
    assert "40 sales examined" in window.text(".hero")


def test_a_shop_of_which_a_part_was_not_examined_is_not_called_clean(opened: Opener) -> None:
    lines = tuple(
        CoverageLine(
            exception="missing_slip", diagnosis=name, examined=name == "paid_no_slip", reason_en="no notices book"
        )
        for name in ("paid_no_slip", "notified_not_paid")
    )
    window = opened(report(totals=SOLD, coverage=lines), language="en")

    assert "Every sale reached a clean end." not in window.text()
    assert "no notices book" in window.text(".coverage")


def test_files_without_a_sale_or_a_book_are_not_called_clean(opened: Opener) -> None:
    nothing = (SalesTotal(merchant_id="shop", currency="CNY", sales_n=0, sales_minor=0),)
    assert "There are no sales in these files." in opened(report(totals=nothing), language="en").text(".hero")

    line = CoverageLine(exception="missing_slip", diagnosis="paid_no_slip", examined=False, reason_en="no orders book")
    window = opened(report(coverage=(line,)), language="en")
    assert "Nothing could be examined." in window.text(".hero")


def test_findings_for_information_are_no_money_at_risk(opened: Opener) -> None:
    rows = (finding(1, severity="info", diagnosis="operator_outlier", exception="void_mismatch"),)
    assert "Nothing is at risk" in opened(report(*rows, totals=SOLD), language="en").text(".hero")


def test_printing_the_findings_prints_their_rows(opened: Opener, sample_file: Path) -> None:
    window = opened(sample_file, "#/findings?severity=high")
    window.page.emulate_media(media="print")
    window.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    found = int(window.text(".found").split()[0])
    assert window.page.locator(".row").count() == min(found, 300)
    assert not window.page.locator(".tools").is_visible()
