"""The page in a real browser: it draws everything, asks the network for nothing, and obeys nobody's data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from counterfoil.audit.report.model import CoverageLine, SalesTotal
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


def test_an_answer_of_the_acquirer_stands_there_with_what_it_means(opened: Opener) -> None:
    rows = [{"payment_id": f"P-{n}", "response_code": code} for n, code in enumerate(["51", "USER_PAYING", "X9"], 1)]
    told = [moment(1, table="payments", id=row["payment_id"], row=row) for row in rows]
    window = opened(report(finding(1), moments=tuple(told)))
    _first_case(window)
    for details in window.page.locator("details.entry summary").all():
        details.click()

    said = window.page.locator("dl.fields div", has_text="Response code").all_inner_texts()
    assert [line.split("\n")[-1] for line in said] == [
        "51 · the balance is too low",
        "USER_PAYING · the customer has not paid yet",
        "X9",
    ]


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


def test_the_page_opens_in_the_language_that_its_address_asks_for(opened: Opener) -> None:
    window = opened(report(finding(), run=run(language="en")))
    window.page.goto(f"{window.page.url}?lang=zh")
    window.page.wait_for_selector("html[lang='zh-CN'] main h1")
    assert "涉险金额" in window.text()


def test_the_page_opens_in_the_language_of_the_run(opened: Opener) -> None:
    assert "涉险金额" in opened(report(finding(), run=run(language="zh"))).text()


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
