"""What the till in a browser asks: prices, sales, tenders, parked sales, likenesses, consents, money back."""

from __future__ import annotations

import re

import sqlalchemy as sa

from counterfoil.shop.catalogue.codes import check_digit
from counterfoil.shop.catalogue.tables import BARCODES, ITEMS
from counterfoil.shop.merchants.tables import MERCHANTS
from counterfoil.shop.policies.store import decide
from counterfoil.shop.staff.model import Role
from counterfoil.web.built_files import built_files
from tests.counter.acquirer import Fate
from tests.counter.shop import ANN, BEN, OPENING, PINS, SUE
from tests.web.conftest import Opening
from tests.web.shop import Visitor, hire
from tests.web.till import BrowserTill, done, no


def test_the_page_begins_with_the_till_and_its_tenders(till: BrowserTill) -> None:
    begun = till.beginning()
    assert begun["terminal"]["id"] == "t1"
    assert begun["operator"]["id"] == ANN
    assert begun["currency"] == "CNY"
    assert begun["tenders"][:3] == ["cash", "card", "wechat"]
    assert [one["id"] for one in begun["seconds"]] == [SUE]


def test_whoever_is_signed_out_is_told_so_and_led_nowhere(visitor: Visitor) -> None:
    answer = visitor.get("/till/data/latest")
    assert answer.status_code == 401
    assert no(answer) == "signed_out"


def test_a_browser_at_no_till_is_refused(visitor: Visitor) -> None:
    visitor.sign_in(ANN)
    answer = visitor.get("/till/data/latest")
    assert no(answer) == "not_at_a_till"


def test_without_the_token_of_the_page_nothing_is_sold(till: BrowserTill) -> None:
    sale = till.sale(till.tender())
    answer = till.ask("POST", "sales", {"sale": sale}, token="another")  # noqa: S106 — no token at all
    assert answer.status_code == 419
    assert till.counter.counts()["orders"] == 0


def test_a_code_and_a_name_find_an_item(till: BrowserTill) -> None:
    with till.counter.database.transaction(till.counter.merchant_id) as connection:
        connection.execute(
            sa.insert(BARCODES).values(merchant_id=till.counter.merchant_id, barcode="06901234567892", sku="tea")
        )
    by_barcode = done(till.ask("GET", "item?code=6901234567892"))
    assert (by_barcode["sku"], by_barcode["price_minor"], by_barcode["quantity"]) == ("tea", 250, "1")
    assert done(till.ask("GET", "item?code=bread"))["sku"] == "bread"
    assert [one["sku"] for one in done(till.ask("GET", "items?words=BREA"))] == ["bread"]
    assert no(till.ask("GET", "item?code=4711")) == "code_unknown"


def test_a_basket_is_priced_by_the_shop(till: BrowserTill) -> None:
    priced = till.price({"sku": "bread", "quantity": "3"}, {"sku": "milk"})
    assert priced["total_minor"] == 1800
    assert [(line["sku"], line["amount_minor"]) for line in priced["lines"]] == [("bread", 1500), ("milk", 300)]
    assert priced["why_not"] is None


def test_an_item_without_a_price_asks_for_one_by_its_line(till: BrowserTill) -> None:
    with till.counter.database.transaction(till.counter.merchant_id) as connection:
        connection.execute(sa.update(ITEMS).where(ITEMS.c.sku == "egg").values(price_minor=None))
    priced = till.price({"sku": "bread"}, {"sku": "egg"})
    assert (priced["why_not"]["code"], priced["why_not"]["line_no"]) == ("price_missing", 2)
    priced = till.price({"sku": "bread"}, {"sku": "egg", "override": {"price_minor": 60, "reason": "none listed"}})
    assert (priced["why_not"], priced["total_minor"]) == (None, 560)


def test_a_cash_sale_is_paid_at_once_and_a_second_press_is_the_same_sale(till: BrowserTill) -> None:
    sale = till.sale(till.tender(handed_minor=1000))
    first, second = done(till.offer(sale)), done(till.offer(sale))
    assert (first["recorded"], second["recorded"]) == ("created", "exists")
    assert first["order"]["state"] == second["order"]["state"] == "paid"
    assert first["due_minor"] == 0
    assert till.counter.counts()["orders"] == 1
    assert done(till.ask("GET", f"sales/{sale['order_id']}"))["order"]["order_id"] == sale["order_id"]


def test_another_sale_under_the_same_id_is_refused(till: BrowserTill) -> None:
    sale = till.sale(till.tender())
    done(till.offer(sale))
    other = {**sale, "tenders": [till.tender()]}
    assert no(till.offer(other)) == "exists_with_different_tenders"


def test_a_declined_card_is_paid_in_cash_without_ringing_up_again(till: BrowserTill) -> None:
    till.counter.host.plan("charge", Fate.DECLINED)
    sale = till.sale(till.tender("card"))
    answer = done(till.offer(sale))
    assert (answer["no"]["said"], answer["due_minor"]) == ("the balance is too low", 500)
    assert [one["state"] for one in answer["order"]["payments"]] == ["declined"]
    cash = {"tender": till.tender(handed_minor=500)}
    paid = done(till.ask("POST", f"sales/{sale['order_id']}/tenders", cash))
    assert paid["order"]["state"] == "paid"
    assert done(till.ask("POST", f"sales/{sale['order_id']}/tenders", cash))["order"]["state"] == "paid"
    assert till.counter.counts()["payments"] == 2


def test_an_unknown_payment_is_told_and_ends_when_the_bank_has_answered(till: BrowserTill) -> None:
    till.counter.wechat.plan("charge", Fate.LOST_ANSWER)
    sale = till.sale(till.tender("wechat"))
    (payment,) = done(till.offer(sale))["order"]["payments"]
    assert payment["state"] == "unknown"
    assert payment["resolve_at"] is not None
    more = {"tender": till.tender()}
    assert no(till.ask("POST", f"sales/{sale['order_id']}/tenders", more)) == "another_is_unknown"
    till.counter.clock.passes(seconds=10)
    asked = done(till.ask("POST", f"payments/{payment['payment_id']}/inquiries"))
    assert asked["order"]["state"] == "paid"


def test_a_split_leaves_the_rest_to_pay(till: BrowserTill) -> None:
    sale = till.sale(till.tender("cash", 200))
    assert done(till.offer(sale))["due_minor"] == 300
    card = {
        "tender": till.tender("wechat", 300),
        "presented": {"entry": "code", "number": "134567890123456789"},
    }
    paid = done(till.ask("POST", f"sales/{sale['order_id']}/tenders", card))
    assert (paid["order"]["state"], paid["due_minor"]) == ("paid", 0)


def test_a_sale_like_the_last_one_is_asked_about_and_a_repeat_is_remembered(till: BrowserTill) -> None:
    first = till.sale(till.tender())
    done(till.offer(first))
    till.counter.clock.passes(minutes=1)
    second = till.sale(till.tender())
    (like,) = done(till.ask("POST", "resemblances", {"sale": second}))
    assert like["standing"]["order"]["order_id"] == first["order_id"]
    assert "same goods" in like["reasons"]
    repeat = {**second, "repeat_of": first["order_id"]}
    assert done(till.ask("POST", "resemblances", {"sale": repeat})) == []
    done(till.offer(repeat))
    assert till.counter.order(second["order_id"])["repeat_of"] == first["order_id"]


def test_a_sale_is_parked_recalled_and_given_up(till: BrowserTill) -> None:
    sale = till.sale(parked=True)
    done(till.offer(sale))
    (parked,) = done(till.ask("GET", "parked"))
    assert parked["order"]["order_id"] == sale["order_id"]
    address = f"sales/{sale['order_id']}"
    assert done(till.ask("DELETE", f"{address}/parking"))["order"]["parked_at"] is None
    assert done(till.ask("POST", f"{address}/parking"))["order"]["parked_at"] is not None
    assert no(till.ask("POST", f"{address}/cancellation", {"reason": " "})) == "reason_missing"
    assert done(till.ask("POST", f"{address}/cancellation", {"reason": "left"}))["order"]["state"] == "cancelled"
    assert done(till.ask("GET", "parked")) == []


def test_a_price_that_is_not_the_shops_is_refused(till: BrowserTill) -> None:
    priced = till.price({"sku": "wine"})
    cheaper = [{**line, "amount_minor": 1, "unit_price_minor": 1, "list_price_minor": 1} for line in priced["lines"]]
    assert no(till.offer(till.sale(till.tender(amount_minor=1), lines=cheaper, total_minor=1))) == "price_not_listed"
    assert till.counter.counts()["orders"] == 0


def test_a_scales_label_is_sold_at_the_price_that_is_printed_on_it(till: BrowserTill) -> None:
    shop = till.counter
    with shop.database.transaction(shop.merchant_id) as connection:
        connection.execute(sa.insert(BARCODES).values(merchant_id=shop.merchant_id, barcode="00123", sku="tea"))
        by_price = '[[scale_codes]]\npattern = "21IIIIIVVVVVK"\n'
        decide(connection, shop.merchant_id, by_price, reason="scales", decided_by=None, now=OPENING)
    label = f"210012300456{check_digit('210012300456')}"
    scanned = done(till.ask("GET", f"item?code={label}"))
    assert (scanned["sku"], scanned["labelled_minor"]) == ("tea", 456)
    line = {"sku": "tea", "quantity": scanned["quantity"], "labelled_minor": 456, "code": label}
    priced = till.price(line)
    assert priced["total_minor"] == 456
    assert done(till.offer(till.sale(till.tender(amount_minor=456), priced=priced)))["order"]["state"] == "paid"


def test_coins_round_a_cash_sale_and_nobody_has_to_allow_that(till: BrowserTill) -> None:
    with till.counter.database.transaction(till.counter.merchant_id) as connection:
        connection.execute(sa.update(MERCHANTS).values(cash_step_minor=100))
        connection.execute(sa.update(ITEMS).where(ITEMS.c.sku == "tea").values(price_minor=240))
    priced = till.price({"sku": "tea"})
    assert (priced["total_minor"], priced["cash_total_minor"], priced["why_not"]) == (240, 200, None)
    in_coins = {"lines": priced["cash_lines"], "total_minor": 200}
    assert done(till.offer(till.sale(till.tender(amount_minor=200), **in_coins)))["order"]["state"] == "paid"


def off(till: BrowserTill, permille: int = 100) -> dict[str, object]:
    return {
        "lines": [{"sku": "bread", "quantity": "1", "entry": "keyed"}],
        "discount": {"permille": permille, "reason": "dented", "authoriser_id": SUE},
    }


def test_a_discount_above_the_role_needs_a_second_person_and_their_pin(till: BrowserTill) -> None:
    alone = till.price({"sku": "bread"}, discount={"permille": 100, "reason": "dented"})
    assert alone["why_not"]["code"] == "discount_above_limit"
    assert "10 % is taken off in all, and the operator may take off 0 % at most" in alone["why_not"]["said"]
    odd = {"permille": 126, "reason": "dented", "authoriser_id": None}
    of_bread = till.price({"sku": "bread", "discount": odd})["why_not"]["said"]
    assert of_bread.startswith("bread: 12.6 % is taken off")
    sale = till.sale(till.tender(amount_minor=450), priced=till.price({"sku": "bread"}, discount=off(till)["discount"]))
    assert no(till.offer(sale)) == "consent_not_proven"
    wanted = {"order_id": sale["order_id"], "basket": off(till), **till.consent()}
    assert no(till.ask("POST", "consents", {**wanted, "pin": "00000"})) == "pin_refused"
    proof = done(till.ask("POST", "consents", wanted))["proof"]
    assert PINS[SUE] not in proof
    assert done(till.offer(sale, consents={SUE: proof}))["order"]["state"] == "paid"


def test_a_consent_holds_for_its_order_and_for_so_much_of_it(till: BrowserTill) -> None:
    sale = till.sale(till.tender(amount_minor=450), priced=till.price({"sku": "bread"}, discount=off(till)["discount"]))
    wanted = {"order_id": sale["order_id"], "basket": off(till), **till.consent()}
    proof = done(till.ask("POST", "consents", wanted))["proof"]
    other = {**sale, "order_id": "another"}
    assert no(till.offer(other, consents={SUE: proof})) == "consent_not_proven"
    larger = till.price({"sku": "bread"}, discount=off(till, 300)["discount"])
    more = till.sale(till.tender(amount_minor=350), priced=larger, order_id=sale["order_id"])
    assert no(till.offer(more, consents={SUE: proof})) == "consent_not_proven"
    assert no(till.offer(sale, consents={SUE: proof.replace("100.", "900.")})) == "consent_not_proven"
    assert till.counter.counts()["orders"] == 0


def test_nobody_allows_more_than_their_own_limit(till: BrowserTill) -> None:
    wanted = {"order_id": "o1", "basket": off(till, 600), **till.consent()}
    assert no(till.ask("POST", "consents", wanted)) == "may_not"


def test_money_goes_back_once_with_a_second_persons_pin(till: BrowserTill) -> None:
    sale = till.sale(till.tender())
    (payment,) = done(till.offer(sale))["order"]["payments"]
    (last,) = done(till.ask("GET", "latest"))
    assert last["order"]["order_id"] == sale["order_id"]
    asked = {"payment_id": "u1", "reason": "broken", "amount_minor": 500, "lines": [], "consent": till.consent()}
    address = f"payments/{payment['payment_id']}/undo"
    assert no(till.ask("POST", address, {**asked, "consent": till.consent(pin="00000")})) == "pin_refused"
    assert no(till.ask("POST", address, {**asked, "consent": till.consent(ANN)})) == "authoriser_is_operator"
    for _press in range(2):
        back = done(till.ask("POST", address, asked))
        assert (back["kind"], back["state"], back["amount_minor"]) == ("void", "approved", 500)
    assert back["sale"]["order"]["state"] == "voided"
    assert till.counter.counts()["payments"] == 2


def test_another_store_sees_and_undoes_nothing(till: BrowserTill, opening: Opening) -> None:
    sale = till.sale(till.tender(), store_id="s2")
    assert no(till.offer(sale)) == "unknown_store"
    assert till.ask("GET", "sales/nobody").status_code == 404
    assert till.ask("POST", "payments/nobody/inquiries").status_code == 404


def test_who_takes_over_by_pin_sells_in_their_own_name(till: BrowserTill) -> None:
    till.take_over(BEN)
    assert done(till.offer(till.sale(till.tender(), operator_id=BEN)))["order"]["operator_id"] == BEN


def test_who_may_not_sell_here_is_not_asked_whether_they_take_over(till: BrowserTill) -> None:
    shop = till.counter
    hire(shop.database, shop.merchant_id, "fay", Role.FINANCE)
    with shop.database.transaction(shop.merchant_id) as connection:
        connection.execute(sa.text("UPDATE staff SET pin_hash = (SELECT pin_hash FROM staff WHERE staff_id = 'ann')"))
    offered = set(re.findall(r'name="who" value="([^"]+)"', till.visitor.get("/till/switch").text))
    assert offered == {ANN, BEN, SUE}


def test_a_no_is_said_in_the_language_of_the_visitor(till: BrowserTill) -> None:
    assert till.visitor.post("/look", form_on="/till/choice", language="zh", next="/till").status_code in {200, 303}
    answer = till.ask("GET", "item?code=4711")
    assert answer.json()["happened"] == "没有此条码的商品。"


def test_a_slip_is_told_of_once_and_what_came_out_stays_out(till: BrowserTill) -> None:
    sale = till.sale(till.tender())
    done(till.offer(sale))
    address = f"sales/{sale['order_id']}/slips"
    (slip,) = done(till.ask("GET", address))
    assert (slip["kind"], slip["state"]) == ("sale", "due")
    assert no(till.ask("POST", address, {"event": "failed"})) == "slip_fault_missing"
    (slip,) = done(till.ask("POST", address, {"event": "failed", "fault": "paper_out"}))
    assert (slip["state"], slip["fault"]) == ("failed", "paper_out")
    for _press in range(2):
        (slip,) = done(till.ask("POST", address, {"event": "printed"}))
        assert slip["state"] == "printed"
    assert no(till.ask("POST", "sales/nobody/slips", {"event": "printed"})) == "http_404"


def test_what_the_till_loads_is_small() -> None:
    files = built_files()
    loaded = [files.scripts["faces"], files.scripts["till"], *files.styles["faces"], *files.styles["till"]]
    packed = [files.by_name[address.removeprefix("/assets/")].packed["br"] for address in loaded]
    assert sum(map(len, packed)) <= 150_000
