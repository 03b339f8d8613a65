"""The office in a real browser: charts with their tables, the policy and an item; nobody is kept out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.languages import Language
from counterfoil.shop.staff.model import Role
from tests.counter.shop import ANN, BEN
from tests.counter.till import Counter
from tests.desk.steps.shop import found
from tests.web.browser import Window, served, shop_of, window_on
from tests.web.shop import PASSWORD, hire

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

_numbers = count(1)
Opening = Callable[..., Window]


@pytest.fixture
def opening(chromium: Browser, town: Database) -> Iterator[Opening]:
    """Open browsers of the owner of one shop that has sold, voided, and has findings; none of them may complain."""
    with ExitStack() as stack:
        shop = stack.enter_context(shop_of(town, MerchantId(f"o{next(_numbers)}")))
        hire(town, shop.merchant_id, "ona", Role.OWNER)
        hire(town, shop.merchant_id, "lao", Role.OWNER, language=Language.ZH)
        with ThreadPoolExecutor(1) as apart:
            # The browser's own loop runs in this thread.
            apart.submit(_traded, shop).result()
        address = stack.enter_context(served(shop))
        windows: list[Window] = []

        def opened(path: str, *, who: str = "ona", theme: str = "light", width: int = 1280) -> Window:
            context = chromium.new_context(locale="en", color_scheme=theme, viewport={"width": width, "height": 900})
            stack.callback(context.close)
            window = window_on(context, shop, address)
            windows.append(window)
            window.page.goto(f"{address}/sign-in?next={path}")
            if window.page.query_selector('[name="merchant"]') is not None:
                window.page.fill('[name="merchant"]', shop.merchant_id)
            window.page.fill('[name="who"]', who)
            window.page.fill('[name="password"]', PASSWORD)
            window.page.click('form[action="/sign-in"] button[type="submit"]')
            window.page.wait_for_url(f"**{path}")
            return window

        yield opened
        for window in windows:
            assert window.complaints == []


def _traded(shop: Counter) -> None:
    for day in range(3):
        for operator in (ANN, BEN, BEN):
            shop.sell(shop.sale(shop.tender(), operator_id=operator))
            shop.sell(shop.sale(shop.tender("wechat"), operator_id=operator))
        undone = shop.sale(shop.tender(), operator_id=ANN)
        shop.sell(undone)
        shop.void(undone.tenders[0].payment_id, 500)
        found(shop, shop.number("F"), amount_at_risk_minor=500 + day, terminal_id="t1")
        shop.clock.passes(days=1)
    with shop.database.transaction(shop.merchant_id) as connection:
        connection.execute(
            sa.text(
                "INSERT INTO taxes (merchant_id, tax_code, name_en, name_zh, rate, included) "
                "VALUES (:merchant, 'A', 'VAT', '增值税', 0.13, true)"
            ),
            {"merchant": shop.merchant_id},
        )


@pytest.mark.parametrize(("theme", "width", "who"), [("light", 1280, "ona"), ("dark", 390, "lao")])
def test_the_figures_are_drawn_and_stand_in_tables_as_well(opening: Opening, theme: str, width: int, who: str) -> None:
    window = opening("/office/overview", who=who, theme=theme, width=width)
    charts = window.page.locator(".chart-place")
    window.page.wait_for_function(
        "() => [...document.querySelectorAll('.chart-place')].every((place) => place.querySelector('svg path'))"
    )
    assert charts.count() == 7
    # Each part of a stack has a pattern of its own.
    assert window.page.locator(".chart-place svg pattern").count() > 0
    tables = window.page.locator(".chart > details table")
    assert tables.count() == charts.count()
    assert "Tue, 3 Mar" in tables.first.text_content() or who == "lao"
    assert "15" in tables.first.text_content()
    assert window.barriers() == []
    window.page.emulate_media(media="print")
    assert all(table.is_visible() for table in tables.all())


@pytest.mark.parametrize(("theme", "width", "who"), [("light", 1280, "ona"), ("dark", 390, "lao")])
@pytest.mark.parametrize("path", ["/office/policy", "/office/policy/values/slip_within", "/office/items/bread"])
def test_nobody_is_kept_out_of_the_policy_and_the_items(
    opening: Opening, path: str, theme: str, width: int, who: str
) -> None:
    window = opening(path, who=who, theme=theme, width=width)
    assert window.barriers() == []
    assert window.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_count_is_looked_at_and_taken_by_two_presses(opening: Opening) -> None:
    window = opening("/office/items/bread")
    window.page.fill('[name="counted"]', "970")
    window.page.fill('[name="reason"]', "monthly count")
    window.page.click("text=Show the difference")
    window.sees("less than the books say")
    assert window.barriers() == []
    window.page.click("text=Take this count")
    window.sees("The count is taken.")
    assert window.counter.value("SELECT on_hand FROM stock WHERE sku = 'bread' AND store_id = 's1'") == 970
