"""The merchant, its terminals, and the tokens that say who asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.ids import MerchantId, StaffId, TerminalId
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.merchants.model import Merchant, Terminal
from counterfoil.shop.merchants.rules import WORDS as MERCHANT_WORDS
from counterfoil.shop.merchants.rules import MerchantFlaw, business_date, flaw_of, is_name
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Role
from counterfoil.shop.tokens import store as tokens
from counterfoil.shop.tokens.model import OF_TERMINALS, Presented, Scope, Token
from counterfoil.shop.tokens.rules import WORDS, TokenRefusal, read_token

from .stage import NORTH, NOW, SOUTH, found, hire

SHOP = Merchant(merchant_id=MerchantId("shop"), name="Shop", currency="CNY", time_zone="Asia/Shanghai", created_at=NOW)


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({}, None),
        ({"merchant_id": "no blanks"}, MerchantFlaw.BAD_ID),
        ({"name": " "}, MerchantFlaw.BAD_NAME),
        ({"name": "a\x1b[2J"}, MerchantFlaw.BAD_NAME),
        ({"currency": "yuan"}, MerchantFlaw.BAD_CURRENCY),
        ({"time_zone": "Mars/Olympus"}, MerchantFlaw.BAD_TIME_ZONE),
        ({"time_zone": ""}, MerchantFlaw.BAD_TIME_ZONE),
        ({"time_zone": "../etc/passwd"}, MerchantFlaw.BAD_TIME_ZONE),
    ],
)
def test_a_merchant_that_cannot_be_says_why(change: dict[str, str], flaw: MerchantFlaw | None) -> None:
    assert flaw_of(replace(SHOP, **change)) is flaw  # type: ignore[arg-type]  # a test's own words
    assert set(MERCHANT_WORDS) == set(MerchantFlaw)


def test_a_name_is_something_that_people_read() -> None:
    assert is_name("小店 №1")
    assert not is_name("x" * 121)


def test_what_is_sold_before_four_in_the_morning_belongs_to_the_day_before() -> None:
    assert business_date(SHOP, datetime(2026, 3, 1, 19, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert business_date(SHOP, datetime(2026, 3, 1, 20, 0, tzinfo=UTC)) == date(2026, 3, 2)


@given(st.integers(0, 10 * 365 * 86_400), st.integers(0, 86_400))
def test_business_days_never_run_backwards(since: int, seconds: int) -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=since)
    berlin = replace(SHOP, time_zone="Europe/Berlin")
    assert business_date(berlin, at) <= business_date(berlin, at + timedelta(seconds=seconds))


def test_a_merchant_is_set_up_once_and_comes_back_as_it_was(connection: sa.Connection, merchant_id: MerchantId) -> None:
    shop = replace(SHOP, merchant_id=merchant_id, cash_step_minor=5)
    assert merchants.add_merchant(connection, shop)
    assert not merchants.add_merchant(connection, replace(shop, name="Another"))
    assert merchants.merchant(connection, merchant_id) == shop
    assert merchants.merchant(connection, MerchantId("nobody")) is None


def test_terminals_belong_to_a_store_and_are_retired_once(connection: sa.Connection, merchant_id: MerchantId) -> None:
    found(connection, merchant_id)
    till = Terminal(terminal_id=TerminalId("till-1"), store_id=SOUTH, name="Till 1")
    assert merchants.add_terminal(connection, merchant_id, till, now=NOW)
    assert not merchants.add_terminal(connection, merchant_id, replace(till, store_id=NORTH), now=NOW)
    assert merchants.terminals(connection, merchant_id) == (till,)
    assert merchants.retire_terminal(connection, merchant_id, till.terminal_id, now=NOW)
    assert not merchants.retire_terminal(connection, merchant_id, till.terminal_id, now=NOW)
    retired = merchants.terminal(connection, merchant_id, till.terminal_id)
    assert retired == replace(till, retired_at=NOW)
    assert [each.store_id for each in merchants.stores(connection, merchant_id)] == [NORTH, SOUTH]
    north = merchants.store(connection, merchant_id, NORTH)
    assert north is not None
    assert not merchants.add_store(connection, merchant_id, north, now=NOW)


# ---------------------------------------------------------------- tokens


@given(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:@+-]{0,63}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9_-]{43}", fullmatch=True),
)
def test_a_token_says_its_merchant_before_anything_is_looked_up(merchant: str, secret: str) -> None:
    sent = Presented(merchant_id=MerchantId(merchant), token_id="01J0000000000000000000000A", secret=secret)  # noqa: S106 — a made-up one
    assert read_token(sent.text()) == sent
    assert secret not in repr(sent)


@pytest.mark.parametrize(
    "text", ["", "cft_", "cft_a.b", "cft_a..c", "cft_.b.c", "bearer a.b.c", "cft_a b.c.d", "cft_" + "a" * 300]
)
def test_what_is_no_token_is_malformed(text: str) -> None:
    assert read_token(text) is TokenRefusal.MALFORMED


def test_a_token_lets_its_owner_in_until_it_is_revoked(connection: sa.Connection, merchant_id: MerchantId) -> None:
    found(connection, merchant_id)
    till = Terminal(terminal_id=TerminalId("till-1"), store_id=NORTH, name="Till 1")
    merchants.add_terminal(connection, merchant_id, till, now=NOW)
    made = tokens.add_token(
        connection, merchant_id, scopes=OF_TERMINALS, now=NOW, name="till", terminal_id=till.terminal_id
    )
    good = tokens.check_token(connection, made, now=NOW)
    assert isinstance(good, Token)
    assert (good.terminal_id, good.scopes) == ("till-1", OF_TERMINALS)
    guessed = replace(made, secret="A" * len(made.secret))
    assert tokens.check_token(connection, guessed, now=NOW) is TokenRefusal.UNKNOWN
    elsewhere = replace(made, merchant_id=MerchantId("other"))
    assert tokens.check_token(connection, elsewhere, now=NOW) is TokenRefusal.UNKNOWN
    kept = connection.exec_driver_sql("SELECT * FROM api_tokens WHERE merchant_id = %s", (merchant_id,)).one()
    assert made.secret not in repr(tuple(kept)), "the secret is nowhere in the database"
    merchants.retire_terminal(connection, merchant_id, till.terminal_id, now=NOW)
    assert tokens.check_token(connection, made, now=NOW) is TokenRefusal.OWNER_RETIRED
    assert tokens.revoke_token(connection, merchant_id, made.token_id, now=NOW)
    assert not tokens.revoke_token(connection, merchant_id, made.token_id, now=NOW)
    assert tokens.check_token(connection, made, now=NOW) is TokenRefusal.REVOKED
    assert [each.revoked_at for each in tokens.tokens(connection, merchant_id)] == [NOW]


def test_a_token_of_a_person_ends_with_its_time_or_with_the_person(
    connection: sa.Connection, merchant_id: MerchantId
) -> None:
    found(connection, merchant_id)
    ann = hire(connection, merchant_id, "ann", Role.MANAGER)
    made = tokens.add_token(
        connection,
        merchant_id,
        scopes=[Scope.BILLS, Scope.READ],
        now=NOW,
        staff_id=ann,
        expires_at=NOW + timedelta(days=1),
    )
    assert isinstance(tokens.check_token(connection, made, now=NOW), Token)
    assert tokens.check_token(connection, made, now=NOW + timedelta(days=1)) is TokenRefusal.EXPIRED
    staff.retire(connection, merchant_id, StaffId("ann"), now=NOW)
    assert tokens.check_token(connection, made, now=NOW) is TokenRefusal.OWNER_RETIRED
    assert set(WORDS) == set(TokenRefusal)
