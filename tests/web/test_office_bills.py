"""Bills in the office: handing one in, what it said of each day, and for whom that is."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from counterfoil.shop.staff.model import Role
from tests.audit.readers.iso8583 import ISO8583
from tests.audit.readers.wechat import PAYMENT, trade_bill
from tests.counter.shop import STORE
from tests.counter.till import Counter
from tests.web.conftest import Opening
from tests.web.desk import read
from tests.web.shop import Visitor, hire

BILLS = "/office/bills"
ROW = PAYMENT | {"应结订单金额": "5.00", "总金额": "5.00", "订单金额": "5.00"}


@pytest.fixture
def office(counter: Counter, opening: Opening) -> Visitor:
    """A browser of somebody who reconciles."""
    hire(counter.database, counter.merchant_id, "fin", Role.FINANCE)
    visitor = opening()
    visitor.sign_in("fin")
    return visitor


def send(visitor: Visitor, content: str, name: str = "bill.csv", **fields: str) -> httpx.Response:
    """Send a file as the page's script does: with the token in the head."""
    return visitor.client.post(
        BILLS,
        data=fields,
        files={"file": (name, content.encode())},
        headers={"x-csrf-token": visitor.token(BILLS)},
        follow_redirects=False,
    )


def test_a_bill_is_handed_in_once_and_is_a_fact_of_whoever_did(office: Visitor, counter: Counter) -> None:
    assert "No bill has been taken yet" in read(office.get(BILLS))
    first = send(office, trade_bill([ROW]), "<script>.csv")
    assert first.status_code == 200
    assert "The bill is taken: <script>.csv".replace("<", "&lt;").replace(">", "&gt;") in first.text.replace(
        "\u2068", ""
    ).replace("\u2069", "")
    assert "<script>.csv" not in first.text
    assert "1 row · 1 new By day" in read(first), "what there is none of is not counted"
    again = send(office, trade_bill([ROW]), "another.csv")
    assert "This file is in the books already" in read(again)
    facts = counter.rows("SELECT actor_id FROM journal WHERE tag = 'bill:file:taken'")
    assert [row["actor_id"] for row in facts] == ["fin"]


def test_each_day_says_what_matched_and_what_did_not(office: Visitor, counter: Counter) -> None:
    sold = [counter.sale(counter.tender("wechat")) for _ in range(2)]
    for sale in sold:
        counter.sell(sale)
    numbers = [sale.tenders[0].payment_id for sale in sold]
    rows = [
        ROW | {"商户订单号": numbers[0], "微信订单号": "4200000001202603010000000001"},
        ROW
        | {"商户订单号": numbers[1], "微信订单号": "4200000001202603010000000002"}
        | {"应结订单金额": "6.00", "总金额": "6.00", "订单金额": "6.00"},
        ROW | {"商户订单号": "NOBODYS", "微信订单号": "4200000001202603010000000003"},
    ]
    page = send(office, trade_bill(rows))
    assert page.status_code == 200, page.text
    assert "wechat 3 1 1 1" in read(page)


def test_days_long_ago_are_not_counted_any_more(office: Visitor, counter: Counter) -> None:
    send(office, trade_bill([ROW]))
    counter.clock.now += timedelta(days=40)
    office.sign_in("fin")
    assert "No bill speaks of the last 31 days" in read(office.get(BILLS))


def test_what_is_no_bill_is_refused_in_words(office: Visitor, counter: Counter) -> None:
    for content in ("", "no,bill\n1,2\n"):
        answer = send(office, content)
        assert answer.status_code == 409
        assert "Nothing of it was written" in read(answer)
        assert "counterfoil-sent-" not in answer.text
    assert "bill.csv: expected" in read(send(office, "no,bill\n1,2\n"))
    assert send(office, trade_bill([ROW]), acquirer="nobody").status_code == 409
    assert send(office, trade_bill([ROW]), acquirer="a b").status_code == 422
    assert counter.counts().get("bills", 0) == 0


def test_a_form_without_its_token_takes_nothing(office: Visitor, counter: Counter) -> None:
    answer = office.client.post(BILLS, files={"file": ("bill.csv", trade_bill([ROW]).encode())})
    assert answer.status_code == 419
    assert counter.counts().get("bills", 0) == 0


def test_bills_of_another_merchant_are_not_there(office: Visitor, town_of_another: Counter, opening: Opening) -> None:
    hire(town_of_another.database, town_of_another.merchant_id, "fin", Role.FINANCE)
    other = opening()
    other.merchant_id = town_of_another.merchant_id
    other.sign_in("fin")
    send(other, trade_bill([ROW]), "theirs.csv")
    assert "theirs.csv" in read(other.get(BILLS))
    assert "theirs.csv" not in read(office.get(BILLS))


def test_who_reconciles_at_one_store_may_not_see_the_whole_bill(counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "moe", Role.MANAGER, at=STORE)
    visitor = opening()
    visitor.sign_in("moe")
    assert visitor.get(BILLS).status_code == 403
    assert f'href="{BILLS}"' not in visitor.get("/office").text, "no way leads where the answer is no"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OWNER, 200),
        (Role.MANAGER, 200),
        (Role.FINANCE, 200),
        (Role.SUPERVISOR, 403),
        (Role.CASHIER, 403),
        (Role.SUPPORT, 403),
        (Role.AUDITOR, 403),
    ],
)
def test_each_role_opens_what_it_may(role: Role, status: int, counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "pat", role)
    visitor = opening()
    visitor.sign_in("pat")
    page = visitor.get(BILLS)
    assert page.status_code == status
    assert (f'href="{BILLS}"' in page.text) == (status == 200)
    if status != 200:
        token = visitor.token("/sign-in?next=/design")
        answer = visitor.client.post(
            BILLS, files={"file": ("bill.csv", b"x")}, headers={"x-csrf-token": token}, follow_redirects=False
        )
        assert answer.status_code == 403


def test_totals_that_a_bill_states_warn_nobody_and_a_row_that_is_no_payment_does(
    office: Visitor, counter: Counter
) -> None:
    first, totals = ISO8583.rows[1], ISO8583.rows[-1]
    page = send(office, _table([first, totals]))
    assert page.status_code == 200, read(page)
    assert "1 set aside" in read(page)
    assert "state-warn" not in page.text.split('aria-labelledby="taken"')[1]
    other = first | {"DE11": "000077", "DE37": "606012000077"}
    page = send(office, _table([other, other | {"DE4": "many"}]))
    assert "state-warn" in page.text.split('aria-labelledby="taken"')[1], read(page)


def test_a_day_that_is_none_is_not_told_to_be_written_as_our_own_books_write_it(office: Visitor) -> None:
    page = read(send(office, _table([ISO8583.rows[1] | {"DE7": "1332251200"}])))
    assert "Line 2 · DE7 · The value is no time in the format that this file uses · 1332251200" in page
    assert "2025-01-31T09:30:00" not in page


def _table(rows: list[dict[str, str]]) -> str:
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return "\n".join(lines) + "\n"
