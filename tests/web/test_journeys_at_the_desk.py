"""Whole journeys from a finding of the rules to a closed case, in both languages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from counterfoil.languages import Text
from tests.counter.counters import town as town
from tests.counter.shop import PINS, SUE
from tests.web.audits import quick as quick
from tests.web.street import BANK, FAY, Street
from tests.web.street import street as street
from tests.web.street import street_watcher as street_watcher
from tests.web.walking import Walker, walking

pytestmark = pytest.mark.browser

SLIP_SENT = Text(en="the slip was sent", zh="小票已发送")
#: What another shop system gave out: a sale, a refund of it that left no paper, and a sale an hour later.
ORDERS = """\
merchant_id,order_id,placed_at,closed_at,state,total_minor,currency,fulfilment
{m},O9,{sold},{sold},paid,1900,CNY,carry_out
{m},O10,{later},{later},paid,500,CNY,carry_out
"""
PAYMENTS = """\
merchant_id,payment_id,order_id,kind,original_payment_id,tender,amount_minor,currency,state,occurred_at,acquirer,operator_id,authoriser_id
{m},P9,O9,sale,,card,1900,CNY,approved,{sold},bank,ann,
{m},R9,O9,refund,P9,card,1900,CNY,approved,{back},bank,ann,sue
{m},P10,O10,sale,,cash,500,CNY,approved,{later},,ann,
"""
SLIPS = """\
merchant_id,slip_id,order_id,payment_id,return_id,kind,form,state,copy_no,amount_minor,currency,occurred_at
{m},S9,O9,P9,,sale,paper,printed,0,1900,CNY,{sold}
{m},S10,O10,P10,,sale,paper,printed,0,500,CNY,{later}
"""


def gives_the_double_back(fay: Walker) -> None:
    """Give the money of a loaf back that was charged twice, with the supervisor's consent."""
    fay.open(en="Give CNY 5.00 back", zh="退还 CNY 5.00")
    fay.fill(fay.words(en="charged twice", zh="重复扣款"), en="Why", zh="原因")
    fay.choose(SUE, en="Second person", zh="授权人")
    fay.fill(PINS[SUE], en="Their PIN", zh="授权人 PIN")
    fay.press(en="Give it back", zh="确认退款")


def prints_the_slip(fay: Walker) -> str:
    """Print what the case says is owed, say that it came out, and return the number on it."""
    fay.page.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1; }")
    fay.follow(en="Print the slip", zh="打印小票")
    fay.press(en="Print the slip", zh="打印小票")
    assert fay.page.evaluate("window.printed") == 1
    number = fay.page.inner_text(".slip-number")
    fay.page.emulate_media(media="print")
    assert not fay.page.locator("form, .topbar, .side, .print-foot").filter(visible=True).count()
    fay.page.emulate_media(media="screen")
    fay.press(en="Yes, it came out", zh="是，已打印")
    return number


def test_a_double_that_nobody_was_asked_about_is_found_and_given_back(street: Street) -> None:
    first, double = street.sells("bread"), street.sells("bread")
    street.passes(minutes=5)
    street.watch()
    with walking(street, FAY) as fay:
        fay.opens_case("double_charge")
        gives_the_double_back(fay)
        fay.sees(en="Done, and proven.", zh="已完成，并有凭据。")
        street.watch()
        fay.page.reload()
        fay.sees(en="The books agree again; the case closed by itself.", zh="账本已一致，个案自动结案。")
        assert (street.held(first), street.held(double)) == (500, 0)

        fay.sees(en="The customer is owed a slip of the money back: print it.", zh="尚欠顾客一张退款小票：请打印。")
        prints_the_slip(fay)
        fay.sees(en="The slip is printed, and the books know it.", zh="小票已打印，并已登记。")
    back = f"kind <> 'sale' AND order_id = (SELECT order_id FROM payments WHERE payment_id = '{double}')"
    assert street.last("state", "slips", back) == "printed"
    street.passes(minutes=10)
    street.watch()
    assert not street.rows("SELECT 1 FROM cases WHERE diagnosis = 'return_without_slip'")


def test_a_slip_that_never_came_out_is_printed_at_the_desk_and_found_by_its_number(street: Street) -> None:
    # The street is one for all of its tests, and a second loaf within the half hour is a double.
    street.passes(hours=2)
    street.sells("bread")
    street.passes(minutes=5)
    street.watch()
    with walking(street, FAY) as fay:
        case_id = fay.opens_case("paid_no_slip")
        fay.sees(en="The customer is owed the slip of the sale: print it.", zh="尚欠顾客一张销售小票：请打印。")
        fay.follow(en="Print the slip", zh="打印小票")
        fay.sees(en="Did the slip come out?", zh="小票打印出来了吗？")
        assert fay.barriers() == []
        fay.press(en="No: out of paper", zh="否：缺纸")
        fay.sees(en="The slip did not come out, and is still owed.", zh="小票未打印出来，仍需补打。")
        number = prints_the_slip(fay)
        fay.sees(en="The slip is printed, and the books know it.", zh="小票已打印，并已登记。")
        street.watch()
        fay.page.reload()
        fay.sees(en="The books agree again; the case closed by itself.", zh="账本已一致，个案自动结案。")

        fay.goes_to("/desk")
        fay.fill(number, en="or on a slip", zh="或小票单号")
        fay.page.keyboard.press("Enter")
        fay.page.locator(f"a[href$='{case_id}']").first.wait_for()
        fay.goes_to(f"/desk?q={number.replace('-', '').lower()}")
        fay.page.locator(f"a[href$='{case_id}']").first.wait_for()
    (slip,) = street.rows(
        "SELECT slips.state, actor_id FROM cases JOIN slips ON subject = 'order:' || order_id "
        "JOIN journal ON journal.subject = 'slip:' || slip_id WHERE case_id = :case AND tag = 'slip:sale:printed'",
        case=case_id,
    )
    assert (slip["state"], slip["actor_id"]) == ("printed", FAY)


def test_money_back_at_the_desk_owes_a_slip_until_the_desk_has_printed_it(street: Street) -> None:
    # The street is one for all of its tests, and a second loaf within the half hour is a double.
    street.passes(hours=2)
    street.sells("bread")
    street.sells("bread")
    street.passes(days=1)
    street.watch()
    with walking(street, FAY) as fay:
        fay.opens_case("double_charge")
        gives_the_double_back(fay)
        fay.sees(en="The customer is owed a slip of the money back: print it.", zh="尚欠顾客一张退款小票：请打印。")
        assert street.last("kind", "payments") == "refund"

        # Nobody prints it, and the rules miss it.
        street.passes(minutes=10)
        street.watch()
        case_id = fay.opens_case("return_without_slip")
        prints_the_slip(fay)
        fay.sees(en="The slip is printed, and the books know it.", zh="小票已打印，并已登记。")
        street.watch()
        fay.page.reload()
        fay.sees(en="The books agree again; the case closed by itself.", zh="账本已一致，个案自动结案。")
    assert street.last("state", "slips", "kind = 'refund'") == "printed"
    (case,) = street.rows("SELECT state, closed_by FROM cases WHERE case_id = :case", case=case_id)
    assert (case["state"], case["closed_by"]) == ("closed", None)


def test_a_charge_without_an_order_gets_its_order_back(street: Street) -> None:
    day = street.clock().date()
    street.sells("tea")
    # A bill knows whole seconds, and a charge before the first payment of all is nothing that our books could know of.
    street.passes(minutes=1)
    street.at_the_bank("BEHIND1", 700)
    street.passes(days=3)
    # Sales go on: the charge lies within what the book of payments tells of.
    street.sells("milk")
    with walking(street, FAY, "/office/bills") as fay:
        fay.page.get_by_label(fay.words(en="File", zh="文件")).set_input_files(street.bill(day))
        fay.choose(BANK, en="Acquirer", zh="收单方")
        fay.press(en="Hand in", zh="录入")
        fay.sees(en="The bill is taken", zh="账单已录入")
        street.watch()

        fay.opens_case("charged_no_order")
        fay.open(en="Rebuild the order from the record", zh="按收单记录补录订单")
        fay.fill(fay.words(en="two loaves", zh="两个面包"), en="What was sold", zh="售出的商品")
        fay.press(en="Rebuild the order", zh="补录订单")
        fay.sees(en="Done, and proven.", zh="已完成，并有凭据。")
        street.watch()
        fay.page.reload()
        fay.sees(en="The books agree again; the case closed by itself.", zh="账本已一致，个案自动结案。")
    assert street.last("total_minor", "orders") == "700"


@pytest.mark.usefixtures("quick")
def test_a_refund_without_a_slip_is_found_in_a_dropped_bill_and_its_case_is_closed(
    street: Street, tmp_path: Path
) -> None:
    sold = street.clock()
    street.at_the_bank("P9", 1900)
    street.passes(hours=2)
    back = street.clock()
    moments = {"sold": sold.isoformat(), "back": back.isoformat(), "later": (back + timedelta(hours=1)).isoformat()}
    street.at_the_bank("R9", 1900, refunds="P9")
    street.passes(days=2)
    files = [street.bill(sold.date())]
    for name, text in (("orders", ORDERS), ("payments", PAYMENTS), ("slips", SLIPS)):
        files.append(tmp_path / f"{name}.csv")
        files[-1].write_text(text.format(m=street.merchant_id, **moments))
    with walking(street, FAY, "/office/audits") as fay:
        fay.press(en="Begin an audit", zh="新建审计")
        fay.sees(en="No file yet", zh="还没有文件")
        fay.drops(*files)
        fay.sees(en="4 files are here.", zh="已接收 4 个文件。")
        fay.press(en="Run the audit", zh="开始审计")
        fay.sees(en="The worker takes it up when it is free.", zh="后台空闲后即开始处理。")
        street.work()
        fay.sees(en="Return without a slip", zh="退货未出票")
        fay.press(en="Take 1 finding to the desk", zh="将 1 个问题转到工作台")
        fay.sees(en="on their way to the desk", zh="正在转到工作台")
        street.work()
        fay.sees(en="The findings are on the desk", zh="问题已转到工作台")

        case_id = fay.opens_case("return_without_slip")
        fay.sees(en="from an audit of files", zh="来自文件审计")
        fay.open(en="Close the case", zh="结案")
        fay.choose_words(SLIP_SENT, en="Reason", zh="原因")
        fay.fill("slip:S11", en="Proof", zh="凭据")
        fay.button(en="Close", zh="结案", exact=True).click()
        fay.sees(en="Closed by fay: the slip was sent.", zh="由 fay 结案：小票已发送。")
    (closed,) = street.rows("SELECT state, closure_reason FROM cases WHERE case_id = :case", case=case_id)
    assert (closed["state"], closed["closure_reason"]) == ("closed", "slip_sent")
