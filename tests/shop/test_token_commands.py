"""`counterfoil shop token …`: a token is shown once, listed without its secret, and revoked by its id."""

from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil import clock
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId
from counterfoil.shop.tokens import store as tokens
from counterfoil.shop.tokens.model import Presented, Scope, Token
from counterfoil.shop.tokens.rules import TokenRefusal, read_token

from .stage import NORTH
from .test_commands import Run
from .test_commands import home as home
from .test_commands import run as run
from .test_commands import shop as shop


def checked(database: Database, text: str) -> Token | TokenRefusal:
    presented = read_token(text)
    assert isinstance(presented, Presented)
    with database.transaction(presented.merchant_id) as connection:
        return tokens.check_token(connection, presented, now=clock.now())


def test_a_program_gets_a_token_with_the_scopes_that_were_chosen(shop: Run, database: Database) -> None:
    made = shop("token", "add", "--name", "accounting", "--scope", "bills", "--scope", "read")
    assert made.exit_code == 0, made.output
    assert "may: bills, read" in made.stderr
    token = checked(database, made.stdout.strip())
    assert isinstance(token, Token)
    assert (token.scopes, token.name, token.terminal_id) == (frozenset({Scope.BILLS, Scope.READ}), "accounting", None)
    assert "权限：bills" in shop("token", "add", "--name", "财务", "--scope", "bills", lang="zh").stderr


def test_a_token_that_is_made_for_some_days_says_until_when(shop: Run, database: Database) -> None:
    made = shop("token", "add", "--name", "audit", "--scope", "read", "--days", "30")
    token = checked(database, made.stdout.strip())
    assert isinstance(token, Token)
    assert token.expires_at == token.created_at + timedelta(days=30)
    assert f"good until {token.expires_at:%Y-%m-%d %H:%M} UTC" in shop("token", "list").output
    with database.transaction(token.merchant_id) as connection:
        tokens.add_token(
            connection, token.merchant_id, scopes=[Scope.READ], now=clock.now(), name="old", expires_at=clock.now()
        )
    assert "已于" in shop("token", "list", lang="zh").output.splitlines()[-1]


def test_a_list_shows_every_token_and_never_a_secret(shop: Run) -> None:
    assert shop("token", "list").output == "There is no token yet.\n"
    shop("terminal", "add", "till-1", "--store", NORTH, "--name", "Till 1")
    made = shop("token", "add", "--name", "accounting", "--scope", "bills")
    presented = read_token(made.stdout.strip())
    assert isinstance(presented, Presented)
    listed = shop("token", "list").output
    of_till, of_program = listed.splitlines()
    assert of_till.endswith("  Till 1  close, read, sell, undo  good")
    assert of_program == f"{presented.token_id}  accounting  bills  good"
    assert presented.secret not in listed


def test_a_revoked_token_lets_nobody_in_and_is_revoked_once(
    shop: Run, database: Database, merchant_id: MerchantId
) -> None:
    made = shop("token", "add", "--name", "accounting", "--scope", "bills")
    presented = read_token(made.stdout.strip())
    assert isinstance(presented, Presented)
    assert shop("token", "revoke", presented.token_id).exit_code == 0
    assert checked(database, made.stdout.strip()) is TokenRefusal.REVOKED
    assert "revoked at" in shop("token", "list").output
    again = shop("token", "revoke", presented.token_id, lang="zh")
    assert (again.exit_code, "没有此编号的有效令牌" in again.output) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--name", " ", "--scope", "bills"), "who will use the token"),
        (("--name", "x", "--scope", "everything"), "'undo', 'close', 'read', 'bills'"),
        (("--name", "x"), "--scope"),
        (("--name", "x", "--scope", "bills", "--days", "0"), "--days"),
    ],
)
def test_a_token_for_nobody_or_for_nothing_is_not_made(shop: Run, arguments: tuple[str, ...], what: str) -> None:
    ended = shop("token", "add", *arguments)
    assert ended.exit_code == 2
    assert what in " ".join(ended.output.split())
    assert shop("token", "list").output == "There is no token yet.\n"
