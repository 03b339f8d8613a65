"""An audit in a real browser: the script sends files, the page follows the run, and the report is drawn."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from counterfoil.bench import browser as installed_browser
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.jobs import tasks
from counterfoil.jobs.background import Background
from counterfoil.shop.staff.model import Role
from tests.counter.counters import town as town
from tests.web.audits import BILL
from tests.web.audits import quick as quick
from tests.web.browser import WAIT_MS_MAX, served, shop_of, window_on
from tests.web.shop import PASSWORD, hire, house_of

pytestmark = pytest.mark.browser

_numbers = count(1)


@pytest.mark.usefixtures("quick")
def test_files_are_sent_run_and_read_without_a_complaint_of_the_browser(town: Database, tmp_path: Path) -> None:
    if installed_browser.installed() is None:
        pytest.skip("no Chromium on this machine")
    with shop_of(town, MerchantId(f"audited{next(_numbers)}")) as counter:
        hire(counter.database, counter.merchant_id, "fay", Role.FINANCE)
        house = replace(house_of(counter), audits_home=tmp_path / "audits")
        with served(counter, house) as address, installed_browser.browser() as started:
            window = window_on(started.new_context(), counter, address)
            page = window.page
            page.goto(f"{address}/sign-in?next=/office/audits")
            if page.query_selector('[name="merchant"]') is not None:
                page.fill('[name="merchant"]', counter.merchant_id)
            page.fill('[name="who"]', "fay")
            page.fill('[name="password"]', PASSWORD)
            page.click('form[action="/sign-in"] button[type="submit"]')
            page.click("text=Begin an audit")
            bad = tmp_path / "holiday.csv"
            bad.write_text("what,ever\n1,2\n")
            page.set_input_files("#files", [bad, BILL])
            page.click('form[data-drop] button[type="submit"]')
            page.wait_for_selector("text=expected a bill or an export")
            page.wait_for_selector("text=1 file is here.")
            page.click("button:has-text('Run the audit')")
            page.wait_for_selector("text=The worker takes it up when it is free.")
            page.screenshot(path=str(tmp_path / "waiting.png"))
            tasks.run_audits(Background(house=house), merchant_id=counter.merchant_id)
            # The page asks by itself.
            page.wait_for_selector("text=Open the report", timeout=WAIT_MS_MAX)
            page.screenshot(path=str(tmp_path / "done.png"), full_page=True)
            with page.context.expect_page() as opened:
                page.click("text=Open the report")
            report = opened.value
            report.on("pageerror", lambda error: window.complaints.append(f"report: {error}"))
            report.wait_for_selector("#page h1")
            # A refused file is an answer that the browser itself tells of.
            assert [said for said in window.complaints if "409" not in said] == []
