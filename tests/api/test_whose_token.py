"""Whose token it is: that of a terminal speaks for this terminal only, and for none that was retired."""

from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil.ids import MerchantId, TerminalId
from counterfoil.shop.merchants.model import Terminal
from counterfoil.shop.merchants.store import add_terminal, retire_terminal
from counterfoil.shop.tokens.model import OF_TERMINALS
from counterfoil.shop.tokens.store import add_token, revoke_token
from tests.api.asking import Asking, problem
from tests.counter.shop import OPENING, OTHER_STORE, PINS, STORE, SUE, T1, T2


def _told(asking: Asking, terminal_id: str) -> str:
    """Make a terminal's token, and let the caller show it; returns its id."""
    with asking.counter.database.transaction(asking.counter.merchant_id) as connection:
        made = add_token(
            connection,
            asking.counter.merchant_id,
            scopes=OF_TERMINALS,
            now=OPENING,
            terminal_id=TerminalId(terminal_id),
        )
    asking.client.headers["Authorization"] = f"Bearer {made.text()}"
    return made.token_id


def test_a_terminal_sells_under_its_own_name_only(asking: Asking) -> None:
    _told(asking, T1)
    counter = asking.counter
    assert asking.offer(counter.sale(counter.tender(), terminal_id=T1)).status_code == 201
    before = counter.counts()
    answer = asking.offer(counter.sale(counter.tender(), terminal_id=T2))
    assert (answer.status_code, problem(answer)) == (403, "token_of_another_terminal")
    assert counter.counts() == before


def test_an_upload_takes_the_terminals_own_sales_and_refuses_each_other_one_by_name(asking: Asking) -> None:
    _told(asking, T1)
    counter = asking.counter
    sales = [counter.sale(counter.tender(), terminal_id=terminal) for terminal in (T2, T1, T2, T1)]
    bodies = [asking.sale_body(sale)["sale"] for sale in sales]
    answers = asking.ask("POST", "/api/v1/sales/batch", {"sales": bodies}).json()["answers"]
    assert [answer["order_id"] for answer in answers] == [sale.order_id for sale in sales]
    assert [answer.get("code") for answer in answers] == ["token_of_another_terminal", None] * 2


@pytest.mark.parametrize(("store_id", "status"), [(STORE, 200), (OTHER_STORE, 403)])
def test_a_terminal_closes_the_days_of_its_own_store_only(asking: Asking, store_id: str, status: int) -> None:
    _told(asking, T1)
    answer = asking.ask(
        "POST", f"/api/v1/stores/{store_id}/days/{OPENING.date()}/closing", {"operator_id": SUE, "pin": PINS[SUE]}
    )
    assert answer.status_code == status


@pytest.mark.parametrize(("there", "status"), [(T1, 200), ("far", 403)])
def test_a_terminal_reads_slips_and_resemblances_of_its_own_store_only(asking: Asking, there: str, status: int) -> None:
    counter = asking.counter
    sale = counter.sale(counter.tender(), terminal_id=T1)
    assert asking.offer(sale).status_code == 201
    with counter.database.transaction(counter.merchant_id) as connection:
        far = Terminal(terminal_id=TerminalId("far"), store_id=OTHER_STORE, name="far")
        add_terminal(connection, counter.merchant_id, far, now=OPENING)
    _told(asking, there)
    assert asking.client.get(f"/api/v1/slips/of/{sale.order_id}").status_code == status
    assert asking.ask("POST", "/api/v1/sales/resemblances", asking.sale_body(sale)).status_code == status


@pytest.mark.parametrize("gone", ["terminal", "token"])
def test_what_was_retired_or_revoked_lets_nobody_in(asking: Asking, gone: str) -> None:
    token_id = _told(asking, T1)
    merchant_id: MerchantId = asking.counter.merchant_id
    with asking.counter.database.transaction(merchant_id) as connection:
        if gone == "token":
            assert revoke_token(connection, merchant_id, token_id, now=OPENING + timedelta(hours=1))
        else:
            retire_terminal(connection, merchant_id, TerminalId(T1), now=OPENING)
    answer = asking.offer(asking.counter.sale(asking.counter.tender()))
    assert (answer.status_code, problem(answer)) == (401, "no_such_token")


def test_a_card_number_in_a_text_is_refused_by_name_and_kept_nowhere(asking: Asking) -> None:
    counter = asking.counter
    sale = counter.sale(counter.tender("card"))
    assert asking.offer(sale).status_code == 201
    before = counter.counts()
    body = asking.undo_body(reason="card 4242 4242 4242 4242 of the customer")
    undone = asking.ask("POST", f"/api/v1/payments/{sale.tenders[0].payment_id}/undo", body)
    assert problem(undone) == "reason_holds_number"
    named = asking.sale_body(counter.sale(counter.tender()))
    named["sale"]["lines"][0]["name"] = "4242424242424242"
    assert problem(asking.ask("POST", "/api/v1/sales", named)) == "text_holds_number"
    assert counter.counts() == before


def test_bytes_that_are_no_text_are_malformed(asking: Asking) -> None:
    answer = asking.client.post(
        "/api/v1/sales", content=b'{"sale":{"order_id":"\xff"}}', headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, problem(answer)) == (422, "malformed")


@pytest.mark.parametrize("gone", ["park", "recall", "tender", "cancel", "see", "undo", "parked"])
def test_a_terminal_reaches_no_sale_of_another_store(asking: Asking, gone: str) -> None:
    counter = asking.counter
    with counter.database.transaction(counter.merchant_id) as connection:
        far = Terminal(terminal_id=TerminalId("far"), store_id=OTHER_STORE, name="far")
        assert add_terminal(connection, counter.merchant_id, far, now=OPENING)
    paid, open_one = counter.sale(counter.tender()), counter.sale()
    assert {asking.offer(sale).status_code for sale in (paid, open_one)} == {201}
    _told(asking, "far")
    before = counter.counts()
    operator, one = {"operator_id": "ann"}, f"/api/v1/sales/{open_one.order_id}"
    answer = {
        "park": lambda: asking.ask("POST", f"{one}/parking", operator),
        "recall": lambda: asking.ask("DELETE", f"{one}/parking", operator),
        "tender": lambda: asking.ask(
            "POST", f"{one}/tenders", operator | {"tender": {"payment_id": "px", "tender": "cash", "amount_minor": 100}}
        ),
        "cancel": lambda: asking.ask("POST", f"{one}/cancellation", operator | {"reason": "no"}),
        "see": lambda: asking.ask("GET", one),
        "undo": lambda: asking.ask(
            "POST", f"/api/v1/payments/{paid.tenders[0].payment_id}/undo", asking.undo_body(reason="why not")
        ),
        "parked": lambda: asking.ask("GET", f"/api/v1/sales/parked/{STORE}"),
    }[gone]()
    assert (answer.status_code, problem(answer)) == (403, "token_of_another_terminal")
    assert counter.counts() == before


@pytest.mark.parametrize("quantity", ["sNaN", "NaN", "Infinity", "1E+999999999999999999", "-1"])
def test_a_quantity_that_is_none_gives_nothing_back(asking: Asking, quantity: str) -> None:
    counter = asking.counter
    sale = counter.sale(counter.tender())
    assert asking.offer(sale).status_code == 201
    body = asking.undo_body(100, lines=[{"line_no": 1, "quantity": quantity}] * 2)
    for _ in range(2):
        answer = asking.ask("POST", f"/api/v1/payments/{sale.tenders[0].payment_id}/undo", body)
        assert (answer.status_code, problem(answer)) == (409, "above_sold")
