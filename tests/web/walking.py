"""Somebody at a browser who reads one language: what they press and fill in is found by its role and its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from counterfoil.languages import Language, Text
from tests.counter.shop import ANN, PINS, SUE
from tests.web.browser import MEANT_MS, barriers_on
from tests.web.shop import PASSWORD
from tests.web.street import Street

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, ViewportSize

#: What the browser itself says of an answer that was a "no", and of a PIN or password that is set for somebody else.
_EXPECTED = ("Failed to load resource", "Password forms should have (optionally hidden) username fields")
#: A whole journey has many steps; a busy machine is no fault of any.
PATIENCE_MS = 40_000
#: Ids as the shop makes them, and digests.
_ID = re.compile(
    r"(?<![0-9A-Za-z])(?:[a-z]{1,12}[:-])?(?:[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{32,64})(?:\.[a-z][0-9]{1,3})?(?![0-9A-Za-z])"
)
#: What keeps the two directions of writing apart, and is not seen.
_UNSEEN = "[\u2066-\u2069]*"
#: A card of the tests, as a reader types its second track.
CARD = "4242424242424242=2912"
_SEES = """(text) => document.body.innerText.replace(/[\\u2066-\\u2069]/g, '').replace(/\\s+/g, ' ').includes(text)"""

#: What the browser makes of files that are dragged in from outside.
_DRAGGED = """(files) => {
  const dragged = new DataTransfer();
  for (const file of files) dragged.items.add(new File([file.text], file.name));
  return dragged;
}"""


@dataclass(slots=True, kw_only=True)
class Walker:
    """One person, their browser, and the language that they read."""

    street: Street
    page: Page
    complaints: list[str] = field(default_factory=list)

    def words(self, *, en: str, zh: str) -> str:
        """Return the words of this language."""
        return Text(en=en, zh=zh).to(self.street.language)

    def button(self, *, en: str, zh: str, exact: bool = False) -> Locator:
        """Return the button of these words."""
        words = self.words(en=en, zh=zh)
        return self.page.get_by_role("button", name=words if exact else _seen(words), exact=exact).first

    def press(self, *, en: str, zh: str) -> None:
        """Press a button."""
        self.button(en=en, zh=zh).click()

    def open(self, *, en: str, zh: str) -> None:
        """Open what is folded away behind these words."""
        self.page.locator("summary").filter(has_text=_seen(self.words(en=en, zh=zh))).first.click()

    def follow(self, *, en: str, zh: str) -> None:
        """Follow a link."""
        self.page.get_by_role("link", name=_seen(self.words(en=en, zh=zh))).first.click()

    def fill(self, value: str, *, en: str, zh: str) -> None:
        """Fill in the field of this label that is in sight."""
        self._field(en=en, zh=zh).fill(value)

    def choose(self, value: str, *, en: str, zh: str) -> None:
        """Choose from the list of this label."""
        self._field(en=en, zh=zh).select_option(value)

    def choose_words(self, value: Text, *, en: str, zh: str) -> None:
        """Choose from the list of this label, by the words that stand in it."""
        self._field(en=en, zh=zh).select_option(label=value.to(self.street.language))

    def drops(self, *paths: Path) -> None:
        """Drop files on the page, as somebody does who drags them there."""
        files = [{"name": path.name, "text": path.read_text(encoding="utf-8")} for path in paths]
        dragged = self.page.evaluate_handle(_DRAGGED, files)
        place = self.page.get_by_label(self.words(en="Drop files here", zh="将文件拖到此处"))
        place.dispatch_event("drop", {"dataTransfer": dragged})

    def _field(self, *, en: str, zh: str) -> Locator:
        return self.page.get_by_label(_seen(self.words(en=en, zh=zh))).filter(visible=True).first

    def sees(self, *, en: str, zh: str) -> None:
        """Wait until these words are in sight; AssertionError with what is there instead."""
        words = self.words(en=en, zh=zh)
        try:
            self.page.wait_for_function(_SEES, arg=words)
        except PlaywrightTimeout:
            there = self.page.inner_text("main")
            raise AssertionError(f"not in sight: {words!r}, but {there!r}") from None

    def goes_to(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.street.address + path)

    # ------------------------------------------------------------ signing in

    def sign_in(self, who: str, next_path: str) -> None:
        """Sign in, and have the pages speak this language."""
        self.goes_to(f"/sign-in?next={next_path}")
        shop = self.page.get_by_label(self.words(en="Shop", zh="商户"), exact=True)
        if shop.count():
            shop.fill(self.street.merchant_id)
        self.fill(who, en="Name or staff number", zh="姓名或员工号")
        self.fill(PASSWORD, en="Password", zh="密码")
        self.press(en="Sign in", zh="登录")
        self.page.wait_for_url("**" + next_path + "*" if next_path != "/till" else "**/till/**")

    def open_till(self, who: str = ANN) -> None:
        """Stand at the first till."""
        self.sign_in(who, "/till")
        self.page.get_by_role("radio").first.check()
        self.press(en="Open this till", zh="使用这台收银机")
        self.sees(en="The basket is empty", zh="购物篮是空的")

    # ------------------------------------------------------------ at the till

    def rings_up(self, *codes: str) -> None:
        """Key codes, and wait for each to be priced."""
        for code in codes:
            with self.page.expect_response("**/till/data/basket"):
                entry = self.page.get_by_role("combobox", name=self.words(en="Scan, key a code", zh="扫码、输入编码"))
                entry.fill(code)
                entry.press("Enter")

    def shows_card(self) -> None:
        """Go to the tenders, and let the customer hold a card to the reader."""
        self.press(en="Pay", zh="收款")
        self.press(en="Card", zh="银行卡")
        self.fill(CARD, en="Card: tap, insert", zh="银行卡：请在读卡器")
        self.press(en="Charge", zh="收款")

    def sells_by_card(self, *codes: str) -> None:
        """Sell for a card, and begin the next sale."""
        self.rings_up(*codes)
        self.shows_card()
        self.sees(en="No change", zh="无需找零")
        self.next_sale()

    def prints_the_slip(self) -> None:
        """Print the slip, and say that it came out."""
        for en, zh in (("Print the slip", "打印小票"), ("Yes, it came out", "是，已打印")):
            self.button(en=en, zh=zh).wait_for()
            self.page.wait_for_timeout(MEANT_MS)
            self.press(en=en, zh=zh)
        self.sees(en="The slip is printed.", zh="小票已打印。")

    def next_sale(self) -> None:
        """Begin the next sale."""
        self.page.wait_for_timeout(MEANT_MS)
        self.press(en="Next sale", zh="下一单")
        self.sees(en="The basket is empty", zh="购物篮是空的")

    def opens_last_sale(self) -> None:
        """Open the newest sale of this till."""
        self.press(en="Sales", zh="销售记录")
        self.page.get_by_role("dialog").get_by_role("listitem").get_by_role("button").first.click()

    def gives_back(self, why: Text) -> None:
        """Give all of a sale back that is in sight, allowed by the manager."""
        self.press(en="Give money back", zh="退款")
        self.choose_words(why, en="What went wrong", zh="原因分类")
        self.page.get_by_role("radio", name=SUE).check()
        self.fill(PINS[SUE], en="PIN", zh="PIN")
        self.press(en="Give money back:", zh="退款：")

    # ------------------------------------------------------------ at the desk

    def opens_case(self, diagnosis: str) -> str:
        """Find the newest case of a diagnosis in the inbox, open it, and return its id."""
        case_id = self.street.case(diagnosis)
        said = self.street.said(case_id)
        self.goes_to("/desk")
        self.follow(en=said, zh=said)
        self.sees(en="Put it right", zh="处理步骤")
        return case_id

    def barriers(self) -> list[str]:
        """Return what keeps somebody out of the page as it stands."""
        return barriers_on(self.page)


@contextmanager
def walking(
    street: Street, who: str = "", next_path: str = "/desk", *, theme: Literal["light", "dark"] = "light"
) -> Iterator[Walker]:
    """Let somebody come with a browser of their own; it must not have complained when they go."""
    locale = "en-GB" if street.language is Language.EN else "zh-CN"
    size: ViewportSize = {"width": 1280, "height": 900}
    with street.chromium.new_context(locale=locale, viewport=size, color_scheme=theme) as context:
        context.set_default_timeout(PATIENCE_MS)
        walker = Walker(street=street, page=context.new_page())
        walker.page.on("console", lambda said: walker.complaints.append(f"{said.type}: {said.text}"))
        walker.page.on("pageerror", lambda error: walker.complaints.append(f"error: {error}"))
        if who:
            walker.sign_in(who, next_path)
        yield walker
        complaints = [one for one in walker.complaints if not any(known in one for known in _EXPECTED)]
        assert not complaints, complaints


def _seen(words: str) -> re.Pattern[str]:
    """Return a pattern of words, wherever marks that nobody sees stand between them."""
    # A blank may be one at which no line is broken.
    letters = (r"\s" if letter == " " else re.escape(letter) for letter in _as_shown(words))
    return re.compile(_UNSEEN + _UNSEEN.join(letters))


def _as_shown(words: str) -> str:
    """Return a sentence as a page shows it: of ids their ends."""
    return _ID.sub(lambda found: f"…{found[0][-8:]}", words)
