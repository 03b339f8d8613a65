"""Whose findings and bills a token reads: a terminal those of its store, a person those of theirs, a program all."""

from __future__ import annotations

import pytest

from counterfoil.ids import StaffId, StoreId, TerminalId
from counterfoil.shop.merchants.model import Terminal
from counterfoil.shop.merchants.store import add_terminal
from counterfoil.shop.staff.model import Grant, Role
from counterfoil.shop.staff.store import give
from counterfoil.shop.tokens.model import Scope
from counterfoil.shop.tokens.store import add_token
from tests.api.asking import Asking, problem
from tests.api.test_bills_and_findings import BILL, found
from tests.counter.shop import OPENING, OTHER_STORE, STORE, T1


@pytest.fixture
def all_found(asking: Asking) -> dict[str | None, list[str]]:
    """Findings of two stores and of none, in turns."""
    places = (STORE, OTHER_STORE, None) * 3
    ids = [found(asking.counter, number, store_id=place) for number, place in enumerate(places)]
    return {place: [one for one, at in zip(ids, places, strict=True) if at == place] for place in dict.fromkeys(places)}


def _show_token(asking: Asking, *, terminal_id: str | None = None, staff_id: str | None = None) -> None:
    with asking.counter.database.transaction(asking.counter.merchant_id) as connection:
        made = add_token(
            connection,
            asking.counter.merchant_id,
            scopes={Scope.READ, Scope.BILLS},
            now=OPENING,
            terminal_id=None if terminal_id is None else TerminalId(terminal_id),
            staff_id=None if staff_id is None else StaffId(staff_id),
        )
    asking.client.headers["Authorization"] = f"Bearer {made.text()}"


def _at_other_store(asking: Asking, role: Role | None) -> None:
    """Show the token of a person who has this role at the other store; None: of a terminal that stands there."""
    counter = asking.counter
    with counter.database.transaction(counter.merchant_id) as connection:
        if role is None:
            far = Terminal(terminal_id=TerminalId("far"), store_id=OTHER_STORE, name="far")
            assert add_terminal(connection, counter.merchant_id, far, now=OPENING)
        else:
            grant = Grant(staff_id=StaffId("old"), role=role, store_id=StoreId(OTHER_STORE))
            connection.exec_driver_sql("UPDATE staff SET retired_at = NULL WHERE staff_id = 'old'")
            connection.exec_driver_sql("DELETE FROM staff_grants WHERE staff_id = 'old'")
            give(connection, counter.merchant_id, grant, now=OPENING)
    _show_token(asking, terminal_id="far" if role is None else None, staff_id=None if role is None else "old")


def _listed(asking: Asking, query: str = "") -> list[str]:
    answer = asking.client.get(f"/api/v1/findings?{query}")
    assert answer.status_code == 200, answer.text
    return [one["finding_id"] for one in answer.json()["findings"]]


@pytest.mark.parametrize("role", [None, Role.MANAGER])
def test_a_token_of_one_store_reads_the_findings_of_this_store_only(
    asking: Asking, all_found: dict[str | None, list[str]], role: Role | None
) -> None:
    _at_other_store(asking, role)
    own, foreign, nowhere = all_found[OTHER_STORE], all_found[STORE], all_found[None]
    assert _listed(asking) == own
    page = asking.client.get("/api/v1/findings?limit=2").json()
    assert (page["next"], [one["finding_id"] for one in page["findings"]]) == (own[1], own[:2])
    assert _listed(asking, f"limit=2&after={page['next']}") == own[2:], "pages follow one another within the store"
    assert asking.client.get(f"/api/v1/findings/{own[0]}").json()["finding_id"] == own[0]
    for other in (foreign[0], nowhere[0]):
        answer = asking.ask("GET", f"/api/v1/findings/{other}")
        assert (answer.status_code, problem(answer)) == (403, "token_of_some_stores")


def test_a_token_of_the_whole_shop_reads_the_findings_of_every_store_and_of_none(
    asking: Asking, all_found: dict[str | None, list[str]]
) -> None:
    everything = sorted(one for ids in all_found.values() for one in ids)
    assert _listed(asking) == everything
    assert asking.client.get(f"/api/v1/findings/{all_found[None][0]}").status_code == 200


def test_who_may_read_no_findings_is_listed_none(asking: Asking, all_found: dict[str | None, list[str]]) -> None:
    assert all_found
    _at_other_store(asking, Role.CASHIER)
    assert _listed(asking) == []


@pytest.mark.parametrize("whose", ["terminal", "manager of one store"])
def test_bills_are_only_for_tokens_of_the_whole_shop(asking: Asking, whose: str) -> None:
    assert asking.client.post("/api/v1/bills", content=BILL).status_code == 200
    before = asking.counter.counts()["bills"]
    if whose == "terminal":
        _show_token(asking, terminal_id=T1)
    else:
        _at_other_store(asking, Role.MANAGER)
    for answer in (asking.ask("GET", "/api/v1/bills"), asking.ask("POST", "/api/v1/bills", content=BILL + b"\n")):
        assert (answer.status_code, problem(answer)) == (403, "token_of_some_stores")
    assert asking.counter.counts()["bills"] == before


def test_a_stores_page_of_findings_follows_an_index(asking: Asking, all_found: dict[str | None, list[str]]) -> None:
    """Whatever the other stores have found: the page is not looked for among theirs."""
    assert all_found
    with asking.counter.database.transaction(asking.counter.merchant_id) as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        connection.exec_driver_sql("SET LOCAL enable_sort = off")
        plan = connection.exec_driver_sql(
            "EXPLAIN SELECT * FROM findings WHERE merchant_id = %s AND store_id IN (%s) AND gone_at IS NULL "
            "ORDER BY finding_id LIMIT 100",
            (asking.counter.merchant_id, STORE),
        )
        said = "\n".join(plan.scalars())
    assert "findings_by_store" in said
    assert "Sort" not in said
