"""Terminals in the office: the list, a token that is shown once, and taking one out of use."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from counterfoil.bootstrap import ConfiguredAcquirers
from counterfoil.shop.staff.model import Role
from counterfoil.shop.tokens.model import Token
from counterfoil.shop.tokens.rules import TokenRefusal, read_token
from counterfoil.shop.tokens.store import check_token
from tests.counter.shop import OTHER_STORE, STORE, T1
from tests.counter.till import Counter
from tests.web.conftest import Opening
from tests.web.desk import read
from tests.web.shop import Visitor, hire, leads_to

TERMINALS = "/office/terminals"


@pytest.fixture
def office(counter: Counter, opening: Opening) -> Visitor:
    """A browser of somebody who leads every store."""
    hire(counter.database, counter.merchant_id, "mia", Role.MANAGER)
    visitor = opening()
    visitor.sign_in("mia")
    return visitor


def set_up(visitor: Visitor, **typed: str) -> httpx.Response:
    fields = {"terminal_id": "t9", "name": "By the door", "store": STORE, **typed}
    return visitor.post(TERMINALS, form_on=TERMINALS, **fields)


def token_on(page: httpx.Response) -> str | None:
    found = re.search(r'data-copy="(cft_[^"]+)"', page.text)
    return None if found is None else html.unescape(found[1])


def bearer(counter: Counter, text: str) -> Token | TokenRefusal:
    presented = read_token(text)
    assert not isinstance(presented, TokenRefusal)
    with counter.database.transaction(counter.merchant_id) as connection:
        return check_token(connection, presented, now=counter.clock.now)


def test_the_token_of_a_new_terminal_is_shown_once_and_opens_its_till(office: Visitor, counter: Counter) -> None:
    made = set_up(office)
    assert made.status_code == 200
    assert made.headers["cache-control"] == "no-store"
    token = token_on(made)
    assert token is not None
    found = bearer(counter, token)
    assert isinstance(found, Token)
    assert found.terminal_id == "t9"
    again = office.get(TERMINALS)
    assert "By the door t9 s1 bank in use" in read(again)
    assert token_on(again) is None
    assert token.rpartition(".")[2] not in str(counter.rows("SELECT body FROM journal"))
    facts = counter.rows("SELECT tag, actor_id FROM journal WHERE subject = 'terminal:t9'")
    assert [(row["tag"], row["actor_id"]) for row in facts] == [("terminal:device:added", "mia")]


def test_a_retired_terminal_lets_nobody_in(office: Visitor, counter: Counter) -> None:
    token = token_on(set_up(office))
    assert token is not None
    leads_to(office.post(f"{TERMINALS}/t9/retirement", form_on=TERMINALS))
    assert isinstance(bearer(counter, token), TokenRefusal)
    assert "out of use" in read(office.get(TERMINALS))
    assert office.post(f"{TERMINALS}/t9/retirement", form_on=TERMINALS).status_code == 409
    tags = [
        row["tag"] for row in counter.rows("SELECT tag FROM journal WHERE subject = 'terminal:t9' ORDER BY recorded_at")
    ]
    assert tags == ["terminal:device:added", "terminal:device:retired"]


def test_an_id_that_was_used_is_refused_and_what_was_typed_stays(office: Visitor) -> None:
    answer = set_up(office, terminal_id=T1)
    assert answer.status_code == 409
    assert "A terminal has this id already" in read(answer)
    assert 'value="By the door"' in answer.text
    assert token_on(answer) is None


def test_what_cannot_be_is_refused(office: Visitor) -> None:
    assert set_up(office, terminal_id="a b").status_code == 409
    assert set_up(office, store="nowhere").status_code == 409


def test_where_cards_go_is_what_a_sale_would_do(office: Visitor, counter: Counter) -> None:
    assert f"{T1} s1 bank in use" in read(office.get(TERMINALS))
    sale = counter.sale(counter.tender("card"))
    counter.sell(sale)
    assert counter.payment(sale.tenders[0].payment_id)["acquirer"] == "bank"


def test_without_an_acquirer_for_cards_it_says_so(counter: Counter, opening: Opening) -> None:
    counter.lanes = ConfiguredAcquirers(lanes={})
    hire(counter.database, counter.merchant_id, "mia", Role.MANAGER)
    visitor = opening()
    visitor.sign_in("mia")
    assert f"{T1} s1 nobody: the settings name none in use" in read(visitor.get(TERMINALS))


def test_an_odd_name_is_shown_and_never_obeyed(office: Visitor) -> None:
    page = set_up(office, name="<script>alert(1)</script>")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_who_leads_one_store_manages_its_terminals_alone(counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "moe", Role.MANAGER, at=OTHER_STORE)
    visitor = opening()
    visitor.sign_in("moe")
    page = visitor.get(TERMINALS)
    assert f"{TERMINALS}/{T1}/retirement" not in page.text
    assert visitor.post(f"{TERMINALS}/{T1}/retirement", form_on=TERMINALS).status_code == 409
    assert set_up(visitor).status_code == 409
    assert counter.value("SELECT count(*) FROM terminals WHERE retired_at IS NOT NULL") == 0
    assert set_up(visitor, store=OTHER_STORE).status_code == 200


def test_a_form_without_its_token_changes_nothing(office: Visitor, counter: Counter) -> None:
    for path in (TERMINALS, f"{TERMINALS}/{T1}/retirement"):
        answer = office.client.post(path, data={"terminal_id": "t9", "name": "x", "store": STORE})
        assert answer.status_code == 419
    assert counter.value("SELECT count(*) FROM terminals WHERE retired_at IS NULL") == 2


def test_terminals_of_another_merchant_are_not_there(office: Visitor, town_of_another: Counter) -> None:
    hire(town_of_another.database, town_of_another.merchant_id, "x", Role.MANAGER)
    with town_of_another.database.transaction(town_of_another.merchant_id) as connection:
        connection.exec_driver_sql("UPDATE terminals SET name = 'Theirs' WHERE terminal_id = 't2'")
    assert "Theirs" not in read(office.get(TERMINALS))
    office.post(f"{TERMINALS}/t2/retirement", form_on=TERMINALS)
    assert town_of_another.value("SELECT count(*) FROM terminals WHERE retired_at IS NOT NULL") == 0


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OWNER, 200),
        (Role.MANAGER, 200),
        (Role.SUPERVISOR, 403),
        (Role.CASHIER, 403),
        (Role.FINANCE, 403),
        (Role.SUPPORT, 403),
        (Role.AUDITOR, 403),
    ],
)
def test_each_role_opens_what_it_may(role: Role, status: int, counter: Counter, opening: Opening) -> None:
    hire(counter.database, counter.merchant_id, "pat", role)
    visitor = opening()
    visitor.sign_in("pat")
    assert visitor.get(TERMINALS).status_code == status
    if status != 200:
        assert visitor.post(TERMINALS, terminal_id="t9", name="x", store=STORE).status_code == 403
        assert visitor.post(f"{TERMINALS}/{T1}/retirement").status_code == 403
