"""What others wrote stands at the till in the language of the cashier: names of goods, and an acquirer's no."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from counterfoil.answer_words import TABLE
from counterfoil.books.payments.ports import Decline
from counterfoil.books.payments.refusals import PaymentRefusal
from counterfoil.books.payments.rules import refused
from counterfoil.ids import MerchantId
from counterfoil.languages import Language
from counterfoil.shop.catalogue.model import Named
from counterfoil.shop.catalogue.store import names_of
from counterfoil.shop.catalogue.tables import ITEMS
from counterfoil.shop.staff.lock_out import FAILURES_MAX
from counterfoil.web.refusing import refusal_said
from counterfoil.web.till.standing import said_no
from tests.counter.acquirer import Fate
from tests.counter.shop import SUE
from tests.web.till import BrowserTill, done, no


def named(till: BrowserTill, sku: str, **names: str | None) -> None:
    with till.counter.database.transaction(till.counter.merchant_id) as connection:
        connection.execute(sa.update(ITEMS).where(ITEMS.c.sku == sku).values(names))


def reads(till: BrowserTill, language: Language) -> None:
    """Let whoever stands there read another language."""
    with till.counter.database.transaction(till.counter.merchant_id) as connection:
        connection.execute(sa.text("UPDATE sessions SET language = :language"), {"language": language})


def test_goods_are_called_as_whoever_stands_there_calls_them_and_the_sold_name_stays_beside(till: BrowserTill) -> None:
    named(till, "bread", name_en="Bread", name_zh="面包")
    sale = till.sale(till.tender())
    sold = done(till.offer(sale))
    assert sold["names"] == {"1": {"name": "Bread", "sold_as": None}}
    reads(till, Language.ZH)
    for told in (done(till.ask("GET", f"sales/{sale['order_id']}")), *done(till.ask("GET", "latest"))):
        assert told["names"] == {"1": {"name": "面包", "sold_as": "Bread"}}
        # The fact itself is what it was.
        assert told["order"]["lines"][0]["name"] == "Bread"


def test_an_item_without_a_name_in_this_language_is_called_as_it_was_sold(till: BrowserTill) -> None:
    named(till, "bread", name_en="Bread", name_zh=None)
    sale = till.sale(till.tender())
    done(till.offer(sale))
    named(till, "bread", name_en="Wheat bread")
    assert done(till.ask("GET", f"sales/{sale['order_id']}"))["names"] == {
        "1": {"name": "Wheat bread", "sold_as": "Bread"}
    }
    reads(till, Language.ZH)
    assert done(till.ask("GET", f"sales/{sale['order_id']}"))["names"] == {"1": {"name": "Bread", "sold_as": None}}


def test_a_discount_is_said_in_the_language_of_the_reader(till: BrowserTill) -> None:
    off = {"permille": 100, "reason": "dented", "authoriser_id": "sue"}
    priced = till.price({"sku": "bread", "discount": off})
    discount = next(line for line in priced["lines"] if line["line_kind"] == "discount")
    assert discount["name"] == "Discount"
    reads(till, Language.ZH)
    priced = till.price({"sku": "bread", "discount": off})
    assert next(line for line in priced["lines"] if line["line_kind"] == "discount")["name"] == "单品折扣"


def test_the_names_of_a_page_are_asked_at_once_however_many_its_lines(till: BrowserTill) -> None:
    done(till.offer(till.sale(till.tender())))
    asked: list[str] = []
    sa.event.listen(till.counter.database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    till.ask("GET", "latest")
    few = sum("FROM items" in one for one in asked)
    with till.counter.database.transaction(till.counter.merchant_id) as connection:
        sold = names_of(connection, till.counter.merchant_id, ["bread", "milk", "nothing"])
        assert names_of(connection, till.counter.merchant_id, []) == {}
        assert names_of(connection, MerchantId("somebody else"), ["bread"]) == {}
    assert sold == {"bread": Named(en="bread", zh=None), "milk": Named(en="milk", zh=None)}
    till.counter.clock.passes(minutes=10)
    done(till.offer(till.sale(till.tender("cash", 340), priced=till.price({"sku": "milk"}, {"sku": "egg"}))))
    asked.clear()
    till.ask("GET", "latest")
    assert sum("FROM items" in one for one in asked) == few == 1


def test_a_no_is_said_with_what_can_be_done_in_the_language_of_the_cashier(till: BrowserTill) -> None:
    reads(till, Language.ZH)
    till.counter.host.plan("charge", Fate.DECLINED)
    sale = till.sale(till.tender("card"))
    told = done(till.offer(sale))
    assert told["no"] == {"said": "余额不足", "advice": "可部分付款，或换卡、换码、付现金。"}
    # Whoever opens the sale again is told that it was refused, if not why: no code came with it.
    again = done(till.ask("GET", f"sales/{sale['order_id']}"))["no"]
    assert again["said"] == "收单方因其自身原因拒绝"
    with till.counter.database.transaction(till.counter.merchant_id) as connection:
        connection.execute(sa.text("UPDATE payments SET response_code = '51'"))
    assert done(till.ask("GET", f"sales/{sale['order_id']}"))["no"]["said"] == "余额不足（银行原代码：51）"


@pytest.mark.parametrize("decline", Decline)
@pytest.mark.parametrize("language", Language)
def test_every_no_can_be_said_at_the_till(decline: Decline, language: Language) -> None:
    no = said_no("sale", None, decline, language)
    assert no.said, TABLE
    assert no.advice, TABLE
    assert said_no("refund", "X7", None, language).said != no.said


def test_a_pin_that_is_locked_is_so_until_a_time_of_the_shop_s_own_clock(till: BrowserTill) -> None:
    discount = {"permille": 100, "reason": "dented", "authoriser_id": SUE}
    basket = {"lines": [{"sku": "bread", "quantity": "1", "entry": "keyed"}], "discount": discount}
    wanted = {"order_id": "o1", "basket": basket, **till.consent()}
    for _press in range(FAILURES_MAX):
        assert no(till.ask("POST", "consents", {**wanted, "pin": "00000"})) == "pin_refused"
    said = till.ask("POST", "consents", wanted).json()["happened"]
    until = till.counter.value("SELECT pin_locked_until FROM staff WHERE staff_id = 'sue'")
    local = until.astimezone(ZoneInfo("Asia/Shanghai"))
    # No line ends within the moment.
    moment = f"{local.day} {local:%b %Y, %H:%M}".replace(" ", "\N{NO-BREAK SPACE}")
    assert f"none is taken until {moment}." in said


def test_a_refusal_says_an_id_by_its_end_and_keeps_a_moment_on_one_line() -> None:
    no = refused(PaymentRefusal.ORDER_IS_CLOSED, order_id="01M8N7HVRG1CCMMJR3Z2BVR33X", state="paid")
    zone = ZoneInfo("Asia/Shanghai")
    assert refusal_said(no, zone, Language.ZH) == "订单 …Z2BVR33X 的状态为“已付款”，不再收款。"
    locked = refused(PaymentRefusal.PIN_LOCKED, until="2026-11-30T03:34:00+00:00")
    said = refusal_said(locked, zone, Language.ZH)
    assert "2026\N{WORD JOINER}年\N{WORD JOINER}11\N{WORD JOINER}月\N{WORD JOINER}30\N{WORD JOINER}日" in said
    assert "\N{NO-BREAK SPACE}11:34" in said
