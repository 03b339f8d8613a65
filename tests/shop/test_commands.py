"""`counterfoil shop`: from nothing to a shop that can sell, and every wrong turn one line that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from counterfoil import clock
from counterfoil.cli import app
from counterfoil.db.address import URL_VARIABLE, Addresses
from counterfoil.db.embedded.home import HOME_VARIABLE
from counterfoil.db.engine import Database
from counterfoil.ids import MerchantId, StaffId
from counterfoil.shop.merchants import store as merchants
from counterfoil.shop.secret_keys import secret_key
from counterfoil.shop.staff import store as staff
from counterfoil.shop.staff.model import Role
from counterfoil.shop.staff.pins import Pin, Pins
from counterfoil.shop.tokens import store as tokens
from counterfoil.shop.tokens.model import OF_TERMINALS, Presented, Token
from counterfoil.shop.tokens.rules import read_token

from .stage import NORTH, pin_refusal

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the secret of this installation lies."""
    return tmp_path / "home"


@pytest.fixture
def run(addresses: Addresses, merchant_id: MerchantId, home: Path) -> Run:
    """Run `counterfoil shop …` for this test's merchant, in English unless told otherwise."""
    environ = {
        URL_VARIABLE: addresses.application,
        HOME_VARIABLE: str(home),
        "COUNTERFOIL_MERCHANT": merchant_id,
        "COUNTERFOIL_LANG": "en",
    }

    def ran(*arguments: str | Path, typed: str = "", lang: str = "en") -> Result:
        given = ["shop", *map(str, arguments)]
        return CliRunner().invoke(app, given, input=typed, env={**environ, "COUNTERFOIL_LANG": lang})

    return ran


@pytest.fixture
def shop(run: Run, merchant_id: MerchantId) -> Run:
    """The same, for a merchant that was set up."""
    made = run("create", merchant_id, "--currency", "CNY", "--zone", "Asia/Shanghai", "--store", NORTH)
    assert made.exit_code == 0, made.output
    return run


def test_a_merchant_is_set_up_with_its_first_store_and_only_once(
    shop: Run, database: Database, merchant_id: MerchantId
) -> None:
    with database.transaction(merchant_id) as connection:
        made = merchants.merchant(connection, merchant_id)
        assert made is not None
        assert (made.currency, made.time_zone) == ("CNY", "Asia/Shanghai")
        assert [store.store_id for store in merchants.stores(connection, merchant_id)] == [NORTH]
    again = shop("create", merchant_id, "--currency", "JPY", "--zone", "Asia/Tokyo")
    assert again.exit_code == 2
    assert "nothing was changed" in again.output


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("create", "no blanks", "--currency", "CNY", "--zone", "UTC"), "expected 1 to 64 letters"),
        (("create", "M-new", "--currency", "yuan", "--zone", "UTC"), "three capital letters"),
        (("create", "M-new", "--currency", "CNY", "--zone", "Mars"), "such as Asia/Shanghai"),
        (("staff", "list", "-m", "nobody"), "shop create"),
        (("staff", "grant", "nobody", "cashier"), "nobody of this id"),
        (("staff", "retire", "nobody"), "nobody of this id"),
        (("staff", "add", "a b", "--name", "A"), "An id has"),
        (("terminal", "add", "till-1", "--store", "moon"), "none of this id"),
        (("terminal", "add", "till 1", "--store", "north"), "An id has"),
        (("terminal", "retire", "till-9"), "none of this id is in use"),
        (("policy", "set", "missing.toml", "--reason", "x"), "a policy in TOML"),
    ],
)
def test_a_wrong_turn_is_one_line(shop: Run, arguments: tuple[str, ...], what: str) -> None:
    ended = shop(*arguments)
    assert ended.exit_code == 2
    assert what in ended.output
    assert len(ended.output.splitlines()) == 1


def test_somebody_is_taken_on_gets_a_role_and_a_pin_and_leaves(
    shop: Run, database: Database, merchant_id: MerchantId, home: Path
) -> None:
    assert shop("staff", "add", "ann", "--name", "Ann", "--language", "zh").exit_code == 0
    assert "already" in shop("staff", "add", "ann", "--name", "Another").output
    assert "ann is cashier@north now" in shop("staff", "grant", "ann", "cashier", "--store", NORTH).output
    assert "so already" in shop("staff", "grant", "ann", "cashier", "--store", NORTH).output
    assert "none of this id" in shop("staff", "grant", "ann", "cashier", "--store", "moon").output
    assert shop("staff", "list").output == "ann  Ann  cashier@north  no PIN\n"
    said = shop("staff", "pin", "ann", typed="2580\n")
    assert said.output == "the PIN of ann is set\n", "the PIN is not echoed"
    pins = Pins(secret_key({}, home).for_merchant(merchant_id).pins)
    assert pin_refusal(database, merchant_id, pins, StaffId("ann"), Pin(digits="2580"), now=clock.now()) is None
    assert "ann is cashier@north no more" in shop("staff", "revoke", "ann", "cashier", "--store", NORTH).output
    assert "so already" in shop("staff", "revoke", "ann", "cashier", "--store", NORTH).output
    assert shop("staff", "retire", "ann").exit_code == 0
    assert shop("staff", "list").output == "ann  Ann  —  left\n"


@pytest.mark.parametrize(
    ("typed", "what"), [("1234\n", "tries this PIN first"), ("\n", "digits"), ("258\n", "at least 4")]
)
def test_a_pin_that_cannot_be_is_refused_and_not_repeated(shop: Run, typed: str, what: str) -> None:
    shop("staff", "add", "ann", "--name", "Ann")
    ended = shop("staff", "pin", "ann", typed=typed)
    assert ended.exit_code == 2
    assert what in ended.output
    assert not typed.strip() or typed.strip() not in ended.output


def test_where_a_terminals_cards_go_is_no_option(shop: Run) -> None:
    """The settings say it, for the whole shop; an option that nothing follows would only seem to."""
    assert shop("terminal", "add", "till-1", "--store", NORTH, "--acquirer", "bank").exit_code == 2
    assert shop("terminal", "list").output == ""


def test_a_terminal_gets_a_token_that_is_shown_once_and_lets_it_in(
    shop: Run, database: Database, merchant_id: MerchantId
) -> None:
    made = shop("terminal", "add", "till-1", "--store", NORTH, "--name", "Till 1")
    assert made.exit_code == 0
    assert "not shown again" in made.stderr
    presented = read_token(made.stdout.strip())
    assert isinstance(presented, Presented)

    def let_in() -> Token | str:
        with database.transaction(merchant_id) as connection:
            return tokens.check_token(connection, presented, now=clock.now())

    token = let_in()
    assert isinstance(token, Token)
    assert (token.terminal_id, token.scopes) == ("till-1", OF_TERMINALS)
    listed = shop("terminal", "list").output
    assert listed == "till-1  north  Till 1\n"
    assert "nothing was changed" in shop("terminal", "add", "till-1", "--store", NORTH).output
    assert shop("terminal", "retire", "till-1").exit_code == 0
    assert let_in() == "token_owner_retired"


def test_files_are_taken_or_only_looked_at(
    shop: Run, tmp_path: Path, database: Database, merchant_id: MerchantId
) -> None:
    good, bad = tmp_path / "staff.csv", tmp_path / "items.csv"
    good.write_text("staff_id,name,roles\nann,Ann,cashier\n")
    bad.write_text("sku,name_en,price\ntea,Tea,1\nham,Ham,1.999\n")
    dry = shop("import", good, "--dry-run")
    assert (
        dry.output
        == "staff.csv (staff): 1 rows = 1 added + 0 changed + 0 the same + 0 set aside; dry run: nothing was taken\n"
    )
    assert shop("staff", "list").output == ""
    taken = shop("import", bad, good)
    assert taken.exit_code == 1
    left, why, kept = taken.output.splitlines()
    assert left.startswith(
        "items.csv (items): 2 rows = 1 added + 0 changed + 0 the same + 1 set aside; nothing of it was"
    )
    assert why == "  line 3, price: not an amount such as 12.30, with no more decimals than the currency has: '1.999'"
    assert kept == "staff.csv (staff): 1 rows = 1 added + 0 changed + 0 the same + 0 set aside; taken"
    with database.transaction(merchant_id) as connection:
        assert staff.people(connection, merchant_id)[0].roles_at(NORTH) == {Role.CASHIER}
    assert "新增 1" in shop("import", bad, "--skip-bad", "--lang", "zh").output
    assert "相同 1" in shop("import", bad, "--skip-bad", "--lang", "zh").output


def test_a_policy_is_decided_and_shown_as_it_was_decided(shop: Run, tmp_path: Path) -> None:
    assert "nobody has decided" in shop("policy", "show").output
    file = tmp_path / "policy.toml"
    file.write_text('confirm_after = "10d"\n[limits.cashier]\ndiscount_permille_max = 50\n')
    assert "version 1 holds from" in shop("policy", "set", file, "--reason", "spring").output
    shown = shop("policy", "show").output
    assert shown.splitlines()[0].endswith("by the console: spring")
    assert shown.splitlines()[1:] == file.read_text().splitlines()
    assert "--from" in shop("policy", "set", file, "--reason", "x", "--from", "2020-01-01T00:00+00:00").output
    assert "say why" in shop("policy", "set", file, "--reason", " ").output
    file.write_text("nonsense = 1\n")
    refused = shop("policy", "set", file, "--reason", "oops")
    assert (refused.exit_code, "unknown key" in refused.output) == (2, True)
    assert "version 1," in shop("policy", "show").output
